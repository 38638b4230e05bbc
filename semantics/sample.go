package semantics

import (
	"net/netip"

	"github.com/ctlint/ctlint/ast"
)

// Satisfy changes p, as little as it can, into a packet that meets the conditions
// of all the rules, and tells whether it does: Unknown where a condition is, No
// where it found none (there may be one all the same).
func Satisfy(rs *ast.Ruleset, t *ast.Table, p *Packet, rules ...*ast.Rule) Truth {
	e := env{Packet: p, ruleset: rs, table: t, tracked: true}
	for _, r := range rules {
		for _, s := range r.Stmts {
			e.satisfy(s)
		}
	}
	holds := Yes
	for _, r := range rules {
		holds = min(holds, Holds(rs, t, *p, r))
	}
	return holds
}

func (e *env) satisfy(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.Match:
		if e.match(s) != Yes {
			e.set(s)
		}
	case *ast.AnyOf:
		if !s.Not && len(s.Alts) > 0 {
			for _, c := range s.Alts[0] {
				e.satisfy(c)
			}
		}
	}
}

// set gives the packet the value that a match asks for, where it is one that a
// packet may simply have.
func (e *env) set(m *ast.Match) {
	left := m.Left
	mask := ^uint64(0)
	if b, ok := left.(*ast.Binary); ok && b.Op == ast.OpAnd {
		if r, ok := b.Right.(*ast.Int); ok {
			left, mask = b.Left, r.Val
		}
	}
	v, ok := e.pick(m.Right)
	if !ok {
		return
	}
	switch m.Op {
	case ast.OpEq, ast.OpLe, ast.OpGe:
	case ast.OpAny:
		v.n &= -v.n // one bit of them
		if c, ok := left.(*ast.CT); ok && c.Key == ast.CTState {
			v.n = preferredState(uint64(e.State), m.Right)
		}
	case ast.OpNone, ast.OpNe:
		v = e.other(left, m, v)
	case ast.OpLt:
		v.n--
	case ast.OpGt:
		v.n++
	}
	e.put(left, v, mask)
}

// other returns a value that is not v, for a field that has one.
func (e *env) other(left ast.Expr, m *ast.Match, v value) value {
	if c, ok := left.(*ast.CT); ok && c.Key == ast.CTState && m.Op == ast.OpNone {
		for _, s := range []uint64{ast.StateNew, ast.StateEstablished, ast.StateRelated, ast.StateUntracked, ast.StateInvalid} {
			if s&v.n == 0 {
				return num(s)
			}
		}
	}
	switch v.kind {
	case text:
		v.s = "other0"
	case address:
		if v.addr.Is4() {
			v.addr = netip.AddrFrom4([4]byte{203, 0, 113, 77})
		} else {
			v.addr = netip.MustParseAddr("2001:db8:77::77")
		}
	default:
		v.n++
		if m.Op == ast.OpNone {
			v.n = 0
		}
	}
	return v
}

// preferredState picks the state that a packet most likely has among those of a
// list: the one it has, or new, established, related.
func preferredState(have uint64, right ast.Expr) uint64 {
	r, ok := right.(*ast.Int)
	if !ok {
		return have
	}
	for _, s := range []uint64{have, ast.StateNew, ast.StateEstablished, ast.StateRelated, ast.StateUntracked, ast.StateInvalid} {
		if s&r.Val != 0 {
			return s
		}
	}
	return have
}

// pick returns a plausible value out of a right-hand side.
func (e *env) pick(x ast.Expr) (value, bool) {
	switch x := x.(type) {
	case *ast.Range:
		return e.pick(x.Lo)
	case *ast.Prefix:
		a := x.Prefix.Addr()
		if x.Prefix.Bits() < a.BitLen() {
			a = a.Next()
		}
		return value{kind: address, addr: a}, true
	case *ast.MaskedAddr:
		return value{kind: address, addr: x.Addr}, true
	case *ast.String:
		s := x.Val
		if x.Wildcard {
			s += "0"
		}
		return value{kind: text, s: s}, true
	case *ast.SetLit:
		return e.pickElem(x.Elems)
	case *ast.SetRef:
		if s := e.table.Set(x.Name); s != nil && !x.IPSet {
			return e.pickElem(s.Elems)
		}
		return value{}, false
	}
	v := e.value(x)
	return v, v.kind == number || v.kind == address || v.kind == text
}

func (e *env) pickElem(elems []*ast.Elem) (value, bool) {
	if len(elems) == 0 || elems[0].Key == nil {
		return value{}, false
	}
	return e.pick(elems[0].Key)
}

// put gives a field of the packet a value.
func (e *env) put(left ast.Expr, v value, mask uint64) {
	p := e.Packet
	switch x := left.(type) {
	case *ast.Meta:
		switch x.Key {
		case ast.MetaL4proto:
			p.Proto = uint8(v.n)
		case ast.MetaIifname, ast.MetaIif:
			p.Iif = v.s
		case ast.MetaOifname, ast.MetaOif:
			p.Oif = v.s
		case ast.MetaMark:
			p.Mark = p.Mark&^uint32(mask) | uint32(v.n&mask)
		case ast.MetaLength:
			p.Length = uint32(v.n)
		case ast.MetaPkttype:
			p.PktType = uint8(v.n)
		}
	case *ast.CT:
		switch x.Key {
		case ast.CTState:
			p.State = uint32(v.n)
		case ast.CTStatus:
			p.Status |= uint32(v.n)
		case ast.CTMark:
			p.CTMark = p.CTMark&^uint32(mask) | uint32(v.n&mask)
		}
	case *ast.Payload:
		e.putField(x.Field, v, mask)
	}
}

func (e *env) putField(f ast.Field, v value, mask uint64) {
	p := e.Packet
	info := f.Info()
	if proto, ok := headerProtos[info.Proto]; ok && v.kind == number {
		p.Proto = proto
	}
	switch f {
	case ast.IPSaddr, ast.IP6Saddr:
		if v.addr.IsValid() && v.addr.Is4() == p.Saddr.Is4() {
			p.Saddr = v.addr
		}
	case ast.IPDaddr, ast.IP6Daddr:
		if v.addr.IsValid() && v.addr.Is4() == p.Daddr.Is4() {
			p.Daddr = v.addr
		}
	case ast.IPProtocol:
		p.Proto = uint8(v.n)
	case ast.TCPFlags:
		p.TCPFlags = p.TCPFlags&^uint8(mask) | uint8(v.n&mask)
	case ast.ICMPType, ast.ICMPv6Type:
		p.ICMPType = uint8(v.n)
	case ast.ICMPCode, ast.ICMPv6Code:
		p.ICMPCode = uint8(v.n)
	case ast.IPTTL, ast.IP6Hoplimit:
		p.TTL = uint8(v.n)
	case ast.IPDSCP, ast.IP6DSCP:
		p.DSCP = uint8(v.n)
	case ast.IPFragOff:
		p.Fragment = v.n != 0
	default:
		switch info.Name {
		case "sport":
			p.Sport = uint16(v.n)
		case "dport":
			p.Dport = uint16(v.n)
		}
	}
}

// Holds tells whether the conditions of a rule hold of a packet that conntrack has
// seen.
func Holds(rs *ast.Ruleset, t *ast.Table, p Packet, r *ast.Rule) Truth {
	run := run{env: env{Packet: &p, ruleset: rs, table: t, tracked: true}}
	holds := Yes
	for _, s := range r.Stmts {
		if c, ok := run.condition(s); ok {
			holds = min(holds, c)
		}
	}
	return holds
}
