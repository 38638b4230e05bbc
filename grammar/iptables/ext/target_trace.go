package ext

import "github.com/ctlint/ctlint/ast"

// The TRACE target (iptables-extensions(8), TRACE; xt_TRACE). The kernel's
// target works in the raw table alone; iptables-nft makes meta nftrace of it,
// which works anywhere, so that another table is no error here.
var _ = target(Ext{
	Name: "TRACE",
	Lower: func(l *Lowering, u *Use) {
		l.Add(&ast.Assign{Span: u.Span, Left: l.Meta(u.Span, ast.MetaNftrace), Right: l.Int(u.Span, 1), Use: l.UseIndex()})
	},
})
