package stage

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/wire"
	"github.com/ctlint/ctlint/semantics"
)

// Numbers of protocols (IANA).
const (
	protoICMP   = 1
	protoTCP    = 6
	protoUDP    = 17
	protoDCCP   = 33
	protoICMPv6 = 58
	protoSCTP   = 132
)

// ports are the protocols whose connections have ports.
var ports = map[uint8]bool{protoTCP: true, protoUDP: true, protoDCCP: true, protoSCTP: true, 136: true}

type icmpKind struct{ proto, kind uint8 }

// requests are the messages that begin a connection, with the types of their
// answers (valid_new of nf_conntrack_proto_icmp.c and nf_conntrack_proto_icmpv6.c).
var requests = map[icmpKind]uint8{
	{protoICMP, 8}: 0, {protoICMP, 13}: 14, {protoICMP, 15}: 16, {protoICMP, 17}: 18,
	{protoICMPv6, 128}: 129, {protoICMPv6, 139}: 140,
}

// answers are those that answer.
var answers = func() map[icmpKind]uint8 {
	m := map[icmpKind]uint8{}
	for k, reply := range requests {
		m[icmpKind{k.proto, reply}] = k.kind
	}
	return m
}()

// untracked are the types of ICMPv6 that conntrack leaves alone (noct_valid_new of
// nf_conntrack_proto_icmpv6.c).
var untracked = map[uint8]bool{130: true, 131: true, 132: true, 133: true, 134: true, 135: true, 136: true, 143: true}

// varying are the types of ICMPv6 that some kernels leave alone and others find
// invalid: those of multicast router discovery (RFC 4286).
var varying = map[uint8]bool{151: true, 152: true, 153: true}

// tcpLegal are the combinations of TCP flags that are not an error, less PSH, ECE
// and CWR, which do not count (tcp_valid_flags of nf_conntrack_proto_tcp.c).
var tcpLegal = map[uint8]bool{
	ast.TCPSyn: true, ast.TCPSyn | ast.TCPUrg: true, ast.TCPSyn | ast.TCPAck: true, ast.TCPRst: true, ast.TCPRst | ast.TCPAck: true,
	ast.TCPFin | ast.TCPAck: true, ast.TCPFin | ast.TCPAck | ast.TCPUrg: true, ast.TCPAck: true, ast.TCPAck | ast.TCPUrg: true,
}

func legal(flags uint8) bool {
	return tcpLegal[flags&^(ast.TCPPsh|ast.TCPEcn|ast.TCPCwr)]
}

// Natural returns the state of a packet of no connection.
func Natural(p *semantics.Packet) uint32 {
	switch {
	case p.Fragment:
		return ast.StateNew
	case p.Proto == protoTCP:
		// What the table of states has for sNO, in the original direction;
		// an ACK is taken up in the middle (nf_conntrack_tcp_loose).
		if begins := p.TCPFlags&(ast.TCPRst|ast.TCPFin) == 0 && p.TCPFlags&(ast.TCPSyn|ast.TCPAck) != ast.TCPSyn|ast.TCPAck; !begins || !legal(p.TCPFlags) {
			return ast.StateInvalid
		}
	case p.Proto == protoICMP:
		if _, ok := requests[icmpKind{p.Proto, p.ICMPType}]; !ok {
			return ast.StateInvalid
		}
	case p.Proto == protoICMPv6:
		if untracked[p.ICMPType] {
			return ast.StateUntracked
		}
		if _, ok := requests[icmpKind{p.Proto, p.ICMPType}]; !ok {
			return ast.StateInvalid
		}
	}
	return ast.StateNew
}

// States returns the states that a packet can be in, its natural one first; none
// if kernels differ about it, or if it is of the ICMP of the other family.
func States(p *semantics.Packet) []uint32 {
	six := !p.Saddr.Is4()
	if p.Proto == protoICMPv6 && (varying[p.ICMPType] || !six) || p.Proto == protoICMP && six {
		return nil
	}
	natural := Natural(p)
	out := []uint32{natural}
	switch {
	case natural == ast.StateUntracked || p.Fragment:
	case p.Saddr == p.Daddr:
		// A connection may be its own reply then.
	case wire.IsError(p):
		out = append(out, ast.StateRelated)
	case p.Proto == protoTCP:
		if !legal(p.TCPFlags) {
			break
		}
		// A connection that is up ignores a SYN from the one that opened it
		// and a SYN,ACK from the other; the other way round they are invalid
		// (the tables of nf_conntrack_proto_tcp.c, column sES).
		syn := p.TCPFlags&ast.TCPRst == 0 && p.TCPFlags&ast.TCPSyn != 0
		if reply := p.TCPFlags&ast.TCPAck != 0; !syn || reply == (p.Dir == ast.DirReply) {
			out = append(out, ast.StateEstablished)
		}
		if syn && natural == ast.StateNew {
			out = append(out, ast.StateRelated)
		}
	case p.Proto == protoSCTP || p.Proto == protoDCCP:
		// Packets that only begin a connection are made of these.
	case p.Proto == protoICMP || p.Proto == protoICMPv6:
		_, reply := answers[icmpKind{p.Proto, p.ICMPType}]
		if natural == ast.StateNew || reply {
			out = append(out, ast.StateEstablished)
		}
	default:
		out = append(out, ast.StateEstablished, ast.StateRelated)
	}
	return out
}
