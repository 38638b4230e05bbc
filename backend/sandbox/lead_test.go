package sandbox_test

import (
	"net/netip"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/sandbox"
)

// segment is a TCP segment of a conversation.
func segment(t *testing.T, src, dst netip.Addr, h layers.TCP, text string) []byte {
	t.Helper()
	var ip interface {
		gopacket.NetworkLayer
		gopacket.SerializableLayer
	}
	if src.Is4() {
		ip = &layers.IPv4{Version: 4, IHL: 5, TTL: 64, Id: 1, Protocol: layers.IPProtocolTCP, SrcIP: src.AsSlice(), DstIP: dst.AsSlice()}
	} else {
		ip = &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: layers.IPProtocolTCP, SrcIP: src.AsSlice(), DstIP: dst.AsSlice()}
	}
	h.Window = 1 << 14
	if err := h.SetNetworkLayerForChecksum(ip); err != nil {
		t.Fatal(err)
	}
	b := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, ip, &h, gopacket.Payload(text)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestHelper talks FTP through the sandbox: a real handshake, and a server that says
// where it takes the data connection. That is RELATED then, if the ruleset gives the
// connection its helper; and nothing of it is left for the next packet.
func TestHelper(t *testing.T) {
	for _, c := range []struct {
		name, rule string
		state      uint32
	}{
		{"with the helper", "tcp dport 21 ct helper set \"ftp\"", ast.StateRelated},
		{"without", "tcp dport 21 accept", ast.StateNew},
	} {
		for _, six := range []bool{false, true} {
			t.Run(c.name+map[bool]string{false: " in IPv4", true: " in IPv6"}[six], func(t *testing.T) {
				b := start(t, sandbox.Options{})
				load(t, b, sandbox.Text{Tool: sandbox.NFT, Text: `table inet t {
	ct helper ftp { type "ftp" protocol tcp; }
	chain fw {
		type filter hook forward priority 0; policy accept
		` + c.rule + `
	}
}`})
				client, server, says := peer4, host4, "227 Entering Passive Mode (192,0,2,1,156,64).\r\n"
				if six {
					client, server, says = peer6, host6, "229 Entering Extended Passive Mode (|||40000|)\r\n"
				}
				const hello = "220 at your service\r\n"
				out := func(h layers.TCP) sandbox.Lead {
					h.SrcPort, h.DstPort = 50000, 21
					return sandbox.Lead{Iif: "eth0", Oif: "eth1", Packet: segment(t, client, server, h, "")}
				}
				back := func(h layers.TCP, text string) sandbox.Lead {
					h.SrcPort, h.DstPort = 21, 50000
					return sandbox.Lead{Iif: "eth1", Oif: "eth0", Packet: segment(t, server, client, h, text)}
				}
				data := sandbox.Probe{Hook: ast.HookForward, Iif: "eth0", Oif: "eth1",
					Packet: segment(t, client, server, layers.TCP{SrcPort: 50001, DstPort: 40000, Seq: 1, SYN: true}, "")}
				related := data
				related.Before = []sandbox.Lead{
					out(layers.TCP{Seq: 100, SYN: true}),
					back(layers.TCP{Seq: 500, Ack: 101, SYN: true, ACK: true}, ""),
					out(layers.TCP{Seq: 101, Ack: 501, ACK: true}),
					back(layers.TCP{Seq: 501, Ack: 101, ACK: true, PSH: true}, hello),
					back(layers.TCP{Seq: 501 + uint32(len(hello)), Ack: 101, ACK: true, PSH: true}, says),
				}
				// A packet of the connection itself, with nothing but the handshake.
				established := sandbox.Probe{Hook: ast.HookForward, Iif: "eth0", Oif: "eth1", Before: related.Before[:3],
					Packet: segment(t, client, server, layers.TCP{SrcPort: 50000, DstPort: 21, Seq: 101, Ack: 501, ACK: true}, "")}
				results, err := b.Inject(t.Context(), []sandbox.Probe{data, related, data, established})
				if err != nil {
					t.Fatal(err)
				}
				for i, want := range []uint32{ast.StateNew, c.state, ast.StateNew, ast.StateEstablished} {
					r := &results[i]
					if o, h := r.Outcome(); o != sandbox.Accepted || r.State() != want {
						t.Errorf("packet %d: %s at %s, state %#x, want state %#x; %s", i, o, h, r.State(), want, r.Err)
					}
				}
			})
		}
	}
}
