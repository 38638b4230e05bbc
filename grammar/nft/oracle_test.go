package nft

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// The oracle is nft itself: nft --debug=netlink prints what it makes of a rule
// for the kernel. Compared is what the rule loads, in which order - and so all
// that is implied - and what single values are compared with - and so what names
// and numbers mean.

// oracleRules are rules besides those of the corpus, by family.
var oracleRules = map[ast.Family][]string{
	ast.FamilyIP: {
		"tcp dport 22", "udp dport 53", "icmp type echo-request", "icmpv6 type echo-request", "ether saddr 00:00:5e:00:53:01", "vlan id 5",
		"ip protocol tcp tcp dport 22", "ether type ip tcp dport 22", "meta protocol ip ip saddr 192.0.2.1", "icmp id 5", "icmp mtu 5", "icmp gateway 5",
		"igmp type leave-group", "th dport 22", "tcp option maxseg size 5", "ip option lsrr exists", "ip option ra value 3", "sctp chunk data exists",
		"ct original ip saddr 192.0.2.1", "ct original saddr 192.0.2.1", "reject with tcp reset", "reject with icmp 3", "meta l4proto icmp icmp type 8",
		"ip saddr 010.0.0.1", "ip saddr 3221225985", "ip saddr 192.0.2.77/24", "ip saddr 192.0.2.0/25", "ip saddr != 192.0.2.1-192.0.2.9",
		"ip saddr & 0xff == 1", "ip saddr & 255.0.255.0 == 192.0.2.0", "meta mark set ip saddr map { 192.0.2.1 : 5 }", "ip protocol vmap { tcp : accept } tcp dport 22",
		"ip protocol != tcp udp dport 22", "rt nexthop 192.0.2.1", "meta iif 5 oif 6", "iifname \"eth*\"", "iifname eth\\*", "iifname eth0", "ip dscp af11", "ip ecn ce",
		"ip version 4", "ip hdrlength 5", "ip frag-off 5", "tcp doff 5", "tcp flags syn", "tcp flags != syn", "tcp flags == syn", "tcp flags ! syn", "tcp flags syn,ack",
		"tcp flags ! syn,ack", "tcp flags != syn,ack", "tcp flags == syn,ack", "tcp flags syn / syn,ack", "tcp flags != syn,ack / syn,ack,fin", "tcp flags & (syn|ack) != 0",
		"tcp flags & syn == 0", "tcp flags & (fin|syn|rst|ack) == syn", "ct state new", "ct state new,established", "ct state != new,established", "ct state { new, established }",
		"ct state { new }", "ct state { new | established }", "ct status ! dnat", "ct status snat", "ct direction reply", "ct mark xor 0x23 == 0x11", "ct mark and 0x3 == 1",
		"ct mark | 2 & 3 == 3", "meta mark 0x100/24", "tcp dport 1024/6", "ct label 127", "ct label 3", "ct expiration 30", "ct expiration 1h1s5ms", "ct zone 5",
		"meta priority 1:2", "meta priority none", "meta priority root", "meta day Monday", "meta day 3", "meta hour \"17:00\"", "meta hour 17:00:01", "meta hour \"22:00\"-\"02:00\"",
		"meta time 5", "meta time \"2020-01-01 00:00\"", "meta skuid root", "meta skuid 5", "meta pkttype broadcast", "meta iiftype ether", "meta oiftype loopback", "meta iifgroup default",
		"meta cgroup 5", "meta ipsec exists", "rt ipsec missing", "rt classid cosmos", "rt classid 5", "fib saddr . iif oif missing", "fib saddr oif 0", "fib daddr type local",
		"fib daddr . iif type { local, broadcast }", "fib iif . saddr oif exists", "numgen inc mod 2 0", "numgen random mod 10 offset 5 7", "symhash mod 2 0", "jhash ip saddr . tcp dport mod 4 seed 0xab 1",
		"ip daddr . tcp dport { 192.0.2.1 . 22, 192.0.2.2 . 80-90 }", "tcp dport { 22, 80-90, ftp }", "tcp dport ssh", "tcp dport 08", "tcp dport 010", "tcp dport 0x10", "tcp dport != 5-9",
		"tcp dport lt 5", "tcp dport >= 5", "@th,0,16 22", "@nh,4,4 5", "@ll,0,48 0x1234567890ab", "@th,160,128 0xe373135363130333131303735353203", "tcp option 42 exists",
		"tcp option @42,16,4 5", "tcp option sack0 left 5", "tcp option sack1 left 5", "tcp option sack2 right 5", "tcp option timestamp tsval 7", "tcp option mss length 4", "tcp option noop exists",
		"meta mark set meta mark & 0xff | 0x10", "ct mark set meta mark << 8 | 0x10", "ct mark set mark or 0x10", "ct mark set ct mark and 0xffff0000 xor 3", "meta priority set 1:2",
		"ct event set new,related", "tcp dport 22 log prefix \"x\" udp dport 5 drop", "ah spi 5", "comp cpi 3", "esp spi 3", "dccp type request", "udplite checksum 5",
		"socket transparent 1", "socket mark 5", "osf name \"Linux\"", "ipsec in reqid 1", "ipsec out spnum 2 spi 5", "ct helper \"ftp\"", "ct id 5", "ct bytes > 5", "ct original packets < 5",
		"ct protocol tcp", "ct original proto-dst 22", "ct reply protocol udp", "ct l3proto ipv4", "meta random 5", "meta length 5", "meta cpu 5", "meta nftrace 1", "meta nftrace set 1",
		"meta rtclassid 5", "meta l4proto { tcp, udp } th dport 53", "ether saddr . ip saddr { 00:00:5e:00:53:01 . 192.0.2.1 }", "meta sdif lo", "meta sdifname \"lo\"", "meta oifkind \"tun\"",
	},
	ast.FamilyIP6: {
		"tcp dport 22", "icmp type echo-request", "icmpv6 type echo-request", "icmpv6 id 5", "icmpv6 mtu 5", "icmpv6 max-delay 5", "frag id 3", "exthdr frag exists", "ip6 nexthdr tcp tcp dport 22",
		"ip6 saddr 2001:db8::1", "ip6 saddr 2001:db8::/32", "ip6 saddr 2001:db8::/33", "ip6 saddr & ::ff == ::1", "ip6 dscp cs1", "ip6 ecn ect1", "ip6 flowlabel 5", "ip6 version 6", "ip6 hoplimit 255",
		"rt nexthdr 5", "rt type 0", "rt0 addr[1] 2001:db8::1", "rt2 addr 2001:db8::1", "srh sid[2] 2001:db8::1", "srh tag 5", "dst nexthdr 5", "mh type binding-update", "hbh nexthdr tcp tcp dport 3", "frag frag-off 5", "frag more-fragments 1",
		"reject with icmpv6 no-route", "tcp dport 5 reject with tcp reset", "ct reply ip6 daddr 2001:db8::1", "rt nexthop 2001:db8::1", "tcp dport 22 hbh nexthdr 3",
	},
	ast.FamilyInet: {
		"tcp dport 22", "ip saddr 192.0.2.1", "ip6 saddr 2001:db8::1", "icmp type echo-request", "icmpv6 type echo-request", "ether saddr 00:00:5e:00:53:01", "vlan id 5", "ip protocol tcp tcp dport 22",
		"ether type ip tcp dport 22", "meta protocol ip ip saddr 192.0.2.1", "frag id 3", "icmp id 5", "icmp sequence 5 icmp id 7", "icmp type echo-request icmp id 5", "icmp type { echo-request, echo-reply } icmp id 5",
		"icmp type != redirect icmp gateway 5", "igmp type leave-group", "ip option lsrr exists", "ct original ip saddr 192.0.2.1", "meta nfproto ipv4 ct original saddr 192.0.2.1", "reject with icmp 3",
		"tcp dport 22 reject with icmp 3", "ip6 saddr ::1 reject with icmpv6 no-route", "exthdr frag exists", "ip6 nexthdr tcp tcp dport 22", "ip protocol icmp icmp type 8", "meta nfproto ipv4 icmp type 8",
		"meta l4proto icmp icmp type 8", "tcp dport 22 frag id 3", "ip protocol . tcp dport { tcp . 22 }", "tcp dport . ip saddr { 22 . 192.0.2.1 }", "meta mark set ip saddr map { 192.0.2.1 : 5 }",
		"ether saddr 00:00:5e:00:53:01 ip saddr 192.0.2.1", "ip saddr 192.0.2.1 ether saddr 00:00:5e:00:53:01", "iiftype ether ether saddr 00:00:5e:00:53:01", "ether type ip ip saddr 192.0.2.1",
		"ether type ip6 tcp dport 1", "vlan id 1 ip saddr 192.0.2.1", "meta l4proto { tcp, udp } th dport 22", "ip protocol { tcp } tcp dport 22", "ip protocol vmap { tcp : accept } tcp dport 2", "ip option ra value 3 tcp dport 22",
		"log prefix \"x\" tcp dport 22", "th dport 22 tcp dport 33", "ip saddr 192.0.2.1 icmp type 8", "jhash ip saddr mod 4 1", "ct mark set ip saddr map { 192.0.2.1 : 3 }", "reject", "ip saddr 192.0.2.1 reject",
	},
	ast.FamilyBridge: {
		"tcp dport 22", "ip saddr 192.0.2.1", "icmp type echo-request", "icmpv6 type echo-request", "ether saddr 00:00:5e:00:53:01", "vlan id 5", "ip protocol tcp tcp dport 22", "ether type ip tcp dport 22",
		"meta protocol ip ip saddr 192.0.2.1", "frag id 3", "icmp id 5", "arp operation request", "arp saddr ip 192.0.2.1", "arp daddr ether 00:00:5e:00:53:01", "igmp type leave-group", "ip option lsrr exists",
		"exthdr frag exists", "vlan id 1 ip saddr 192.0.2.1", "ether type vlan ip protocol 1", "ether type 8021ad vlan id 1 ip protocol 6", "vlan id 1 tcp dport 22", "vlan pcp 3", "vlan dei 1",
		"ether type vlan vlan id 1 vlan type ip ip saddr 192.0.2.1", "ether saddr . vlan id { 00:00:5e:00:53:01 . 42 }", "vlan id 1 arp operation request", "ether type arp arp saddr ip 192.0.2.1", "vlan id 1 icmp type 8",
		"ip saddr 192.0.2.1 icmp type 8", "meta protocol ip icmp type 8", "arp htype 1 arp hlen 6",
	},
	ast.FamilyNetdev: {
		"tcp dport 22", "ip saddr 192.0.2.1", "icmp type echo-request", "ether saddr 00:00:5e:00:53:01", "vlan id 5", "ip protocol tcp tcp dport 22", "ether type ip tcp dport 22", "meta protocol ip ip saddr 192.0.2.1",
		"frag id 3", "icmp mtu 5", "arp operation request", "ip option lsrr exists", "vlan id 1 ip saddr 192.0.2.1", "ether saddr 00:00:5e:00:53:01 ip saddr 192.0.2.1", "ether type ip ip saddr 192.0.2.1",
		"iiftype ether ether type ip", "ip saddr 192.0.2.1 ether saddr 00:00:5e:00:53:01",
	},
	ast.FamilyARP: {"arp operation request", "arp saddr ip 192.0.2.1", "arp saddr ether 00:00:5e:00:53:01", "ether saddr 00:00:5e:00:53:01", "arp htype 1", "arp ptype ip"},
}

