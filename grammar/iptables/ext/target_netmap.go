package ext

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

var wholeHostMask = hostMask(true)

// netmapTo is a network of which the bits outside of the mask do not matter.
var netmapTo = &Arg{
	What: wholeHostMask.What,
	Parse: func(c *Context, w []Word, v *Value) *grammar.Error {
		if err := wholeHostMask.Parse(c, w, v); err != nil || v.Text != "" {
			return err
		}
		if v.Bits < 0 {
			v.Addr = and(v.Addr, v.AddrHi)
		} else {
			p, _ := v.Addr.Prefix(v.Bits) // Parse has checked the length
			v.Addr = p.Addr()
		}
		return nil
	},
	Save: wholeHostMask.Save,
}

// The NETMAP target (iptables-extensions(8), NETMAP; xt_NETMAP).
var _ = target(Ext{
	Name:    "NETMAP",
	Tables:  []string{"nat"},
	Options: []Option{{Name: "to", Arg: netmapTo, Required: true}},
	Lower:   lowerNetmap,
	Listed:  []Listed{{"to:$1", "--to $1"}},
})

// lowerNetmap lowers what is nft's dnat or snat with prefix: the hook decides
// which of the two (HOOK2MANIP). In a chain of one's own that is not known.
func lowerNetmap(l *Lowering, u *Use) {
	g := u.Get("to")
	var kind ast.NATKind
	switch l.Chain {
	case "PREROUTING", "OUTPUT":
		kind = ast.DNAT
	case "POSTROUTING", "INPUT":
		kind = ast.SNAT
	}
	if kind == ast.NATNone || g.Text != "" || g.Bits <= 0 {
		l.Extension(u)
		return
	}
	n := &ast.NAT{Span: u.Span, Kind: kind, Use: l.UseIndex()}
	if g.Bits == g.Addr.BitLen() {
		n.Addr = l.Addr(g.ArgSpan(), g.Addr)
	} else {
		n.Addr, n.Flags = l.Prefix(g.ArgSpan(), g.Addr, g.Bits), []string{"prefix"}
	}
	l.Add(n)
}
