package xt2nft_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/sandbox"
	"github.com/ctlint/ctlint/backend/wire"
	"github.com/ctlint/ctlint/semantics"
	"github.com/ctlint/ctlint/translate/xt2nft"
)

// meaning is a rule, or a few, whose translation the kernel is asked about: packets
// go through them, and through their translation.
type meaning struct {
	table, chain string // filter and INPUT if they are empty
	rules        []string
	only         ast.Family
}

// in are rules of INPUT.
func in(rules ...string) meaning { return meaning{rules: rules} }

var meanings = []meaning{
	in("-p tcp -m tcp --dport 80 -j DROP"),
	in("! -p tcp -j DROP"),
	in("-m conntrack ! --ctstate DNAT -j DROP"),
	in("-m conntrack --ctstate ESTABLISHED,DNAT -j DROP"),
	in("-m conntrack ! --ctstate ESTABLISHED,SNAT -j DROP"),
	in("-m conntrack ! --ctstate NEW -j DROP"),
	in("-m conntrack --ctstate INVALID --ctproto 6 -j DROP"),
	in("-m conntrack --ctstate NEW,UNTRACKED --ctproto 17 -j MARK --set-mark 5"),
	in("-m conntrack ! --ctstatus NONE -j DROP"),
	in("-m conntrack --ctstatus NONE -j DROP"),
	in("-m conntrack --ctorigdstport 22 -j DROP"),
	in("-m conntrack ! --ctorigdstport 22 -j DROP"),
	in("-m conntrack --ctorigsrcport 0:50000 -j DROP"),
	in("-p tcp -m multiport --ports 22,50:90 -j DROP"),
	in("-p udp -m multiport --ports 53,60000:65535 -j DROP"),
	in("-p tcp -m multiport ! --ports 22,80 -j DROP"),
	in("-p tcp -m multiport --ports 22,80 -j MARK --or-mark 8"),
	in("-p tcp -m multiport --ports 1:22,65000:65535 -j MARK --xor-mark 8"),
	in("-p tcp -m multiport --ports 1:22,65000:65535 -j RETURN", "-j DROP"),
	in("-p tcp -m tcp ! --tcp-option 2 -j DROP"),
	in("-p tcp -m tcp --tcp-flags ACK ACK -j DROP"),
	in("-p tcp -m tcp ! --syn -j DROP"),
	in("-p tcp -m tcp --sport 0:65535 -j DROP"),
	in("-m helper ! --helper ftp -j DROP"),
	in("-m helper ! --helper ftp -j RETURN", "-j DROP"),
	in("-m helper ! --helper ftp -m multiport -p tcp --ports 80,65535 -j RETURN", "-m mark --mark 0 -j MARK --set-mark 6", "-p tcp -j DROP"),
	in("-m mac ! --mac-source 02:00:00:00:00:01 -j DROP"),
	in("-i eth+ -m pkttype --pkt-type unicast -j DROP"),
	in("! -i + -j DROP"),
	in("-m length --length 0:30 -j DROP"),
	in("-m statistic --mode nth --every 2 --packet 0 -j DROP"),
	in("-m connmark ! --mark 1 -j DROP"),
	in("-m connlabel ! --label 3 -j DROP"),
	in("-m addrtype --src-type LOCAL -j DROP"),
	in("-m time --weekdays Mon,Tue,Wed -j DROP", "-m time --timestart 12:00 --timestop 08:00 -j MARK --set-mark 9"),
	in(`-m u32 --u32 "6&0xFF=17" -j DROP`),
	in(`-m u32 ! --u32 "0>>16&0xff=0:3,9" -j DROP`),
	{rules: []string{`-m u32 --u32 "6&0xFF=6&&0>>22&0x3C@0&0xffff=80,22" -j DROP`}, only: ast.FamilyIP},
	{rules: []string{`-m u32 --u32 "8>>20&0xff0=0x400:0x40f" -j DROP`}, only: ast.FamilyIP},
	{rules: []string{"-f -j DROP"}, only: ast.FamilyIP},
	{rules: []string{"-s 198.51.100.0/255.255.0.255 -j DROP", "-p tcp -j DROP"}, only: ast.FamilyIP},
	{rules: []string{"-m ipv6header --header frag --soft -j DROP"}, only: ast.FamilyIP6},
	{rules: []string{"-m ipv6header ! --header hop,frag --soft -j DROP"}, only: ast.FamilyIP6},
	{table: "mangle", chain: "PREROUTING", rules: []string{"-m ttl --ttl-eq 64 -j TTL --ttl-inc 7", "-m ttl --ttl-eq 71 -j DROP"}, only: ast.FamilyIP},
	{table: "mangle", chain: "PREROUTING", rules: []string{"-j HL --hl-dec 70", "-m hl --hl-eq 0 -j DROP"}, only: ast.FamilyIP6},
	{table: "mangle", chain: "PREROUTING", rules: []string{"-j TOS --set-tos 0x1f", "-m tos --tos 0x1f -j DROP"}},
	{table: "mangle", chain: "PREROUTING", rules: []string{"-j TOS --or-tos 0x2c", "-j TOS --xor-tos 0x9", "-j TOS --and-tos 0xa6", "-m tos --tos 0x24 -j DROP", "-m tos --tos 0x26 -j MARK --set-mark 2"}},
	{table: "mangle", chain: "PREROUTING", rules: []string{"-j DSCP --set-dscp 9", "-m dscp --dscp 9 -j MARK --set-xmark 0x16/0x12"}},
	{table: "mangle", chain: "PREROUTING", rules: []string{"-m rpfilter --invert -j MARK --set-mark 3", "-m rpfilter --loose -j MARK --or-mark 4"}},
	{table: "mangle", chain: "PREROUTING", rules: []string{"-p tcp -m tcp --dport 80 -j TPROXY --on-port 8080 --tproxy-mark 0x1/0xff", "-p udp -j TPROXY --on-port 99"}},
	{table: "mangle", chain: "PREROUTING", rules: []string{"-p tcp -j CONNMARK --set-xmark 0x16/0x12", "-j CONNMARK --restore-mark"}},
	{table: "raw", chain: "PREROUTING", rules: []string{"-p tcp -m tcp --dport 22 -j CT --notrack", "-p udp -j CT --zone 5"}},
}

