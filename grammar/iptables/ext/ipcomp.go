package ext

import "github.com/ctlint/ctlint/ast"

// The ipcomp match, which iptables-extensions(8) leaves out: the CPI of a packet
// whose protocol is IPComp (RFC 3173). Two things are not as one would think.
// Without --ipcompspi the match looks for the CPI 0, as libxt_ipcomp leaves its
// zeroed range alone; so iptables-save's form of the full range, which is to
// say nothing, means another rule when it is read again, and is not printed
// here. And the kernel does not look at what --compres asks for (comp_mt in
// xt_ipcomp).
var _ = match(Ext{
	Name:   "ipcomp",
	Protos: []uint8{ProtoIPComp},
	Loads:  true,
	Options: []Option{
		{Name: "ipcompspi", Arg: spiRange, Not: true},
		{Name: "compres"},
	},
	Save: func(p *Printer, u *Use) {
		if g := u.Get("ipcompspi"); g != nil {
			p.Given(g)
		} else {
			p.Word("--ipcompspi 0")
		}
		if g := u.Get("compres"); g != nil {
			p.Given(g)
		}
	},
	Lower: func(l *Lowering, u *Use) {
		g := u.Get("ipcompspi")
		if g == nil {
			g = &Given{Span: u.Span, Name: Word{Span: u.Span}}
		}
		l.within(g.Span, g.ArgSpan(), l.Payload(g.Name.Span, ast.COMPCPI), g.Not, g.Lo, g.Hi, 65535)
	},
	Listed: listed("comp", "-m ipcomp", append(spiForms("ipcompspi"), "reserved", "--compres")...),
})
