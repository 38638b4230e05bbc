package v6

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/semantics"
)

// ICMPv6PTBBlocked finds ways on which path MTU discovery of IPv6 fails.
var ICMPv6PTBBlocked = check.New(check.Check{
	Code: "V6005", Slug: "icmpv6-ptb-blocked", Severity: check.Error, Packets: true,
	Title: "ICMPv6 Packet Too Big is dropped",
	Text: `Packet Too Big (ICMPv6 type 2) is dropped, even as RELATED to a connection. Routers do not
fragment IPv6 packets; they say so with this message (RFC 8200 section 5, RFC 8201). Without it
connections are made, and hang as soon as a large packet has to pass a tunnel. It must not be
dropped, neither at the host nor on the way through (RFC 4890 sections 4.3.1 and 4.4.1). Accept RELATED, or the type.

All packets of the type that are errors of a connection which conntrack knows are looked
at. Nothing is said of a chain that accepts nothing else over IPv6.`,
	Bad: []check.Example{{File: "rules.v6", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
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
		Run:      icmpv6PTBBlocked,
	},
})

func icmpv6PTBBlocked(pass *analysis.Pass) (any, error) {
	for _, hook := range []ast.Hook{ast.HookInput, ast.HookForward} {
		v6, ok := sideOf(pass, ast.FamilyIP6, hook)
		if !ok || !v6.speaks() {
			continue
		}
		all := v6.Where(semantics.Fields{ICMPTypes: []uint8{2}, HasCode: true, State: ast.StateRelated, Whole: true})
		if !all.Some() || !v6.mayAccept.And(all).Empty() {
			continue
		}
		check.Report(pass, v6.placeFor(all), "Packet Too Big (ICMPv6 type 2) is dropped even as RELATED, so path MTU discovery fails and large packets vanish; accept RELATED ICMPv6, or the type", witness(all.And(v6.Drops().Must()).And(v6.real))...)
	}
	return nil, nil
}
