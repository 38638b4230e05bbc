package ext

import "github.com/ctlint/ctlint/ast"

// The frag match (iptables-extensions(8), frag): a fragment header. The kernel
// takes --fraglen but does not look at it (frag_mt6 in ip6t_frag).
var _ = match(Ext{
	Name:   "frag",
	Family: V6,
	Options: []Option{
		{Name: "fragid", Arg: spiRange, Not: true, Save: saveFull(1<<32 - 1), Lower: extField("frag", "id", 1<<32-1)},
		{Name: "fraglen", Arg: Uint(0, 1<<32-1), Not: true, Lower: func(l *Lowering, g *Given) { l.extExists(g.Span, "frag") }},
		{Name: "fragres", Lower: extZero("frag", "reserved", "reserved2")},
		{Name: "fragfirst", Lower: extZero("frag", "frag-off")},
		{Name: "fragmore", Excl: []string{"fraglast"}, Lower: func(l *Lowering, g *Given) {
			l.Match(g.Span, &ast.Exthdr{Span: g.Name.Span, Header: "frag", Field: "more-fragments"}, ast.OpEq, false, l.Int(g.Name.Span, 1))
		}},
		{Name: "fraglast", Excl: []string{"fragmore"}, Lower: extZero("frag", "more-fragments")},
	},
	Bare: extHeader("frag"),
	Listed: listed("frag", "-m frag",
		"id:!$1", "! --fragid $1", "ids:!$1", "! --fragid $1", "id:$1", "--fragid $1", "ids:$1", "--fragid $1",
		"length:!$1", "! --fraglen $1", "length:$1", "--fraglen $1",
		"reserved", "--fragres", "first", "--fragfirst", "more", "--fragmore", "last", "--fraglast"),
})
