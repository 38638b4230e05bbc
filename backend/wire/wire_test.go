package wire_test

import (
	"encoding/binary"
	"net/netip"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/wire"
	"github.com/ctlint/ctlint/semantics"
)

var (
	v4a, v4b = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("198.51.100.2")
	v6a, v6b = netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8:2::2")
)

// sum adds up 16-bit words as the Internet checksum does (RFC 1071): it is 0xffff
// over what includes a right checksum.
func sum(bs ...[]byte) uint16 {
	var s uint32
	for _, b := range bs {
		for ; len(b) > 1; b = b[2:] {
			s += uint32(binary.BigEndian.Uint16(b))
		}
		if len(b) == 1 {
			s += uint32(b[0]) << 8
		}
	}
	for s>>16 != 0 {
		s = s>>16 + s&0xffff
	}
	return uint16(s)
}

// TestEncode looks at the bytes themselves, in both families: the header's fields,
// where ports and types are, and every checksum.
func TestEncode(t *testing.T) {
	cases := []struct {
		name string
		p    semantics.Packet
		sum  bool // an Internet checksum, over a pseudo header
		at   map[int]byte
	}{
		{name: "tcp", p: semantics.Packet{Proto: 6, Sport: 0x1234, Dport: 22, TCPFlags: ast.TCPSyn | ast.TCPEcn, TTL: 3, DSCP: 46, ECN: 2}, sum: true, at: map[int]byte{0: 0x12, 1: 0x34, 3: 22, 12: 0x50, 13: 0x42}},
		{name: "tcp of a length", p: semantics.Packet{Proto: 6, Dport: 22, TCPFlags: ast.TCPAck, Length: 1001}, sum: true, at: map[int]byte{13: 0x10}},
		{name: "udp", p: semantics.Packet{Proto: 17, Sport: 1, Dport: 53}, sum: true, at: map[int]byte{1: 1, 3: 53}},
		{name: "udp of a length", p: semantics.Packet{Proto: 17, Sport: 1, Dport: 53, Length: 200}, sum: true},
		{name: "udplite", p: semantics.Packet{Proto: 136, Sport: 1, Dport: 53}, sum: true, at: map[int]byte{1: 1, 3: 53, 5: 8}},
		{name: "udplite of a length", p: semantics.Packet{Proto: 136, Sport: 1, Dport: 53, Length: 301}, sum: true, at: map[int]byte{1: 1, 3: 53, 5: 8}},
		{name: "sctp", p: semantics.Packet{Proto: 132, Sport: 1, Dport: 53}, at: map[int]byte{1: 1, 3: 53, 12: 1}},
		{name: "dccp", p: semantics.Packet{Proto: 33, Sport: 1, Dport: 53}, at: map[int]byte{1: 1, 3: 53, 4: 5}},
		{name: "another protocol", p: semantics.Packet{Proto: 89, Length: 99}},
		{name: "esp", p: semantics.Packet{Proto: 50}, at: map[int]byte{3: 1}},
		{name: "gre", p: semantics.Packet{Proto: 47}, at: map[int]byte{2: 8}},
		{name: "fragment", p: semantics.Packet{Proto: 17, Fragment: true}, at: map[int]byte{0: 0}},
	}
	for _, c := range cases {
		for _, six := range []bool{false, true} {
			t.Run(c.name+map[bool]string{false: " in IPv4", true: " in IPv6"}[six], func(t *testing.T) {
				p := c.p
				p.Saddr, p.Daddr = v4a, v4b
				head := 20
				if six {
					p.Saddr, p.Daddr, head = v6a, v6b, 40
				}
				b, err := wire.Encode(&p, nil)
				if err != nil {
					t.Fatal(err)
				}
				if p.Length != 0 && len(b) != int(p.Length) {
					t.Errorf("it is %d bytes long, not %d", len(b), p.Length)
				}
				ttl := p.TTL
				if ttl == 0 {
					ttl = wire.DefaultTTL
				}
				next, body := b[9], b[head:]
				if six {
					next = b[6]
					if b[0] != 6<<4|p.DSCP>>2 || b[1] != p.DSCP<<6|p.ECN<<4 || b[7] != ttl || int(binary.BigEndian.Uint16(b[4:])) != len(b)-40 || [16]byte(b[8:]) != p.Saddr.As16() || [16]byte(b[24:]) != p.Daddr.As16() {
						t.Errorf("the header is % x", b[:head])
					}
					if p.Fragment {
						if next != 44 || body[0] != p.Proto || binary.BigEndian.Uint16(body[2:])>>3 == 0 {
							t.Errorf("the fragment's header is % x", body[:8])
						}
						next, body = body[0], body[8:]
					}
				} else {
					if b[0] != 0x45 || b[1] != p.DSCP<<2|p.ECN || b[8] != ttl || int(binary.BigEndian.Uint16(b[2:])) != len(b) || [4]byte(b[12:]) != p.Saddr.As4() || [4]byte(b[16:]) != p.Daddr.As4() || sum(b[:20]) != 0xffff {
						t.Errorf("the header is % x", b[:head])
					}
					if p.Fragment != (binary.BigEndian.Uint16(b[6:])&0x1fff != 0) {
						t.Errorf("the fragment offset is % x", b[6:8])
					}
				}
				if next != p.Proto {
					t.Errorf("the protocol is %d", next)
				}
				for i, want := range c.at {
					if body[i] != want {
						t.Errorf("byte %d is %#x, want %#x", i, body[i], want)
					}
				}
				covered := body
				if p.Proto == 136 && !p.Fragment {
					covered = body[:8]
				}
				pseudo := []byte{0, p.Proto, byte(len(body) >> 8), byte(len(body))}
				if c.sum && sum(p.Saddr.AsSlice(), p.Daddr.AsSlice(), pseudo, covered) != 0xffff {
					t.Errorf("the checksum is wrong: % x", body)
				}
			})
		}
	}
}

