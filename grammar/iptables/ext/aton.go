package ext

import (
	"net/netip"
	"strings"
)

// aton reads what -s and -d take for an IPv4 address besides four decimal
// numbers: up to four numbers of a byte, decimal, octal or hexadecimal, the
// missing ones zero, so that 10.1 is 10.1.0.0 (xtables_numeric_to_ipaddr); or
// what inet_aton(3) takes.
func aton(s string) (netip.Addr, bool) {
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	if a, ok := padded(parts); ok {
		return a, true
	}
	return inetAton(s)
}

// padded reads numbers of a byte, and takes those that are missing for zero.
func padded(parts []string) (netip.Addr, bool) {
	var b [4]byte
	for i, p := range parts {
		n, ok := number(p, 0, 255)
		if !ok {
			return netip.Addr{}, false
		}
		b[i] = byte(n)
	}
	return netip.AddrFrom4(b), true
}
