package ext

import (
	"net/netip"
	"strconv"
)

// appendAddr appends an address as inet_ntop(3) of the GNU C library writes it,
// and iptables-save with it: like [netip.Addr.AppendTo], but for an IPv4 address
// in the last 32 bits of an IPv6 address whose other bits are zero
// (::192.0.2.1).
func appendAddr(b []byte, a netip.Addr) []byte {
	x := a.As16()
	if !a.Is6() || a.Is4In6() || x[12] == 0 && x[13] == 0 {
		return a.AppendTo(b)
	}
	for _, y := range x[:12] {
		if y != 0 {
			return a.AppendTo(b)
		}
	}
	b = append(b, "::"...)
	for i, y := range x[12:] {
		if i > 0 {
			b = append(b, '.')
		}
		b = strconv.AppendUint(b, uint64(y), 10)
	}
	return b
}
