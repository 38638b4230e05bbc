package rd

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// RedundantRule finds rules without which the same would become of every packet.
var RedundantRule = check.New(check.Check{
	Code: "RD003", Slug: "redundant-rule", Severity: check.Info, Packets: true,
	Title: "other rules, or the policy, do the same to all packets of a rule",
	Text: `Without the rule the same would become of every packet: rules above it take all its
packets and do what it would do, or rules below it and the policy of the chain do
just that to those that it takes. It can go. Or it is a sign that something else is
wider than it was meant to be: a service that is opened for one network on one line, and for
everybody on another.

All packets are looked at, through jumps, with all conditions (iptables(8) and nft(8):
the first verdict counts, and the policy where there is none). A rule that keeps packets from
being logged, counted in a set, marked or limited further down does something. So
do, as good habits, these: a last rule for all that is left which says what the policy
says; a drop of INVALID packets; one accept of all ESTABLISHED ones, which spares them
the rules below.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT
-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 443 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain forward {
		type filter hook forward priority filter; policy accept;
		iifname "lan0" oifname "wan0" accept
		iifname "wan0" ct state new drop
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT
-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -j DROP
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain forward {
		type filter hook forward priority filter; policy accept;
		iifname "wan0" ct state new drop
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, needlessness},
		Run:      redundantRule,
	},
})

func redundantRule(pass *analysis.Pass) (any, error) {
	h := ruleset.Of(pass)
	for _, n := range needlessIn(pass, covered, repeated) {
		var message string
		options := related(n.by)
		own := ownDeed(n.rule)
		switch {
		case n.cause == covered:
			options = append(options, example(n.by[0].packets)...)
			message = fmt.Sprintf("%s %s every packet that this rule asks for; remove this one, or narrow what is above", lines(h, n.rule, n.by), deeds(n.by, len(n.by) > 1))
		case len(n.by) > 0:
			options = append(options, example(n.wanted)...)
			message = fmt.Sprintf("%s %s every packet that this rule %s, and nothing in between says otherwise; remove this one, or narrow what is below", lines(h, n.rule, n.by), verbs[own.kind], verbs[own.kind])
		case n.policy:
			options = append(options, example(n.wanted)...)
			message = fmt.Sprintf("the policy of chain %s %s every packet that this rule %s, and no rule below says otherwise; remove the rule, or change the policy", n.chain.Name, verbs[own.kind], verbs[own.kind])
		default:
			options = append(options, example(n.wanted)...)
			message = fmt.Sprintf("without this rule its packets %s all the same, by what comes after it; remove it", becomes[own.kind])
		}
		check.Report(pass, n.rule, message, options...)
	}
	return nil, nil
}

// becomes says what becomes of packets.
var becomes = [...]string{
	mixed: "come to the same end", accepts: "are accepted", drops: "are dropped", rejects: "are rejected",
	translates: "are translated", returns: "go back to the calling chain",
}
