package ext

import "github.com/ctlint/ctlint/ast"

// The targets that are verdicts (iptables(8), TARGETS). A jump to a chain of the
// ruleset's own is none of them.
var (
	_ = verdict("ACCEPT", ast.VerdictAccept)
	_ = verdict("DROP", ast.VerdictDrop)
	_ = verdict("RETURN", ast.VerdictReturn)
	_ = target(Ext{Name: "QUEUE", Verdict: true, Lower: func(l *Lowering, u *Use) {
		l.Add(&ast.Queue{Span: u.Span})
	}})
)

func verdict(name string, k ast.VerdictKind) *Ext {
	return target(Ext{Name: name, Verdict: true, Lower: func(l *Lowering, u *Use) {
		l.Verdict(u.Span, k, "")
	}})
}
