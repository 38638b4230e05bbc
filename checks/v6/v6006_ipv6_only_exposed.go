package v6

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
)

// IPv6OnlyExposed finds services that are open over IPv6 alone.
var IPv6OnlyExposed = check.New(check.Check{
	Code: "V6006", Slug: "ipv6-only-exposed", Severity: check.Error, Packets: true,
	Title: "service open over IPv6 that IPv4 refuses",
	Text: `The rule lets in connections over IPv6 that no rule lets in over IPv4. Somebody has closed the
service, and forgot that it can be reached over IPv6, too; or a program has opened it in
one of the two.

First packets of TCP and UDP from elsewhere are compared, by protocol, port and interface.
Multicast and link-local addresses are left out, as nobody comes from afar with them, and so is
DHCPv6, which is another protocol than DHCP. Where IPv6 is open altogether, ipv6-policy-weaker says so.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
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
-A INPUT -p tcp -m tcp --dport 3306 -j ACCEPT
COMMIT
`}}}},
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
`}}}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
		ct state established,related accept
		meta l4proto { icmp, ipv6-icmp } accept
		tcp dport 22 accept
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer, reach.Analyzer},
		Run:      ipv6OnlyExposed,
	},
})

func ipv6OnlyExposed(pass *analysis.Pass) (any, error) {
	for _, hook := range []ast.Hook{ast.HookInput, ast.HookForward} {
		v4, v6, ok := both(pass, hook)
		if !ok || !v4.deniesByDefault() || weaker(v4, v6) {
			continue
		}
		for _, o := range v6.openings(v4) {
			options := append(witness(o.packets), check.Related(policyOf(v4.denying()), "IPv4 is refused here"))
			check.Report(pass, o.rule, "this lets in over IPv6 what is refused over IPv4; close it here, or open it there if that is meant", options...)
		}
	}
	return nil, nil
}
