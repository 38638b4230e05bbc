package ext

import "github.com/ctlint/ctlint/ast"

// dscpClasses are the DiffServ classes that libxt_DSCP knows (RFC 2474, 2597,
// 3246).
var dscpClasses = []Name{
	{"CS0", 0}, {"CS1", 8}, {"CS2", 16}, {"CS3", 24}, {"CS4", 32}, {"CS5", 40}, {"CS6", 48}, {"CS7", 56}, {"BE", 0},
	{"AF11", 10}, {"AF12", 12}, {"AF13", 14}, {"AF21", 18}, {"AF22", 20}, {"AF23", 22},
	{"AF31", 26}, {"AF32", 28}, {"AF33", 30}, {"AF41", 34}, {"AF42", 36}, {"AF43", 38}, {"EF", 46},
}

// The DSCP target (iptables-extensions(8), DSCP; xt_DSCP).
var _ = target(Ext{
	Name:   "DSCP",
	Tables: []string{"mangle"},
	Options: []Option{
		{Name: "set-dscp", Arg: hexUint(0, 63, 2), Excl: []string{"set-dscp-class"}, Lower: lowerDSCP},
		{Name: "set-dscp-class", Arg: OneName("a DiffServ class", true, dscpClasses...), Save: saveDSCP, Lower: lowerDSCP},
	},
	OneOf:  []string{"set-dscp", "set-dscp-class"},
	Listed: []Listed{{"DSCP set $1", "--set-dscp $1"}},
})

func saveDSCP(p *Printer, g *Given) {
	p.Flag(false, "set-dscp")
	p.padHex(g.Lo, 2)
}

func lowerDSCP(l *Lowering, g *Given) {
	l.setField(g.Span, ast.IPDSCP, ast.IP6DSCP, func(ast.Expr) ast.Expr { return l.Int(g.ArgSpan(), g.Lo) })
}

// setField sets a header field, that of the rule's family, to what value makes
// of it.
func (l *Lowering) setField(s ast.Span, v4, v6 ast.Field, value func(old ast.Expr) ast.Expr) {
	f := v4
	if l.V6() {
		f = v6
	}
	l.Add(&ast.Assign{Span: s, Left: l.Payload(s, f), Right: value(l.Payload(s, f)), Use: l.UseIndex()})
}