// oracleDiffers are rules of which the installed nft makes something else, for
// a reason.
var oracleDiffers = map[string]string{
	"ip: meta protocol ip ip saddr 192.0.2.1": "in a table of family ip, nft leaves out what always holds",
	"ip: meta protocol ip udp dport 67":       "the same",
	"ip saddr & 0xffff0000 == 0xffff0000":     "a network here, a mask there; nft lists it as a network",
	"meta ibrvproto vlan":                     "nft compares the EtherType in the order of the machine's bytes, which the kernel does not have it in",
	"meta mark . tcp dport { 0x0000000a-0x00000014 . 80-90, 0x00100000-0x00100123 . 100-120 }": "nft turns the bytes of the mark between the loads",
	"ether type 8021ad vlan id 1 vlan type 8021q vlan id 2 vlan type ip counter":               "the model does not say which of two tags a field is of",
	"ether type 8021ad vlan id 1 vlan type 8021q vlan id 2 vlan type ip ip protocol 6":         "the same",
	"tcp dport 22 iiftype ether ip daddr 1.2.3.4 ether saddr 00:0f:54:0c:11:4 accept":          "nft joins loads of one header across another",
}

// item is what a rule does with a register: a load, or a comparison.
type item string

// anyCompare is a comparison of which no more is said.
const anyCompare item = "?"

