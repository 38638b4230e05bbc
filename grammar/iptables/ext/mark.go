package ext

import "github.com/ctlint/ctlint/ast"

// The mark match (iptables-extensions(8), mark).
var _ = match(Ext{
	Name: "mark",
	Options: []Option{
		{Name: "mark", Arg: MarkMask, Not: true, Required: true, Lower: Masked(allOnes, metaKey(ast.MetaMark))},
	},
	Listed: []Listed{{"mark match $1", "-m mark --mark $1"}, {"MARK match $1", "-m mark --mark $1"}},
})

// metaKey makes the left side of a match of [Masked].
func metaKey(k ast.MetaKey) func(*Lowering, ast.Span) ast.Expr {
	return func(l *Lowering, s ast.Span) ast.Expr { return l.Meta(s, k) }
}
