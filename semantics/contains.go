package semantics

import (
	"net/netip"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// Contains tells whether a packet is in the set: Unknown if that depends on what
// cannot be known, or on what [Packet] has no field for, or if the set is not known.
// The packet is one as the set's way means it; its Hook is not looked at.
func (s Set) Contains(p Packet) Truth {
	if s.way == nil || p.Family() != s.way.Family {
		return No
	}
	if s = s.force(); !s.node.OK() {
		return Unknown
	}
	defer s.way.host.ask()()
	sp := s.way.host.space
	has, unsaid := sp.values(&p), sp.unsaid(&p)
	n := s.node
	for {
		v, ok := sp.store.Top(n)
		if !ok {
			return truth(n == bdd.True)
		}
		if v >= sp.ownEnd || unsaid[v] {
			return Unknown
		}
		lo, hi := sp.store.Branch(n)
		if n = lo; has(v) {
			n = hi
		}
	}
}

// unsaid returns the variables of fields that the packet has and [Packet] does not
// tell: what an ICMP error quotes is of a protocol, and may be of any; a later fragment
// has some bytes where others have a transport header.
func (s *space) unsaid(p *Packet) map[int]bool {
	var fields []Field
	if (&env{Packet: p}).quotes() {
		fields = append(fields, FieldCTProto)
	}
	if p.Fragment {
		fields = append(fields, FieldSport, FieldDport, FieldTCPFlags, FieldICMPType, FieldICMPCode)
	}
	bits := map[int]bool{}
	for _, f := range fields {
		field := s.fields[f]
		for i := range field.Width {
			bits[field.Bit(i)] = true
		}
	}
	return bits
}

// values returns the value of each variable that stands for a field of a packet.
func (s *space) values(p *Packet) func(v int) bool {
	bits := map[int]bool{}
	put := func(f Field, n bdd.U128) {
		field := s.fields[f]
		if a := f == FieldDaddr || f == FieldSaddr || f == FieldOrigDst || f == FieldReplyDst || f == FieldOrigSrc || f == FieldReplySrc; a {
			field = narrow(field, p.Saddr.Is4())
		}
		for i := range field.Width {
			if n.Bit(field.Width - 1 - i) {
				bits[field.Bit(i)] = true
			}
		}
	}
	num := func(f Field, n uint64) { put(f, bdd.U64(n)) }
	addr := func(f Field, a netip.Addr) {
		if a.IsValid() {
			put(f, number128(a.AsSlice()))
		}
	}
	for code, bit := range stateCodes {
		if p.State == bit {
			num(FieldState, uint64(code))
		}
	}
	if p.Dir == ast.DirReply {
		num(FieldDir, 1)
	}
	num(FieldProto, uint64(p.Proto))
	if s.usesNH && !p.Saddr.Is4() {
		next := p.Proto
		if p.Fragment {
			next = 44 // its own header
		}
		num(FieldNexthdr, uint64(next))
	}
	if p.Fragment {
		num(FieldFragment, 1)
	} else {
		if p.Proto == protoTCP {
			num(FieldTCPFlags, uint64(p.TCPFlags))
		}
		if p.Proto == protoICMP || p.Proto == protoICMPv6 {
			num(FieldICMPType, uint64(p.ICMPType))
			num(FieldICMPCode, uint64(p.ICMPCode))
		}
	}
	num(FieldStatus, uint64(p.Status))
	num(FieldIif, uint64(s.names.code(p.Iif)))
	num(FieldOif, uint64(s.names.code(p.Oif)))
	num(FieldSport, uint64(p.Sport))
	num(FieldDport, uint64(p.Dport))
	addr(FieldSaddr, p.Saddr)
	addr(FieldDaddr, p.Daddr)
	if p.HasOrig {
		addr(FieldOrigSrc, p.Orig.Saddr)
		num(FieldOrigSport, uint64(p.Orig.Sport))
		addr(FieldOrigDst, p.Orig.Daddr)
		num(FieldOrigDport, uint64(p.Orig.Dport))
	}
	if p.HasAnswer {
		addr(FieldReplySrc, p.Answer.Saddr)
		num(FieldReplySport, uint64(p.Answer.Sport))
		addr(FieldReplyDst, p.Answer.Daddr)
		num(FieldReplyDport, uint64(p.Answer.Dport))
	}
	num(FieldMark, uint64(p.Mark))
	num(FieldCTMark, uint64(p.CTMark))
	num(FieldDSCP, uint64(p.DSCP))
	num(FieldECN, uint64(p.ECN))
	put(FieldMAC, number128(p.MAC[:]))
	num(FieldPhysIn, uint64(s.names.code(p.PhysIn)))
	num(FieldPhysOut, uint64(s.names.code(p.PhysOut)))
	num(FieldTTL, uint64(p.TTL))
	num(FieldLength, uint64(p.Length))
	num(FieldPktType, uint64(p.PktType))
	return func(v int) bool { return bits[v] }
}
