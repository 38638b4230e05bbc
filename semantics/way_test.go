package semantics_test

import (
	"go/token"
	"net/netip"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/grammar/nft"
	"github.com/ctlint/ctlint/semantics"
)

// save reads a save file of a family; lines without a table are those of filter.
func save(t testing.TB, family ast.Family, lines string) *ast.Ruleset {
	t.Helper()
	f := iptables.Parse("rules", "*filter\n"+lines+"\nCOMMIT\n", iptables.Save, family, 1)
	for _, e := range f.Errors {
		t.Fatal(e)
	}
	return f.Ruleset
}

// script reads a script of nft.
func script(t testing.TB, text string) *ast.Ruleset {
	t.Helper()
	f := nft.Parse(token.NewFileSet(), "rules.nft", []byte(text), nft.Options{})
	for _, e := range f.Errors {
		t.Fatal(e)
	}
	return f.Ruleset
}

func input(t testing.TB, lines string) *semantics.Way {
	return semantics.NewHost([]*ast.Ruleset{save(t, ast.FamilyIP, lines)}, semantics.Options{}).Way(ast.FamilyIP, ast.HookInput)
}

// rule returns a rule of a chain.
func rule(t testing.TB, rs *ast.Ruleset, chain string, i int) *ast.Rule {
	t.Helper()
	for _, table := range rs.Tables {
		if c := table.Chain(chain); c != nil && i < len(c.Rules) {
			return c.Rules[i]
		}
	}
	t.Fatalf("no rule %d in %s", i, chain)
	return nil
}