// Where the packets are from and to.
var (
	host  = map[ast.Family]netip.Addr{ast.FamilyIP: netip.MustParseAddr("192.0.2.1"), ast.FamilyIP6: netip.MustParseAddr("2001:db8::1")}
	peers = map[ast.Family]netip.Addr{ast.FamilyIP: netip.MustParseAddr("198.51.100.0"), ast.FamilyIP6: netip.MustParseAddr("2001:db8:1::")}
)

// peer is the n-th peer, from 1.
func peer(f ast.Family, n int) netip.Addr {
	b := peers[f].AsSlice()
	b[len(b)-1] = byte(n)
	a, _ := netip.AddrFromSlice(b)
	return a
}

// probes are the packets that go through a rule, from a peer.
func probes(t testing.TB, from netip.Addr) (out []sandbox.Probe) {
	f := ast.FamilyIP
	icmp := uint8(1)
	if from.Is6() {
		f, icmp = ast.FamilyIP6, 58
	}
	add := func(p semantics.Packet, iif string, source byte, flows ...sandbox.Flow) {
		p.Saddr, p.Daddr = from, host[f]
		b, err := wire.Encode(&p, nil)
		if err != nil {
			t.Fatal(err)
		}
		probe := sandbox.Probe{Hook: ast.HookInput, Iif: iif, Packet: b, Flows: flows}
		if source != 0 {
			probe.Source = net.HardwareAddr{2, 0, 0, 0, 0, source}
		}
		out = append(out, probe)
	}
	flow := func(proto uint8, sport, dport uint16) sandbox.Flow {
		return sandbox.Flow{Proto: proto, Saddr: from, Daddr: host[f], Sport: sport, Dport: dport, Mark: 1}
	}
	for _, dport := range []uint16{22, 80, 443, 65535} {
		add(semantics.Packet{Proto: 6, Sport: 40000, Dport: dport, TCPFlags: ast.TCPSyn}, "eth0", 1)
	}
	add(semantics.Packet{Proto: 6, Sport: 22, Dport: 40000, TCPFlags: ast.TCPSyn | ast.TCPAck}, "eth0", 2)
	add(semantics.Packet{Proto: 6, Sport: 41000, Dport: 22, TCPFlags: ast.TCPAck}, "eth0", 1, flow(6, 41000, 22))
	add(semantics.Packet{Proto: 6, Sport: 41000, Dport: 22, TCPFlags: ast.TCPSyn}, "ppp0", 0)
	for _, dport := range []uint16{22, 53, 60001} {
		add(semantics.Packet{Proto: 17, Sport: 40000, Dport: dport}, "eth0", 1)
	}
	add(semantics.Packet{Proto: 17, Sport: 42000, Dport: 53}, "eth0", 1, flow(17, 42000, 53))
	add(semantics.Packet{Proto: icmp, ICMPType: map[uint8]uint8{1: 8, 58: 128}[icmp]}, "eth0", 1)
	add(semantics.Packet{Proto: icmp, ICMPType: map[uint8]uint8{1: 0, 58: 129}[icmp]}, "ppp0", 0)
	add(semantics.Packet{Proto: 50}, "eth0", 3)
	add(semantics.Packet{Proto: 17, Sport: 40000, Dport: 22, TTL: 3, DSCP: 9}, "eth0", 1)
	return out
}

