package ext

import (
	"math"

	"github.com/ctlint/ctlint/ast"
)

// The quota match (iptables-extensions(8), quota). Negated, it matches when the
// quota is used up, which is nft's over. A listing does not say that it is
// negated, so it has no form here.
var _ = match(Ext{
	Name:    "quota",
	Options: []Option{{Name: "quota", Arg: Uint(0, math.MaxUint64), Not: true, Required: true}},
	Lower: func(l *Lowering, u *Use) {
		g := u.Get("quota")
		if g == nil || g.Lo > math.MaxInt64 { // more than nft takes (nft_quota_do_init)
			l.Extension(u)
			return
		}
		l.Add(&ast.Quota{Span: u.Span, Bytes: g.Lo, Over: g.Not, Use: l.use})
	},
})
