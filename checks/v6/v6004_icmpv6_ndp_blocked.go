package v6

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/semantics"
)

// ICMPv6NDPBlocked finds hosts that cannot learn their neighbours' addresses.
var ICMPv6NDPBlocked = check.New(check.Check{
	Code: "V6004", Slug: "icmpv6-ndp-blocked", Severity: check.Error, Packets: true,
	Title: "neighbour discovery of IPv6 is dropped",
	Text: `Neighbour solicitations or advertisements (ICMPv6 types 135 and 136) are dropped, on every
interface. They do what ARP does for IPv4: without them neither the router nor anybody
else on the link is found, and IPv6 dies within a minute, when what was learned before has
expired (RFC 4861 section 7.3; RFC 4890 section 4.4.1 says that they must not be dropped).
conntrack does not track them: they are UNTRACKED, never NEW nor ESTABLISHED, so a
state rule does not let them in (icmpv6_error in the kernel).

All such packets with a hop limit of 255 are looked at, as no others are taken (RFC 4861
section 7.1). Nothing is said of a chain that accepts nothing at all over IPv6.`,
	Bad: []check.Example{{File: "rules.v6", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 128 -j ACCEPT
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
		Run:      icmpv6NDPBlocked,
	},
})

func icmpv6NDPBlocked(pass *analysis.Pass) (any, error) {
	for _, hook := range []ast.Hook{ast.HookInput, ast.HookOutput} {
		v6, ok := sideOf(pass, ast.FamilyIP6, hook)
		if !ok || !v6.speaks() {
			continue
		}
		for _, m := range []struct {
			number uint8
			name   string
		}{{135, "neighbour solicitations"}, {136, "neighbour advertisements"}} {
			all := v6.Where(semantics.Fields{ICMPTypes: []uint8{m.number}, HasCode: true, Whole: true}).And(v6.hops(255))
			if !all.Some() || !v6.mayAccept.And(all).Empty() {
				continue
			}
			at := v6.placeFor(all)
			check.Report(pass, at, fmt.Sprintf("%s (ICMPv6 type %d) are dropped, so IPv6 stops working within a minute; accept types 133 to 136, without asking for a state", m.name, m.number), witness(all.And(v6.Drops().Must()).And(v6.real))...)
			break
		}
	}
	return nil, nil
}
