package ct

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/flows"
)

// MisorderedEstablished finds rules that drop established packets which a later
// rule would accept.
var MisorderedEstablished = check.New(check.Check{
	Code: "CT002", Slug: "misordered-established", Severity: check.Error, Packets: true,
	Title: "established packets are dropped above the rule that accepts them",
	Text: `The ruleset accepts ESTABLISHED packets, but a rule above drops or rejects some of
them first, so that connections which the ruleset lets begin never get an answer.
Rules run from top to bottom, and the first that decides wins (iptables(8)). Move
the rule that accepts established packets up, or make the one that drops look at
NEW packets only.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p udp -j DROP
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p udp -j DROP
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{flows.Analyzer},
		Run:      misorderedEstablished,
	},
})

func misorderedEstablished(pass *analysis.Pass) (any, error) {
	for _, f := range flows.Of(pass).Families {
		seen := map[*ast.Rule]bool{}
		for _, d := range f.Dead {
			if d.State == nil || d.Rule == nil || seen[d.Rule] {
				continue
			}
			seen[d.Rule] = true
			check.Report(pass, d.Rule, fmt.Sprintf("this rule drops replies to connections that the ruleset lets %s, before the rule that accepts them as ESTABLISHED; put that one first", direction[d.First.Hook]),
				check.Witness(d.Reply.String()),
				check.Related(d.State, "this rule would accept the packet"))
		}
	}
	return nil, nil
}
