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
	return inetAton(parts)
}

// inetAton reads up to four numbers as inet_aton(3) does: the last fills the
// rest, so that 10.1 is 10.0.0.1.
func inetAton(parts []string) (netip.Addr, bool) {
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var whole uint64
	for i, p := range parts {
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (4 - i)
		}
		n, ok := number(p, 0, 1<<bits-1)
		if !ok {
			return netip.Addr{}, false
		}
		whole = whole<<bits | n
	}
	return netip.AddrFrom4([4]byte{byte(whole >> 24), byte(whole >> 16), byte(whole >> 8), byte(whole)}), true
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
