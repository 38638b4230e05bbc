package ext

import (
	"net/netip"
	"strconv"
)

// appendNtop appends an address as inet_ntop(3) of the C library writes it, and
// so iptables-save. It differs from [netip.Addr.AppendTo] for IPv4-compatible
// IPv6 addresses: ::192.0.2.1.
func appendNtop(b []byte, a netip.Addr) []byte {
	if !a.Is6() || a.Is4In6() {
		return a.AppendTo(b)
	}
	x := a.As16()
	for _, y := range x[:12] {
		if y != 0 {
			return a.AppendTo(b)
		}
	}
	if x[12]|x[13] == 0 { // :: and ::1 stay as they are
		return a.AppendTo(b)
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