// TestWay asks small rulesets what they do with the packets of an input way.
func TestWay(t *testing.T) {
	ssh := semantics.Fields{Proto: 6, Dport: semantics.Port(22), State: ast.StateNew}
	reply := semantics.Fields{State: ast.StateEstablished}
	for _, c := range []struct {
		name, rules     string
		where           semantics.Fields
		accepts, drops  bool // all of them
		someIn, someOut bool // some are accepted, some dropped
	}{
		{name: "the policy", rules: ":INPUT DROP", where: ssh, drops: true, someOut: true},
		{name: "no policy", rules: ":INPUT ACCEPT", where: ssh, accepts: true, someIn: true},
		{name: "a port", rules: ":INPUT DROP\n-A INPUT -p tcp --dport 22 -j ACCEPT", where: ssh, accepts: true, someIn: true},
		{name: "an interface", rules: ":INPUT DROP\n-A INPUT -p tcp -i eth0 --dport 22 -j ACCEPT", where: ssh, someIn: true, someOut: true},
		{name: "wildcards", rules: ":INPUT DROP\n-A INPUT -i eth+ -j ACCEPT", where: semantics.Fields{Iif: "eth77"}, accepts: true, someIn: true},
		{name: "a wildcard's own name", rules: ":INPUT DROP\n-A INPUT -i eth0+ -j ACCEPT\n-A INPUT -i eth1 -j ACCEPT", where: semantics.Fields{Iif: "eth"}, drops: true, someOut: true},
		{name: "jumps", rules: ":INPUT DROP\n:a -\n-A INPUT -p tcp -j a\n-A INPUT -j ACCEPT\n-A a -p tcp --dport 22 -j RETURN\n-A a -j DROP", where: ssh, accepts: true, someIn: true},
		{name: "goto", rules: ":INPUT DROP\n:a -\n-A INPUT -g a\n-A INPUT -j ACCEPT\n-A a -p udp -j ACCEPT", where: ssh, drops: true, someOut: true},
		{name: "a limit is not known", rules: ":INPUT DROP\n-A INPUT -m limit --limit 1/s -j ACCEPT", where: ssh, someIn: true, someOut: true},
		{name: "one string is one condition", rules: ":INPUT DROP\n-A INPUT -m string --string x --algo bm -j ACCEPT\n-A INPUT -m string ! --string x --algo bm -j ACCEPT", where: ssh, accepts: true, someIn: true},
		{name: "two limits are two", rules: ":INPUT DROP\n-A INPUT -m limit --limit 1/s -j ACCEPT\n-A INPUT -m limit --limit 1/s -j ACCEPT", where: ssh, someIn: true, someOut: true},
		{name: "established", rules: ":INPUT DROP\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT", where: reply, accepts: true, someIn: true},
		{name: "not new", rules: ":INPUT DROP\n-A INPUT -m conntrack ! --ctstate NEW -j ACCEPT", where: reply, accepts: true, someIn: true},
		{name: "raw sees all as invalid", rules: ":INPUT ACCEPT\nCOMMIT\n*raw\n-A PREROUTING -m conntrack --ctstate INVALID -j DROP", where: reply, drops: true, someOut: true},
		{name: "notrack", rules: ":INPUT DROP\n-A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT\nCOMMIT\n*raw\n-A PREROUTING -p tcp --dport 22 -j CT --notrack", where: semantics.Fields{Proto: 6, Dport: semantics.Port(22)}, accepts: true, someIn: true},
		{name: "notrack leaves no state", rules: ":INPUT DROP\n-A INPUT -m conntrack --ctstate NEW -j ACCEPT\nCOMMIT\n*raw\n-A PREROUTING -p tcp --dport 22 -j CT --notrack", where: ssh},
		{name: "a mark", rules: ":INPUT DROP\n-A INPUT -p tcp --dport 22 -j MARK --set-mark 7\n-A INPUT -m mark --mark 7 -j ACCEPT", where: ssh, accepts: true, someIn: true},
		{name: "a mark of some bits", rules: ":INPUT DROP\n-A INPUT -p tcp --dport 22 -j MARK --set-xmark 0x30/0xf0\n-A INPUT -m mark --mark 0x30/0xf0 -j ACCEPT", where: ssh, accepts: true, someIn: true},
		{name: "a mark that turns bits", rules: ":INPUT DROP\n-A INPUT -p tcp --dport 22 -j MARK --set-mark 1\n-A INPUT -j MARK --xor-mark 3\n-A INPUT -m mark --mark 2 -j ACCEPT", where: ssh, accepts: true, someIn: true},
		{name: "a mark through a chain", rules: ":INPUT DROP\n:m -\n-A INPUT -p tcp --dport 22 -j m\n-A INPUT -m mark --mark 7 -j ACCEPT\n-A m -j MARK --set-mark 7", where: ssh, accepts: true, someIn: true},
		{name: "the connection's mark", rules: ":INPUT DROP\n-A INPUT -j MARK --set-mark 7\n-A INPUT -j CONNMARK --save-mark\n-A INPUT -m connmark --mark 7 -j ACCEPT", where: ssh, accepts: true, someIn: true},
		{name: "a later base chain", rules: ":INPUT ACCEPT\nCOMMIT\n*mangle\n:INPUT ACCEPT\n-A INPUT -p tcp --dport 22 -j DROP", where: ssh, drops: true, someOut: true},
		{name: "fragments have no ports", rules: ":INPUT ACCEPT\n-A INPUT -p tcp ! --dport 22 -j DROP", where: semantics.Fields{Proto: 6, Fragment: true}, accepts: true, someIn: true},
		{name: "no SYN in a reply's ICMP", rules: ":INPUT DROP\n-A INPUT -p icmp --icmp-type 3 -m conntrack --ctstate RELATED -j ACCEPT", where: semantics.Fields{Proto: 1, State: ast.StateRelated, ICMPTypes: []uint8{3}}, accepts: true, someIn: true},
		{name: "sixteen bits of flags", rules: ":INPUT DROP\n-A INPUT -p tcp --syn -j ACCEPT", where: semantics.Fields{State: ast.StateNew, TCPFlags: 2, TCPMask: 0x17}, accepts: true, someIn: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := input(t, c.rules)
			if !w.Known() {
				t.Fatal("it is not known")
			}
			p := w.Where(c.where)
			check := func(what string, got, want bool) {
				t.Helper()
				if got != want {
					t.Errorf("%s: %v", what, got)
				}
			}
			if p.Empty() {
				check("nothing of it", c.accepts || c.drops || c.someIn || c.someOut, false)
				return
			}
			check("all accepted", w.Accepts().Must().Covers(p), c.accepts)
			check("all dropped", w.Drops().Must().Covers(p), c.drops)
			check("some accepted", w.Accepts().Meets(p), c.someIn)
			check("some dropped", w.Drops().Meets(p), c.someOut)
		})
	}
}