func TestOracle(t *testing.T) {
	if _, err := exec.LookPath("nft"); err != nil {
		t.Skip("SKIPPED: nft is not installed")
	}
	if os.Getuid() != 0 || exec.Command("unshare", "-n", "true").Run() != nil {
		t.Skip("SKIPPED: no network namespace can be made")
	}
	type batch struct {
		family ast.Family
		rules  []string
	}
	var batches []batch
	for f, rules := range oracleRules {
		for len(rules) > 0 {
			n := min(len(rules), 40)
			batches = append(batches, batch{f, rules[:n]})
			rules = rules[n:]
		}
	}
	if _, err := os.Stat(corpus); err == nil {
		seen := map[string]bool{}
		byFamily := map[ast.Family][]string{}
		for _, c := range readCorpus(t, true) {
			f := c.scope.table.Family
			if c.ok && !strings.Contains(c.rule, "@s") && !strings.Contains(c.rule, "redirect") && !seen[f.String()+c.rule] {
				seen[f.String()+c.rule] = true
				byFamily[f] = append(byFamily[f], c.rule)
			}
		}
		for f, rules := range byFamily {
			for len(rules) > 0 {
				n := min(len(rules), 40)
				batches = append(batches, batch{f, rules[:n]})
				rules = rules[n:]
			}
		}
	} else {
		t.Log("without the corpus of nft rules, which is not at " + corpus)
	}
	compared, refused := 0, 0
	for _, b := range batches {
		out := runOracle(t, b.family, b.rules)
		for i, rule := range b.rules {
			if out[i] == nil {
				refused++
				t.Logf("%s: %s: refused by the installed nft", b.family, rule)
				continue
			}
			compared++
			compareOracle(t, b.family, rule, out[i])
		}
	}
	t.Logf("%d rules compared; the installed nft refuses %d", compared, refused)
	if compared < 200 {
		t.Errorf("only %d rules were compared", compared)
	}
}

