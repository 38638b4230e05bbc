package iptables

import (
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/internal/stocktool"
)

// TestSaveSections reads save files with several sections of a table. What the
// model has is what the stock tools have after loading the file, and each section
// whose rules are gone then is told of.
func TestSaveSections(t *testing.T) {
	const first = "*filter\n:INPUT DROP [0:0]\n:mine - [0:0]\n-A INPUT -s 192.0.2.1 -j ACCEPT\n-A mine -j DROP\nCOMMIT\n"
	for _, c := range []struct {
		name, text string
		lost       []string // the beginnings of what is told
	}{
		{"one", first, nil},
		{"of two tables", first + "*mangle\n:INPUT ACCEPT [0:0]\n-A INPUT -j MARK --set-mark 1\nCOMMIT\n", nil},
		{"two", first + "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s 192.0.2.2 -j ACCEPT\nCOMMIT\n",
			[]string{"a second *filter: iptables-restore empties the table at each, so the 2 rules of the one in line 1 are lost"}},
		{"with another between", "# ours\n" + first + "*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n*filter\n:INPUT DROP [0:0]\nCOMMIT\n",
			[]string{"a second *filter: iptables-restore empties the table at each, so the 2 rules of the one in line 2 are lost"}},
		{"the first without rules", "*filter\n:INPUT DROP [0:0]\n:mine - [0:0]\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n:mine - [0:0]\n-A mine -j DROP\nCOMMIT\n", nil},
		{"three", first + "*filter\n:INPUT DROP [0:0]\n-I INPUT -j ACCEPT\nCOMMIT\n" + strings.ReplaceAll(first, "192.0.2.1", "192.0.2.3"),
			[]string{"a second *filter: iptables-restore empties the table at each, so the 2 rules of the one in line 1 are lost",
				"a second *filter: iptables-restore empties the table at each, so the rule of the one in line 7 is lost"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := Parse("rules.v4", c.text, Save, ast.FamilyIP, 1)
			var told []string
			for _, e := range f.Errors {
				if e.Kind != grammar.Lost {
					t.Errorf("error %v", e)
				}
				told = append(told, e.Msg)
			}
			if !slices.EqualFunc(told, c.lost, strings.HasPrefix) {
				t.Errorf("told is %q; want %q", told, c.lost)
			}
			if f.Format() == nil {
				t.Error("it cannot be formatted")
			}
			lines := 0
			for range f.Lines {
				lines++
			}
			if want := strings.Count(c.text, "\n-"); lines != want {
				t.Errorf("%d of %d lines are there for those who rewrite them", lines, want)
			}
			got := summary(f.Ruleset)
			for _, tool := range []string{"iptables-legacy", "iptables-nft"} {
				saved, err := stocktool.Restore(t, tool, c.text)
				if err != nil {
					t.Fatal(err)
				}
				stock := Parse("saved", saved, Save, ast.FamilyIP, 1)
				if want := summary(stock.Ruleset); got != want {
					t.Errorf("%s has %s; the model has %s", tool, want, got)
				}
			}
		})
	}
}

// summary tells the rules of all chains but those without any, and the policies
// of INPUT.
func summary(rs *ast.Ruleset) string {
	var out []string
	for _, tb := range rs.Tables {
		for _, c := range tb.Chains {
			if c.Name == "INPUT" && tb.Name == "filter" {
				out = append(out, tb.Name+" policy "+c.Policy.String())
			}
			for _, r := range c.Rules {
				out = append(out, tb.Name+" "+c.Name+" "+ast.Dump(r))
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}
