package nft

import (
	"net/netip"
	"strconv"

	"github.com/ctlint/ctlint/ast"
)

// addr prints an address as inet_ntop(3) does: the last 32 bits of an IPv6
// address whose first 96 are zero, as it stood in IPv4, are dotted.
func (p *printer) addr(at ast.Node, a netip.Addr) {
	switch {
	case !a.IsValid():
		p.refuse(at, "the address is missing")
		return
	case a.Zone() != "":
		p.refuse(at, "nft has no zones of addresses, such as that of %s", a)
		return
	}
	if b := a.As16(); a.Is6() && !a.Is4In6() && [12]byte(b[:12]) == [12]byte{} && (b[12] != 0 || b[13] != 0) {
		p.text("::")
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	p.b = a.AppendTo(p.b)
}

// prefix prints a network.
func (p *printer) prefix(e *ast.Prefix) {
	if !e.Prefix.IsValid() {
		p.refuse(e, "the network is missing")
		return
	}
	p.addr(e, e.Prefix.Addr())
	p.b = strconv.AppendInt(append(p.b, '/'), int64(e.Prefix.Bits()), 10)
}

// ether prints a link-layer address.
func (p *printer) ether(a []byte) {
	for i, c := range a {
		if i > 0 {
			p.b = append(p.b, ':')
		}
		p.hexByte(c)
	}
}

func (p *printer) hexByte(c byte) {
	const digits = "0123456789abcdef"
	p.b = append(p.b, digits[c>>4], digits[c&15])
}
