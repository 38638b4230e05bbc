package ext

import (
	"net/netip"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// addrRange is an address or a range from-to of them (Value.Addr and AddrHi), in
// numbers: names are not looked up. A range whose end is below its start is
// taken, and matches nothing.
var addrRange = &Arg{
	What: "an address, or a range from-to of them",
	Save: func(p *Printer, v *Value) {
		p.space()
		p.B = appendNtop(p.B, v.Addr)
		p.B = appendNtop(append(p.B, '-'), v.AddrHi)
	},
}

func init() { addrRange.Parse = parseNumericRange }

func parseNumericRange(c *Context, w []Word, v *Value) *grammar.Error {
	from, to, isRange := strings.Cut(w[0].Text, "-")
	var ok bool
	if v.Addr, ok = numericAddr(from, c.V6()); !ok {
		return badAddr(c, w[0].Sub(0, len(from)), from)
	}
	v.AddrHi = v.Addr
	if isRange {
		if v.AddrHi, ok = numericAddr(to, c.V6()); !ok {
			return badAddr(c, w[0].Sub(len(from)+1, len(w[0].Text)), to)
		}
	}
	return nil
}

// numericAddr reads an address as xtables_numeric_to_ipaddr and
// xtables_numeric_to_ip6addr do.
func numericAddr(s string, v6 bool) (netip.Addr, bool) {
	if v6 {
		a, err := netip.ParseAddr(s)
		return a, err == nil && a.Is6() && a.Zone() == ""
	}
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	return padded(parts)
}

func badAddr(c *Context, at ast.Span, s string) *grammar.Error {
	family := "IPv4"
	if c.V6() {
		family = "IPv6"
	}
	return grammar.Errorf(at, "%q is no %s address", s, family).Expected("an address in numbers, or a range from-to of them")
}

// The iprange match (iptables-extensions(8), iprange). Source and destination
// are each compared and negated by themselves, and both must hold.
var _ = match(Ext{
	Name: "iprange",
	Options: []Option{
		{Name: "src-range", Arg: addrRange, Not: true, Lower: lowerAddrRange(ast.IPSaddr, ast.IP6Saddr)},
		{Name: "dst-range", Arg: addrRange, Not: true, Lower: lowerAddrRange(ast.IPDaddr, ast.IP6Daddr)},
	},
	OneOf: []string{"src-range", "dst-range"},
	Listed: []Listed{
		{"source IP range $1", "-m iprange --src-range $1"},
		{"destination IP range $1", "-m iprange --dst-range $1"},
	},
})

func lowerAddrRange(v4, v6 ast.Field) func(*Lowering, *Given) {
	return func(l *Lowering, g *Given) {
		f, all := v4, netip.IPv4Unspecified()
		if l.V6() {
			f, all = v6, netip.IPv6Unspecified()
		}
		left := l.Payload(g.Name.Span, f)
		at := g.ArgSpan()
		switch c := g.Addr.Compare(g.AddrHi); {
		case c > 0: // nothing, or if negated everything
			l.Match(g.Span, left, ast.OpNe, g.Not, l.Prefix(at, all, 0))
		case c == 0:
			l.Match(g.Span, left, ast.OpEq, g.Not, l.Addr(at, g.Addr))
		default:
			l.Match(g.Span, left, ast.OpEq, g.Not, l.Range(at, l.Addr(at, g.Addr), l.Addr(at, g.AddrHi)))
		}
	}
}
