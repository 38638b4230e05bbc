package ct

import (
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/checks/ruleset"
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
	Fix:     check.Unsafe,
	FixText: "Moves the rule that accepts established packets above the one that drops them, if both stand in one chain.",
	Since:   "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, flows.Analyzer},
		Run:      misorderedEstablished,
	},
})

func misorderedEstablished(pass *analysis.Pass) (any, error) {
	for _, f := range flows.Of(pass).Families {
		seen := map[*ast.Rule]bool{}
		for _, d := range f.Dead {
			if d.State == nil || seen[d.Rule] {
				continue
			}
			seen[d.Rule] = true
			options := []check.Option{check.Witness(d.Reply.String()), check.Related(d.State, "this rule would accept the packet")}
			if edits, ok := moveState(ruleset.Of(pass), f, d); ok {
				options = append(options, check.UnsafeFix("move the rule that accepts established packets above it", edits...))
			}
			check.Report(pass, d.Rule, fmt.Sprintf("this rule drops replies to connections that the ruleset lets %s, before the rule that accepts them as ESTABLISHED; put that one first", direction[d.First.Hook]), options...)
		}
	}
	return nil, nil
}

// moveState returns the edits that move the rule which accepts a reply above the
// one that drops it.
func moveState(h *ruleset.Host, f *flows.Family, d flows.Dead) ([]analysis.TextEdit, bool) {
	for _, t := range f.Tables() {
		c := t.Chain(d.Chain.Name)
		if c == nil || c.Chain != d.Chain || !linesAreRules(t) || !slices.Contains(c.Rules, d.State) || d.State.Parts > 1 || d.Rule.Part > 1 {
			continue
		}
		return edit.MoveLines(h, d.State, d.Rule)
	}
	return nil, false
}