// runOracle returns what nft makes of each rule, nil for those that it refuses.
// A batch with such a rule is halved until it stands alone.
func runOracle(t *testing.T, f ast.Family, rules []string) [][]item {
	t.Helper()
	spec := "type filter hook input priority 0;"
	if f == ast.FamilyNetdev {
		spec = "type filter hook ingress device lo priority 0;"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "table %s t {\nset s5 { type ipv4_addr . ipv4_addr; flags dynamic; }\nchain oc {\n}\nchain c {\n%s\n", f, spec)
	for _, r := range rules {
		b.WriteString(r + "\n")
	}
	b.WriteString("}\n}\n")
	cmd := exec.Command("unshare", "-n", "sh", "-c", "ip link set lo up; exec nft --debug=netlink -c -f -")
	cmd.Stdin = &b
	out, _ := cmd.Output() // it fails where the batch has a rule that nft refuses
	if got := readOracle(string(out)); len(got) == len(rules) {
		return got
	}
	if len(rules) == 1 {
		return [][]item{nil}
	}
	n := len(rules) / 2
	return append(runOracle(t, f, rules[:n]), runOracle(t, f, rules[n:])...)
}

var (
	rePayload = regexp.MustCompile(`^payload load (\d+)b @ (link|network|transport|inner|unknown) header \+ (\d+) => reg`)
	reMeta    = regexp.MustCompile(`^meta load (\w+) => reg`)
	reCT      = regexp.MustCompile(`^ct load (\w+) => reg \d+(?: , dir (\w+))?`)
	reExthdr  = regexp.MustCompile(`^exthdr load (?:(tcpopt|ipv6|ipv4) )?(\d+)b @ (\d+) \+ (\d+)( present)?`)
	reOther   = regexp.MustCompile(`^(rt load \w+|socket load \w+|osf dreg|fib .*?|hash reg|numgen reg|xfrm load \w+ \d+ \w+)(?: =|=>|,| |$)`)
	reCmp     = regexp.MustCompile(`^cmp (\w+) reg \d+((?: 0x[0-9a-f]+)+)`)
	reMore    = regexp.MustCompile(`^(range|lookup|byteorder|bitwise)\b`)
)

