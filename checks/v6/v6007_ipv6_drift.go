package v6

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/semantics"
)

// IPv6Drift finds services that are open over IPv4 alone.
var IPv6Drift = check.New(check.Check{
	Code: "V6007", Slug: "ipv6-drift", Severity: check.Info, Packets: true,
	Title: "service open over IPv4 that IPv6 refuses",
	Text: `The rule lets in connections from everywhere over IPv4 that no rule lets in over IPv6. The
two rulesets have drifted apart: whoever comes over IPv6, as most programs try first
(RFC 6724), waits until it fails.

First packets of TCP and UDP are compared, by protocol, port and interface. What is let in
from some addresses alone is not looked at, as the two families have others.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT
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
		Run:      ipv6Drift,
	},
})

func ipv6Drift(pass *analysis.Pass) (any, error) {
	for _, hook := range []ast.Hook{ast.HookInput, ast.HookForward} {
		v4, v6, ok := both(pass, hook)
		if !ok || !v4.deniesByDefault() || !v6.deniesByDefault() || !v6.speaks() {
			continue
		}
		for _, o := range v4.openings(v6) {
			if may, _ := v4.Asks(o.rule); protocolOfIPv4(o.rule) != nil || may.Depends(semantics.FieldSaddr) || may.Depends(semantics.FieldDaddr) || limited(o) {
				continue
			}
			check.Report(pass, o.rule, "this lets in over IPv4 what is refused over IPv6; open it there, too, or say in a comment why not", witness(o.packets)...)
		}
	}
	return nil, nil
}
