package ext

import "github.com/ctlint/ctlint/ast"

// The NOTRACK target (iptables-extensions(8), NOTRACK): an alias of CT
// --notrack with a name of its own in what is saved (XT_CT_NOTRACK_ALIAS). -L
// has it as a CT.
var _ = target(Ext{
	Name:   "NOTRACK",
	Tables: []string{"raw"},
	Lower:  func(l *Lowering, u *Use) { l.Add(&ast.Notrack{Span: u.Span, Use: l.UseIndex()}) },
	Listed: []Listed{{"NOTRACK", "-j NOTRACK"}},
})