// readOracle reads the rules that nft prints.
func readOracle(out string) (rules [][]item) {
	for line := range strings.Lines(out) {
		line = strings.TrimRight(line, "\n")
		if !strings.HasPrefix(line, " ") {
			// The head of a rule is family, table and chain.
			if f := strings.Fields(line); len(f) >= 3 && f[1] == "t" && f[2] == "c" {
				rules = append(rules, []item{})
			}
			continue
		}
		line = strings.TrimSpace(strings.Trim(strings.TrimSpace(line), "[]"))
		if len(rules) == 0 {
			continue
		}
		r := &rules[len(rules)-1]
		compare := func(c item) {
			if n := len(*r); n > 0 && (*r)[n-1][0] != 'L' {
				(*r)[n-1] = anyCompare // two lines are one comparison
				return
			}
			*r = append(*r, c)
		}
		if m := rePayload.FindStringSubmatch(line); m != nil {
			*r = append(*r, item("L payload "+m[2]+" "+m[3]+" "+m[1]))
		} else if m := reMeta.FindStringSubmatch(line); m != nil {
			*r = append(*r, item("L meta "+m[1]))
		} else if m := reCT.FindStringSubmatch(line); m != nil {
			if m[1] == "src" || m[1] == "dst" {
				// The family is that of the table, or of a match before it.
				m[1] += "_ip"
			}
			*r = append(*r, item("L ct "+m[1]+" "+m[2]))
		} else if m := reExthdr.FindStringSubmatch(line); m != nil {
			*r = append(*r, item("L exthdr "+m[1]+" "+m[3]+" "+m[4]+" "+m[2]+m[5]))
		} else if m := reCmp.FindStringSubmatch(line); m != nil {
			compare(item("C " + m[1] + " " + words(m[2])))
		} else if reMore.MatchString(line) {
			compare(anyCompare)
		} else if m := reOther.FindStringSubmatch(line); m != nil {
			*r = append(*r, item("L "+strings.Fields(m[1])[0]))
		}
	}
	return rules
}

// words turns the words that nft prints, in the order of the machine's bytes,
// into the bytes.
func words(s string) string {
	var b []byte
	for _, w := range strings.Fields(s) {
		n, _ := strconv.ParseUint(w[2:], 16, 32)
		b = append(b, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
	}
	return hex.EncodeToString(b)
}

func compareOracle(t *testing.T, f ast.Family, rule string, want []item) {
	t.Helper()
	var p ruleParser
	sc := &scope{table: &ast.Table{Family: f, Name: "t", Sets: []*ast.Set{{Name: "s5", Key: []ast.Type{ast.TypeIPv4Addr, ast.TypeIPv4Addr}}}}}
	r := p.parseRule(rule, 1, sc)
	if len(p.errs) > 0 {
		t.Errorf("%s: %s: %v", f, rule, p.errs[0])
		return
	}
	got := itemsOf(r)
	want = dropWrites(r, want)
	same := sameItems(got, want)
	why, differs := oracleDiffers[rule]
	if !differs {
		why, differs = oracleDiffers[f.String()+": "+rule]
	}
	if same == differs {
		t.Errorf("%s: %s %s\ngot  %q\nwant %q", f, rule, why, got, want)
	}
}

// dropWrites leaves out all of a rule that writes into the packet: of part of a
// byte, nft loads the rest of it first.
func dropWrites(r *ast.Rule, want []item) []item {
	for _, s := range r.Stmts {
		if a, ok := s.(*ast.Assign); ok {
			switch a.Left.(type) {
			case *ast.Payload, *ast.RawPayload:
				return nil
			}
		}
	}
	return want
}

func sameItems(got, want []item) bool {
	if want == nil {
		return true
	}
	got, want = joinLoads(got), joinLoads(want)
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if got[i] != want[i] && (got[i][0] == 'L' || want[i][0] == 'L' || got[i] != anyCompare && want[i] != anyCompare) {
			return false
		}
	}
	return true
}

