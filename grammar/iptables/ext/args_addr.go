package ext

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// The kinds of addresses that options of extensions take. They differ from
// [Hosts] of -s and -d: libxtables reads them with getaddrinfo(3), so there is
// one of them, 10.1 is 10.0.0.1, and the bits outside of the mask stay.

// HostMask is an address or a host's name, with /prefix or /mask if need be
// (XTTYPE_HOSTMASK): Value.Addr, or Text for a name; Value.Bits, or -1 and the
// mask in AddrHi. The kernel compares under the mask.
var HostMask = &Arg{
	What: "an address or a host's name, with /prefix or /mask if need be",
	Save: func(p *Printer, v *Value) {
		saveAddr(p, v)
		switch {
		case v.Bits < 0:
			p.B = appendNtop(append(p.B, '/'), v.AddrHi)
		case v.Bits != v.Addr.BitLen() && (v.Text == "" || v.Bits != 32 && v.Bits != 128):
			p.B = strconv.AppendInt(append(p.B, '/'), int64(v.Bits), 10)
		}
	},
}

// HostAddr is an address or a host's name (XTTYPE_HOST): Value.Addr or Text.
var HostAddr = &Arg{
	What: "an address or a host's name",
	Save: saveAddr,
}

// AddrRange is an address or a range a-b of them (Value.Addr and AddrHi), as the
// iprange match reads it: 192.0 is 192.0.0.0 there.
var AddrRange = &Arg{
	What: "an address, or a range a-b of addresses",
	Save: func(p *Printer, v *Value) {
		p.Word("")
		p.B = append(appendNtop(p.B, v.Addr), '-')
		p.B = appendNtop(p.B, v.AddrHi)
	},
}

// MaskLen is the length of a prefix, or a mask in the form of an address
// (XTTYPE_PLENMASK): Value.Bits, or -1 and the mask in AddrHi.
var MaskLen = &Arg{
	What: "the length of a prefix, or a mask",
	Save: func(p *Printer, v *Value) {
		p.Word("")
		if v.Bits < 0 {
			p.B = appendNtop(p.B, v.AddrHi)
		} else {
			p.B = strconv.AppendInt(p.B, int64(v.Bits), 10)
		}
	},
}

func init() {
	HostMask.Parse = parseHostMask
	HostAddr.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		return parseAddr(c, w[0], HostAddr, w[0].Text, v)
	}
	AddrRange.Parse = parseAddrRange
	MaskLen.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		return parseMask(c, w[0], 0, v)
	}
}

func saveAddr(p *Printer, v *Value) {
	if v.Text != "" {
		p.Word(v.Text)
		return
	}
	p.Word("")
	p.B = appendNtop(p.B, v.Addr)
}

func parseHostMask(c *Context, w []Word, v *Value) *grammar.Error {
	host, _, masked := strings.Cut(w[0].Text, "/")
	if err := parseAddr(c, w[0], HostMask, host, v); err != nil || !masked {
		return err
	}
	return parseMask(c, w[0], len(host)+1, v)
}

// parseAddr reads an address or a name, the first part of a word.
func parseAddr(c *Context, w Word, kind *Arg, s string, v *Value) *grammar.Error {
	if c.Listing && s == "anywhere" {
		// An address of zeros is printed so, whatever the mask is.
		return grammar.Errorf(w.Span, "the listing does not tell the network").Expected("the output of iptables -L -n")
	}
	v.Bits = 32
	if c.V6() {
		v.Bits = 128
	}
	a, err := netip.ParseAddr(s)
	if err != nil && !c.V6() {
		if b, ok := inetAton(s); ok {
			a, err = b, nil
		}
	}
	switch {
	case err == nil && a.Is4() != c.V6() && a.Zone() == "":
		v.Addr = a
		return nil
	case err == nil && a.Is4():
		return grammar.Errorf(w.Sub(0, len(s)), "%q is an IPv4 address in an IPv6 rule", s).Expected("%s", kind.What)
	case err == nil:
		return grammar.Errorf(w.Sub(0, len(s)), "%q is no IPv4 address", s).Expected("%s", kind.What)
	case isHostname(s) && strings.Trim(s, "0123456789.") != "":
		v.Text = s
		return nil
	}
	return grammar.Errorf(w.Sub(0, len(s)), "%q is neither an address nor a host's name", s).Expected("%s", kind.What)
}

// inetAton reads an IPv4 address as inet_aton(3) does: one to four numbers in
// decimal, 0x hexadecimal or 0 octal, the last of which fills the bytes left.
func inetAton(s string) (netip.Addr, bool) {
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var n uint64
	for i, p := range parts {
		width := 8
		if i == len(parts)-1 {
			width = 8 * (4 - i)
		}
		x, ok := number(p, 0, 1<<width-1)
		if !ok {
			return netip.Addr{}, false
		}
		n = n<<width | x
	}
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}), true
}

// parseMask reads a mask, from byte at of a word on. iptables 1.8.9 takes one
// that is no prefix for a whole address; later releases use it as it stands.
func parseMask(c *Context, w Word, at int, v *Value) *grammar.Error {
	s, width := w.Text[at:], 32
	if c.V6() {
		width = 128
	}
	if n, ok := number(s, 0, uint64(width)); ok {
		v.Bits = int(n)
		return nil
	}
	m, err := netip.ParseAddr(s)
	if err != nil || m.BitLen() != width || m.Zone() != "" {
		return grammar.Errorf(w.Sub(at, len(w.Text)), "%q is no mask", s).Expected("a length from 0 to %d, or a mask in the form of an address", width)
	}
	if v.Bits = prefixLen(m); v.Bits < 0 {
		v.AddrHi = m
	}
	return nil
}

func parseAddrRange(c *Context, w []Word, v *Value) *grammar.Error {
	from, to, isRange := strings.Cut(w[0].Text, "-")
	var err *grammar.Error
	if v.Addr, err = rangeEnd(c, w[0], 0, from); err != nil {
		return err
	}
	v.AddrHi = v.Addr
	if isRange {
		v.AddrHi, err = rangeEnd(c, w[0], len(from)+1, to)
	}
	return err
}

// rangeEnd reads an end of a range, which stands at byte at of a word.
func rangeEnd(c *Context, w Word, at int, s string) (netip.Addr, *grammar.Error) {
	a, err := netip.ParseAddr(s)
	if err == nil && a.Is4() != c.V6() && a.Zone() == "" {
		return a, nil
	}
	if a, ok := aton(s); ok && !c.V6() {
		return a, nil
	}
	return netip.Addr{}, grammar.Errorf(w.Sub(at, at+len(s)), "%q is no address", s).Expected("%s", AddrRange.What)
}

// HostMask makes what an address is compared with of the value of a [HostMask].
func (l *Lowering) HostMask(s ast.Span, v *Value) ast.Expr {
	switch {
	case v.Text != "":
		return &ast.Host{Span: s, Name: v.Text, Bits: v.Bits}
	case v.Bits < 0:
		return &ast.MaskedAddr{Span: s, Addr: and(v.Addr, v.AddrHi), Mask: v.AddrHi}
	case v.Bits == v.Addr.BitLen():
		return l.Addr(s, v.Addr)
	}
	p, err := v.Addr.Prefix(v.Bits)
	if err != nil {
		panic("ext: " + err.Error()) // Parse has checked the length
	}
	return l.Prefix(s, p.Addr(), v.Bits)
}
