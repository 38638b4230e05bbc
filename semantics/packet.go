package semantics

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// Packet is one packet at one netfilter hook, with all that rules look at.
type Packet struct {
	Hook ast.Hook
	// Iif and Oif are interface names; empty where the hook has none.
	Iif, Oif     string
	Saddr, Daddr netip.Addr
	Proto        uint8 // the upper-layer protocol
	Sport, Dport uint16
	TCPFlags     uint8
	// ICMPType and ICMPCode are those of ICMP or ICMPv6.
	ICMPType, ICMPCode uint8
	// Fragment says that the packet is a later fragment: it has no
	// transport header.
	Fragment bool

	// State is one of the ast.State bits, as conntrack sees the packet.
	State  uint32
	Status uint32 // ast.Status bits
	Dir    ast.Dir
	Mark   uint32
	CTMark uint32
	Length uint32 // bytes, network header included
	TTL    uint8
	DSCP   uint8
	ECN    uint8
	// MAC is the link layer's source address, PhysIn and PhysOut the ports of a
	// bridge that the packet went through.
	MAC             [6]byte
	PhysIn, PhysOut string
	PktType         uint8 // 0 unicast to this host, 1 broadcast, 2 multicast, 3 to another host
	Orig            Tuple // the connection's addresses as its first packet had them
	HasOrig         bool
	// Answer are those of the packets that answer, before they are translated
	// back: the reply tuple.
	Answer    Tuple
	HasAnswer bool
}

// Tuple is one direction of a connection.
type Tuple struct {
	Saddr, Daddr netip.Addr
	Sport, Dport uint16
}

// Family returns ip or ip6.
func (p *Packet) Family() ast.Family {
	if p.Saddr.Is4() {
		return ast.FamilyIP
	}
	return ast.FamilyIP6
}

// Reply returns the packet that answers p, in the other direction of its
// connection, which is then established.
func (p *Packet) Reply() Packet {
	r := *p
	r.Saddr, r.Daddr, r.Sport, r.Dport = p.Daddr, p.Saddr, p.Dport, p.Sport
	r.Iif, r.Oif = p.Oif, p.Iif
	r.State, r.Dir = ast.StateEstablished, ast.DirReply
	r.Status |= ast.StatusSeenReply | ast.StatusConfirmed
	r.Orig, r.HasOrig = Tuple{p.Saddr, p.Daddr, p.Sport, p.Dport}, true
	switch p.Hook {
	case ast.HookInput:
		r.Hook = ast.HookOutput
	case ast.HookOutput:
		r.Hook = ast.HookInput
	}
	switch p.Proto {
	case protoTCP:
		r.TCPFlags = ast.TCPSyn | ast.TCPAck
	case protoICMP:
		if p.ICMPType == 8 {
			r.ICMPType = 0
		}
	case protoICMPv6:
		if p.ICMPType == 128 {
			r.ICMPType = 129
		}
	}
	return r
}

// Numbers of protocols (IANA).
const (
	protoICMP    = 1
	protoTCP     = 6
	protoUDP     = 17
	protoDCCP    = 33
	protoICMPv6  = 58
	protoSCTP    = 132
	protoUDPLite = 136
)

// hasPorts reports whether the protocol's header begins with two ports.
func hasPorts(proto uint8) bool {
	switch proto {
	case protoTCP, protoUDP, protoDCCP, protoSCTP, protoUDPLite:
		return true
	}
	return false
}

var protoNames = map[uint8]string{
	protoICMP: "icmp", protoTCP: "tcp", protoUDP: "udp", protoDCCP: "dccp", protoICMPv6: "icmpv6", protoSCTP: "sctp", protoUDPLite: "udplite",
}

var stateNames = []struct {
	bit  uint32
	name string
}{
	{ast.StateInvalid, "INVALID"}, {ast.StateNew, "NEW"}, {ast.StateEstablished, "ESTABLISHED"}, {ast.StateRelated, "RELATED"}, {ast.StateUntracked, "UNTRACKED"},
}

// String returns the packet as one line that a person can read: at input, from
// eth0: tcp 192.0.2.1:40000 > 198.51.100.1:22 SYN, NEW.
func (p *Packet) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "at %s", p.Hook)
	if p.Iif != "" {
		fmt.Fprintf(&b, ", in %s", p.Iif)
	}
	if p.Oif != "" {
		fmt.Fprintf(&b, ", out %s", p.Oif)
	}
	name := protoNames[p.Proto]
	if name == "" {
		name = fmt.Sprintf("protocol %d", p.Proto)
	}
	fmt.Fprintf(&b, ": %s ", name)
	if hasPorts(p.Proto) && !p.Fragment {
		fmt.Fprintf(&b, "%s > %s", netip.AddrPortFrom(p.Saddr, p.Sport), netip.AddrPortFrom(p.Daddr, p.Dport))
	} else {
		fmt.Fprintf(&b, "%s > %s", p.Saddr, p.Daddr)
	}
	switch {
	case p.Fragment:
		b.WriteString(" fragment")
	case p.Proto == protoTCP:
		b.WriteString(" " + flagNames(p.TCPFlags))
	case p.Proto == protoICMP || p.Proto == protoICMPv6:
		fmt.Fprintf(&b, " type %d code %d", p.ICMPType, p.ICMPCode)
	}
	for _, s := range stateNames {
		if p.State == s.bit {
			b.WriteString(", " + s.name)
		}
	}
	return b.String()
}

func flagNames(f uint8) string {
	var out []string
	for i, n := range []string{"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"} {
		if f>>i&1 != 0 {
			out = append(out, n)
		}
	}
	if out == nil {
		return "no flags"
	}
	return strings.Join(out, ",")
}