// joinLoads joins the loads of neighbouring fields that are each compared for
// equality, as nft does where it can.
func joinLoads(list []item) (out []item) {
	var base string
	var from, to int
	for i := 0; i < len(list); i++ {
		var b string
		var off, n int
		if c, _ := fmt.Sscanf(string(list[i]), "L payload %s %d %d", &b, &off, &n); c == 3 && i+1 < len(list) && list[i+1][0] != 'L' {
			if k := len(out); k >= 2 && base == b && (off == to || off+n == from) && strings.HasPrefix(string(out[k-2]), "L payload") &&
				!strings.HasPrefix(string(list[i+1]), "C n") && !strings.HasPrefix(string(out[k-1]), "C n") {
				from, to = min(from, off), max(to, off+n)
				out[k-2], out[k-1] = item(fmt.Sprintf("L payload %s %d %d", b, from, to-from)), anyCompare
				i++
				continue
			}
			base, from, to = b, off, off+n
			out = append(out, list[i], list[i+1])
			i++
			continue
		}
		base = ""
		out = append(out, list[i])
	}
	return out
}

var metaDebugNames = map[ast.MetaKey]string{
	ast.MetaLength: "len", ast.MetaRandom: "prandom", ast.MetaIpsec: "secpath", ast.MetaIbrname: "bri_iifname", ast.MetaObrname: "bri_oifname",
	ast.MetaIbrpvid: "bri_iifpvid", ast.MetaIbrvproto: "bri_iifvproto",
}

var ctDebugNames = map[ast.CTKey]string{ast.CTL3proto: "l3protocol", ast.CTProtoSrc: "proto_src", ast.CTProtoDst: "proto_dst"}

// itemsOf returns what a rule of the model does, in the words of readOracle.
func itemsOf(r *ast.Rule) (out []item) {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			out = append(out, loadsOf(s.Left, s)...)
			out = append(out, compareOf(s))
		case *ast.Assign:
			out = append(out, loadsOf(s.Right, nil)...)
			if len(loadsOf(s.Right, nil)) > 0 {
				switch s.Right.(type) {
				case *ast.Map, *ast.Binary:
					out = append(out, anyCompare)
				}
			}
		case *ast.VMap:
			out = append(append(out, loadsOf(s.Key, nil)...), anyCompare)
		default:
			ls := loadsOf(s, nil)
			out = append(out, ls...)
			switch s.(type) {
			case *ast.NAT, *ast.Fwd:
				if len(ls) > 0 {
					out = append(out, anyCompare) // a map
				}
			}
		}
	}
	return out
}

// loadsOf returns what an expression loads; of a match on part of a field, that
// part.
func loadsOf(n ast.Node, m *ast.Match) (out []item) {
	ast.Walk(n, func(n ast.Node) bool {
		switch e := n.(type) {
		case *ast.Payload:
			i := e.Field.Info()
			out = append(out, payloadItem(i, m))
		case *ast.RawPayload:
			i, _ := ast.Layout(e)
			out = append(out, payloadItem(i, nil))
		case *ast.Meta:
			name := metaDebugNames[e.Key]
			if name == "" {
				name = e.Key.String()
			}
			out = append(out, item("L meta "+name))
		case *ast.CT:
			name := ctDebugNames[e.Key]
			if name == "" {
				name = e.Key.String()
			}
			if e.Key == ast.CTSaddr || e.Key == ast.CTDaddr {
				name = map[ast.CTKey]string{ast.CTSaddr: "src", ast.CTDaddr: "dst"}[e.Key] + map[ast.Family]string{ast.FamilyIP: "_ip", ast.FamilyIP6: "_ip6"}[e.Family]
			}
			if e.Key == ast.CTID {
				name = "unknown" // to the library that prints it
			}
			dir := ""
			if e.Dir != ast.DirNone {
				dir = e.Dir.String()
			}
			out = append(out, item("L ct "+name+" "+dir))
		case *ast.Exthdr:
			f, _ := ast.Layout(e)
			out = append(out, exthdrItem("ipv6", map[string]int{"hbh": 0, "rt": 43, "rt0": 43, "rt2": 43, "srh": 43, "frag": 44, "dst": 60, "mh": 135}[e.Header], f, e.Field == ""))
		case *ast.TCPOption:
			f, _ := ast.Layout(e)
			out = append(out, exthdrItem("tcpopt", int(e.Kind), f, e.Field == "" && !e.Raw))
		case *ast.IPOption:
			f, _ := ast.Layout(e)
			out = append(out, exthdrItem("ipv4", map[string]int{"rr": 7, "lsrr": 131, "ssrr": 137, "ra": 148}[e.Kind], f, e.Field == ""))
		case *ast.SCTPChunk:
			f, _ := ast.Layout(e)
			kind, _ := ast.SCTPChunkType(e.Chunk)
			out = append(out, exthdrItem("", int(kind), f, e.Field == ""))
		case *ast.Socket:
			out = append(out, "L socket")
		case *ast.OSF:
			out = append(out, "L osf")
		case *ast.Fib:
			out = append(out, "L fib")
		case *ast.Rt:
			out = append(out, "L rt")
		case *ast.Ipsec:
			out = append(out, "L xfrm")
		case *ast.Numgen:
			out = append(out, "L numgen")
		case *ast.Hash:
			if e.Key != nil {
				out = append(out, loadsOf(e.Key, nil)...)
			}
			out = append(out, "L hash")
			return false
		case *ast.Elem:
			return false
		}
		return true
	})
	return out
}

