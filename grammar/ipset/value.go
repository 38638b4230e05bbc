package ipset

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

const (
	protoICMP    = ext.ProtoICMP
	protoTCP     = ext.ProtoTCP
	protoUDP     = ext.ProtoUDP
	protoICMPv6  = ext.ProtoICMPv6
	protoSCTP    = ext.ProtoSCTP
	protoUDPLite = ext.ProtoUDPLite
)

// num reads a number up to hi as strtoull does: decimal, 0x hexadecimal or 0
// octal.
func num(s string, hi uint64) (uint64, bool) {
	base := 10
	switch {
	case len(s) > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X'):
		s, base = s[2:], 16
	case len(s) > 1 && s[0] == '0':
		base = 8
	}
	if s == "" || s[0] == '+' {
		return 0, false
	}
	n, err := strconv.ParseUint(s, base, 64)
	return n, err == nil && n <= hi
}

// cutRange splits FROM-TO. A name in brackets may hold dashes.
func cutRange(s string) (lo, hi string, ok bool) {
	from := 0
	if strings.HasPrefix(s, "[") {
		from = max(strings.IndexByte(s, ']'), 0)
	}
	i := strings.IndexByte(s[from:], '-')
	if i < 0 {
		return s, "", false
	}
	return s[:from+i], s[from+i+1:], true
}

// unbracket removes the brackets of a name.
func unbracket(s string) string {
	if len(s) > 2 && s[0] == '[' && s[len(s)-1] == ']' {
		return s[1 : len(s)-1]
	}
	return s
}

// quad reads an IPv4 address of four decimal numbers, the usual case.
func quad(s string) (uint32, bool) {
	var a, part uint32
	dots, digits := 0, 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			if digits > 0 && part == 0 {
				return 0, false // octal
			}
			if part = part*10 + uint32(c-'0'); part > 255 {
				return 0, false
			}
			digits++
		case c == '.':
			if digits == 0 || dots == 3 {
				return 0, false
			}
			a = a<<8 | part
			part, digits = 0, 0
			dots++
		default:
			return 0, false
		}
	}
	return a<<8 | part, dots == 3 && digits > 0
}

// parseAddr reads an address of a family.
func parseAddr(s string, v6 bool) (netip.Addr, bool) {
	if v6 {
		a, err := netip.ParseAddr(s)
		return a, err == nil && a.Is6() && a.Zone() == ""
	}
	if n, ok := quad(s); ok {
		return addr4(n), true
	}
	return aton(s)
}

// aton reads the other forms of an IPv4 address that inet_aton(3) knows: fewer
// numbers, the last of which fills the rest, and octal ones.
func aton(s string) (netip.Addr, bool) {
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var a uint64
	for i, p := range parts {
		hi := uint64(255)
		if i == len(parts)-1 {
			hi = 1<<(8*(5-len(parts))) - 1
		}
		n, ok := num(p, hi)
		if !ok || strings.HasPrefix(p, "0x") || strings.HasPrefix(p, "0X") {
			return netip.Addr{}, false
		}
		if i == len(parts)-1 {
			a = a<<(8*(5-len(parts))) | n
		} else {
			a = a<<8 | n
		}
	}
	return addr4(uint32(a)), true
}

func addr4(n uint32) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

func v4(a netip.Addr) uint32 {
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}

// netBounds returns the first and the last address of a network.
func netBounds(a netip.Addr, bits int) (lo, hi netip.Addr) {
	p, _ := a.Prefix(bits)
	b := p.Addr().AsSlice()
	for i := range b {
		if n := 8*(i+1) - bits; n > 0 {
			b[i] |= byte(1<<min(n, 8) - 1)
		}
	}
	hi, _ = netip.AddrFromSlice(b)
	return p.Addr(), hi
}

