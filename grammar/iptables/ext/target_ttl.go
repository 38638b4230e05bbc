package ext

import "github.com/ctlint/ctlint/ast"

// The TTL target (iptables-extensions(8), TTL; xt_HL).
var _ = target(hopsExt("TTL", V4, "ttl", ast.IPTTL))

// hopsExt declares a target that sets a packet's limit of hops. Counting up
// and down stops at 255 and 0; nft cannot count.
func hopsExt(name string, f Family, option string, field ast.Field) Ext {
	return Ext{
		Name:   name,
		Family: f,
		Tables: []string{"mangle"},
		Options: apart(
			Option{Name: option + "-set", Arg: Uint(0, 255)},
			Option{Name: option + "-dec", Arg: Uint(1, 255)},
			Option{Name: option + "-inc", Arg: Uint(1, 255)},
		),
		OneOf: []string{option + "-set", option + "-dec", option + "-inc"},
		Lower: func(l *Lowering, u *Use) {
			g := u.Get(option + "-set")
			if g == nil {
				l.Extension(u)
				return
			}
			l.setField(g.Span, field, field, func(ast.Expr) ast.Expr { return l.Int(g.ArgSpan(), g.Lo) })
		},
		Listed: []Listed{
			{name + " set to $1", "--" + option + "-set $1"},
			{name + " decrement by $1", "--" + option + "-dec $1"},
			{name + " increment by $1", "--" + option + "-inc $1"},
		},
	}
}
