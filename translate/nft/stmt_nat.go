package nft

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// natFlags are the flags that stand behind the addresses, in nft's order.
var natFlags = []string{"random", "fully-random", "persistent"}

// nat prints a NAT statement.
func (p *printer) nat(n *ast.NAT) {
	if n.Kind == ast.NATNone {
		p.refuse(n, "the kind of NAT is missing")
		return
	}
	if n.PortBase != nil {
		p.refuse(n, "nft cannot shift a range of ports")
		return
	}
	p.text(n.Kind.String())
	to := n.Addr != nil || n.Port != nil
	if n.Family != ast.FamilyUnknown && (n.Kind == ast.SNAT || n.Kind == ast.DNAT) {
		p.b = append(p.b, ' ')
		p.text(n.Family.String())
	}
	for _, f := range []string{"interval", "prefix"} {
		if slices.Contains(n.Flags, f) {
			p.b = append(p.b, ' ')
			p.text(f)
		}
	}
	if to {
		p.text(" to ")
		p.destination(n.Addr, n.Port, n.Family)
	}
	first := true
	for _, f := range natFlags {
		if slices.Contains(n.Flags, f) {
			if first {
				p.b = append(p.b, ' ')
			} else {
				p.b = append(p.b, ',')
			}
			first = false
			p.text(f)
		}
	}
	for _, f := range n.Flags {
		if f != "interval" && f != "prefix" && !slices.Contains(natFlags, f) {
			p.refuse(n, "nft has no flag %s of NAT", f)
		}
	}
}

// destination prints an address, a port, or both. IPv6 addresses stand in
// brackets if a port follows.
func (p *printer) destination(addr, port ast.Expr, f ast.Family) {
	d := domain{typ: addrType(p.natFamily(f, addr))}
	if m, ok := addr.(*ast.Map); ok && portsToo(m) {
		d = domain{types: []ast.Type{d.typ, ast.TypeInetService}}
	}
	switch {
	case addr == nil:
	case port == nil:
		p.expr(addr, d)
	default:
		p.bracketed(addr, d)
	}
	if port != nil {
		p.b = append(p.b, ':')
		p.expr(port, domain{typ: ast.TypeInetService})
	}
}

// bracketed prints an address or a range of addresses, in brackets if they are
// of IPv6.
func (p *printer) bracketed(e ast.Expr, d domain) {
	switch e := e.(type) {
	case *ast.Range:
		p.bracketed(e.Lo, d)
		p.b = append(p.b, '-')
		p.bracketed(e.Hi, d)
		return
	case *ast.Addr:
		if e.Addr.Is6() {
			p.b = append(p.b, '[')
			p.addr(e, e.Addr)
			p.b = append(p.b, ']')
			return
		}
	case *ast.Prefix:
		if e.Prefix.Addr().Is6() {
			p.b = append(p.b, '[')
			p.prefix(e)
			p.b = append(p.b, ']')
			return
		}
	}
	p.expr(e, d)
}

// portsToo reports whether a map that is written out gives ports beside
// addresses.
func portsToo(m *ast.Map) bool {
	set, ok := m.Map.(*ast.SetLit)
	if !ok {
		return false
	}
	for _, e := range set.Elems {
		if _, ok := e.Value.(*ast.Concat); ok {
			return true
		}
	}
	return false
}

// natFamily is the family of the addresses of a statement.
func (p *printer) natFamily(f ast.Family, addr ast.Expr) ast.Family {
	switch {
	case f != ast.FamilyUnknown:
		return f
	case addr != nil && ast.TypeOf(addr) == ast.TypeIPv6Addr:
		return ast.FamilyIP6
	case p.table != nil:
		return p.table.Family
	}
	return ast.FamilyIP
}

func addrType(f ast.Family) ast.Type {
	if f == ast.FamilyIP6 {
		return ast.TypeIPv6Addr
	}
	return ast.TypeIPv4Addr
}

// tproxy prints a statement that gives the packet to a local socket. Its IPv6
// addresses always stand in brackets.
func (p *printer) tproxy(t *ast.TProxy) {
	if t.Terminal {
		p.refuse(t, "TPROXY of xtables drops what no socket takes; nft's tproxy goes on with the next rule")
		return
	}
	p.text("tproxy ")
	p.family(t.Family)
	p.text("to ")
	if t.Addr != nil {
		p.bracketed(t.Addr, domain{typ: addrType(p.natFamily(t.Family, t.Addr))})
	}
	if t.Port != nil {
		p.b = append(p.b, ':')
		p.expr(t.Port, domain{typ: ast.TypeInetService})
	}
	if t.Addr == nil && t.Port == nil {
		p.refuse(t, "tproxy has neither an address nor a port")
	}
}

// dup prints a statement that sends a copy of the packet.
func (p *printer) dup(d *ast.Dup) {
	p.text("dup to ")
	switch {
	case d.Addr != nil:
		p.expr(d.Addr, domain{typ: addrType(p.natFamily(ast.FamilyUnknown, d.Addr))})
		if d.Device != nil {
			p.text(" device ")
			p.expr(d.Device, domain{typ: ast.TypeIfaceIndex})
		}
	case d.Device != nil:
		p.expr(d.Device, domain{typ: ast.TypeIfaceIndex})
	default:
		p.refuse(d, "dup has neither an address nor a device")
	}
}

// fwd prints a statement that sends the packet itself.
func (p *printer) fwd(f *ast.Fwd) {
	p.text("fwd ")
	if f.Addr != nil {
		p.family(f.Family)
		p.text("to ")
		p.expr(f.Addr, domain{typ: addrType(f.Family)})
		p.text(" device ")
	} else {
		p.text("to ")
	}
	if f.Device == nil {
		p.refuse(f, "fwd has no device")
		return
	}
	p.expr(f.Device, domain{typ: ast.TypeIfaceIndex})
}

// queue prints a statement that hands the packet to userspace.
func (p *printer) queue(q *ast.Queue) {
	p.text("queue")
	if len(q.Flags) > 0 {
		p.text(" flags ")
		p.text(strings.Join(q.Flags, ","))
	}
	if q.Num != nil {
		p.text(" to ")
		p.expr(q.Num, domain{typ: ast.TypeInteger})
	}
}
