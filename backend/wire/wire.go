// Package wire makes the bytes of a packet that a rule may look at: what
// [semantics.Packet] says of it, with lengths and checksums that the kernel
// takes for right.
package wire

import (
	"encoding/binary"
	"fmt"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/ctlint/ctlint/semantics"
)

// DefaultTTL is the TTL or hop limit of a packet that says none: Linux's own
// (ip_default_ttl).
const DefaultTTL = 64

// Encode returns a packet from its IP header on. The quote is what an ICMP error
// quotes, from its IP header on; other packets have none.
func Encode(p *semantics.Packet, quote []byte) ([]byte, error) {
	if p.Saddr.Is4() != p.Daddr.Is4() {
		return nil, fmt.Errorf("source %s and destination %s are of different families", p.Saddr, p.Daddr)
	}
	transport := encodeTransport(p, quote, 0)
	head := 20
	if !p.Saddr.Is4() {
		head = 40
		if p.Fragment {
			head += fragmentHeader
		}
	}
	if p.Length != 0 {
		pad := int(p.Length) - head - size(transport)
		// Nothing may follow the chunk that opens an association (RFC 9260,
		// section 6.10).
		if pad < 0 || p.Length > 0xffff || pad > 0 && p.Proto == uint8(layers.IPProtocolSCTP) && !p.Fragment {
			return nil, fmt.Errorf("a packet of %s has no length of %d", p, p.Length)
		}
		transport = append(encodeTransport(p, quote, pad), gopacket.Payload(make([]byte, pad)))
	}
	if p.Saddr.Is4() {
		return encodeIPv4(p, transport)
	}
	return encodeIPv6(p, transport)
}

func encodeIPv4(p *semantics.Packet, transport []gopacket.SerializableLayer) ([]byte, error) {
	ip := &layers.IPv4{
		Version: 4, IHL: 5, TOS: p.DSCP<<2 | p.ECN&3, Id: identity(p), TTL: ttl(p),
		Protocol: layers.IPProtocol(p.Proto), SrcIP: p.Saddr.AsSlice(), DstIP: p.Daddr.AsSlice(),
	}
	if p.Fragment {
		ip.FragOffset = fragmentOffset
	}
	return serialize(ip, ip, transport)
}

// extensionHeaders are the protocols that the kernel takes for headers on the way
// to another (ipv6_ext_hdr): a packet's upper-layer protocol is none of them.
var extensionHeaders = map[uint8]bool{0: true, 43: true, 44: true, 51: true, 59: true, 60: true}

func encodeIPv6(p *semantics.Packet, transport []gopacket.SerializableLayer) ([]byte, error) {
	if extensionHeaders[p.Proto] {
		return nil, fmt.Errorf("protocol %d is an extension header of IPv6, no upper-layer protocol", p.Proto)
	}
	ip := &layers.IPv6{
		Version: 6, TrafficClass: p.DSCP<<2 | p.ECN&3, HopLimit: ttl(p),
		NextHeader: layers.IPProtocol(p.Proto), SrcIP: p.Saddr.AsSlice(), DstIP: p.Daddr.AsSlice(),
	}
	if p.Fragment {
		// RFC 8200, section 4.5. gopacket reads this header and does not write it.
		h := make([]byte, fragmentHeader)
		h[0] = p.Proto
		binary.BigEndian.PutUint16(h[2:], fragmentOffset<<3)
		binary.BigEndian.PutUint32(h[4:], uint32(identity(p)))
		ip.NextHeader = layers.IPProtocolIPv6Fragment
		transport = append([]gopacket.SerializableLayer{gopacket.Payload(h)}, transport...)
	}
	return serialize(ip, ip, transport)
}

const (
	// fragmentOffset is that of every later fragment, in units of eight bytes:
	// what is behind a first fragment that fills an Ethernet frame.
	fragmentOffset = 185
	fragmentHeader = 8
)

func serialize(ip gopacket.SerializableLayer, network gopacket.NetworkLayer, transport []gopacket.SerializableLayer) ([]byte, error) {
	for _, l := range transport {
		if c, ok := l.(interface {
			SetNetworkLayerForChecksum(gopacket.NetworkLayer) error
		}); ok {
			if err := c.SetNetworkLayerForChecksum(network); err != nil {
				return nil, err
			}
		}
	}
	b := gopacket.NewSerializeBuffer()
	err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, append([]gopacket.SerializableLayer{ip}, transport...)...)
	return b.Bytes(), err
}

func ttl(p *semantics.Packet) uint8 {
	if p.TTL == 0 {
		return DefaultTTL
	}
	return p.TTL
}

// identity returns a number for the header's identification, never 0: the kernel
// gives raw packets with 0 one of its own (raw_send_hdrinc).
func identity(p *semantics.Packet) uint16 { return (p.Sport ^ p.Dport) | 1<<15 | 1 }

// size is the length of layers when they are written.
func size(ls []gopacket.SerializableLayer) int {
	b := gopacket.NewSerializeBuffer()
	// Checksums are not computed, so nothing is missing to them.
	if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{}, ls...); err != nil {
		return 0
	}
	return len(b.Bytes())
}
