package v6

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/semantics"
)

// InetV4Only finds rules of family inet that were meant for both families.
var InetV4Only = check.New(check.Check{
	Code: "V6008", Slug: "inet-v4-only", Severity: check.Warning, Packets: true,
	Title: "rule in an inet table that holds for IPv4 alone",
	Text: `In a table of family inet the rule asks for a protocol in the IPv4 header (ip protocol tcp),
and so holds for IPv4 alone, while the packets that it accepts are dropped over IPv6. Rules from
a table of family ip are like that after they have been moved. Ask for meta l4proto, or
for the port alone: tcp dport 22 holds for both (nft(8), PAYLOAD EXPRESSIONS: ip protocol
makes a rule of family inet depend on IPv4).

It is said where first packets of the same protocol and port are accepted over IPv6 in no case. A
rule that names meta nfproto ipv4 or an address means IPv4.`,
	Bad: []check.Example{{File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
		ct state established,related accept
		meta l4proto { icmp, ipv6-icmp } accept
		ip protocol tcp tcp dport 22 accept
	}
}
`}},
	Good: []check.Example{{File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
		ct state established,related accept
		meta l4proto { icmp, ipv6-icmp } accept
		tcp dport 22 accept
	}
}
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
		ct state established,related accept
		meta l4proto { icmp, ipv6-icmp } accept
		meta l4proto tcp tcp dport 22 accept
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer, reach.Analyzer},
		Run:      inetV4Only,
	},
})

func inetV4Only(pass *analysis.Pass) (any, error) {
	reported := map[*ast.Rule]bool{}
	for _, hook := range []ast.Hook{ast.HookInput, ast.HookForward} {
		v4, v6, ok := both(pass, hook)
		if !ok {
			continue
		}
		first := v4.Where(semantics.Fields{State: ast.StateNew}).And(v4.real)
		// An echo request has another number in IPv6.
		echo := v6.mayAccept.And(v6.Where(semantics.Fields{State: ast.StateNew, ICMPTypes: []uint8{128}}))
		open := services(v6.mayAccept.And(v6.first()))
		for _, base := range v4.chains {
			if base.Table.Family != ast.FamilyInet {
				continue
			}
			for _, c := range base.Table.Chains {
				if !c.Hooks.Has(hook) {
					continue
				}
				for _, r := range c.Rules {
					m := protocolOfIPv4(r)
					if m == nil {
						continue
					}
					accepted := v4.Rule(r).Accepts.And(first).Must()
					closed := accepted.And(v4.first()).Minus(open)
					if ping := accepted.And(v4.Where(semantics.Fields{ICMPTypes: []uint8{8}})); !closed.Some() && ping.Some() && echo.Empty() {
						closed = ping
					}
					if closed.Some() && !reported[r] {
						reported[r] = true
						check.Report(pass, m, "this holds for IPv4 alone, and over IPv6 the same packets are dropped; ask for meta l4proto, which both have", witness(closed)...)
					}
				}
			}
		}
	}
	return nil, nil
}

// protocolOfIPv4 returns what a rule asks for of the protocol in an IPv4 header; nil if it
// does not, or if it asks for IPv4 in other words, too.
func protocolOfIPv4(r *ast.Rule) (found *ast.Match) {
	for _, s := range r.Stmts {
		m, ok := s.(*ast.Match)
		if !ok || m.Implied {
			continue
		}
		switch left := m.Left.(type) {
		case *ast.Payload:
			switch {
			case left.Field == ast.IPProtocol && m.Op == ast.OpEq:
				found = m
			case left.Field == ast.IPSaddr || left.Field == ast.IPDaddr:
				return nil
			}
		case *ast.Meta:
			if left.Key == ast.MetaNfproto || left.Key == ast.MetaProtocol {
				return nil
			}
		}
	}
	return found
}
