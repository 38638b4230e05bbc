package ext

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// tproxyAddr and tproxyPort are a [HostAddr] and a [NamedPort]. A listing has the
// two joined by a colon, without brackets around an IPv6 address, so both are
// cut out of the same word there.
var tproxyAddr, tproxyPort = listedPart(HostAddr, true), listedPart(NamedPort, false)

// listedPart returns the kind of an argument that stands before or behind the
// last colon of a listed word.
func listedPart(kind *Arg, before bool) *Arg {
	return &Arg{
		What: kind.What,
		Parse: func(c *Context, w []Word, v *Value) *grammar.Error {
			if i := strings.LastIndexByte(w[0].Text, ':'); c.Listing && i >= 0 {
				from, to := 0, i
				if !before {
					from, to = i+1, len(w[0].Text)
				}
				w = []Word{{Span: w[0].Sub(from, to), Text: w[0].Text[from:to]}}
			}
			return kind.Parse(c, w, v)
		},
		Save: func(p *Printer, v *Value) { kind.Save(p, v) },
	}
}

// The TPROXY targets (iptables-extensions(8), TPROXY; xt_TPROXY revision 1), one
// for each family.
var (
	_ = target(tproxyExt(V4, "0.0.0.0"))
	_ = target(tproxyExt(V6, "::"))
)

// tproxyExt declares the target; anyAddr is what is saved where no --on-ip is
// given.
func tproxyExt(f Family, anyAddr string) Ext {
	return Ext{
		Name:   "TPROXY",
		Family: f,
		Protos: []uint8{ProtoTCP, ProtoUDP},
		Tables: []string{"mangle"},
		Hooks:  []ast.Hook{ast.HookPrerouting},
		Options: []Option{
			{Name: "on-port", Arg: tproxyPort, Required: true},
			{Name: "on-ip", Arg: tproxyAddr},
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
		Listed: []Listed{{"TPROXY redirect $1 mark $2", "--on-ip $1 --on-port $1 --tproxy-mark $2"}},
	}
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
		t.Addr = l.HostMask(g.ArgSpan(), &g.Value)
	}
	g := u.Get("on-port") // 0 is the packet's own, in both dialects
	t.Port = l.Int(g.ArgSpan(), g.Lo)
	l.Add(t)
}
