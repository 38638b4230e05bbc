package semantics_test

import (
	"go/token"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/semantics"
)

// TestNewHosts compares a ruleset with another that means the same, and one that does
// not.
func TestNewHosts(t *testing.T) {
	parse := func(text string) []*ast.Ruleset {
		s := load.Parse(token.NewFileSet(), "rules", []byte(text), load.Options{})
		if len(s.Errors) > 0 {
			t.Fatal(s.Errors)
		}
		return []*ast.Ruleset{s.Ruleset}
	}
	const head, script = "*filter\n:INPUT DROP [0:0]\n", "table ip f {\n\tchain i {\n\t\ttype filter hook input priority filter; policy drop;\n\t\ttcp dport { 22, 80 } accept\n\t}\n}\n"
	two := parse(head + "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\nCOMMIT\n")
	one := parse(head + "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n")
	hosts := semantics.NewHosts(semantics.Options{}, two, parse(script), one)
	var in []semantics.Set
	for _, h := range hosts {
		in = append(in, h.Way(ast.FamilyIP, ast.HookInput).Accepts())
	}
	// A later fragment has no port for x_tables, and what stands there for nft.
	rest := in[0].Way().Where(semantics.Fields{Fragment: true}).Not()
	if !in[0].Must().And(rest).Equal(in[1].Must().And(rest)) || in[0].Must().Equal(in[1].Must()) {
		t.Error("the same in two dialects is not equal")
	}
	w, ok := in[1].Must().Minus(in[2].May()).Witness()
	if !ok || w.Dport != 80 {
		t.Errorf("the witness is %s, %t", &w.Packet, ok)
	}
	if !in[2].Must().Minus(in[1].Must()).Empty() || !in[0].Must().Covers(in[2].Must()) {
		t.Error("a part is not in the whole")
	}
	other := semantics.NewHost(two, semantics.Options{}).Way(ast.FamilyIP, ast.HookInput).Accepts()
	if other.Equal(in[0]) || other.Minus(in[0]).Known() {
		t.Error("sets of hosts that were not made together are compared")
	}
}
