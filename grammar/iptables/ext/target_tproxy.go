package ext

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// onPort is a port or a service's name (Value.Lo).
var onPort = &Arg{
	What: "a port from 0 to 65535, or a service's name",
	Save: func(p *Printer, v *Value) { p.Uint(v.Lo) },
}

func init() {
	onPort.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		n, ok := port(w[0].Text, 0)
		if !ok {
			e := onPort.Bad(w[0])
			e.Hint = grammar.Near(w[0].Text, ServiceNames())
			return e
		}
		v.Lo, v.Hi = n, n
		return nil
	}
}

// The TPROXY targets (iptables-extensions(8), TPROXY; xt_TPROXY revision 1), one
// for each family.
var (
	_ = tproxyTarget(V4, "0.0.0.0")
	_ = tproxyTarget(V6, "::")
)

// tproxyTarget declares the target; anyAddr is what is saved where no --on-ip is
// given.
func tproxyTarget(f Family, anyAddr string) *Ext {
	return target(Ext{
		Name:   "TPROXY",
		Family: f,
		Protos: []uint8{ProtoTCP, ProtoUDP},
		Tables: []string{"mangle"},
		Hooks:  []ast.Hook{ast.HookPrerouting},
		Options: []Option{
			{Name: "on-port", Arg: onPort, Required: true},
			{Name: "on-ip", Arg: gateway},
			{Name: "tproxy-mark", Arg: xmark},
		},
		Save: func(p *Printer, u *Use) {
			for _, o := range []struct{ name, def string }{{"on-port", "0"}, {"on-ip", anyAddr}, {"tproxy-mark", "0x0/0x0"}} {
				p.Flag(false, o.name)
				if g := u.Get(o.name); g != nil {
					g.Option.Arg.Save(p, &g.Value)
				} else {
					p.Word(o.def)
				}
			}
		},
		Lower:  lowerTproxy,
		Listed: []Listed{{"TPROXY redirect $1:$2 mark $3", "--on-ip $1 --on-port $2 --tproxy-mark $3"}},
	})
}

// lowerTproxy lowers to nft's tproxy, which ends the rule here: the target
// accepts a packet that a socket takes, and drops one that none does
// (tproxy_tg4). So it makes no difference that the mark, which the target sets
// for the former, is set before.
func lowerTproxy(l *Lowering, u *Use) {
	if g := u.Get("tproxy-mark"); g != nil && g.Lo|g.Hi != 0 {
		l.assignMark(g.Span, g.Lo, g.Hi)
	}
	t := &ast.TProxy{Span: u.Span, Terminal: true, Use: l.UseIndex()}
	if g := u.Get("on-ip"); g != nil && !(g.Text == "" && g.Addr.IsUnspecified()) {
		t.Addr = l.gateway(g)
	}
	g := u.Get("on-port") // 0 is the packet's own, in both dialects
	t.Port = l.Int(g.ArgSpan(), g.Lo)
	l.Add(t)
}
