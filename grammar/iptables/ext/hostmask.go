package ext

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// hostMask is an address under a mask, both compared bit by bit, as libxtables
// reads it with getaddrinfo(3) (XTTYPE_HOSTMASK): Value.Addr with the bits
// outside of the mask left as they are, Value.Bits, and Value.AddrHi for a mask
// that is no prefix. A name that would have to be looked up is in Value.Text.
// whole says that the length of a whole mask is printed.
func hostMask(whole bool) *Arg {
	a := &Arg{What: "an address, or a network as address/prefix or address/mask"}
	a.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		host, mask, has := strings.Cut(w[0].Text, "/")
		v.Bits = 32
		if c.V6() {
			v.Bits = 128
		}
		most := uint64(v.Bits)
		addr, err := netip.ParseAddr(host)
		ok := err == nil && addr.Is6() == c.V6()
		if !ok && !c.V6() {
			addr, ok = inetAton(host)
		}
		switch {
		case ok:
			v.Addr = addr.WithZone("")
		case isHostname(host) && err != nil && strings.Trim(host, "0123456789.") != "":
			v.Text = host
		default:
			return a.Bad(w[0])
		}
		if !has {
			return nil
		}
		if n, ok := number(mask, 0, most); ok {
			v.Bits = int(n)
		} else if m, ok := parseAddrMask(mask, c.V6()); ok {
			v.Bits, v.AddrHi = prefixLen(m), m
		} else {
			return grammar.Errorf(w[0].Sub(len(host)+1, len(w[0].Text)), "%q is no mask", mask).Expected("a length from 0 to %d, or a mask written as an address", most)
		}
		return nil
	}
	a.Save = func(p *Printer, v *Value) {
		p.space()
		if v.Text != "" {
			p.B = append(p.B, v.Text...)
		} else {
			p.B = appendNtop(p.B, v.Addr)
		}
		switch {
		case v.Bits < 0: // iptables-save loses the mask here
			p.B = appendNtop(append(p.B, '/'), v.AddrHi)
		case whole || v.Text != "" || v.Bits != v.Addr.BitLen():
			p.B = strconv.AppendInt(append(p.B, '/'), int64(v.Bits), 10)
		}
	}
	return a
}
