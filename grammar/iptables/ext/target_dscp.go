package ext

import "github.com/ctlint/ctlint/ast"

// The DSCP target (iptables-extensions(8), DSCP; xt_DSCP).
var _ = target(Ext{
	Name:   "DSCP",
	Tables: []string{"mangle"},
	Options: []Option{
		{Name: "set-dscp", Arg: dscpValue, Excl: []string{"set-dscp-class"}, Lower: lowerSetDSCP},
		{Name: "set-dscp-class", Arg: dscpClass, Save: saveSetDSCP, Lower: lowerSetDSCP},
	},
	OneOf:  []string{"set-dscp", "set-dscp-class"},
	Listed: []Listed{{"DSCP set $1", "--set-dscp $1"}},
})

func saveSetDSCP(p *Printer, g *Given) {
	p.Flag(false, "set-dscp")
	p.Hex2(g.Lo)
}

func lowerSetDSCP(l *Lowering, g *Given) {
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