// networks yields the networks that a range of IPv4 addresses is made of, as
// ipset makes them (ip_set_range_to_cidr): each as large as it can be.
func networks(lo, hi uint32, yield func(netip.Addr, int)) {
	for {
		size := min(bits.TrailingZeros32(lo), 32)
		for size > 0 && (size == 32 && hi != ^uint32(0) || size < 32 && hi-lo < 1<<size-1) {
			size--
		}
		yield(addr4(lo), 32-size)
		last := lo + uint32(uint64(1)<<size-1)
		if last >= hi {
			return
		}
		lo = last + 1
	}
}

// protoNumber returns the number of a protocol's name or number.
func protoNumber(s string) (uint8, bool) { return ext.Proto(s) }

func badProto(w word, at int, name string) *grammar.Error {
	e := grammar.Errorf(w.sub(at, at+len(name)), "unknown protocol %q", name).Expected("a name such as tcp, or a number from 1 to 255")
	e.Hint = grammar.Near(name, []string{"tcp", "udp", "sctp", "udplite", "icmp", "icmpv6"})
	return e
}

// port reads a port's number or a service's name that stands at byte at of a
// word.
func port(w word, at int, s string, proto uint8) (uint64, *grammar.Error) {
	if n, ok := num(s, 65535); ok {
		return n, nil
	}
	if n, ok := ext.ServicePort(unbracket(s), proto); ok {
		return uint64(n), nil
	}
	if n, ok := ext.ServicePort(unbracket(s), protoTCP); ok {
		return uint64(n), nil // ipset looks there too
	}
	e := grammar.Errorf(w.sub(at, at+len(s)), "%q is no port", s).Expected("a number from 0 to 65535, or a service's name, in [] if it has a dash")
	if s != "" && (s[0] < '0' || s[0] > '9') {
		e.Hint = grammar.Near(unbracket(s), ext.ServiceNames())
	}
	return 0, e
}

// hasPorts reports whether elements of a protocol have ports.
func hasPorts(proto uint8) bool {
	return proto == protoTCP || proto == protoUDP || proto == protoSCTP || proto == protoUDPLite
}

// mac reads a link-layer address: six hexadecimal numbers of one or two digits.
func mac(s string) (b [6]byte, ok bool) {
	for i := range b {
		part, rest, more := strings.Cut(s, ":")
		n, err := strconv.ParseUint(part, 16, 8)
		if err != nil || len(part) > 2 || more != (i < 5) {
			return b, false
		}
		b[i], s = byte(n), rest
	}
	return b, true
}

// masked returns what an address with so many bits matches under a mask: an
// address, a network, or an address with a mask.
func masked(at ast.Span, a netip.Addr, n int, s *set) ast.Expr {
	if !s.bitmask.IsValid() {
		if s.bits > 0 {
			n = min(n, s.bits)
		}
		if n == a.BitLen() {
			return &ast.Addr{Span: at, Addr: a}
		}
		p, _ := a.Prefix(n)
		return &ast.Prefix{Span: at, Prefix: p}
	}
	ab, mb := a.AsSlice(), s.bitmask.AsSlice()
	for i := range ab {
		if k := 8*(i+1) - n; k > 0 {
			mb[i] &^= byte(1<<min(k, 8) - 1)
		}
		ab[i] &= mb[i]
	}
	addr, _ := netip.AddrFromSlice(ab)
	mask, _ := netip.AddrFromSlice(mb)
	if n := prefixLen(mask); n == addr.BitLen() {
		return &ast.Addr{Span: at, Addr: addr}
	} else if n >= 0 {
		return &ast.Prefix{Span: at, Prefix: netip.PrefixFrom(addr, n)}
	}
	return &ast.MaskedAddr{Span: at, Addr: addr, Mask: mask}
}

// prefixLen returns how long the prefix is that a mask is, or -1.
func prefixLen(m netip.Addr) int {
	ones, all := 0, 0
	for i, b := range m.AsSlice() {
		all += bits.OnesCount8(b)
		if ones == 8*i {
			ones += bits.LeadingZeros8(^b)
		}
	}
	if ones != all {
		return -1
	}
	return ones
}
