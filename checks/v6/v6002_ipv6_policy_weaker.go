package v6

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
)

// IPv6PolicyWeaker finds hooks at which IPv4 is denied by default and IPv6 is not.
var IPv6PolicyWeaker = check.New(check.Check{
	Code: "V6002", Slug: "ipv6-policy-weaker", Severity: check.Error, Packets: true,
	Title: "what IPv4 denies by default is let in over IPv6",
	Text: `Connections that no rule names are refused over IPv4, and let in over IPv6. Hosts have
IPv6 addresses without anybody's doing (RFC 4862), and whoever is on the other side of
them meets no filter at all. Most often the rules were written for IPv4, and those for
IPv6 have been left as they came, with ACCEPT as their policy; or a chain of family inet
refuses by IPv4 addresses.

The first packets of all connections are compared, by protocol, port and interface: most are
refused in IPv4, or all those of a network but for exceptions, and most are accepted in IPv6.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`, With: []check.Example{{File: "rules.v6", Text: `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
COMMIT
`}}}, {File: "rules.nft", Text: `table inet filter {
	chain forward {
		type filter hook forward priority filter; policy accept;
		ct state established,related accept
		ip saddr 192.0.2.0/24 tcp dport { 80, 443 } accept
		ip saddr 192.0.2.0/24 drop
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`, With: []check.Example{{File: "rules.v6", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p ipv6-icmp -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}}}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer, reach.Analyzer},
		Run:      ipv6PolicyWeaker,
	},
})

func ipv6PolicyWeaker(pass *analysis.Pass) (any, error) {
	for _, hook := range []ast.Hook{ast.HookInput, ast.HookForward} {
		v4, v6, ok := both(pass, hook)
		if !ok || !weaker(v4, v6) {
			continue
		}
		c := v6.chains[len(v6.chains)-1]
		options := witness(v6.accepts.And(v6.first()).Minus(services(v4.mayAccept.And(v4.first()))))
		if len(options) == 0 {
			options = witness(v6.accepts.And(v6.first()))
		}
		options = append(options, check.Related(policyOf(v4.denying()), "IPv4 is refused here"))
		check.Report(pass, policyOf(c), fmt.Sprintf("chain %s lets in over IPv6 what is refused over IPv4 unless a rule names it; deny by default here too, and accept what is wanted", c.Name), options...)
	}
	return nil, nil
}

// weaker reports whether IPv6 is open by default where IPv4 is not.
func weaker(v4, v6 side) bool {
	return v6.opensByDefault() && (v4.deniesByDefault() || v4.deniesNetwork())
}

// deniesNetwork reports whether a rule refuses all that is left from some addresses, after
// others have made exceptions for them. One that only keeps somebody out has none.
func (s side) deniesNetwork() bool {
	first := s.first()
	for _, base := range s.chains {
		for _, r := range base.Rules {
			d := s.Rule(r)
			refused := d.Drops.Or(d.Rejects).And(first).Must()
			if !refused.Some() || !mostOf(ports(refused), ports(first)) {
				continue
			}
			may, _ := s.Asks(r)
			if may.And(first).And(s.accepts).Some() {
				return true
			}
		}
	}
	return false
}