func TestDNAT(t *testing.T) {
	rs := save(t, ast.FamilyIP, `:FORWARD DROP
-A FORWARD -d 192.0.2.80/32 -p tcp --dport 8080 -m conntrack --ctstate NEW --ctorigdstport 80 -j ACCEPT
-A FORWARD -p tcp --dport 80 -j ACCEPT
COMMIT
*nat
-A PREROUTING -d 203.0.113.1/32 -p tcp --dport 80 -j DNAT --to-destination 192.0.2.80:8080
COMMIT
*mangle
-A PREROUTING -d 203.0.113.1/32 -p tcp --dport 80 -j ACCEPT
-A PREROUTING -p tcp --dport 8080 -j ACCEPT`)
	w := semantics.NewHost([]*ast.Ruleset{rs}, semantics.Options{}).Way(ast.FamilyIP, ast.HookForward)
	open := w.Rule(rule(t, rs, "FORWARD", 0))
	if !open.Accepts.Some() {
		t.Fatal("the translated port is not open")
	}
	p, ok := open.Accepts.Witness()
	if !ok || p.Orig.Dport != 80 || p.Orig.Daddr.String() != "203.0.113.1" || p.Dport != 8080 || p.Status&ast.StatusDNAT == 0 {
		t.Errorf("witness: %+v", p)
	}
	// The packet shows the published port before it is translated.
	mangle := rs.Table(ast.FamilyIP, "mangle").Chain("PREROUTING")
	if !w.Rule(mangle.Rules[0]).Match.Covers(open.Accepts) || w.Rule(mangle.Rules[1]).Match.Meets(open.Accepts) {
		t.Error("mangle does not see the packet as it came")
	}
	// A new packet for the published port of that address never shows port 80 here.
	if w.Rule(rule(t, rs, "FORWARD", 1)).Accepts.Meets(w.Where(semantics.Fields{State: ast.StateNew, Dport: semantics.Port(80), Dst: prefix("203.0.113.1/32")})) {
		t.Error("a packet was not translated")
	}
}

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

// TestReply asks whether what a host lets out is answered.
func TestReply(t *testing.T) {
	for _, c := range []struct {
		name, rules string
		dies        string // the witness of a reply that is dropped; empty if there is none
	}{
		{"state", ":INPUT DROP\n:OUTPUT ACCEPT\n-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT", ""},
		{"nothing", ":INPUT DROP\n:OUTPUT DROP\n-A OUTPUT -p udp --dport 53 -j ACCEPT", "at input, in eth0: udp 198.51.100.7:53 > 192.0.2.1:40007, ESTABLISHED"},
		{"without state", ":INPUT DROP\n:OUTPUT DROP\n-A OUTPUT -p udp --dport 53 -j ACCEPT\n-A INPUT -p udp --sport 53 -j ACCEPT", ""},
		{"ping", ":INPUT DROP\n:OUTPUT DROP\n-A OUTPUT -p icmp --icmp-type 8 -j ACCEPT\n-A INPUT -p icmp --icmp-type 8 -j ACCEPT", "at input, in eth0: icmp 198.51.100.7 > 192.0.2.1 type 0 code 0, ESTABLISHED"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := semantics.NewHost([]*ast.Ruleset{save(t, ast.FamilyIP, c.rules)}, semantics.Options{})
			out, in := h.Way(ast.FamilyIP, ast.HookOutput), h.Way(ast.FamilyIP, ast.HookInput)
			first := out.Accepts().Must().And(out.Where(semantics.Fields{State: ast.StateNew, Whole: true}))
			dead := first.Reply().And(in.Drops().Must())
			p, ok := dead.Witness()
			if !ok {
				if c.dies != "" || !dead.Empty() {
					t.Errorf("no reply dies; known: %v", dead.Known())
				}
				return
			}
			if p.String() != c.dies {
				t.Errorf("%s\nwant %s", &p.Packet, c.dies)
			}
		})
	}
}

