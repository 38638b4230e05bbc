package ext_test

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestForeign(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m psd --psd-weight-threshold 21 -j DROP", Err: `unknown match "psd": it is an extension of xtables-addons, not of iptables; expected a match of iptables-extensions(8)`},
		{Rule: "-m nth --every 3", Err: `"nth": it is an extension of patch-o-matic, not of iptables; expected -m statistic --mode nth`},
		{Rule: "-m unclean -j DROP", Err: "iptables and the kernel do not have it any more"},
		{Rule: "-m layer7 --l7proto bittorrent -j DROP", Err: "an extension of l7-filter"},
		{Rule: "-m limt", Err: `unknown match "limt"; expected a match of iptables-extensions(8); did you mean "limit"?`},
		{Rule: "-p tcp -j TARPIT --tarpit", Err: `unknown target "TARPIT": it is an extension of xtables-addons`},
		{Rule: "-j SAME --to 192.0.2.1-192.0.2.9", Table: "nat", Chain: "POSTROUTING", Err: "do not have it any more; expected -j SNAT --persistent", Family: ast.FamilyIP},
	})
}

// TestForeignJump tells a chain from a target of that name, which only a whole
// file can.
func TestForeignJump(t *testing.T) {
	const file = "*filter\n:INPUT ACCEPT [0:0]\n%:TARPIT - [0:0]\n-A INPUT -p tcp -j TARPIT\nCOMMIT\n"
	f := iptables.Parse("rules", strings.Replace(file, "%", "", 1), iptables.Save, ast.FamilyIP, 1)
	if len(f.Errors) != 0 {
		t.Errorf("a jump to a chain: %v", f.Errors)
	}
	f = iptables.Parse("rules", strings.Replace(file, "%:TARPIT - [0:0]\n", "", 1), iptables.Save, ast.FamilyIP, 1)
	if len(f.Errors) != 1 || !strings.Contains(f.Errors[0].Error(), "an extension of xtables-addons") {
		t.Errorf("a jump to a target of xtables-addons: %v", f.Errors)
	}
	rules := f.Ruleset.Tables[0].Chains[0].Rules
	if len(rules) != 1 || !rules[0].Bad {
		t.Fatalf("the rule is not kept as a bad one: %+v", rules)
	}
	if o, ok := rules[0].Stmts[len(rules[0].Stmts)-1].(*ast.Opaque); !ok || !o.Action {
		t.Errorf("what the rule does is %#v", rules[0].Stmts)
	}
}

// TestForeignNames holds the names against those that iptables has.
func TestForeignNames(t *testing.T) {
	for _, target := range []bool{false, true} {
		for _, f := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
			for _, name := range ext.Names(target, f) {
				if err := ext.Foreign(ext.Word{Text: name}, target); err != nil {
					t.Errorf("%s is declared: %v", name, err)
				}
			}
		}
	}
}
