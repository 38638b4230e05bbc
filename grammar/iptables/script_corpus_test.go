package iptables

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// corpusScripts are the scripts, sessions and texts with command lines of the
// public corpus: how many command lines a person finds in them, how many rules
// they make, and how many errors they have.
var corpusScripts = map[string]struct{ lines, rules, errors int }{
	"config_kornwall/kornwall/kornwall.sh":                           {50, 27, 0},
	"config_networking.ringofsaturn.com/iptables_script.sh":          {47, 41, 0},
	"configs_kornwall_alpha/v1.03.06.2006/rc.block":                  {9, 0, 0},
	"configs_kornwall_alpha/v1.03.06.2006/rc.fw.samba":               {20, 20, 0},
	"configs_kornwall_alpha/v1.03.06.2006/rc.pc2allow":               {50, 42, 0},
	"configs_kornwall_alpha/v2.27.05.2006/rc.firewall":               {71, 53, 3}, // a user of another machine
	"configs_kornwall_alpha/v3.02.06.2006/rc.DHCP.save.firewall.txt": {46, 20, 2}, // a level in capitals
	"configs_medium-sized-company/iptables_mainfw_30.01.2016.sh":     {102, 588, 0},
	"configs_medium-sized-company/iptables_mainfw_31.01.2016.sh":     {112, 598, 0},
	"configs_sns.ias.edu/iptables_ruleset_updated.txt":               {39, 39, 0},
	"found_online/appscale/firewall.conf.txt":                        {18, 17, 0},
	"found_online/cyberciti.biz/script.sh":                           {45, 35, 0},
	"found_online/rlworkman.net/rc.firewall.desktop.generic.txt":     {9, 5, 0},
	"found_online/tilb.sze.hu/bash_history-iptables.txt":             {22, 5, 1}, // DNAT in POSTROUTING
	"rfc4890/appendixB.sh":                                           {47, 38, 0},
	"web_rtcquickstart/iptables":                                     {11, 11, 0},
	"configs_serverfault/758088-info.txt":                            {39, 39, 1}, // no script, which is told
	"configs_serverfault/795234-info.txt":                            {3, 3, 1},
}

// TestScriptCorpus reads the scripts of the public corpus: every command line in
// them, and every rule that they make.
func TestScriptCorpus(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "corpora", "rulesets")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("the public corpus is not beside the project, so it is not read: %v", err)
	}
	for name, want := range corpusScripts {
		t.Run(name, func(t *testing.T) {
			src, err := os.ReadFile(filepath.Join(root, name))
			if err != nil {
				t.Fatal(err)
			}
			f := Parse(name, string(src), Commands, ast.FamilyIP, 1)
			lines, rules, errors := 0, 0, 0
			for l := range f.Lines {
				if lines++; len(l.Words) == 0 {
					t.Errorf("a line without words at %d", l.From)
				}
			}
			for _, tb := range f.Ruleset.Tables {
				for _, c := range tb.Chains {
					rules += len(c.Rules)
				}
			}
			for _, e := range f.Errors {
				if e.Kind != grammar.RunTime {
					errors++
				}
			}
			if lines < want.lines || rules < want.rules || errors > want.errors {
				t.Errorf("%d lines, %d rules, %d errors; want %d, %d, %d\n%s", lines, rules, errors, want.lines, want.rules, want.errors, errorsOf(f))
			}
			checkPlaces(t, f)
		})
	}
}

// TestForeignTexts reads all files of the corpus as scripts, whatever they are:
// nothing may be read outside of them.
func TestForeignTexts(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "corpora")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("the public corpus is not beside the project, so it is not read: %v", err)
	}
	n := 0
	err := filepath.WalkDir(root, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		n++
		checkPlaces(t, Parse(name, string(src), Commands, ast.FamilyIP, 1))
		return nil
	})
	if err != nil || n < 100 {
		t.Errorf("%d files: %v", n, err)
	}
}
