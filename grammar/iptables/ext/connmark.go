package ext

import "github.com/ctlint/ctlint/ast"

// The connmark match (iptables-extensions(8), connmark). Where there is no
// connection it fails, negated or not, as ct mark does.
var _ = match(Ext{
	Name: "connmark",
	Options: []Option{
		{Name: "mark", Arg: MarkMask, Not: true, Required: true, Lower: Masked(allOnes, func(l *Lowering, s ast.Span) ast.Expr {
			return l.CT(s, ast.CTMark, ast.DirNone)
		})},
	},
	Listed: []Listed{{"connmark match $1", "-m connmark --mark $1"}, {"CONNMARK match $1", "-m connmark --mark $1"}},
})
