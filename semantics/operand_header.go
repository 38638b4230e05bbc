package semantics

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// payloadFields are the fields of headers that packets are known by, with the
// protocol that must be there for those of the transport header.
var payloadFields = map[ast.Field]struct {
	field Field
	proto uint8
}{
	ast.IPProtocol: {FieldProto, 0}, ast.IP6Nexthdr: {FieldNexthdr, 0},
	ast.IPSaddr: {FieldSaddr, 0}, ast.IPDaddr: {FieldDaddr, 0}, ast.IP6Saddr: {FieldSaddr, 0}, ast.IP6Daddr: {FieldDaddr, 0},
	ast.IPTTL: {FieldTTL, 0}, ast.IP6Hoplimit: {FieldTTL, 0}, ast.IPDSCP: {FieldDSCP, 0}, ast.IP6DSCP: {FieldDSCP, 0},
	ast.IPECN: {FieldECN, 0}, ast.IP6ECN: {FieldECN, 0}, ast.EtherSaddr: {FieldMAC, 0},
	ast.TCPSport: {FieldSport, protoTCP}, ast.TCPDport: {FieldDport, protoTCP}, ast.TCPFlags: {FieldTCPFlags, protoTCP},
	ast.UDPSport: {FieldSport, protoUDP}, ast.UDPDport: {FieldDport, protoUDP},
	ast.UDPLiteSport: {FieldSport, protoUDPLite}, ast.UDPLiteDport: {FieldDport, protoUDPLite},
	ast.SCTPSport: {FieldSport, protoSCTP}, ast.SCTPDport: {FieldDport, protoSCTP},
	ast.DCCPSport: {FieldSport, protoDCCP}, ast.DCCPDport: {FieldDport, protoDCCP},
	ast.ICMPType: {FieldICMPType, protoICMP}, ast.ICMPCode: {FieldICMPCode, protoICMP},
	ast.ICMPv6Type: {FieldICMPType, protoICMPv6}, ast.ICMPv6Code: {FieldICMPCode, protoICMPv6},
}

// protocols are those of headers that nft names, and that not every packet has.
var protocols = map[string]uint8{
	"tcp": protoTCP, "udp": protoUDP, "dccp": protoDCCP, "sctp": protoSCTP, "udplite": protoUDPLite,
	"icmp": protoICMP, "icmpv6": protoICMPv6, "ah": 51, "esp": 50, "comp": 108, "igmp": 2, "gre": 47,
}

// payload returns what a field of a header gives.
func (c *compiler) payload(p *ast.Payload) operand {
	if p.Tunnel != ast.TunnelNone {
		return operand{{guard: bdd.True}}
	}
	return c.header(p)
}

// header returns what a field gives where there is the header.
func (c *compiler) header(p *ast.Payload) operand {
	info := p.Field.Info()
	guard := bdd.True
	switch info.Base {
	case ast.BaseNetwork:
		switch info.Proto {
		case "ip":
			guard = c.only(ast.FamilyIP)
		case "ip6":
			guard = c.only(ast.FamilyIP6)
		case "arp":
			guard = bdd.False
		}
	case ast.BaseTransport:
		// nft takes what is in a later fragment for the header
		// (nft_payload_fast_eval, unlike nft_payload_eval, does not ask for the
		// fragment's offset), so the fields of a fragment are what stands there.
		if c.xtables() {
			guard = bdd.Not(c.flag(FieldFragment))
		}
		if proto, ok := protocols[info.Proto]; ok {
			guard = c.store.And(guard, c.proto(proto))
		}
	case ast.BaseLink, ast.BaseInner:
		// Whether there is a link layer header is not known: what the kernel
		// makes itself has none. That is a fact of the packet.
		if p.Field == ast.EtherSaddr {
			return operand{{guard: c.fact("has ether"), kind: isField, field: c.fields[FieldMAC]}}
		}
		return c.optional(p, bdd.True)
	}
	if guard == bdd.False {
		return nil
	}
	switch p.Field {
	case ast.IPVersion, ast.IP6Version:
		return operand{{guard: guard, kind: isConstant, value: bdd.U64(map[bool]uint64{true: 4, false: 6}[c.v4()])}}
	case ast.IPFragOff:
		return c.fragOff(guard)
	case ast.THSport, ast.THDport:
		f := FieldSport
		if p.Field == ast.THDport {
			f = FieldDport
		}
		// th counts bytes, whatever the protocol is.
		return append(c.port(f, c.store.And(guard, c.ported())), option{guard: c.store.Diff(guard, c.ported())})
	case ast.IPSaddr, ast.IPDaddr, ast.IP6Saddr, ast.IP6Daddr:
		return c.address(payloadFields[p.Field].field, guard)
	}
	known, ok := payloadFields[p.Field]
	switch {
	case !ok:
		return c.named(p, guard)
	case known.field == FieldSport || known.field == FieldDport:
		return c.port(known.field, guard)
	}
	return operand{{guard: guard, kind: isField, field: c.fields[known.field]}}
}