// restore is the save file of the rules: each case is a chain for its own peer.
func restore(cases []meaning, f ast.Family) string {
	type place struct{ table, chain string }
	heads, bodies := map[string]string{}, map[string]string{}
	seen := map[place]bool{}
	for i, c := range cases {
		if c.only != 0 && c.only != f {
			continue
		}
		p := place{"filter", "INPUT"}
		if c.table != "" {
			p = place{c.table, c.chain}
		}
		if !seen[p] {
			seen[p] = true
			heads[p.table] += ":" + p.chain + " ACCEPT [0:0]\n"
		}
		heads[p.table] += fmt.Sprintf(":case%d - [0:0]\n", i)
		bodies[p.table] += fmt.Sprintf("-A %s -s %s -j case%d\n", p.chain, peer(f, i+1), i)
		for _, r := range c.rules {
			bodies[p.table] += fmt.Sprintf("-A case%d %s\n", i, r)
		}
	}
	out := ""
	if f == ast.FamilyIP6 {
		out = "# Generated by ip6tables-save\n"
	}
	for _, t := range []string{"raw", "mangle", "nat", "filter"} {
		if heads[t] != "" {
			out += "*" + t + "\n" + heads[t] + bodies[t] + "COMMIT\n"
		}
	}
	return out
}

// box is a sandbox with a ruleset.
func box(t *testing.T, f ast.Family, x sandbox.Text) *sandbox.Box {
	t.Helper()
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("SKIPPED: CTLINT_NO_KERNEL is set, the kernel is not asked")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	b, err := sandbox.Start(ctx, sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	bits := host[f].BitLen()
	net := sandbox.Network{Conntrack: true, Interfaces: []sandbox.Interface{{Name: "eth0", Ethernet: true, Addrs: []netip.Prefix{netip.PrefixFrom(host[f], bits)}}, {Name: "ppp0"}}}
	if err := b.Network(ctx, net); err != nil {
		t.Fatal(err)
	}
	if err := b.Load(ctx, x); err != nil {
		t.Fatalf("%v\n%s", err, x.Text)
	}
	return b
}

// pair makes a sandbox of a save file and one of its translation.
func pair(t *testing.T, f ast.Family, save string) (stock, ours *sandbox.Box) {
	t.Helper()
	res := xt2nft.Translate(parse(t, "rules", save).Ruleset, xt2nft.Options{})
	for _, r := range res.Rules {
		if r.Kind == xt2nft.Refused {
			t.Fatalf("rule %d of %s is refused: %s", r.Number, r.Chain.Name, r.Notes[0])
		}
	}
	tool := sandbox.IPTablesLegacy
	if f == ast.FamilyIP6 {
		tool = sandbox.IP6TablesLegacy
	}
	return box(t, f, sandbox.Text{Tool: tool, Text: save}), box(t, f, sandbox.Text{Tool: sandbox.NFT, Text: string(res.Text)})
}

func inject(t *testing.T, b *sandbox.Box, p []sandbox.Probe) []sandbox.Result {
	t.Helper()
	r, err := b.Inject(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// fate is what became of a packet: where it was last, and its mark there.
func fate(r sandbox.Result) string {
	if r.Err != "" {
		return "error: " + r.Err
	}
	o, hook := r.Outcome()
	s := fmt.Sprintf("%s at %s", o, hook)
	if n := len(r.Passed); n > 0 {
		s += fmt.Sprintf(", mark %#x", r.Passed[n-1].Mark)
	}
	return s
}

// TestMeaningKernel sends the packets through the rules and through their
// translations, in the kernel, and compares what becomes of them: rule by rule, and in
// the idiomatic style with both families in one table.
func TestMeaningKernel(t *testing.T) {
	families := []ast.Family{ast.FamilyIP, ast.FamilyIP6}
	var both ast.Ruleset
	for _, f := range families {
		both.Tables = append(both.Tables, parse(t, f.String(), restore(meanings, f)).Ruleset.Tables...)
	}
	res := xt2nft.Translate(&both, xt2nft.Options{Idiomatic: true, Inet: true, Counters: xt2nft.NoCounters})
	if err := res.Prove(); err != nil {
		t.Fatal(err)
	}
	if len(res.Merged) == 0 || len(res.Blocks) == 0 {
		t.Fatalf("%d tables are one, and %d runs of rules", len(res.Merged), len(res.Blocks))
	}
	for _, f := range families {
		t.Run(f.String(), func(t *testing.T) {
			t.Parallel()
			stock, ours := pair(t, f, restore(meanings, f))
			one := box(t, f, sandbox.Text{Tool: sandbox.NFT, Text: string(res.Text)})
			var all []sandbox.Probe
			var of []int
			for i, c := range meanings {
				if c.only != 0 && c.only != f {
					continue
				}
				for _, p := range probes(t, peer(f, i+1)) {
					all, of = append(all, p), append(of, i)
				}
			}
			a, b, c := inject(t, stock, all), inject(t, ours, all), inject(t, one, all)
			for i := range all {
				if want, got, merged := fate(a[i]), fate(b[i]), fate(c[i]); want != got || want != merged {
					t.Errorf("%s\npacket %d: %s; translated %s; in one table %s", strings.Join(meanings[of[i]].rules, "\n"), i%len(probes(t, peer(f, 1))), want, got, merged)
				}
			}
			fates := map[string]bool{}
			for _, r := range a {
				fates[fate(r)] = true
			}
			if len(fates) < 5 {
				t.Errorf("packets fare in %d ways alone", len(fates))
			}
		})
	}
}
