package semantics

import (
	"net/netip"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// Witness is a packet of a [Set], with what must be so besides.
type Witness struct {
	Packet
	// Also are things that the packet must have, or lack, for which [Packet] has no
	// field.
	Also []Also
	// Assumed are the unknown conditions that decide whether the packet is in the
	// set; none if it is in the set's Must.
	Assumed []Assumption

	way    *Way
	values func(v int) bool
}

// Also is a value that a packet has besides its fields.
type Also struct {
	// Expr is the dump of the expression that gives the value: udp.length; "has x"
	// is 1 where a packet has x.
	Expr  string
	Value uint64
}

// Assumption is what is taken to be so of an unknown condition.
type Assumption struct {
	Free
	Holds bool
}

// Witness returns a plausible packet of the set, false if there is none or the set is
// not known. Of the prefer sets those that can be are met, the earlier before the
// later; then it is made to look
// ordinary: NEW rather than RELATED, TCP from a client's port to that of a service,
// addresses of documentation, interfaces that no rule names.
func (s Set) Witness(prefer ...Set) (w Witness, ok bool) {
	if s = s.force(); !s.Some() {
		return Witness{}, false
	}
	liked := make([]Set, len(prefer))
	for i, p := range prefer {
		liked[i] = s.And(p).force()
	}
	defer s.way.host.ask()()
	st := s.way.host.space.store
	n := s.node
	try := func(p bdd.Node) bool {
		if m := st.And(n, p); m.OK() && m != bdd.False {
			n = m
			return true
		}
		return false
	}
	live := s.way.there(n)
	if n = live.found(); !n.OK() || n == bdd.False {
		return Witness{}, false
	}
	for _, p := range liked {
		if p.node.OK() {
			try(p.node)
		}
	}
	c := s.way.compiler(nil)
	for _, row := range c.preferences() {
		for _, p := range row {
			if try(p) {
				break
			}
		}
	}
	return s.way.decode(n)
}

// preferences are what makes a packet plausible: of each row the first that can be.
func (c *compiler) preferences() [][]bdd.Node {
	s := c.store
	var rows [][]bdd.Node
	add := func(row ...bdd.Node) { rows = append(rows, row) }
	value := func(f Field, v uint64) bdd.Node { return s.Value(c.fields[f], bdd.U64(v)) }
	where := func(f Fields) bdd.Node { return c.where(f) }

	add(bdd.Not(c.flag(FieldFragment)))
	add(where(Fields{State: ast.StateNew}), where(Fields{State: ast.StateEstablished}), where(Fields{State: ast.StateRelated}), where(Fields{State: ast.StateUntracked}))
	add(c.proto(protoTCP), c.proto(protoUDP), c.proto(c.icmp()), c.ported())
	const syn, ack, fin, rst, all = ast.TCPSyn, ast.TCPAck, ast.TCPFin, ast.TCPRst, 0xff
	established := c.states(ast.StateEstablished)
	add(
		s.And(where(Fields{TCPFlags: syn, TCPMask: all}), c.states(ast.StateNew|ast.StateUntracked)),
		s.AndAll(where(Fields{TCPFlags: syn | ack, TCPMask: all}), established, c.flag(FieldDir)),
		s.AndAll(where(Fields{TCPFlags: ack, TCPMask: all}), established),
		where(Fields{TCPFlags: syn, TCPMask: all}), where(Fields{TCPFlags: ack, TCPMask: all}), where(Fields{TCPFlags: syn | ack, TCPMask: all}),
		where(Fields{TCPFlags: rst, TCPMask: all}), where(Fields{TCPFlags: fin | ack, TCPMask: all}))
	// An interface that no rule names, then one that is not the loopback.
	for _, f := range []Field{FieldIif, FieldOif} {
		add(value(f, nameOther), bdd.Not(value(f, uint64(c.names.code("lo")))))
	}
	add(value(FieldPhysIn, nameNone))
	add(value(FieldPhysOut, nameNone))
	first, last := FieldDport, FieldSport
	swap := c.flag(FieldDir)
	port := func(f Field, lo, hi uint64) bdd.Node {
		p := s.Range(c.fields[f], bdd.U64(lo), bdd.U64(hi))
		return s.Or(p, bdd.Not(c.ported()))
	}
	var services []bdd.Node
	for _, p := range []uint64{443, 22, 80, 53, 25, 123} {
		services = append(services, s.Ite(swap, port(last, p, p), port(first, p, p)))
	}
	add(append(services, s.Ite(swap, port(last, 1, 65535), port(first, 1, 65535)))...)
	// Clients use the ports of net.ipv4.ip_local_port_range.
	add(s.Ite(swap, port(first, 40007, 40007), port(last, 40007, 40007)), s.Ite(swap, port(first, 32768, 60999), port(last, 32768, 60999)), s.Ite(swap, port(first, 1024, 65535), port(last, 1024, 65535)))
	add(value(FieldICMPType, 8), value(FieldICMPType, 128))
	add(value(FieldICMPCode, 0))
	host, peer := FieldDaddr, FieldSaddr
	if c.hook == ast.HookOutput {
		host, peer = peer, host
	}
	add(c.addresses(peer, "198.51.100.7", "2001:db8:1::7")...)
	add(c.addresses(host, "192.0.2.1", "2001:db8::1")...)
	for _, f := range []Field{FieldMark, FieldCTMark, FieldDSCP, FieldECN, FieldPktType} {
		add(value(f, 0))
	}
	// Locally administered, and no group's (IEEE 802).
	add(value(FieldMAC, 0x02_00_00_00_00_07), s.Masked(c.fields[FieldMAC], bdd.U64(0), bdd.U64(1<<40)))
	add(value(FieldTTL, 64))
	add(value(FieldLength, 60), s.Range(c.fields[FieldLength], bdd.U64(40), bdd.U64(1500)))
	status := c.fields[FieldStatus]
	for _, bits := range []uint64{ast.StatusSNAT | ast.StatusDNAT, ast.StatusDying, 0xfc00 | 1<<6 | 1<<7 | 1<<8, ast.StatusExpected, ast.StatusAssured} {
		add(s.Masked(status, bdd.U64(0), bdd.U64(bits)))
	}
	return rows
}

// addresses prefers an address of documentation (RFC 5737, RFC 3849), then its
// network, then one that an ordinary host may have.
func (c *compiler) addresses(f Field, v4, v6 string) []bdd.Node {
	s := c.store
	field := narrow(c.fields[f], c.v4())
	in := func(p netip.Prefix) bdd.Node {
		return s.Prefix(field, number128(p.Masked().Addr().AsSlice()), p.Bits())
	}
	text, bits, odd := v4, 24, oddIPv4
	if !c.v4() {
		text, bits, odd = v6, 48, oddIPv6
	}
	a := netip.MustParseAddr(text)
	strange := bdd.False
	for _, p := range odd {
		strange = s.Or(strange, in(p))
	}
	return []bdd.Node{in(netip.PrefixFrom(a, a.BitLen())), in(netip.PrefixFrom(a, bits)), bdd.Not(strange)}
}

// oddIPv4 and oddIPv6 are networks of addresses that no ordinary host has.
var (
	oddIPv4 = prefixes("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")
	oddIPv6 = prefixes("::/16", "ff00::/8", "fe80::/10", "100::/8")
)

func prefixes(texts ...string) (out []netip.Prefix) {
	for _, t := range texts {
		out = append(out, netip.MustParsePrefix(t))
	}
	return out
}

// decode returns the packet that a member of a set is.
func (w *Way) decode(n bdd.Node) (Witness, bool) {
	sp := w.host.space
	// Where an address is free, it ends in 1: a network's own address is none.
	ends := map[int]bool{}
	for _, f := range []Field{FieldSaddr, FieldDaddr, FieldOrigDst, FieldReplyDst, FieldOrigSrc, FieldReplySrc} {
		field := narrow(sp.fields[f], w.Family == ast.FamilyIP)
		ends[field.Bit(field.Width-1)] = true
	}
	prefer := func(v int) bool { return ends[v] }
	values, ok := sp.store.One(n, prefer)
	if !ok {
		return Witness{}, false
	}
	at := func(v int) bool {
		if b, ok := values[v]; ok {
			return b
		}
		return prefer(v)
	}
	get := func(f Field) uint64 { return sp.fields[f].Get(at).Lo }
	addr := func(f Field) netip.Addr {
		return address128(narrow(sp.fields[f], w.Family == ast.FamilyIP).Get(at), w.Family == ast.FamilyIP)
	}
	p := Packet{
		Hook: w.Hook, Iif: sp.names.name(int(get(FieldIif))), Oif: sp.names.name(int(get(FieldOif))),
		Saddr: addr(FieldSaddr), Daddr: addr(FieldDaddr), Proto: uint8(get(FieldProto)),
		Fragment: get(FieldFragment) != 0, Mark: uint32(get(FieldMark)), CTMark: uint32(get(FieldCTMark)),
		Length: uint32(get(FieldLength)), TTL: uint8(get(FieldTTL)), DSCP: uint8(get(FieldDSCP)), ECN: uint8(get(FieldECN)),
		PhysIn: sp.names.name(int(get(FieldPhysIn))), PhysOut: sp.names.name(int(get(FieldPhysOut))), PktType: uint8(get(FieldPktType)),
	}
	for i := range p.MAC {
		p.MAC[i] = byte(get(FieldMAC) >> (40 - 8*i))
	}
	if code := get(FieldState); code < uint64(len(stateCodes)) {
		p.State = stateCodes[code]
	}
	if !p.Fragment {
		switch {
		case hasPorts(p.Proto):
			p.Sport, p.Dport = uint16(get(FieldSport)), uint16(get(FieldDport))
		case p.Proto == protoICMP || p.Proto == protoICMPv6:
			p.ICMPType, p.ICMPCode = uint8(get(FieldICMPType)), uint8(get(FieldICMPCode))
		}
		if p.Proto == protoTCP {
			p.TCPFlags = uint8(get(FieldTCPFlags))
		}
	}
	if p.State&(ast.StateNew|ast.StateEstablished|ast.StateRelated) != 0 {
		p.Status, p.Dir = uint32(get(FieldStatus)), ast.DirOriginal
		p.Orig, p.HasOrig = Tuple{p.Saddr, p.Daddr, p.Sport, p.Dport}, true
		if get(FieldDir) != 0 {
			p.Dir = ast.DirReply
			p.Orig = Tuple{p.Daddr, p.Saddr, p.Dport, p.Sport}
		}
		if p.Status&ast.StatusDNAT != 0 {
			p.Orig.Daddr, p.Orig.Dport = addr(FieldOrigDst), uint16(get(FieldOrigDport))
		}
		// The tuple of the answers has the addresses that the filter chains see.
		p.Answer, p.HasAnswer = Tuple{p.Daddr, p.Saddr, p.Dport, p.Sport}, true
		if p.Dir == ast.DirReply {
			p.Answer = Tuple{p.Saddr, p.Daddr, p.Sport, p.Dport}
		}
		if p.Status&ast.StatusSNAT != 0 {
			p.Answer.Daddr, p.Answer.Dport = addr(FieldReplyDst), uint16(get(FieldReplyDport))
		}
		if p.State == ast.StateRelated && p.Proto == w.compiler(nil).icmp() {
			// The connection is another one.
			p.HasOrig, p.HasAnswer, p.Orig, p.Answer = false, false, Tuple{}, Tuple{}
		}
	}
	out := Witness{Packet: p, way: w, values: at}
	support := sp.store.Support(n)
	for _, x := range sp.extras {
		for i := range x.field.Width {
			if support.Has(x.field.Bit(i)) {
				out.Also = append(out.Also, Also{x.text, x.field.Get(at).Lo})
				break
			}
		}
	}
	for i, f := range sp.frees {
		if v, ok := values[freeBase+i]; ok {
			out.Assumed = append(out.Assumed, Assumption{f, v})
		}
	}
	return out, true
}

func address128(n bdd.U128, v4 bool) netip.Addr {
	var b [16]byte
	for i := range 8 {
		b[i], b[8+i] = byte(n.Hi>>(56-8*i)), byte(n.Lo>>(56-8*i))
	}
	if v4 {
		return netip.AddrFrom4([4]byte(b[12:]))
	}
	return netip.AddrFrom16(b)
}
