package ext

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// The TEE target (iptables-extensions(8), TEE; xt_TEE revision 1).
var _ = target(Ext{
	Name: "TEE",
	Options: []Option{
		{Name: "gateway", Arg: HostAddr, Required: true},
		{Name: "oif", Arg: nameText("the name of an interface", 15)},
	},
	Check: func(_ *Context, u *Use) *grammar.Error {
		if g := u.Get("gateway"); g != nil && g.Text == "" && g.Addr.IsUnspecified() {
			return grammar.Errorf(g.ArgSpan(), "the gateway %s is no host", g.Args[0].Text).Expected("the address of one")
		}
		return nil
	},
	Lower: func(l *Lowering, u *Use) {
		g := u.Get("gateway")
		d := &ast.Dup{Span: u.Span, Addr: l.HostMask(g.ArgSpan(), &g.Value), Use: l.UseIndex()}
		if g := u.Get("oif"); g != nil {
			d.Device = l.Str(g.ArgSpan(), g.Text)
		}
		l.Add(d)
	},
	Listed: []Listed{{"TEE gw:$1", "--gateway $1"}, {"oif=$1", "--oif $1"}},
})
