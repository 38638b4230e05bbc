package iptables_test

import (
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/internal/stocktool"
)

const corpus = "../../../shared/corpora/rulesets"

var (
	tableLine  = regexp.MustCompile(`(?m)^\*(filter|nat|mangle|raw)\s*$`)
	commitLine = regexp.MustCompile(`(?m)^COMMIT`)
	failedLine = regexp.MustCompile(`line:? (\d+)`)
)

// saveFiles calls f with each save file of the corpus.
func saveFiles(t *testing.T, f func(t *testing.T, text string, family ast.Family)) {
	if _, err := os.Stat(corpus); err != nil {
		t.Skipf("the corpus of real rulesets is not there: %v", err)
	}
	err := filepath.WalkDir(corpus, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		// Anonymised MAC addresses are no addresses; no tool takes them.
		text := strings.ReplaceAll(string(b), "XX:XX:XX:XX:XX:XX", "02:00:00:00:00:01")
		if !tableLine.MatchString(text) || !commitLine.MatchString(text) || strings.Contains(text, "root@") {
			return nil
		}
		family := ast.FamilyIP
		if strings.Contains(filepath.Base(path), "ip6tables") || strings.Contains(text[:min(300, len(text))], "ip6tables-save") {
			family = ast.FamilyIP6
		}
		rel, _ := filepath.Rel(corpus, path)
		t.Run(rel, func(t *testing.T) { f(t, text, family) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestCorpusCanonical asks the stock tool about each real save file: ctlint must
// take every rule that the tool takes, and print it as the tool does.
func TestCorpusCanonical(t *testing.T) {
	saveFiles(t, func(t *testing.T, text string, family ast.Family) {
		t.Parallel()
		tool := "iptables"
		if family == ast.FamilyIP6 {
			tool = "ip6tables"
		}
		lines := strings.SplitAfter(text, "\n")
		dropped := map[int]string{}
		var want []string
		for {
			out, err := stocktool.Restore(t, tool+"-legacy", strings.Join(lines, ""))
			if err == nil {
				want = strings.Split(strings.TrimSpace(out), "\n")
				break
			}
			m := failedLine.FindAllStringSubmatch(err.Error(), -1)
			if m == nil {
				t.Fatal(err)
			}
			n, _ := strconv.Atoi(m[len(m)-1][1])
			if n < 1 || n > len(lines) || strings.TrimSpace(lines[n-1]) == "" || dropped[n] != "" {
				t.Fatalf("no line %d to leave out: %v", n, err)
			}
			if strings.TrimSpace(lines[n-1]) == "COMMIT" {
				t.Skipf("the stock tool takes no rule of a table of this file: %v", err)
			}
			dropped[n], lines[n-1] = lines[n-1], "\n"
		}
		fset := token.NewFileSet()
		clean := strings.Join(lines, "")
		tf := fset.AddFile("f", -1, len(clean))
		tf.SetLinesForContent([]byte(clean))
		f := iptables.Parse("f", clean, iptables.Save, family, tf.Base())
		for _, e := range f.Errors {
			t.Errorf("the stock tool takes %s: %s", lines[fset.Position(e.Pos()).Line-1], e.Format(fset))
		}
		if t.Failed() {
			return
		}
		got := rulesByChain(string(f.Format()))
		for chain, rules := range rulesByChain(strings.Join(want, "\n")) {
			for i, r := range rules {
				if i >= len(got[chain]) {
					t.Errorf("chain %s: no rule %d: %s", chain, i, r)
				} else if got[chain][i] != r {
					t.Errorf("chain %s, rule %d\n got %s\nwant %s", chain, i, got[chain][i], r)
				}
			}
			if len(got[chain]) > len(rules) {
				t.Errorf("chain %s: %d rules, the stock tool has %d", chain, len(got[chain]), len(rules))
			}
		}
		if len(dropped) > 0 {
			t.Logf("left out, as the stock tool refuses them: %d lines", len(dropped))
		}
	})
}

// rulesByChain sorts the rules of a save file by table and chain.
func rulesByChain(text string) map[string][]string {
	out := map[string][]string{}
	table := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "*") {
			table = line
		}
		if i := strings.Index(line, "-A "); i == 0 || i > 0 && line[0] == '[' {
			chain, _, _ := strings.Cut(line[i+3:], " ")
			out[table+" "+chain] = append(out[table+" "+chain], line[i:])
		}
	}
	return out
}
