package ext

import (
	"net/netip"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// gateway is one address, or the name of a host that is looked up when the rule
// is loaded (XTTYPE_HOST): Value.Addr, or Value.Text for a name.
var gateway = &Arg{
	What: "an address or the name of a host",
	Save: func(p *Printer, v *Value) {
		p.Word(v.Text)
		if v.Text == "" {
			p.B = appendAddr(p.B, v.Addr)
		}
	},
}

func init() {
	gateway.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		return gatewayWord(c, w[0], w[0].Text, v)
	}
}

// gatewayWord reads the address or name s that begins a word.
func gatewayWord(c *Context, w Word, s string, v *Value) *grammar.Error {
	at := w.Sub(0, len(s))
	a, err := netip.ParseAddr(s)
	if err != nil && !c.V6() {
		if b, ok := shortAddr(s); ok {
			a, err = b, nil
		}
	}
	switch {
	case err == nil && a.Zone() != "":
		return grammar.Errorf(at, "the zone of %q", s).Expected("an address without one")
	case err == nil && a.Is4() == c.V6():
		have, want := "IPv6", "IPv4"
		if c.V6() {
			have, want = want, have
		}
		return grammar.Errorf(at, "%q is an %s address in an %s rule", s, have, want).Expected("an %s address", want)
	case err == nil:
		v.Addr = a
		return nil
	case isHostname(s) && strings.Trim(s, "0123456789.") != "":
		v.Text = s
		return nil
	}
	return grammar.Errorf(at, "%q is neither an address nor the name of a host", s).Expected("%s", gateway.What)
}

// shortAddr reads an IPv4 address as inet_aton(3) does: up to four numbers in
// decimal, octal or hexadecimal, of which the last fills the bytes that are
// left.
func shortAddr(s string) (netip.Addr, bool) {
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var n uint64
	for i, p := range parts {
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (4 - i)
		}
		x, ok := number(p, 0, 1<<bits-1)
		if !ok {
			return netip.Addr{}, false
		}
		n = n<<bits | x
	}
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}), true
}

// gateway makes the expression of an address or name.
func (l *Lowering) gateway(g *Given) ast.Expr {
	if g.Text != "" {
		return &ast.Host{Span: g.ArgSpan(), Name: g.Text, Bits: -1}
	}
	return l.Addr(g.ArgSpan(), g.Addr)
}
