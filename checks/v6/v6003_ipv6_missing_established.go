package v6

import (
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/semantics"
)

// IPv6MissingEstablished finds hooks at which replies come back over IPv4 and not over IPv6.
var IPv6MissingEstablished = check.New(check.Check{
	Code: "V6003", Slug: "ipv6-missing-established", Severity: check.Error, Packets: true,
	Title: "replies are let in over IPv4, and dropped over IPv6",
	Text: `A chain of IPv4 accepts the packets of ESTABLISHED connections, and that of IPv6 at the
same hook does not: what the host begins over IPv6 gets no answer. As programs try IPv6
first (RFC 6724), everything waits for it to fail. Give the IPv6 chain the same rule.

The replies of TCP and UDP are compared by their ports: most are accepted over IPv4, and most are
dropped over IPv6. Nothing is said of an IPv6 chain that accepts nothing at all, nor of one chain of family
inet for both: its rule for IPv4 alone is family-limited-established's matter.`,
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
		Run:      ipv6MissingEstablished,
	},
})

func ipv6MissingEstablished(pass *analysis.Pass) (any, error) {
	for _, hook := range []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput} {
		v4, v6, ok := both(pass, hook)
		if !ok || v6.mayAccept.Empty() || slices.ContainsFunc(v6.chains, func(c *graph.Chain) bool { return c.Table.Family == ast.FamilyInet }) {
			continue
		}
		replies := func(s side, of semantics.Set) (some, all semantics.Set) {
			all = s.Where(semantics.Fields{State: ast.StateEstablished, Dir: ast.DirReply, Protos: []uint8{protoTCP, protoUDP}, Whole: true}).And(s.real)
			f := []semantics.Field{semantics.FieldProto, semantics.FieldSport, semantics.FieldDport}
			return all.And(of).Project(f...), all.Project(f...)
		}
		some, all := replies(v4, v4.accepts)
		if !mostOf(some, all) {
			continue
		}
		some, all = replies(v6, v6.mayAccept)
		if !all.Known() || !some.Known() || mostOf(some, all) {
			continue
		}
		c := v6.denying()
		dead := v6.Drops().Must().And(v6.real).And(v6.Where(semantics.Fields{State: ast.StateEstablished, Dir: ast.DirReply, Protos: []uint8{protoTCP, protoUDP}}))
		check.Report(pass, policyOf(c), fmt.Sprintf("replies are accepted over IPv4, but chain %s drops them over IPv6; accept ESTABLISHED first, as the IPv4 chain does", c.Name), witness(dead)...)
	}
	return nil, nil
}
