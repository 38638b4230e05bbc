package ext

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// dscpClasses are the names of DiffServ classes (RFC 2474, RFC 2597, RFC 3246),
// in the order in which libxt_dscp looks for them.
var dscpClasses = []Name{
	{"CS0", 0x00}, {"CS1", 0x08}, {"CS2", 0x10}, {"CS3", 0x18}, {"CS4", 0x20}, {"CS5", 0x28}, {"CS6", 0x30}, {"CS7", 0x38}, {"BE", 0x00},
	{"AF11", 0x0a}, {"AF12", 0x0c}, {"AF13", 0x0e}, {"AF21", 0x12}, {"AF22", 0x14}, {"AF23", 0x16},
	{"AF31", 0x1a}, {"AF32", 0x1c}, {"AF33", 0x1e}, {"AF41", 0x22}, {"AF42", 0x24}, {"AF43", 0x26}, {"EF", 0x2e},
}

// dscpValue is a DSCP by number, dscpClass one by the name of its class; both
// are printed as a number (Value.Lo).
var (
	dscpValue = hex2(Uint(0, 63))
	dscpClass = hex2(&Arg{
		What: "a class of DiffServ: BE, EF, CS0 to CS7, or AF11 to AF43",
		Parse: func(_ *Context, w []Word, v *Value) *grammar.Error {
			i := findName(dscpClasses, w[0].Text)
			if i < 0 {
				return unknownName(w[0].Span, w[0].Text, "class of DiffServ", dscpClasses)
			}
			v.Lo = dscpClasses[i].Bits
			v.Hi = v.Lo
			return nil
		},
	})
)

func hex2(a *Arg) *Arg {
	a.Save = func(p *Printer, v *Value) { p.Hex2(v.Lo) }
	return a
}

// The dscp match (iptables-extensions(8), dscp).
var _ = match(Ext{
	Name: "dscp",
	Options: []Option{
		{Name: "dscp", Arg: dscpValue, Not: true, Excl: []string{"dscp-class"}, Lower: lowerDSCP},
		{Name: "dscp-class", Arg: dscpClass, Not: true, Excl: []string{"dscp"}, Lower: lowerDSCP, Save: func(p *Printer, g *Given) {
			p.Flag(g.Not, strings.TrimSuffix(g.Option.Name, "-class"))
			p.Hex2(g.Lo)
		}},
	},
	OneOf:  []string{"dscp", "dscp-class"},
	Listed: []Listed{{"DSCP match $1", "-m dscp --dscp $1"}},
})

func lowerDSCP(l *Lowering, g *Given) {
	f := ast.IPDSCP
	if l.V6() {
		f = ast.IP6DSCP
	}
	l.Match(g.Span, l.Payload(g.Name.Span, f), ast.OpEq, g.Not, l.Int(g.ArgSpan(), g.Lo))
}
