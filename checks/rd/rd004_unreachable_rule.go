package rd

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// UnreachableRule finds rules to which no packet comes.
var UnreachableRule = check.New(check.Check{
	Code: "RD004", Slug: "unreachable-rule", Severity: check.Warning, Packets: true,
	Title: "no packet comes to a rule",
	Text: `No packet ever comes to the rule, whatever it asks for: it stands below a rule that
decides or sends away all that is left, or in a chain into which no packet goes. Most often
somebody has appended a rule (iptables -A, nft add rule) to a chain that ends with a
DROP or a REJECT for everything, where it had to be inserted above (-I, insert rule).

What comes to a rule is computed over all packets, on all ways that lead to its chain:
a jump to a chain that lets nothing come back, or two rules that take all together, are
seen. A chain that nothing calls is unused-chain's matter. A last rule for all that is
left which says once more what happens anyway is an info.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -j REJECT --reject-with icmp-host-prohibited
-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
		ct state established,related accept
		meta l4proto { tcp, udp } jump refuse
		meta l4proto != { tcp, udp } drop
		tcp dport 22 accept
	}
	chain refuse {
		limit rate 5/minute log prefix "refused: "
		reject
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT
-A INPUT -j REJECT --reject-with icmp-host-prohibited
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
		ct state established,related accept
		tcp dport 22 accept
		meta l4proto { tcp, udp } jump refuse
	}
	chain refuse {
		limit rate 5/minute log prefix "refused: "
		reject
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, needlessness},
		Run:      unreachableRule,
	},
})

func unreachableRule(pass *analysis.Pass) (any, error) {
	h := ruleset.Of(pass)
	for _, n := range needlessIn(pass, below, notEntered) {
		if n.cause == notEntered {
			check.Report(pass, n.rule, fmt.Sprintf("no packet comes into chain %s: those for which it is called have been decided before; remove it, or call it above", n.chain.Name))
			continue
		}
		last := n.by[0]
		options := append([]check.Option{check.Related(last.rule, "this rule "+verbs[last.does.kind]+" what is left")}, example(n.wanted)...)
		advice := "move it above, or remove it"
		own := ownDeed(n.rule)
		refuses := (own.kind == drops || own.kind == rejects) && last.does.kind != accepts
		if last.index+1 == indexOf(n) && closes(n.chain, indexOf(n)) && (last.does == own || refuses) {
			options = append(options, check.At(check.Info))
			advice = "it can go"
		}
		check.Report(pass, n.rule, fmt.Sprintf("no packet comes to this rule: %s %s all that come so far; %s", lines(h, n.rule, n.by), verbs[last.does.kind], advice), options...)
	}
	return nil, nil
}

// indexOf returns the place of the rule in its chain.
func indexOf(n needless) int {
	for i, r := range n.chain.Rules {
		if r == n.rule {
			return i
		}
	}
	return -1
}
