//go:build linux

package conntrack

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/internal/netnstest"
)

// seconds are what counts down, or up, between two listings.
var seconds = regexp.MustCompile(`^((?:ipv[46] +\d+ )?\S+ +\d+ )\d+|delta-time=\d+|use=\d+`)

// lines splits a listing, and takes out what changes by itself.
func lines(listing string) []string {
	listing = strings.TrimSuffix(listing, "\n")
	if listing == "" {
		return nil
	}
	out := strings.Split(listing, "\n")
	for i, l := range out {
		out[i] = seconds.ReplaceAllString(l, "${1}_")
	}
	slices.Sort(out)
	return out
}

// list lists what a filter asks for.
func list(t testing.TB, c *Conn, o DumpOptions, format Format) []string {
	t.Helper()
	if o.Filter == nil {
		o.Filter = &Filter{}
	}
	var b []byte
	if err := c.Dump(o, func(f *Flow) error {
		if o.Filter.Match(f) {
			b = append(format.Append(b, f), '\n')
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return lines(string(b))
}

// same compares two listings.
func same(t testing.TB, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Fatalf("%d lines, conntrack has %d; missing\n%s", len(got), len(want), want[i])
		case i >= len(want):
			t.Fatalf("%d lines, conntrack has %d; too many\n%s", len(got), len(want), got[i])
		case got[i] != want[i]:
			t.Fatalf("line %d:\n%s\nconntrack has\n%s", i, got[i], want[i])
		}
	}
}

// TestList compares listings of 1,000 flows with conntrack's.
func TestList(t *testing.T) {
	c := dial(t)
	fill(t, c, 1000)
	traffic(t)
	proto := func(p uint8) Tuple { return Tuple{Set: HasProto, Proto: p} }
	for _, tt := range []struct {
		args   string // of conntrack -L
		o      DumpOptions
		format Format
		most   int // of 1,000: the filter must leave something out
	}{
		{args: "", most: 1100},
		{args: "-o extended,id", format: Format{Extended: true, ID: true}, most: 1100},
		{args: "-o ktimestamp", format: Format{Timestamp: true}, most: 1100},
		{args: "-f ipv4", o: DumpOptions{Family: FamilyIPv4}, most: 800},
		{args: "-f ipv6", o: DumpOptions{Family: FamilyIPv6}, most: 500},
		{args: "-p tcp", o: DumpOptions{Filter: &Filter{Flow: Flow{Orig: proto(TCP)}}}, most: 200},
		{args: "-p udp", o: DumpOptions{Filter: &Filter{Flow: Flow{Orig: proto(UDP)}}}, most: 200},
		{args: "-p icmp", o: DumpOptions{Filter: &Filter{Flow: Flow{Orig: proto(ICMP)}}}, most: 200},
		{args: "-p icmpv6", o: DumpOptions{Filter: &Filter{Flow: Flow{Orig: proto(ICMPv6)}}}, most: 200},
		{args: "-p sctp", o: DumpOptions{Filter: &Filter{Flow: Flow{Orig: proto(SCTP)}}}, most: 200},
		{args: "-p dccp", o: DumpOptions{Filter: &Filter{Flow: Flow{Orig: proto(DCCP)}}}, most: 200},
		{args: "-p gre", o: DumpOptions{Filter: &Filter{Flow: Flow{Orig: proto(GRE)}}}, most: 200},
		{args: "-p 253", o: DumpOptions{Filter: &Filter{Flow: Flow{Orig: proto(253)}}}, most: 200},
		{args: "-p tcp --state ESTABLISHED", o: DumpOptions{Filter: &Filter{Flow: Flow{Orig: proto(TCP), Set: HasState, State: 3}}}, most: 20},
		{args: "-p sctp --state COOKIE_WAIT", o: DumpOptions{Filter: &Filter{Flow: Flow{Orig: proto(SCTP), Set: HasState, State: 2}}}, most: 20},
		{args: "-p tcp --dport 443", o: DumpOptions{Filter: &Filter{Flow: Flow{Orig: Tuple{Set: HasProto | HasDstPort, Proto: TCP, DstPort: 443}}}}, most: 30},
		{args: "-s 192.0.2.50", o: DumpOptions{Filter: &Filter{Flow: Flow{Orig: Tuple{Set: HasSrc, Src: netip.MustParseAddr("192.0.2.50")}}}}, most: 20},
		{args: "-d 2001:db8:2::1", o: DumpOptions{Filter: &Filter{Flow: Flow{Orig: Tuple{Set: HasDst, Dst: netip.MustParseAddr("2001:db8:2::1")}}}}, most: 90},
		{args: "-s 192.0.2.0/28", o: DumpOptions{Filter: &Filter{Family: FamilyIPv4, Src: netip.MustParsePrefix("192.0.2.0/28")}}, most: 90},
		{args: "-d 2001:db8::/34", o: DumpOptions{Filter: &Filter{Family: FamilyIPv6, Dst: netip.MustParsePrefix("2001:db8::/34")}}, most: 500},
		{args: "-r 203.0.113.7", o: DumpOptions{Filter: &Filter{Flow: Flow{Reply: Tuple{Set: HasSrc, Src: netip.MustParseAddr("203.0.113.7")}}}}, most: 20},
		{args: "-q 192.0.2.50", o: DumpOptions{Filter: &Filter{Flow: Flow{Reply: Tuple{Set: HasDst, Dst: netip.MustParseAddr("192.0.2.50")}}}}, most: 20},
		{args: "-u ASSURED", o: DumpOptions{Filter: &Filter{Flow: Flow{Set: HasStatus, Status: StatusAssured}}}, most: 600},
		{args: "-u SEEN_REPLY,ASSURED", o: DumpOptions{Filter: &Filter{Flow: Flow{Set: HasStatus, Status: StatusAssured | StatusSeenReply}}}, most: 400},
		{args: "-u FIXED_TIMEOUT", o: DumpOptions{Filter: &Filter{Flow: Flow{Set: HasStatus, Status: StatusFixedTimeout}}}, most: 400},
		{args: "-u UNREPLIED", o: DumpOptions{Filter: &Filter{Flow: Flow{Set: HasStatus}, NotStatus: StatusSeenReply}}, most: 700},
		{args: "-m 4", o: DumpOptions{Filter: &Filter{Flow: Flow{Set: HasMark, Mark: 4}, MarkMask: 1<<32 - 1}}, most: 300},
		{args: "-m 0", o: DumpOptions{Filter: &Filter{Flow: Flow{Set: HasMark}, MarkMask: 1<<32 - 1}}, most: 900},
		{args: "-m 2/0x2", o: DumpOptions{Filter: &Filter{Flow: Flow{Set: HasMark, Mark: 2}, MarkMask: 2}}, most: 300},
		{args: "-w 2", o: DumpOptions{Filter: &Filter{Flow: Flow{Set: HasZone, Zone: 2}}}, most: 200},
		{args: "--orig-zone 3", o: DumpOptions{Filter: &Filter{Flow: Flow{Orig: Tuple{Set: HasTupleZone, Zone: 3}}}}, most: 200},
		{args: "--reply-zone 1", o: DumpOptions{Filter: &Filter{Flow: Flow{Reply: Tuple{Set: HasTupleZone, Zone: 1}}}}, most: 200},
		{args: "-p tcp -n", o: DumpOptions{Filter: &Filter{Flow: Flow{Orig: proto(TCP)}, SNAT: true}}, most: 50},
		{args: "-p udp -g", o: DumpOptions{Filter: &Filter{Flow: Flow{Orig: proto(UDP)}, DNAT: true}}, most: 50},
		{args: "-f ipv4 -p udp -g 203.0.113.7", o: DumpOptions{Filter: &Filter{Family: FamilyIPv4, DNAT: true, Flow: Flow{Orig: proto(UDP), DstNAT: NAT{Addr: netip.MustParseAddr("203.0.113.7")}}}}, most: 50},
		{args: "-p tcp -j", o: DumpOptions{Filter: &Filter{Flow: Flow{Orig: proto(TCP)}, AnyNAT: true}}, most: 50},
	} {
		// No subtests: they would run on threads outside of the namespace.
		out, _ := netnstest.Run(t, "conntrack", append([]string{"-L"}, strings.Fields(tt.args)...)...)
		want := lines(out)
		if len(want) == 0 || len(want) > tt.most {
			t.Errorf("conntrack -L %s lists %d flows: expected from 1 to %d", tt.args, len(want), tt.most)
		}
		t.Logf("conntrack -L %s lists %d flows", tt.args, len(want))
		same(t, list(t, c, tt.o, tt.format), want)
	}
}

// TestZero reads counters, and sets them to zero.
func TestZero(t *testing.T) {
	c := dial(t)
	// Without a rule that looks at states, nothing is tracked.
	netnstest.Run(t, "nft", "table inet u { chain c { type filter hook output priority 0; ct state new counter\n }\n }")
	traffic(t)
	packets := func(zero bool) (n uint64) {
		t.Helper()
		if err := c.Dump(DumpOptions{Zero: zero}, func(f *Flow) error {
			n += f.Counters[0].Packets
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if before, zeroed, after := packets(false), packets(true), packets(false); before == 0 || zeroed != before || after != 0 {
		t.Errorf("%d packets, %d as they were set to zero, %d afterwards", before, zeroed, after)
	}
}
