package nft

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// TestVariableSpans checks that a node that a variable gives points at the text
// of the variable, and that what holds it points at the rule.
func TestVariableSpans(t *testing.T) {
	sc := &scope{table: &ast.Table{Family: ast.FamilyIP}, seq: 1, vars: &variables{names: map[string][]*define{}}}
	net := &define{name: "net", text: "192.0.2.0/24", base: 5000, scope: sc}
	nets := &define{name: "nets", text: "{ $net, 198.51.100.1 }", base: 6000, scope: sc}
	sc.vars.names["net"], sc.vars.names["nets"] = []*define{net}, []*define{nets}
	var p ruleParser
	r := p.parseRule("ip saddr $nets drop", spanBase, sc)
	if len(p.errs) > 0 {
		t.Fatal(p.errs[0])
	}
	m := r.Stmts[0].(*ast.Match)
	set := m.Right.(*ast.SetLit)
	for _, c := range []struct {
		n    ast.Node
		want ast.Span
	}{
		{r, ast.Span{From: 1000, To: 1019}},
		{m, ast.Span{From: 1000, To: 1014}},
		{set, ast.Span{From: 6000, To: 6022}},
		{set.Elems[0], ast.Span{From: 6002, To: 6006}},
		{set.Elems[0].Key, ast.Span{From: 5000, To: 5012}},
		{set.Elems[1].Key, ast.Span{From: 6008, To: 6020}},
		{r.Stmts[1], ast.Span{From: 1015, To: 1019}},
	} {
		if got := c.n.Source(); got != c.want {
			t.Errorf("%s is at %v, not %v", ast.Dump(c.n), got, c.want)
		}
	}
}

func TestVariableErrors(t *testing.T) {
	for _, c := range []struct{ rule, err string }{
		{"tcp dport $prt", `unknown variable $prt; expected one that a define gives a value; did you mean "$port"?`},
		{"tcp dport $self", "brackets or variables lie more than 100 deep in each other"},
		{"tcp dport $bad", "unexpected end of the statement; expected , or }"},
		{"tcp dport $empty", "unexpected end of the statement; expected a port, or the name of a service"},
		{"tcp dport $net", "unexpected \"192.0.2.0\"; expected a port, or the name of a service"},
		{"ip6 saddr $ports", "unexpected \"22\"; expected an IPv6 address"},
		{"meta mark set $ports", "the variable holds a set; expected a mark"},
		{"ip saddr . tcp dport $net", "the key has 1 of 2 parts; expected an IPv4 address . a port"},
		{"log prefix \"$nobody\"", "unknown variable $nobody in the text; expected one that a define gives a value"},
	} {
		var p ruleParser
		r := p.parseRule(c.rule, spanBase, fuzzScope(ast.FamilyInet))
		if len(p.errs) != 1 || p.errs[0].Error() != c.err || !r.Bad {
			t.Errorf("%s\ngot  %v\nwant %s", c.rule, p.errs, c.err)
		}
	}
}

// TestScopes checks that a variable is looked up where its text stands: in the
// innermost block, and in that of the variable that uses it.
func TestScopes(t *testing.T) {
	file := &variables{names: map[string][]*define{}}
	table := &variables{outer: file, names: map[string][]*define{}}
	outer := &scope{vars: file, seq: 1, family: ast.FamilyIP}
	inner := &scope{vars: table, seq: 1, family: ast.FamilyIP}
	add := func(sc *scope, name, text string) {
		sc.vars.names[name] = []*define{{name: name, text: text, base: 1, scope: sc}}
	}
	add(outer, "a", "1")
	add(outer, "b", "$a")
	add(inner, "a", "2")
	for rule, want := range map[string]string{
		"meta mark $a": "(rule (match meta.mark == 0x2))",
		"meta mark $b": "(rule (match meta.mark == 0x1))",
	} {
		var p ruleParser
		if got := ast.Dump(p.parseRule(rule, 1, inner)); got != want {
			t.Errorf("%s: %s", rule, got)
		}
	}
}
