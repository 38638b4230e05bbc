package ext

import (
	"net/netip"
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// ipv6List is a list of up to 16 IPv6 addresses (Value.List).
var ipv6List = &Arg{
	What: "IPv6 addresses joined by commas",
	Save: func(p *Printer, v *Value) {
		for i := range v.List {
			p.next(i)
			p.B = appendNtop(p.B, v.List[i].Addr)
		}
	},
	Parse: func(_ *Context, w []Word, v *Value) *grammar.Error {
		elems, err := plainList.read(w[0], "an IPv6 address", nil)
		if err != nil {
			return err
		}
		for i := range elems {
			e := &elems[i]
			at := w[0].Sub(e.at, e.end())
			a, err := netip.ParseAddr(e.lo)
			if err != nil || a.Is4() || a.Zone() != "" {
				return grammar.Errorf(at, "%q is no IPv6 address", e.lo).Expected("an address such as 2001:db8::1")
			}
			if i == 16 {
				return grammar.Errorf(at, "the list has more than 16 addresses").Expected("at most 16")
			}
			v.List = append(v.List, Item{Span: at, Addr: a})
		}
		return nil
	},
}

// rt0Options are the options that look into a routing header of type 0, which
// nft cannot.
var rt0Options = []string{"rt-0-res", "rt-0-addrs", "rt-0-not-strict"}

// The rt match (iptables-extensions(8), rt): a routing header. The options of
// type 0 want --rt-type 0 before them, and --rt-0-not-strict the list of
// addresses that it speaks of.
var _ = match(Ext{
	Name:   "rt",
	Family: V6,
	Options: []Option{
		// The kernel compares a byte with numbers of 32 bits.
		{Name: "rt-type", Arg: Uint(0, 1<<32-1), Not: true, Lower: func(l *Lowering, g *Given) {
			l.within(g.Span, g.ArgSpan(), &ast.Exthdr{Span: g.Name.Span, Header: "rt", Field: "type"}, g.Not, g.Lo, g.Hi, 255)
		}},
		{Name: "rt-segsleft", Arg: spiRange, Not: true, Save: saveFull(1<<32 - 1), Lower: extField("rt", "seg-left", 255)},
		// Units of 8 bytes less 1 (RFC 8200 section 4.4).
		{Name: "rt-len", Arg: Uint(0, 1<<32-1), Not: true, Lower: func(l *Lowering, g *Given) { l.extLength(g, "rt", "hdrlength", 8, 1) }},
		{Name: "rt-0-res"},
		{Name: "rt-0-addrs", Arg: ipv6List},
		{Name: "rt-0-not-strict"},
	},
	Check: func(_ *Context, u *Use) *grammar.Error {
		type0, addrs := false, false
		for i := range u.Given {
			g := &u.Given[i]
			switch name := g.Option.Name; {
			case name == "rt-type":
				type0 = g.Lo == 0 && !g.Not
			case name == "rt-0-not-strict" && !addrs:
				return grammar.Errorf(g.Span, "--rt-0-not-strict speaks of no list").Expected("--rt-0-addrs before it")
			case slices.Contains(rt0Options, name) && !type0:
				return grammar.Errorf(g.Span, "--%s is for routing headers of type 0", name).Expected("--rt-type 0 before it")
			case name == "rt-0-addrs":
				addrs = true
			}
		}
		return nil
	},
	Bare: extHeader("rt"),
	Lower: func(l *Lowering, u *Use) {
		l.options(u)
		isRt0 := func(g *Given) bool { return slices.Contains(rt0Options, g.Option.Name) }
		if v := u.only(isRt0); len(v.Given) > 0 {
			l.Extension(v)
		}
	},
	Listed: listed("rt", "-m rt",
		"type:!$1", "! --rt-type $1", "type:$1", "--rt-type $1",
		"segsleft:!$1", "! --rt-segsleft $1", "segslefts:!$1", "! --rt-segsleft $1",
		"segsleft:$1", "--rt-segsleft $1", "segslefts:$1", "--rt-segsleft $1",
		"length:!$1", "! --rt-len $1", "length:$1", "--rt-len $1",
		"reserved", "--rt-0-res", "0-addrs $1", "--rt-0-addrs $1", "0-not-strict", "--rt-0-not-strict"),
})
