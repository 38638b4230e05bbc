package ext

import "github.com/ctlint/ctlint/ast"

// The AUDIT target (iptables-extensions(8), AUDIT; xt_AUDIT). Since Linux 4.12
// the type is read and ignored, so that the record is the one of nft's log level
// audit.
var _ = target(Ext{
	Name: "AUDIT",
	Options: []Option{
		{Name: "type", Arg: OneName("a type of audit record", true, Name{"accept", 0}, Name{"drop", 1}, Name{"reject", 2}), Required: true},
	},
	Lower:  func(l *Lowering, u *Use) { l.Add(&ast.Log{Span: u.Span, Level: "audit", Use: l.UseIndex()}) },
	Listed: []Listed{{"AUDIT $1", "--type $1"}},
})