func exthdrItem(what string, kind int, f ast.FieldInfo, present bool) item {
	if present {
		return item(fmt.Sprintf("L exthdr %s %d 0 1 present", what, kind))
	}
	from, to := f.Offset/8, (f.Offset+f.Len+7)/8
	return item(fmt.Sprintf("L exthdr %s %d %d %d", what, kind, from, to-from))
}

func payloadItem(i ast.FieldInfo, m *ast.Match) item {
	from, to := int(i.Offset)/8, (int(i.Offset)+int(i.Len)+7)/8
	if bits, ok := prefixOfMatch(m); ok && bits%8 == 0 && bits > 0 {
		to = from + bits/8
	}
	base := map[ast.Base]string{ast.BaseLink: "link", ast.BaseNetwork: "network", ast.BaseTransport: "transport", ast.BaseInner: "inner"}[i.Base]
	return item(fmt.Sprintf("L payload %s %d %d", base, from, to-from))
}

func prefixOfMatch(m *ast.Match) (int, bool) {
	if m == nil {
		return 0, false
	}
	p, ok := m.Right.(*ast.Prefix)
	if !ok {
		return 0, false
	}
	return p.Prefix.Bits(), true
}

// compareOf returns a comparison with one value, or that there is one.
func compareOf(m *ast.Match) item {
	op := map[ast.Op]string{ast.OpEq: "eq", ast.OpNe: "neq", ast.OpLt: "lt", ast.OpGt: "gt", ast.OpLe: "lte", ast.OpGe: "gte"}[m.Op]
	if op == "" {
		return anyCompare
	}
	var b []byte
	switch v := m.Right.(type) {
	case *ast.Int:
		f, isField := ast.Layout(m.Left)
		n := (ast.BitsOf(m.Left) + 7) / 8
		switch l := m.Left.(type) {
		case *ast.CT:
			isField = l.Key == ast.CTProtoSrc || l.Key == ast.CTProtoDst || l.Key == ast.CTID
		case *ast.Meta:
			// What the kernel keeps in network byte order.
			isField = l.Key == ast.MetaProtocol || l.Key == ast.MetaRandom
		case *ast.Ipsec:
			isField = l.Key == "spi"
		case *ast.Fib, *ast.Hash, *ast.Numgen, *ast.Socket, *ast.Rt:
			n = 4
		}
		if n == 0 || isField && (f.Offset%8 != 0 || f.Len%8 != 0) || op != "eq" && op != "neq" {
			return anyCompare
		}
		b = make([]byte, n)
		for i := range b {
			at := i
			if isField {
				at = n - 1 - i
			}
			if i < 8 {
				b[at] = byte(v.Val >> (8 * i))
			}
		}
	case *ast.Big:
		if _, ok := m.Left.(*ast.RawPayload); !ok {
			return anyCompare
		}
		b = v.Bytes
	case *ast.Addr:
		b = v.Addr.AsSlice()
	case *ast.Ether:
		b = v.Addr[:]
	case *ast.Prefix:
		n := v.Prefix.Bits()
		if n%8 != 0 || n == 0 {
			return anyCompare
		}
		b = v.Prefix.Addr().AsSlice()[:n/8]
	case *ast.Bool:
		b = []byte{0}
		if v.Val {
			b[0] = 1
		}
	default:
		return anyCompare
	}
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return item("C " + op + " " + hex.EncodeToString(b))
}
