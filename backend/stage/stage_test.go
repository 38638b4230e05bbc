package stage_test

import (
	"context"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/sandbox"
	"github.com/ctlint/ctlint/backend/stage"
	"github.com/ctlint/ctlint/semantics"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	os.Exit(m.Run())
}

// TestStates asks the kernel whether each packet is in the state that it was
// staged in: all protocols, all flags of TCP and types of ICMP, in every state
// that [stage.States] says they can be in, at each hook.
func TestStates(t *testing.T) {
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("SKIPPED: CTLINT_NO_KERNEL is set, the kernel is not asked")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	box, err := sandbox.Start(ctx, sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	if err := box.Network(ctx, sandbox.Network{Conntrack: true, Sysctls: map[string]string{"net/netfilter/nf_conntrack_checksum": "1"}, Interfaces: []sandbox.Interface{{Name: "eth0", Ethernet: true}, {Name: "tun0"}}}); err != nil {
		t.Fatal(err)
	}
	var base []semantics.Packet
	add := func(p semantics.Packet) {
		for _, six := range []bool{false, true} {
			p.Saddr, p.Daddr = netip.MustParseAddr("198.51.100.7"), netip.MustParseAddr("192.0.2.1")
			if six {
				p.Saddr, p.Daddr = netip.MustParseAddr("2001:db8:1::7"), netip.MustParseAddr("2001:db8::1")
			}
			if six && (p.Proto == 1 || p.Proto == 0 || p.Proto == 43 || p.Proto == 44 || p.Proto == 51 || p.Proto == 59 || p.Proto == 60) || !six && p.Proto == 58 {
				continue
			}
			base = append(base, p)
		}
	}
	for flags := range 256 {
		add(semantics.Packet{Proto: 6, Sport: 40000, Dport: 22, TCPFlags: uint8(flags)})
	}
	for kind := range 256 {
		add(semantics.Packet{Proto: 1, ICMPType: uint8(kind)})
		add(semantics.Packet{Proto: 58, ICMPType: uint8(kind)})
	}
	for _, proto := range []uint8{2, 4, 17, 33, 41, 47, 50, 51, 89, 108, 132, 136, 255} {
		add(semantics.Packet{Proto: proto, Sport: 40000, Dport: 53})
	}
	var packets []semantics.Packet
	var probes []sandbox.Probe
	have := map[uint32]int{}
	for _, p := range base {
		for _, dir := range []ast.Dir{ast.DirOriginal, ast.DirReply} {
			for i, way := range []semantics.Packet{{Hook: ast.HookInput, Iif: "eth0"}, {Hook: ast.HookForward, Iif: "tun0", Oif: "eth0"}, {Hook: ast.HookOutput, Oif: "tun0"}, {Hook: ast.HookInput, Iif: "lo"}} {
				p := p
				p.Dir = dir
				for _, s := range stage.States(&p) {
					p := p
					p.Hook, p.Iif, p.Oif, p.State = way.Hook, way.Iif, way.Oif, s
					if dir == ast.DirReply && s != ast.StateEstablished || i == 3 && p.TCPFlags > 31 {
						continue
					}
					// The kernel takes UDP-Lite's checksum for one of UDP
					// (udplite_error), so that a right one is wrong there.
					if p.Proto == 136 && p.Hook != ast.HookOutput {
						continue
					}
					probe, err := stage.Probe(&p)
					if err != nil {
						t.Errorf("%s: %v", &p, err)
						continue
					}
					packets, probes = append(packets, p), append(probes, probe)
					have[s]++
				}
			}
		}
	}
	results, err := box.Inject(ctx, probes)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		if o, _ := r.Outcome(); o != sandbox.Accepted || r.State() != packets[i].State {
			t.Errorf("%s: %s, state %#x; %s", &packets[i], o, r.State(), r.Err)
		}
	}
	for _, s := range []uint32{ast.StateNew, ast.StateEstablished, ast.StateRelated, ast.StateInvalid, ast.StateUntracked} {
		if have[s] == 0 {
			t.Errorf("no packet is in state %#x", s)
		}
	}
	t.Logf("%d packets; by state %v", len(probes), have)
}

// TestProbeRefuses holds what cannot be staged.
func TestProbeRefuses(t *testing.T) {
	a, b := netip.MustParseAddr("198.51.100.7"), netip.MustParseAddr("192.0.2.1")
	for _, p := range []semantics.Packet{
		{Hook: ast.HookInput, Iif: "eth0", Saddr: a, Daddr: b, Proto: 17, State: ast.StateInvalid},
		{Hook: ast.HookInput, Iif: "eth0", Saddr: a, Daddr: b, Proto: 17, State: ast.StateUntracked},
		{Hook: ast.HookInput, Iif: "eth0", Saddr: a, Daddr: b, Proto: 17, Mark: 1},
		{Hook: ast.HookInput, Iif: "eth0", Saddr: a, Daddr: b, Proto: 1, ICMPType: 3, State: ast.StateNew},
	} {
		if _, err := stage.Probe(&p); err == nil {
			t.Errorf("%s: it is staged", &p)
		}
	}
}
