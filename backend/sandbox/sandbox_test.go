package sandbox_test

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/sandbox"
	"github.com/ctlint/ctlint/backend/wire"
	"github.com/ctlint/ctlint/semantics"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	if how := os.Getenv(parentEnv); how != "" {
		parent(how)
	}
	os.Exit(m.Run())
}

// start makes a sandbox with eth0, eth1 and ppp0.
func start(t testing.TB, o sandbox.Options) *sandbox.Box {
	t.Helper()
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("SKIPPED: CTLINT_NO_KERNEL is set, the kernel is not asked")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	b, err := sandbox.Start(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	if err := b.Network(ctx, sandbox.Network{Conntrack: true, Interfaces: []sandbox.Interface{{Name: "eth0", Ethernet: true}, {Name: "eth1", Ethernet: true}, {Name: "ppp0"}}}); err != nil {
		t.Fatal(err)
	}
	return b
}

func load(t testing.TB, b *sandbox.Box, texts ...sandbox.Text) {
	t.Helper()
	for _, x := range texts {
		if err := b.Load(context.Background(), x); err != nil {
			t.Fatal(err)
		}
	}
}

var (
	host4, peer4 = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("198.51.100.7")
	host6, peer6 = netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8:1::7")
)

// packet is one from the peer to the host.
func packet(six bool, proto uint8, dport uint16) semantics.Packet {
	p := semantics.Packet{Saddr: peer4, Daddr: host4, Proto: proto, Sport: 40000, Dport: dport}
	if six {
		p.Saddr, p.Daddr = peer6, host6
	}
	if proto == 6 {
		p.TCPFlags = ast.TCPSyn
	}
	return p
}

func encode(t testing.TB, p semantics.Packet) []byte {
	t.Helper()
	b, err := wire.Encode(&p, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestInject holds the sandbox to a ruleset whose verdicts are plain, in all
// variants of loading it, at each hook and in both families.
func TestInject(t *testing.T) {
	const save = `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT DROP [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -i eth0 -p tcp --dport 22 -j ACCEPT
-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A FORWARD -i eth0 -o eth1 -p udp --dport 53 -j ACCEPT
-A FORWARD -p udp --dport 54 -j REJECT
-A OUTPUT -o eth1 -p udp --dport 123 -m mark --mark 7 -j ACCEPT
-A OUTPUT -o lo -j ACCEPT
-A OUTPUT -p tcp -j REJECT
COMMIT
`
	const script = `table inet t {
	chain input { type filter hook input priority 0; policy drop
		iif lo accept
		iifname eth0 tcp dport 22 accept
		ct state established accept
	}
	chain forward { type filter hook forward priority 0; policy drop
		iifname eth0 oifname eth1 udp dport 53 accept
		udp dport 54 reject
	}
	chain output { type filter hook output priority 0; policy drop
		oifname eth1 udp dport 123 meta mark 7 accept
		oif lo accept
		meta l4proto tcp reject with tcp reset
	}
}`
	const (
		in, fw, out = ast.HookInput, ast.HookForward, ast.HookOutput
	)
	cases := []struct {
		name     string
		hook     ast.Hook
		iif, oif string
		proto    uint8
		dport    uint16
		mark     uint32
		known    bool // there is a connection
		want     sandbox.Outcome
	}{
		{name: "input accepted", hook: in, iif: "eth0", proto: 6, dport: 22, want: sandbox.Accepted},
		{name: "another port", hook: in, iif: "eth0", proto: 6, dport: 23, want: sandbox.Dropped},
		{name: "another port, established", hook: in, iif: "eth0", proto: 17, dport: 23, known: true, want: sandbox.Accepted},
		{name: "another device", hook: in, iif: "ppp0", proto: 6, dport: 22, want: sandbox.Dropped},
		{name: "a device without Ethernet, established", hook: in, iif: "ppp0", proto: 17, dport: 22, known: true, want: sandbox.Accepted},
		{name: "lo", hook: in, iif: "lo", proto: 6, dport: 9, want: sandbox.Accepted},
		{name: "forward accepted", hook: fw, iif: "eth0", oif: "eth1", proto: 17, dport: 53, want: sandbox.Accepted},
		{name: "forward rejected", hook: fw, iif: "eth0", oif: "eth1", proto: 17, dport: 54, want: sandbox.Dropped},
		{name: "forward the other way", hook: fw, iif: "eth1", oif: "eth0", proto: 17, dport: 53, want: sandbox.Dropped},
		{name: "forward to ppp0", hook: fw, iif: "eth0", oif: "ppp0", proto: 17, dport: 53, want: sandbox.Dropped},
		{name: "output accepted", hook: out, oif: "eth1", proto: 17, dport: 123, mark: 7, want: sandbox.Accepted},
		{name: "output, another mark", hook: out, oif: "eth1", proto: 17, dport: 123, mark: 8, want: sandbox.Dropped},
		{name: "output rejected", hook: out, oif: "eth1", proto: 6, dport: 123, mark: 7, want: sandbox.Dropped},
		{name: "output to lo", hook: out, oif: "lo", proto: 6, dport: 123, want: sandbox.Accepted},
	}
	for _, v := range []struct {
		name  string
		texts []sandbox.Text
	}{
		{"legacy", []sandbox.Text{{Tool: sandbox.IPTablesLegacy, Text: save}, {Tool: sandbox.IP6TablesLegacy, Text: save}}},
		{"iptables-nft", []sandbox.Text{{Tool: sandbox.IPTablesNFT, Text: save}, {Tool: sandbox.IP6TablesNFT, Text: save}}},
		{"nft", []sandbox.Text{{Tool: sandbox.NFT, Text: script}}},
	} {
		t.Run(v.name, func(t *testing.T) {
			b := start(t, sandbox.Options{})
			load(t, b, v.texts...)
			var probes []sandbox.Probe
			for _, six := range []bool{false, true} {
				for _, c := range cases {
					p := packet(six, c.proto, c.dport)
					if c.known {
						p.TCPFlags = ast.TCPAck
					}
					probe := sandbox.Probe{Hook: c.hook, Iif: c.iif, Oif: c.oif, Mark: c.mark, Packet: encode(t, p)}
					if c.known {
						probe.Flows = []sandbox.Flow{{Proto: p.Proto, Saddr: p.Saddr, Daddr: p.Daddr, Sport: p.Sport, Dport: p.Dport}}
					}
					probes = append(probes, probe)
				}
			}
			results, err := b.Inject(context.Background(), probes)
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range results {
				c := cases[i%len(cases)]
				if got, hook := r.Outcome(); got != c.want || r.Err != "" {
					t.Errorf("%s, IPv6 %t: %s at %s, want %s; %s %v", c.name, i >= len(cases), got, hook, c.want, r.Err, r.Passed)
				}
			}
		})
	}
}

// TestLeavesNothing asks whether one packet meets what another has left: a
// connection that it opened, one made for it, or a route.
func TestLeavesNothing(t *testing.T) {
	b := start(t, sandbox.Options{})
	load(t, b, sandbox.Text{Tool: sandbox.NFT, Text: `table inet t {
	chain input { type filter hook input priority 0; policy accept; }
	chain forward { type filter hook forward priority 0; policy accept; }
}`})
	for _, six := range []bool{false, true} {
		p := packet(six, 17, 53)
		opens := sandbox.Probe{Hook: ast.HookInput, Iif: "eth0", Packet: encode(t, p)}
		known := opens
		known.Flows = []sandbox.Flow{{Proto: p.Proto, Saddr: p.Saddr, Daddr: p.Daddr, Sport: p.Sport, Dport: p.Dport}}
		through := sandbox.Probe{Hook: ast.HookForward, Iif: "eth0", Oif: "eth1", Packet: opens.Packet}
		results, err := b.Inject(context.Background(), []sandbox.Probe{opens, opens, known, known, through, opens, through})
		if err != nil {
			t.Fatal(err)
		}
		want := []uint32{ast.StateNew, ast.StateNew, ast.StateEstablished, ast.StateEstablished, ast.StateNew, ast.StateNew, ast.StateNew}
		for i, r := range results {
			o, h := r.Outcome()
			if o != sandbox.Accepted || r.State() != want[i] || (h == ast.HookPostrouting) != (i == 4 || i == 6) {
				t.Errorf("IPv6 %t, packet %d: %s at %s, state %#x; want it accepted, state %#x; %s", six, i, o, h, r.State(), want[i], r.Err)
			}
		}
	}
}

// TestRefused holds the messages about what cannot be.
func TestRefused(t *testing.T) {
	b := start(t, sandbox.Options{})
	ctx := context.Background()
	var r *sandbox.Refused
	if err := b.Load(ctx, sandbox.Text{Tool: sandbox.NFT, Text: "table inet t { chain c { tcp dport nonsense accept; }; }"}); !errors.As(err, &r) || !strings.Contains(r.Output, "nonsense") {
		t.Errorf("a text that nft refuses: %v", err)
	}
	if err := b.Load(ctx, sandbox.Text{Tool: sandbox.IPTablesLegacy, Text: "*filter\n-A INPUT -j NONE\nCOMMIT\n"}); !errors.As(err, &r) || !strings.Contains(r.Output, "NONE") {
		t.Errorf("a text that iptables refuses: %v", err)
	}
	p := packet(false, 17, 53)
	for _, c := range []struct {
		name  string
		probe sandbox.Probe
		want  string
	}{
		{"no device", sandbox.Probe{Hook: ast.HookInput, Iif: "eth7", Packet: encode(t, p)}, "there is no device eth7"},
		{"no hook", sandbox.Probe{Iif: "eth0", Packet: encode(t, p)}, "cannot be from"},
		{"no packet", sandbox.Probe{Hook: ast.HookInput, Iif: "eth0", Packet: []byte("nonsense")}, "it is no IP packet"},
		{"forward to lo", sandbox.Probe{Hook: ast.HookForward, Iif: "eth0", Oif: "lo", Packet: encode(t, p)}, "nothing is forwarded"},
	} {
		results, err := b.Inject(ctx, []sandbox.Probe{c.probe})
		if err != nil || !strings.Contains(results[0].Err, c.want) {
			t.Errorf("%s: %v, %v; want %q", c.name, results, err, c.want)
		}
	}
}

// BenchmarkInject is how many packets a second go through a small ruleset.
func BenchmarkInject(bench *testing.B) {
	for _, c := range []struct {
		name  string
		hook  ast.Hook
		known bool
	}{{"new", ast.HookInput, false}, {"established", ast.HookInput, true}, {"forward", ast.HookForward, false}, {"output", ast.HookOutput, false}} {
		bench.Run(c.name, func(bench *testing.B) {
			b := start(bench, sandbox.Options{})
			load(bench, b, sandbox.Text{Tool: sandbox.NFT, Text: "table inet t { chain c { type filter hook input priority 0; ct state established accept; }; }"})
			probes := make([]sandbox.Probe, bench.N)
			for i := range probes {
				p := packet(i%2 == 1, 17, uint16(i%60000+1))
				probes[i] = sandbox.Probe{Hook: c.hook, Packet: encode(bench, p)}
				if c.hook != ast.HookOutput {
					probes[i].Iif = "eth0"
				}
				if c.hook != ast.HookInput {
					probes[i].Oif = "eth1"
				}
				if c.known {
					probes[i].Flows = []sandbox.Flow{{Proto: p.Proto, Saddr: p.Saddr, Daddr: p.Daddr, Sport: p.Sport, Dport: p.Dport}}
				}
			}
			bench.ResetTimer()
			if _, err := b.Inject(context.Background(), probes); err != nil {
				bench.Fatal(err)
			}
			bench.ReportMetric(float64(bench.N)/bench.Elapsed().Seconds(), "packets/s")
		})
	}
}

// TestTrace asks for the way of a packet through each kind of rules.
func TestTrace(t *testing.T) {
	const save = "*filter\n:INPUT DROP [0:0]\n:own - [0:0]\n-A INPUT -p udp -j ACCEPT\n-A INPUT -p tcp -j own\n-A own -p tcp --dport 22 -j ACCEPT\nCOMMIT\n"
	for _, c := range []struct {
		name string
		text sandbox.Text
		want []string // in this order
	}{
		{"legacy", sandbox.Text{Tool: sandbox.IPTablesLegacy, Text: save}, []string{"filter -A INPUT -p tcp -j own", "filter -A own -p tcp -m tcp --dport 22 -j ACCEPT"}},
		{"iptables-nft", sandbox.Text{Tool: sandbox.IPTablesNFT, Text: save}, []string{"filter -A INPUT -p tcp -j own", "filter -A own -p tcp -m tcp --dport 22 -j ACCEPT"}},
		{"nft", sandbox.Text{Tool: sandbox.NFT, Text: "table ip t { chain own { tcp dport 22 accept; }; chain c { type filter hook input priority 0; policy drop; udp dport 1-65535 accept; meta l4proto tcp jump own; }; }"},
			[]string{"meta l4proto tcp jump own (verdict jump own)", "tcp dport 22 accept (verdict accept)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := start(t, sandbox.Options{})
			load(t, b, c.text)
			p := sandbox.Probe{Hook: ast.HookInput, Iif: "eth0", Packet: encode(t, packet(false, 6, 22))}
			for range 2 { // a trace leaves nothing behind either
				results, err := b.Inject(t.Context(), []sandbox.Probe{p})
				if err != nil {
					t.Fatal(err)
				}
				if o, _ := results[0].Outcome(); o != sandbox.Accepted {
					t.Errorf("it is %s", o)
				}
				lines, err := b.Trace(t.Context(), p)
				if err != nil {
					t.Fatal(err)
				}
				got := strings.Join(lines, "\n")
				at := 0
				for _, w := range c.want {
					i := strings.Index(got[at:], w)
					if i < 0 {
						t.Fatalf("there is no %q in its place in\n%s", w, got)
					}
					at += i
				}
				if strings.Contains(got, "udp") || strings.Contains(got, "ctlint") {
					t.Errorf("it has what it should not:\n%s", got)
				}
			}
		})
	}
}
