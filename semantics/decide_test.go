package semantics_test

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/semantics"
)

// ssh is a packet that begins an SSH connection to the host.
func ssh() semantics.Packet {
	return semantics.Packet{
		Hook: ast.HookInput, Iif: "eth0",
		Saddr: netip.MustParseAddr("198.51.100.7"), Daddr: netip.MustParseAddr("192.0.2.1"),
		Proto: 6, Sport: 40000, Dport: 22, TCPFlags: ast.TCPSyn, State: ast.StateNew,
	}
}

func TestDecide(t *testing.T) {
	for _, c := range []struct {
		name, rules string
		change      func(*semantics.Packet)
		accept      bool
		drop        bool
	}{
		{name: "the policy", rules: ":INPUT DROP", drop: true},
		{name: "no rules", rules: "", accept: true},
		{name: "accepted", rules: ":INPUT DROP\n-A INPUT -p tcp --dport 22 -j ACCEPT", accept: true},
		{name: "another port", rules: ":INPUT DROP\n-A INPUT -p tcp --dport 23:80 -j ACCEPT", drop: true},
		{name: "an address", rules: ":INPUT DROP\n-A INPUT -s 198.51.100.0/24 ! -i eth1 -j ACCEPT", accept: true},
		{name: "an interface's name begins", rules: ":INPUT DROP\n-A INPUT -i eth+ -j ACCEPT", accept: true},
		{name: "state", rules: ":INPUT DROP\n-A INPUT -m state --state NEW,ESTABLISHED -j ACCEPT", accept: true},
		{name: "negated state", rules: ":INPUT DROP\n-A INPUT -m state ! --state NEW -j ACCEPT", drop: true},
		{name: "a fragment has no ports", rules: ":INPUT DROP\n-A INPUT -p tcp ! --dport 23 -j ACCEPT", change: func(p *semantics.Packet) { p.Fragment = true }, drop: true},
		{name: "flags", rules: ":INPUT DROP\n-A INPUT -p tcp --syn -j ACCEPT", accept: true},
		{name: "jump and return", rules: ":INPUT DROP\n:a - \n-A INPUT -j a\n-A INPUT -j ACCEPT\n-A a -p tcp -j RETURN\n-A a -j DROP", accept: true},
		{name: "goto does not come back", rules: ":INPUT DROP\n:a - \n-A INPUT -g a\n-A INPUT -j ACCEPT\n-A a -p udp -j ACCEPT", drop: true},
		{name: "a shadowed accept", rules: ":INPUT ACCEPT\n-A INPUT -p tcp -j DROP\n-A INPUT -j ACCEPT", drop: true},
		{name: "raw sees what is not tracked as such", rules: "COMMIT\n*raw\n-A PREROUTING -j CT --notrack\n-A PREROUTING -m state --state UNTRACKED -j DROP", drop: true},
		{name: "an untracked packet", rules: ":INPUT DROP\n-A INPUT -m state --state UNTRACKED -j ACCEPT\nCOMMIT\n*raw\n-A PREROUTING -p tcp -j CT --notrack", accept: true},
		{name: "what gets another destination", rules: ":INPUT DROP\n-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n*nat\n-A PREROUTING -p tcp --dport 22 -j DNAT --to-destination 192.0.2.9:80", accept: true, drop: true},
		{name: "what got one when its connection began", rules: ":INPUT DROP\n-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n*nat\n-A PREROUTING -p tcp --dport 22 -j DNAT --to-destination 192.0.2.9:80", change: func(p *semantics.Packet) { p.State = ast.StateEstablished }, accept: true},
		{name: "what gets another source", rules: ":INPUT ACCEPT\nCOMMIT\n*nat\n-A INPUT -p tcp --dport 22 -j SNAT --to-source 192.0.2.9", accept: true},
		{name: "a forwarded packet has one TTL less", rules: ":FORWARD DROP\n-A FORWARD -m ttl --ttl-eq 63 -j ACCEPT", change: func(p *semantics.Packet) { p.Hook, p.TTL = ast.HookForward, 64 }, accept: true},
		{name: "but not yet before it is routed", rules: ":FORWARD ACCEPT\nCOMMIT\n*mangle\n-A PREROUTING -m ttl --ttl-eq 63 -j DROP", change: func(p *semantics.Packet) { p.Hook, p.TTL = ast.HookForward, 64 }, accept: true},
		{name: "raw sees all as invalid", rules: "COMMIT\n*raw\n-A PREROUTING -m state --state INVALID -j DROP", drop: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := iptables.Parse("f", "*filter\n"+c.rules+"\nCOMMIT\n", iptables.Save, ast.FamilyIP, 1)
			for _, e := range f.Errors {
				t.Fatal(e)
			}
			p := ssh()
			if c.change != nil {
				c.change(&p)
			}
			d := semantics.Decide(f.Ruleset, p)
			if d.Accept != c.accept || d.Drop != c.drop {
				t.Errorf("%s: accept %v, drop %v; want %v, %v", &p, d.Accept, d.Drop, c.accept, c.drop)
			}
			if len(d.By) == 0 && c.rules != "" {
				t.Error("nothing decided it")
			}
		})
	}
}

// TestTrace holds the path of a packet: the rules that match it, those that decide
// nothing too.
func TestTrace(t *testing.T) {
	f := iptables.Parse("f", "*filter\n:a - \n-A INPUT -p udp -j ACCEPT\n-A INPUT -p tcp -j a\n-A INPUT -j ACCEPT\n-A a -m limit --limit 1/s -j LOG\n-A a -s 192.0.2.0/24 -j DROP\nCOMMIT\n", iptables.Save, ast.FamilyIP, 1)
	d, path := semantics.DecidePath(f.Ruleset, ssh())
	input, a := f.Ruleset.Tables[0].Chain("INPUT"), f.Ruleset.Tables[0].Chain("a")
	want := []semantics.Step{{Chain: input, Rule: input.Rules[1], Sure: true}, {Chain: a, Rule: a.Rules[0]}, {Chain: input, Rule: input.Rules[2], Sure: true}}
	if !d.Accepts() || !slices.Equal(path, want) {
		t.Errorf("%+v, %+v", d, path)
	}
}

func TestSatisfy(t *testing.T) {
	for _, rule := range []string{
		"-p tcp --dport 443", "-p udp --sport 53 -s 203.0.113.0/24", "-i eth7 -d 192.0.2.64/26", "-m state --state ESTABLISHED,RELATED",
		"-m state ! --state NEW", "-p tcp --tcp-flags SYN,ACK ACK", "! -p tcp", "! -s 198.51.100.0/24", "-i ppp+", "-f",
	} {
		t.Run(rule, func(t *testing.T) {
			rules, _, errs := iptables.ParseRule("-A INPUT "+rule, "filter", ast.FamilyIP)
			if len(errs) > 0 {
				t.Fatal(errs[0])
			}
			p := ssh()
			if got := semantics.Satisfy(&ast.Ruleset{}, &ast.Table{}, &p, rules...); got != semantics.Yes {
				t.Errorf("%s: %v", &p, got)
			}
		})
	}
}