// fragOff returns the flags and the offset of fragments. Packets that are not a
// later fragment have an offset of 0.
func (c *compiler) fragOff(guard bdd.Node) operand {
	offset, flags := c.extraField("ip.frag-off", 13), c.extraField("ip.frag-flags", 3)
	later := c.flag(FieldFragment)
	bits := make([]bdd.Node, 16)
	for i := range bits {
		if i < 3 {
			bits[i] = c.store.Var(flags.Bit(i))
		} else {
			bits[i] = bdd.False
		}
	}
	first := option{guard: c.store.Diff(guard, later), kind: isBits, bits: bits}
	bits = append([]bdd.Node{}, bits...)
	// At least one bit of a later fragment's offset is set: the last one is, where
	// no other is.
	any := bdd.False
	for i := range 13 {
		bits[3+i] = c.store.Var(offset.Bit(i))
		if i == 12 {
			bits[15] = c.store.Or(bits[15], bdd.Not(any))
		}
		any = c.store.Or(any, bits[3+i])
	}
	return operand{first, {guard: c.store.And(guard, later), kind: isBits, bits: bits}}
}

// seenAs returns the fields that a packet shows for one of FieldSaddr, FieldDaddr,
// FieldSport and FieldDport at the place where the compiler is, with their guards.
//
// Before the destination is translated, a packet of the original direction has the
// destination of the connection's original tuple, and one of the other direction
// that of its reply tuple. After the source has been translated, the same holds of
// the source, turned around.
func (c *compiler) seenAs(f Field, guard bdd.Node) []option {
	plain := []option{{guard: guard, kind: isField, field: c.fields[f]}}
	if !c.nat {
		return plain
	}
	var orig, reply Field // what to read in packets of each direction
	var origBit, replyBit uint64
	switch {
	case (f == FieldDaddr || f == FieldDport) && c.phase&dstDone == 0:
		orig, reply, origBit, replyBit = FieldOrigDst, FieldReplyDst, ast.StatusDNAT, ast.StatusSNAT
	case (f == FieldSaddr || f == FieldSport) && c.phase&srcDone != 0:
		orig, reply, origBit, replyBit = FieldReplyDst, FieldOrigDst, ast.StatusSNAT, ast.StatusDNAT
	default:
		return plain
	}
	if f == FieldDport || f == FieldSport {
		ports := map[Field]Field{FieldOrigDst: FieldOrigDport, FieldReplyDst: FieldReplyDport}
		orig, reply = ports[orig], ports[reply]
	}
	connected := c.store.And(guard, c.connected())
	back := c.flag(FieldDir)
	first := c.store.AndAll(connected, bdd.Not(back), c.status(origBit))
	second := c.store.AndAll(connected, back, c.status(replyBit))
	return []option{
		{guard: c.store.Diff(guard, c.store.Or(first, second)), kind: isField, field: c.fields[f]},
		{guard: first, kind: isField, field: c.fields[orig]},
		{guard: second, kind: isField, field: c.fields[reply]},
	}
}

// address returns what saddr or daddr gives.
func (c *compiler) address(f Field, guard bdd.Node) operand {
	o := c.seenAs(f, guard)
	for i := range o {
		o[i].field = narrow(o[i].field, c.v4())
		o[i].addr = true
	}
	return o
}

func (c *compiler) port(f Field, guard bdd.Node) operand { return c.seenAs(f, guard) }

// xtables reports whether the rule was written for iptables.
func (c *compiler) xtables() bool { return c.table != nil && c.table.Xtables }