// TestNFT has what only nft has.
func TestNFT(t *testing.T) {
	for _, c := range []struct {
		name, rules    string
		where          semantics.Fields
		accepts, drops bool
	}{
		{"a verdict map", "tcp dport vmap { 22 : accept, 23-25 : drop }", semantics.Fields{Proto: 6, Dport: semantics.Port(22)}, true, false},
		{"its intervals", "tcp dport vmap { 22 : accept, 23-25 : drop }\naccept", semantics.Fields{Proto: 6, Dport: semantics.Port(24)}, false, true},
		{"the catch-all element", "ct state vmap { new : drop, * : accept }", semantics.Fields{State: ast.StateInvalid}, true, false},
		{"a named map", "ip saddr vmap @m", semantics.Fields{Src: prefix("192.0.2.0/24")}, true, false},
		{"a set", "ip saddr @s accept", semantics.Fields{Src: prefix("192.0.2.128/25")}, true, false},
		{"a negated set", "ip saddr != @s accept", semantics.Fields{Src: prefix("198.51.100.0/24")}, true, false},
		{"concatenated", "ip saddr . tcp dport { 192.0.2.0/24 . 22, 198.51.100.0/24 . 80-90 } accept", semantics.Fields{Src: prefix("198.51.100.0/24"), Dport: semantics.Ports{Lo: 80, Hi: 90}, Proto: 6}, true, false},
		{"all of several bits", "tcp flags { syn, ack } accept", semantics.Fields{TCPFlags: 0x12, TCPMask: 0xff}, false, true},
		{"one of several bits", "tcp flags syn,ack accept", semantics.Fields{TCPFlags: 0x12, TCPMask: 0xff}, true, false},
		{"a mask", "tcp flags & (syn | ack) == syn accept", semantics.Fields{TCPFlags: 0x02, TCPMask: 0x12}, true, false},
		{"shifted marks", "meta mark set 0x300\n(meta mark & 0xff00) >> 8 == 3 accept", semantics.Fields{}, true, false},
		{"ports of any protocol", "th dport 53 accept", semantics.Fields{Proto: 17, Dport: semantics.Port(53)}, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			rs := script(t, "table ip f {\n\tset s {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\telements = { 192.0.2.0/24, 203.0.113.5 }\n\t}\n\tmap m {\n\t\ttype ipv4_addr : verdict\n\t\tflags interval\n\t\telements = { 192.0.2.0/25 : accept, 192.0.2.128/25 : jump c }\n\t}\n"+
				"\tchain c {\n\t\taccept\n\t}\n\tchain in {\n\t\ttype filter hook input priority filter; policy drop\n"+c.rules+"\n\t}\n}\n")
			w := semantics.NewHost([]*ast.Ruleset{rs}, semantics.Options{}).Way(ast.FamilyIP, ast.HookInput)
			p := w.Where(c.where)
			if p.Empty() || !w.Known() {
				t.Fatal("no such packets")
			}
			if got := w.Accepts().Must().Covers(p); got != c.accepts {
				x, _ := p.And(w.Drops()).Witness()
				t.Errorf("accepts: %v; %s", got, &x.Packet)
			}
			if got := w.Drops().Must().Covers(p); got != c.drops {
				t.Errorf("drops: %v", got)
			}
		})
	}
}
