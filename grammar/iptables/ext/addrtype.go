package ext

import (
	"math/bits"
	"net/netip"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// The types of addresses as bits, in the order of rtnetlink.h (XT_ADDRTYPE_*).
const (
	addrUnspec = 1 << iota
	addrUnicast
	addrLocal
	addrBroadcast
	addrAnycast
	addrMulticast
	addrBlackhole
	addrUnreachable
	addrProhibit
	addrThrow
	addrNAT
	addrXresolve
)

var addrTypes = []Name{
	{"UNSPEC", addrUnspec}, {"UNICAST", addrUnicast}, {"LOCAL", addrLocal}, {"BROADCAST", addrBroadcast}, {"ANYCAST", addrAnycast},
	{"MULTICAST", addrMulticast}, {"BLACKHOLE", addrBlackhole}, {"UNREACHABLE", addrUnreachable}, {"PROHIBIT", addrProhibit},
	{"THROW", addrThrow}, {"NAT", addrNAT}, {"XRESOLVE", addrXresolve},
}

var addrTypeList = NameList("address types", "", addrTypes...)

// The addrtype match (iptables-extensions(8), addrtype).
var _ = match(Ext{
	Name: "addrtype",
	Options: []Option{
		{Name: "src-type", Arg: addrTypeList, Not: true},
		{Name: "dst-type", Arg: addrTypeList, Not: true},
		{Name: "limit-iface-in", Excl: []string{"limit-iface-out"}},
		{Name: "limit-iface-out"},
	},
	OneOf: []string{"src-type", "dst-type"},
	Check: checkAddrType,
	Lower: lowerAddrType,
	Listed: []Listed{
		{"ADDRTYPE match", "-m addrtype"},
		{"ADDRTYPE match src-type $1", "-m addrtype --src-type $1"},
		{"ADDRTYPE match dst-type $1", "-m addrtype --dst-type $1"},
		{"ADDRTYPE match limit-in", "-m addrtype --limit-iface-in"},
		{"ADDRTYPE match limit-out", "-m addrtype --limit-iface-out"},
	},
})

// noV6Types are the types that the kernel refuses in ip6tables
// (addrtype_mt_checkentry_v1).
const noV6Types = addrBroadcast | addrBlackhole | addrProhibit | addrThrow | addrNAT | addrXresolve

func checkAddrType(c *Context, u *Use) *grammar.Error {
	for i := range u.Given {
		g := &u.Given[i]
		var err *grammar.Error
		switch {
		case g.Option.Name == "limit-iface-in":
			err = misplaced(c, g, ast.HookPrerouting, ast.HookInput, ast.HookForward)
		case g.Option.Name == "limit-iface-out":
			err = misplaced(c, g, ast.HookForward, ast.HookOutput, ast.HookPostrouting)
		case c.V6() && g.Lo&noV6Types != 0:
			err = grammar.Errorf(g.ArgSpan(), "ip6tables has no address type %s", bitNames(addrTypes, g.Lo&noV6Types))
			err.Want = "one of UNSPEC, UNICAST, LOCAL, ANYCAST, MULTICAST, UNREACHABLE"
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func lowerAddrType(l *Lowering, u *Use) {
	device := ""
	if u.Has("limit-iface-in") {
		device = "iif"
	} else if u.Has("limit-iface-out") {
		device = "oif"
	}
	for i := range u.Given {
		g := &u.Given[i]
		side, field := "saddr", ast.IP6Saddr
		switch g.Option.Name {
		case "src-type":
		case "dst-type":
			side, field = "daddr", ast.IP6Daddr
		default:
			continue
		}
		if l.V6() {
			lowerAddrType6(l, g, side, field, device)
			continue
		}
		l.Match(g.Span, fibType(g, side, device), ast.OpEq, g.Not, l.typeSet(g, g.Lo))
	}
}

func fibType(g *Given, side, device string) ast.Expr {
	f := &ast.Fib{Span: g.Name.Span, Keys: []string{side}, Result: "type"}
	if device != "" {
		f.Keys = append(f.Keys, device)
	}
	return f
}

// typeSet makes the right side of a fib type match: the numbers of types
// (RTN_UNICAST and so on), a set if there are several.
func (l *Lowering) typeSet(g *Given, mask uint64) ast.Expr {
	var list []ast.Expr
	for ; mask != 0; mask &= mask - 1 {
		list = append(list, l.Int(g.ArgSpan(), uint64(bits.TrailingZeros64(mask))))
	}
	if len(list) == 1 {
		return list[0]
	}
	return l.Set(g.ArgSpan(), list...)
}

// lowerAddrType6 lowers a list of types for IPv6, where the kernel does not ask
// whether the address is of one of them (xt_addrtype.c, match_type6). UNSPEC,
// UNICAST and MULTICAST look at the address alone, as ipv6_addr_type does, and
// each of them that is listed must hold; of the others, which look the route up,
// one must.
func lowerAddrType6(l *Lowering, g *Given, side string, field ast.Field, device string) {
	addr := func(op ast.Op, right ast.Expr) *ast.Match {
		return l.NewMatch(g.Span, l.Payload(g.Name.Span, field), op, right)
	}
	at := g.ArgSpan()
	var all []ast.Stmt
	if g.Lo&addrMulticast != 0 {
		all = append(all, addr(ast.OpEq, prefix(l, at, "ff00::/8")))
	}
	if g.Lo&addrUnicast != 0 {
		all = append(all, addr(ast.OpNe, l.Set(at, prefix(l, at, "::/128"), prefix(l, at, "::ffff:0:0/96"), prefix(l, at, "ff00::/8"))))
	}
	if g.Lo&addrUnspec != 0 {
		all = append(all, addr(ast.OpEq, prefix(l, at, "::/128")))
	}
	routed := g.Lo & (addrLocal | addrAnycast | addrUnreachable)
	if routed&addrUnreachable != 0 {
		// Any route that refuses packets; fib tells them apart.
		routed |= addrBlackhole | addrProhibit | addrThrow
	}
	if routed != 0 {
		all = append(all, l.NewMatch(g.Span, fibType(g, side, device), ast.OpEq, l.typeSet(g, routed)))
	}
	switch {
	case len(all) == 0: // types that IPv6 has not; the line is bad
	case g.Not && len(all) > 1:
		l.AnyOf(g.Span, true, all)
		return
	case g.Not:
		m := all[0].(*ast.Match)
		m.Op = m.Op.Negate()
	}
	for _, s := range all {
		l.Add(s)
	}
}

func prefix(l *Lowering, s ast.Span, text string) ast.Expr {
	p := netip.MustParsePrefix(text)
	if strings.HasSuffix(text, "/128") {
		return l.Addr(s, p.Addr())
	}
	return l.Prefix(s, p.Addr(), p.Bits())
}
