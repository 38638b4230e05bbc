package ct

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
)

// NotrackOneWay finds connections of which only one direction is kept from conntrack.
var NotrackOneWay = check.New(check.Check{
	Code: "CT018", Slug: "notrack-one-way", Severity: check.Warning, Packets: true,
	Title: "only one direction is kept from conntrack",
	Text: `A rule keeps packets from conntrack, and the packets that answer them are tracked. These make the
entries that the rule was to spare, one for each connection, with the ends exchanged: a datagram that answers is NEW to
conntrack, and a segment that answers is INVALID. None is ever ESTABLISHED, so the entries live
on until they time out. Packets that come in pass PREROUTING, those of the host itself OUTPUT (raw in iptables(8)), so a service needs two rules, with
the ports exchanged.

For each exemption an accepted packet of TCP and of UDP and its answer are looked at. Where the answer
is dropped it is notrack-state-conflict's matter; lo is left alone, as a packet that comes
over lo has met conntrack on its way out, and so is an exemption of SYN alone (SYNPROXY).`,
	Bad: []check.Example{{File: "rules.v4", Text: `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -p udp -m udp --dport 53 -j CT --notrack
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p udp -m udp --dport 53 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain prerouting {
		type filter hook prerouting priority raw; policy accept;
		tcp dport 80 notrack
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -p udp -m udp --dport 53 -j CT --notrack
-A PREROUTING -p udp -m udp --sport 53 -j CT --notrack
-A OUTPUT -p udp -m udp --sport 53 -j CT --notrack
-A OUTPUT -p udp -m udp --dport 53 -j CT --notrack
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p udp -m udp --dport 53 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain prerouting {
		type filter hook prerouting priority raw; policy accept;
		tcp dport 80 notrack
		tcp sport 80 notrack
	}
	chain output {
		type filter hook output priority raw; policy accept;
		tcp sport 80 notrack
		tcp dport 80 notrack
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer, reach.Analyzer},
		Run:      notrackOneWay,
	},
})

func notrackOneWay(pass *analysis.Pass) (any, error) {
	all := exemptionsOf(reach.Of(pass), graph.Of(pass))
	seen := map[*ast.Rule]bool{}
	for _, x := range all {
		for _, e := range x.exchanges(all) {
			if e.exempt != nil || e.dropped || seen[x.rule] || !e.back.Known() {
				continue
			}
			seen[x.rule] = true
			check.Report(pass, x.rule, fmt.Sprintf("only one direction is kept from conntrack: the answers, at %s, are tracked, make entries and are never ESTABLISHED; exempt them, too", e.back.Hook),
				check.Witness(e.reply.String()), check.Related(x.rule, "it answers "+e.first.String()))
		}
	}
	return nil, nil
}
