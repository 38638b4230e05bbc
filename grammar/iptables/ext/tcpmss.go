package ext

import "github.com/ctlint/ctlint/ast"

// The tcpmss match (iptables-extensions(8), tcpmss). A packet without the option
// matches where it is negated (tcpmss_mt in xt_tcpmss); nft's != would not.
var _ = match(Ext{
	Name:   "tcpmss",
	Protos: []uint8{ProtoTCP},
	Options: []Option{
		{Name: "mss", Arg: UintRange(0, 65535), Not: true, Required: true, Lower: lowerMSS},
	},
	Listed: []Listed{{"tcpmss match $1", "-m tcpmss --mss $1"}},
})

// optMaxseg is the kind of the maximum segment size (RFC 9293 section 3.2).
const optMaxseg = 2

func lowerMSS(l *Lowering, g *Given) {
	size := &ast.TCPOption{Span: g.Name.Span, Kind: optMaxseg, Field: "size"}
	value := l.IntRange(g.ArgSpan(), g.Lo, g.Hi)
	if !g.Not {
		l.Match(g.Span, size, ast.OpEq, false, value)
		return
	}
	l.loaded(g.Span, l.Payload(g.Name.Span, ast.TCPSport), 65535) // a later fragment lacks the option, and does not match
	missing := l.NewMatch(g.Span, &ast.TCPOption{Span: g.Name.Span, Kind: optMaxseg}, ast.OpEq, &ast.Bool{Span: g.Name.Span})
	l.anyOf(g.Span, missing, l.NewMatch(g.Span, size, ast.OpNe, value))
}
