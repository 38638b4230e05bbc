package se

import (
	"fmt"
	"net/netip"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/outside"
	"github.com/ctlint/ctlint/semantics"
)

// MissingLoopbackAccept finds rulesets that drop what a host says to itself.
var MissingLoopbackAccept = check.New(check.Check{
	Code: "SE002", Slug: "missing-loopback-accept", Severity: check.Warning, Packets: true,
	Title: "traffic over the loopback interface is dropped",
	Text: `Programs of a host talk to each other over lo: to a resolver, a database, a mail server, an
X display; what a host sends to any of its own addresses goes there, too. Such packets
pass OUTPUT and INPUT like all others, so a chain that denies by default must
accept -i lo (or -o lo) first. Programs that find no answer at localhost wait for minutes,
and many try ::1 before 127.0.0.1 (RFC 6724).

It is computed over all packets that begin a connection from 127.0.0.1, or ::1, to itself
over lo: more than half of them are dropped for certain.`,
	Bad: []check.Example{{File: "rules.v6", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p ipv6-icmp -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain output {
		type filter hook output priority filter; policy accept;
		meta nfproto ipv6 counter reject with icmpv6 no-route
	}
}
`}},
	Good: []check.Example{{File: "rules.v6", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p ipv6-icmp -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain output {
		type filter hook output priority filter; policy accept;
		oifname != "lo" meta nfproto ipv6 counter reject with icmpv6 no-route
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{outside.Analyzer},
		Run:      missingLoopbackAccept,
	},
})

// loopbackNets are the addresses that stand for the host itself.
var loopbackNets = map[ast.Family]netip.Prefix{
	ast.FamilyIP:  netip.MustParsePrefix("127.0.0.0/8"),
	ast.FamilyIP6: netip.MustParsePrefix("::1/128"),
}

func missingLoopbackAccept(pass *analysis.Pass) (any, error) {
	h := outside.Of(pass)
	seen := map[analysis.Range]bool{}
	for _, w := range h.Ways() {
		f := semantics.Fields{Iif: "lo"}
		option := "-i lo"
		switch w.Hook {
		case ast.HookInput:
		case ast.HookOutput:
			f, option = semantics.Fields{Oif: "lo"}, "-o lo"
		default:
			continue
		}
		net := loopbackNets[w.Family]
		self := net
		if w.Family == ast.FamilyIP {
			self = netip.MustParsePrefix("127.0.0.1/32") // what localhost is
		}
		f.Src, f.Dst = self, self
		for _, proto := range outside.Protocols {
			first := outside.First(w, proto, f.Iif, f.Oif).And(w.Where(f))
			dropped := outside.Surely(w.Drops(), first)
			if outside.PartBy(dropped, first, semantics.FieldDport) <= outside.Most {
				continue
			}
			p, ok := dropped.Witness(w.Where(semantics.Fields{Proto: proto, Dport: semantics.Port(5432)}))
			if !ok {
				continue
			}
			d, ok := outside.Dropper(p)
			if !ok || seen[d.Range()] {
				continue
			}
			seen[d.Range()] = true
			if t := h.Graph.Chain(d.Base).Table; !t.Xtables {
				option = map[string]string{"-i lo": `iifname "lo"`, "-o lo": `oifname "lo"`}[option]
			}
			check.Report(pass, d.Range(), fmt.Sprintf("%s drops what the host sends to itself over lo (%s), as chain %s does not accept %s before; put a rule first that does",
				what(d), net, d.Base.Name, option), check.Witness(p.String()))
			break
		}
	}
	return nil, nil
}

// what names what decides packets: the rule, or the policy of a chain.
func what(d outside.Decider) string {
	if d.Rule != nil {
		return "this rule"
	}
	return "the policy of chain " + d.Chain.Name
}
