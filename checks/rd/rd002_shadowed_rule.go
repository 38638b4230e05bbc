package rd

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// ShadowedRule finds rules whose packets earlier rules decide in another way.
var ShadowedRule = check.New(check.Check{
	Code: "RD002", Slug: "shadowed-rule", Severity: check.Warning, Packets: true,
	Title: "earlier rules decide all packets of a rule in another way",
	Text: `Every packet that the rule asks for is decided before it comes there, by one rule above
or by several together, and at least some of them in another way: what the rule
accepts is dropped, or what it drops accepted. Whoever wrote it wanted something that
does not happen, as rules are asked from top to bottom and the first verdict counts
(iptables(8), TARGETS; nft(8), VERDICT STATEMENT).

What packets a rule asks for and what becomes of them is computed over all packets,
through jumps and over all base chains that they pass. As few rules as are enough are
named, and among them one that decides in another way. Conditions that nobody can know,
such as a rate or what is in a set that rules fill, are taken to hold or not, so that
nothing rests on them. A rule that the ones above do not contradict is redundant-rule's
matter, and one that no packet at all comes to unreachable-rule's.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 198.51.100.0/24 -p tcp -m tcp --dport 22 -j DROP
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		tcp dport 1-1023 drop
		tcp dport 1024-65535 accept
		tcp dport { 80, 8080 } accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -s 198.51.100.0/24 -p tcp -m tcp --dport 22 -j DROP
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		tcp dport 80 accept
		tcp dport 1-1023 drop
		tcp dport 1024-65535 accept
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, needlessness},
		Run:      shadowedRule,
	},
})

func shadowedRule(pass *analysis.Pass) (any, error) {
	h := ruleset.Of(pass)
	for _, n := range needlessIn(pass, shadowed) {
		own := ownDeed(n.rule)
		other := n.by[0]
		for _, t := range n.by {
			if t.does != own {
				other = t
				break
			}
		}
		what := "is for"
		if own.kind != mixed {
			what = "would " + bare[own.kind]
		}
		where, does := lines(h, n.rule, n.by), deeds(n.by, len(n.by) > 1)
		message := fmt.Sprintf("%s %s every packet that this rule %s, so it never matches; put it above if it is the exception, or remove it", where, does, what)
		check.Report(pass, n.rule, message, append(related(n.by), example(other.packets)...)...)
	}
	return nil, nil
}
