package wire

import (
	"encoding/binary"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics"
)

// transports are the encoders of the protocols whose headers rules look at. What
// is not here has a body of zeros.
var transports = map[uint8]func(p *semantics.Packet, quote []byte, pad int) []gopacket.SerializableLayer{
	uint8(layers.IPProtocolTCP):     tcp,
	uint8(layers.IPProtocolUDP):     udp,
	uint8(layers.IPProtocolUDPLite): udplite,
	uint8(layers.IPProtocolSCTP):    sctp,
	33:                              dccp,
	uint8(layers.IPProtocolICMPv4):  icmp,
	uint8(layers.IPProtocolICMPv6):  icmpv6,
	uint8(layers.IPProtocolESP):     esp,
	uint8(layers.IPProtocolAH):      ah,
	uint8(layers.IPProtocolGRE):     gre,
}

// bodyLength is how much a packet carries of which nothing is known.
const bodyLength = 24

// encodeTransport returns the transport header with what it carries. Behind that
// there will be pad bytes more.
func encodeTransport(p *semantics.Packet, quote []byte, pad int) []gopacket.SerializableLayer {
	if f := transports[p.Proto]; f != nil && !p.Fragment {
		return f(p, quote, pad)
	}
	return body(make([]byte, bodyLength))
}

func body(b []byte) []gopacket.SerializableLayer {
	return []gopacket.SerializableLayer{gopacket.Payload(b)}
}

func tcp(p *semantics.Packet, _ []byte, _ int) []gopacket.SerializableLayer {
	f := func(bit uint8) bool { return p.TCPFlags&bit != 0 }
	h := &layers.TCP{
		SrcPort: layers.TCPPort(p.Sport), DstPort: layers.TCPPort(p.Dport), Seq: 1000, DataOffset: 5, Window: 1024,
		FIN: f(ast.TCPFin), SYN: f(ast.TCPSyn), RST: f(ast.TCPRst), PSH: f(ast.TCPPsh), ACK: f(ast.TCPAck), URG: f(ast.TCPUrg), ECE: f(ast.TCPEcn), CWR: f(ast.TCPCwr),
	}
	if h.ACK {
		h.Ack = 1
	}
	return []gopacket.SerializableLayer{h}
}

func udp(p *semantics.Packet, _ []byte, _ int) []gopacket.SerializableLayer {
	return []gopacket.SerializableLayer{&layers.UDP{SrcPort: layers.UDPPort(p.Sport), DstPort: layers.UDPPort(p.Dport)}}
}

// udplite has no encoder in gopacket. Its checksum, over a pseudo header as UDP's
// with the length of the datagram (RFC 3828, section 3.1), is made here.
func udplite(p *semantics.Packet, _ []byte, pad int) []gopacket.SerializableLayer {
	const length = 8
	h := make([]byte, length)
	ports(h, p)
	binary.BigEndian.PutUint16(h[4:], length) // the checksum covers the header alone
	sum := uint32(p.Proto) + length + uint32(pad)
	for _, b := range [][]byte{p.Saddr.AsSlice(), p.Daddr.AsSlice(), h} {
		for i := 0; i < len(b); i += 2 {
			sum += uint32(binary.BigEndian.Uint16(b[i:]))
		}
	}
	sum = sum>>16 + sum&0xffff
	sum += sum >> 16
	check := ^uint16(sum)
	if check == 0 {
		check = 0xffff // 0 says that there is none, which UDP-Lite does not take
	}
	binary.BigEndian.PutUint16(h[6:], check)
	return body(h)
}

// sctp opens an association: an INIT chunk (RFC 9260, section 3.3.2).
func sctp(p *semantics.Packet, _ []byte, _ int) []gopacket.SerializableLayer {
	return []gopacket.SerializableLayer{
		&layers.SCTP{SrcPort: layers.SCTPPort(p.Sport), DstPort: layers.SCTPPort(p.Dport)},
		&layers.SCTPInit{SCTPChunk: layers.SCTPChunk{Type: layers.SCTPChunkTypeInit}, InitiateTag: 1, AdvertisedReceiverWindowCredit: 1 << 16, OutboundStreams: 1, InboundStreams: 1, InitialTSN: 1},
	}
}

// dccp opens a connection: a DCCP-Request (RFC 4340, section 5.1). The kernel's
// conntrack does not ask for its checksum.
func dccp(p *semantics.Packet, _ []byte, _ int) []gopacket.SerializableLayer {
	const words = 5
	h := make([]byte, words*4)
	ports(h, p)
	h[4] = words
	h[8] = 1 // type Request, long sequence numbers
	return body(h)
}

// Types of ICMP and ICMPv6 whose messages quote a packet (RFC 792; RFC 4443,
// section 2.1: those below 128).
var quotes = map[uint8]bool{3: true, 4: true, 5: true, 11: true, 12: true}

// IsError reports whether a packet is an ICMP or ICMPv6 message that quotes
// another packet.
func IsError(p *semantics.Packet) bool {
	switch layers.IPProtocol(p.Proto) {
	case layers.IPProtocolICMPv4:
		return quotes[p.ICMPType] && !p.Fragment
	case layers.IPProtocolICMPv6:
		return p.ICMPType < 128 && !p.Fragment
	}
	return false
}

// ICMPID is the identifier of every message that has one.
const ICMPID = 0x1d

func icmp(p *semantics.Packet, quote []byte, _ int) []gopacket.SerializableLayer {
	h := &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(p.ICMPType, p.ICMPCode)}
	if IsError(p) {
		return append([]gopacket.SerializableLayer{h}, gopacket.Payload(quote))
	}
	h.Id, h.Seq = ICMPID, 1
	// Timestamps and address masks are behind that.
	return append([]gopacket.SerializableLayer{h}, gopacket.Payload(make([]byte, 12)))
}

func icmpv6(p *semantics.Packet, quote []byte, _ int) []gopacket.SerializableLayer {
	h := &layers.ICMPv6{TypeCode: layers.CreateICMPv6TypeCode(p.ICMPType, p.ICMPCode)}
	rest := make([]byte, 4, 4+bodyLength)
	if IsError(p) {
		rest = append(rest, quote...)
	} else {
		binary.BigEndian.PutUint16(rest, ICMPID)
		rest = rest[:4+bodyLength]
	}
	return append([]gopacket.SerializableLayer{h}, gopacket.Payload(rest))
}

// esp, ah and gre are what RFC 4303, section 2, RFC 4302, section 2.2, and RFC
// 2784, section 2.1, say, around nothing.
func esp(*semantics.Packet, []byte, int) []gopacket.SerializableLayer {
	h := make([]byte, bodyLength)
	h[3], h[7] = 1, 1 // SPI and sequence number
	return body(h)
}

func ah(*semantics.Packet, []byte, int) []gopacket.SerializableLayer {
	h := make([]byte, bodyLength)
	h[0], h[1] = byte(layers.IPProtocolNoNextHeader), bodyLength/4-2
	h[7], h[11] = 1, 1 // SPI and sequence number
	return body(h)
}

func gre(*semantics.Packet, []byte, int) []gopacket.SerializableLayer {
	h := make([]byte, bodyLength)
	binary.BigEndian.PutUint16(h[2:], uint16(layers.EthernetTypeIPv4))
	return body(h)
}

func ports(h []byte, p *semantics.Packet) {
	binary.BigEndian.PutUint16(h, p.Sport)
	binary.BigEndian.PutUint16(h[2:], p.Dport)
}