// TestICMP looks at messages of ICMP and at what they quote.
func TestICMP(t *testing.T) {
	for _, c := range []struct {
		name  string
		p     semantics.Packet
		error bool
	}{
		{"echo request", semantics.Packet{Saddr: v4a, Daddr: v4b, Proto: 1, ICMPType: 8}, false},
		{"echo request of ICMPv6", semantics.Packet{Saddr: v6a, Daddr: v6b, Proto: 58, ICMPType: 128}, false},
		{"port unreachable", semantics.Packet{Saddr: v4a, Daddr: v4b, Proto: 1, ICMPType: 3, ICMPCode: 3}, true},
		{"packet too big", semantics.Packet{Saddr: v6a, Daddr: v6b, Proto: 58, ICMPType: 2}, true},
		{"a redirect of ICMPv6 is no error", semantics.Packet{Saddr: v6a, Daddr: v6b, Proto: 58, ICMPType: 137}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := wire.IsError(&c.p); got != c.error {
				t.Errorf("IsError is %t", got)
			}
			quote := []byte("what is quoted, or not")
			b, err := wire.Encode(&c.p, quote)
			if err != nil {
				t.Fatal(err)
			}
			body, pseudo := b[20:], []byte(nil)
			if c.p.Proto == 58 {
				body = b[40:]
				pseudo = append(append(c.p.Saddr.AsSlice(), c.p.Daddr.AsSlice()...), 0, 58, byte(len(body)>>8), byte(len(body)))
			}
			if body[0] != c.p.ICMPType || body[1] != c.p.ICMPCode || sum(pseudo, body) != 0xffff {
				t.Errorf("the message is % x", body)
			}
			if got := string(body[8:]) == string(quote); got != c.error {
				t.Errorf("it carries % x", body[8:])
			}
		})
	}
}

func TestEncodeRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		p    semantics.Packet
	}{
		{"two families", semantics.Packet{Saddr: v4a, Daddr: v6b, Proto: 6}},
		{"too short for its header", semantics.Packet{Saddr: v4a, Daddr: v4b, Proto: 6, Length: 39}},
		{"too long", semantics.Packet{Saddr: v4a, Daddr: v4b, Proto: 6, Length: 70000}},
		{"an extension header", semantics.Packet{Saddr: v6a, Daddr: v6b, Proto: 60}},
	} {
		if b, err := wire.Encode(&c.p, nil); err == nil {
			t.Errorf("%s: % x", c.name, b)
		}
	}
}
