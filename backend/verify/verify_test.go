package verify_test

import (
	"context"
	"errors"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/sandbox"
	"github.com/ctlint/ctlint/backend/verify"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/semantics"
)

// parse returns the host of one text.
func parse(t *testing.T, v verify.Variant, name, text string) *verify.Host {
	t.Helper()
	h, err := verify.NewHost(v, load.Parse(token.NewFileSet(), name, []byte(text), load.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func kernel(t *testing.T) {
	t.Helper()
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("SKIPPED: CTLINT_NO_KERNEL is set, the kernel is not asked")
	}
}

// TestFeatures holds the prediction to the kernel where rulesets of the corpus do
// not reach: fields and constructs that few use, each in small rules that accept,
// so that a match gone wrong shows.
func TestFeatures(t *testing.T) {
	kernel(t)
	n := 800
	if raced {
		n = 300
	}
	var all atOnce
	for _, c := range []struct {
		name, file, rules string
	}{
		{"ttl and dscp", "r.nft", "ip ttl 63 accept\nip ttl > 200 accept\nip6 hoplimit 1-9 accept\nip dscp ef accept\nip6 dscp { af11, cs5 } accept"},
		{"length", "r.nft", "meta length 60-99 accept\nmeta length > 1000 accept"},
		{"protocols", "r.nft", "meta l4proto { esp, gre, 89 } accept\nip protocol udplite accept\nip6 nexthdr sctp accept\nip protocol 1 accept"},
		{"ports of any protocol", "r.nft", "th dport 53 accept\nmeta l4proto { tcp, udp } th sport 1000-2000 accept\ndccp dport 22 accept\nsctp sport 100 accept\nudplite dport 9 accept"},
		{"flags", "r.nft", "tcp flags & (fin|syn|rst|ack) == syn accept\ntcp flags fin,psh,urg accept\ntcp flags != ack accept"},
		{"flags as sets", "r.nft", "tcp flags { syn, syn | ack } accept\ntcp flags & urg != 0 accept\ntcp flags ! syn,rst accept"},
		{"icmp", "r.nft", "icmp type { echo-request, destination-unreachable } accept\nicmp type time-exceeded icmp code 0 accept\nicmpv6 type { nd-neighbor-solicit, packet-too-big, echo-reply } accept\nicmpv6 type 1 icmpv6 code 4 accept"},
		{"states", "r.nft", "ct state established accept\nct state related meta l4proto { icmp, ipv6-icmp } accept\nct state { new, untracked } tcp dport 80 accept\nct state invalid,untracked accept"},
		{"states that are not", "r.nft", "ct state != new accept\nct state ! established,related,invalid tcp sport 7 accept"},
		{"direction and tuple", "r.nft", "ct direction reply ct state established accept\nct original ip saddr 192.0.2.0/24 accept\nmeta l4proto udp ct original proto-dst 53 accept\nct reply ip6 daddr 2001:db8::/33 accept"},
		{"status", "r.nft", "ct status assured accept\nct status expected tcp dport 20-60000 accept\nct status seen-reply,assured accept"},
		{"marks", "r.nft", "meta mark 7 accept\nct mark & 0xf0 == 0x10 accept\nmeta mark set 9\nmeta mark 9 tcp dport 22 accept\nmeta mark & 0x8 == 0 accept"},
		{"interfaces", "r.nft", "iifname \"eth*\" accept\noifname { \"ppp0\", \"wan\" } accept\niif lo accept\noifname != \"eth0\" udp dport 53 accept"},
		{"verdict maps", "r.nft", "tcp dport vmap { 22 : accept, 23 : drop, 80-90 : accept }\nct state vmap { established : accept, invalid : drop }\nip saddr . udp dport vmap { 192.0.2.1 . 53 : accept, 198.51.100.0/24 . 100-200 : accept }"},
		{"concatenations", "r.nft", "ip saddr . tcp dport { 192.0.2.1 . 22, 198.51.100.0-198.51.100.9 . 80-81 } accept\nip6 daddr . meta l4proto { 2001:db8::1 . udp } accept\niifname . ip protocol { \"eth0\" . icmp } accept"},
		{"masks", "r.nft", "ip saddr & 255.0.255.0 == 192.0.2.0 accept\nip daddr & 0.0.0.3 != 1 udp dport 1-100 accept\nip6 saddr & ffff:ffff::f == 2001:db8::1 accept"},
		{"negated sets", "r.nft", "ip saddr != { 192.0.2.0/24, 198.51.100.1 } accept\ntcp dport != { 22, 80 } tcp sport != 1024-65535 accept"},
		{"notrack", "r.nft", "}\nchain raw { type filter hook prerouting priority raw; udp dport 53 notrack; }\nchain rawout { type filter hook output priority raw; tcp sport 80 notrack; }\nchain more {\ntype filter hook input priority 10; policy drop\nct state untracked accept"},
		{"several base chains", "r.nft", "ip saddr 192.0.2.0/24 accept\nudp dport 53 accept\n}\nchain late { type filter hook input priority 10; ip saddr 192.0.2.128/25 drop; }\nchain early { type filter hook prerouting priority mangle; udp sport 67 drop; }\nchain post { type filter hook postrouting priority 0; tcp dport 25 drop"},
		{"jump, goto, return", "r.nft", "tcp dport 1-1000 jump one\nudp dport 1-1000 goto one\nip saddr 192.0.2.9 accept\n}\nchain one { tcp dport 22 return; meta l4proto udp udp dport 53 accept; tcp dport 80-90 accept"},
		{"nat decides nothing", "r.nft", "tcp dport 22 accept\n}\nchain n { type nat hook postrouting priority srcnat; oifname \"wan\" masquerade; ip saddr 192.0.2.0/24 snat ip to 203.0.113.9; }\nchain late { type filter hook postrouting priority 200; ip saddr 203.0.113.9 tcp sport 1-100 drop"},
		{"a nat chain that drops", "r.nft", "tcp dport 20-30 accept\n}\nchain n { type nat hook prerouting priority dstnat; tcp dport 22 drop"},
		{"fragments", "r.nft", "ip frag-off & 0x1fff != 0 ip daddr 192.0.2.0/25 accept\nudp dport 1-60000 accept\nmeta l4proto tcp accept\nth sport != 7 ip saddr 192.0.2.0/24 accept\nexthdr frag exists ip6 saddr 2001:db8::/34 accept"},
		{"fragments of iptables", "r.v4", "-f -d 192.0.2.0/25 -j ACCEPT\n-p udp --dport 1:60000 -j ACCEPT\n-p tcp ! --sport 7 -j ACCEPT\n-p icmp -j ACCEPT\n! -f -s 192.0.2.0/28 -j ACCEPT"},
		{"fragments of ip6tables", "r.v6", "-p udp --dport 1:60000 -j ACCEPT\n-p tcp -j ACCEPT\n-p icmpv6 --icmpv6-type 128 -j ACCEPT"},
		{"mac and ecn", "r.nft", "ether saddr 02:00:5e:00:53:01 accept\nether saddr != { 02:00:5e:00:53:02, 02:00:5e:00:53:03 } tcp dport 22 accept\nip ecn ce accept\nip6 ecn != not-ect udp dport 1-60000 accept"},
		{"to many", "r.nft", "meta pkttype broadcast udp sport 1-40000 accept\nmeta pkttype { host, multicast } tcp dport 22-20000 accept\nmeta pkttype != host icmp type echo-request accept"},
		{"mac of iptables", "r.v4", "-m mac --mac-source 02:00:5e:00:53:01 -j ACCEPT\n-m mac ! --mac-source 02:00:5e:00:53:02 -p tcp --dport 1:1023 -j ACCEPT\n-p tcp -m ecn --ecn-ip-ect 3 -j ACCEPT\n-m pkttype ! --pkt-type broadcast -p udp --dport 53 -j ACCEPT"},
		{"iptables matches", "r.v4", "-p tcp -m multiport --ports 22,80:90 -j ACCEPT\n-p udp -m multiport ! --dports 53,123 -j ACCEPT\n-m iprange --src-range 192.0.2.9-192.0.2.77 -j ACCEPT\n-m ttl --ttl-gt 100 -j ACCEPT\n-m dscp --dscp 46 -j ACCEPT\n-m length --length 100:200 -j ACCEPT"},
		{"iptables flags and icmp", "r.v4", "-p tcp --tcp-flags ALL NONE -j ACCEPT\n-p tcp ! --syn -m conntrack --ctstate NEW -j ACCEPT\n-p icmp --icmp-type 3/1 -j ACCEPT\n-p icmp ! --icmp-type 8 -j ACCEPT\n! -p tcp -s 192.0.2.0/25 -j ACCEPT"},
		{"iptables states", "r.v4", "-m conntrack --ctstate RELATED,ESTABLISHED,SNAT -j ACCEPT\n-m conntrack ! --ctstate NEW,UNTRACKED -j ACCEPT\n-m conntrack --ctproto udp --ctorigsrc 192.0.2.0/24 -j ACCEPT\n-m conntrack --ctstatus EXPECTED -j ACCEPT\n-m conntrack --ctdir REPLY -j ACCEPT"},
		{"iptables marks", "r.v4", "-m mark --mark 7 -j ACCEPT\n-m connmark --mark 0x10/0xf0 -j ACCEPT\n-m mark ! --mark 0/8 -j ACCEPT"},
		{"ip6tables", "r.v6", "-p icmpv6 --icmpv6-type 135 -j ACCEPT\n-p tcp -m multiport --dports 22,80 -s 2001:db8::/64 -j ACCEPT\n-m hl --hl-lt 9 -j ACCEPT\n-m conntrack --ctstate UNTRACKED,INVALID -j ACCEPT\n! -d 2001:db8:1::/48 -p udp -j ACCEPT"},
	} {
		texts := map[string]string{}
		switch c.file {
		case "r.nft":
			texts["nft"] = "table inet t {\n\tchain in { type filter hook input priority 0; policy drop\n" + c.rules + "\n}\n"
			// The same rules at the other hooks.
			if !strings.Contains(c.rules, "chain") {
				texts["nft"] += "chain fw { type filter hook forward priority 0; policy drop\n" + c.rules + "\n}\nchain out { type filter hook output priority 0; policy drop\n" + c.rules + "\n}\n"
			}
			texts["nft"] += "}\n"
		default:
			var b strings.Builder
			b.WriteString("*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT DROP [0:0]\n")
			for _, chain := range []string{"INPUT", "FORWARD", "OUTPUT"} {
				if chain == "OUTPUT" && strings.Contains(c.rules, "--mac-source") {
					continue // no packet has come from anywhere there
				}
				for line := range strings.Lines(c.rules) {
					b.WriteString("-A " + chain + " " + strings.TrimSpace(line) + "\n")
				}
			}
			b.WriteString("COMMIT\n")
			texts["legacy"], texts["iptables-nft"] = b.String(), b.String()
		}
		for how, text := range texts {
			variant := verify.Legacy
			if how == "iptables-nft" {
				variant = verify.NFTables
			}
			ask := func() (*verify.Report, error) {
				return verify.Ruleset(t.Context(), parse(t, variant, c.file, text), verify.Options{Packets: packets(t, n), Seed: 3, Traces: 1})
			}
			all.run(t, c.name+" in "+how, ask, func(t *testing.T, r *verify.Report) {
				for i := range min(3, len(r.Disagreements)) {
					d := &r.Disagreements[i]
					t.Errorf("%s\n%s", d, strings.Join(slices.Concat(d.Traces...), "\n"))
				}
				t.Logf("%d compared (%d accepted), %d unknown, %d lost, %d refused (%s), %d unstaged; %d of %d rules; %d differ", r.Compared, r.Accepted, r.Unknown, r.Lost, r.Refused, r.Why, r.Unstaged, r.Hit, r.Rules, r.Differ)
				if r.Accepted < n/50 || r.Dropped < n/50 || r.Hit < r.Rules/2 {
					t.Errorf("the packets show little: %d accepted, %d dropped, %d of %d rules met", r.Accepted, r.Dropped, r.Hit, r.Rules)
				}
				if r.Unstaged+r.Refused > n/50 {
					t.Errorf("%d packets are not what they should be, %d cannot be sent: %s", r.Unstaged, r.Refused, r.Why)
				}
			})
		}
	}
	all.report()
}

// atOnce asks about many rulesets at the same time, more than there are processors:
// most of the time goes by while the kernel makes and unmakes devices.
type atOnce struct {
	slots chan bool
	tests []func()
}

// run asks, and has the test look at the answer later.
func (a *atOnce) run(t *testing.T, name string, ask func() (*verify.Report, error), look func(*testing.T, *verify.Report)) {
	if a.slots == nil {
		a.slots = make(chan bool, 12)
	}
	var r *verify.Report
	var err error
	done := make(chan bool)
	go func() {
		defer close(done)
		a.slots <- true
		defer func() { <-a.slots }()
		r, err = ask()
	}()
	a.tests = append(a.tests, func() {
		t.Run(name, func(t *testing.T) {
			<-done
			if err != nil {
				t.Fatal(err)
			}
			look(t, r)
		})
	})
}

// report runs the tests.
func (a *atOnce) report() {
	for _, f := range a.tests {
		f()
	}
}

const small = `table inet t {
	chain in {
		type filter hook input priority 0; policy drop
		ct state established accept
		ip saddr 192.0.2.0/24 tcp dport { 22, 80-90 } accept
		udp dport 53 drop
		iifname "eth0" meta l4proto { icmp, ipv6-icmp, udp } jump own
	}
	chain own {
		udp sport 67 accept
		icmp type echo-request accept
		ip6 saddr 2001:db8::/32 accept
	}
}
`

// TestWrongPrediction asks whether a prediction that is wrong about one rule is
// found out, with the packet and both ways.
func TestWrongPrediction(t *testing.T) {
	kernel(t)
	wrong := func(rs *ast.Ruleset) verify.Predictor {
		return func(p semantics.Packet) (semantics.Decision, []semantics.Step) {
			d, path := semantics.DecidePath(rs, p)
			if p.Dport == 53 && d.Drops() {
				d.Accept, d.Drop = true, false
			}
			return d, path
		}
	}
	r, err := verify.Ruleset(t.Context(), parse(t, verify.Legacy, "r.nft", small), verify.Options{Packets: 500, Seed: 1, Predict: wrong, Traces: 1})
	if err != nil {
		t.Fatal(err)
	}
	if r.Differ == 0 {
		t.Fatal("it is not found")
	}
	d := r.Disagreements[0]
	if d.Packet.Dport != 53 || d.Kernel.Outcome != sandbox.Dropped || len(d.Traces) != 1 || len(d.Traces[0]) == 0 || !strings.HasSuffix(d.String(), "drops it at "+d.Kernel.Hook.String()+"; it should accept it") {
		t.Errorf("%s\n%v", &d, d.Traces)
	}
}

// TestMutants changes one rule at a time. Of each change that matters a packet
// must tell; of those that do not, none may.
func TestMutants(t *testing.T) {
	kernel(t)
	var all atOnce
	for _, c := range []struct {
		from, to string
		same     bool
	}{
		{from: "policy drop", to: "policy accept"},
		{from: "ct state established accept", to: "ct state established,related accept"},
		{from: "ct state established accept", to: "ct state established drop"},
		{from: "192.0.2.0/24", to: "192.0.2.0/25"},
		{from: "192.0.2.0/24", to: "192.0.2.0-192.0.2.255", same: true},
		{from: "22, 80-90", to: "22, 80-91"},
		{from: "22, 80-90", to: "23, 80-90"},
		{from: "22, 80-90", to: "80-89, 90, 22", same: true},
		{from: "udp dport 53 drop", to: "udp dport 54 drop"},
		{from: "\t\tudp dport 53 drop\n", to: ""},
		{from: "iifname \"eth0\"", to: "iifname \"eth1\""},
		{from: "iifname \"eth0\"", to: "iifname { \"eth0\" }", same: true},
		{from: "jump own", to: "goto own", same: true},
		{from: "ipv6-icmp, udp }", to: "ipv6-icmp }"},
		{from: "udp sport 67 accept", to: "udp sport 67 drop"},
		{from: "echo-request", to: "echo-reply"},
		{from: "2001:db8::/32 accept", to: "2001:db8::/33 accept"},
		{from: "hook input", to: "hook forward"},
		{from: "priority 0", to: "priority 10", same: true},
	} {
		mutant := strings.Replace(small, c.from, c.to, 1)
		if mutant == small {
			t.Fatalf("%s to %s: nothing is changed", c.from, c.to)
		}
		ask := func() (*verify.Report, error) {
			return verify.Alike(t.Context(), parse(t, verify.Legacy, "r.nft", small), parse(t, verify.Legacy, "r.nft", mutant), verify.Options{Packets: mutantPackets(), Seed: 5})
		}
		all.run(t, strings.TrimSpace(c.from+" to "+c.to), ask, func(t *testing.T, r *verify.Report) {
			if (r.Differ == 0) != c.same {
				t.Errorf("%d of %d verdicts differ", r.Differ, r.Compared)
			}
		})
	}
	all.report()
}

// mutantPackets is how many packets it takes to tell the mutants apart.
func mutantPackets() int {
	if raced {
		return 700
	}
	return 1200
}

// TestStops ends the context while packets are sent.
func TestStops(t *testing.T) {
	kernel(t)
	ctx, cancel := context.WithCancel(t.Context())
	o := verify.Options{Packets: 1 << 30, Seed: 1, Progress: func(done, _ int) {
		if done > 1000 {
			cancel()
		}
	}}
	if _, err := verify.Ruleset(ctx, parse(t, verify.Legacy, "r.nft", small), o); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
