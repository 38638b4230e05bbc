package ct

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// MisorderedInvalidDrop finds rules that drop INVALID packets and stand below others
// that accept them.
var MisorderedInvalidDrop = check.New(check.Check{
	Code: "CT007", Slug: "misordered-invalid-drop", Severity: check.Warning, Packets: true,
	Title: "INVALID packets are accepted above the rule that drops them",
	Text: `The ruleset drops INVALID packets, but a rule above accepts some of them first, because
it asks for a port and not for the state. Rules run from top to bottom, and the first that
decides wins (iptables(8)): the drop comes too late for the packets that it is meant
for, those that are sent to the services. Put it above the rules that accept by port;
below the accept of lo and that of established packets it is right.
It is an error where the ruleset does NAT, which does not touch INVALID packets.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -m conntrack --ctstate INVALID -j DROP
COMMIT
`}, {File: "fw.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		tcp dport { 22, 443 } accept
		ct state invalid drop
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}, {File: "fw.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		ct state invalid drop
		tcp dport { 22, 443 } accept
	}
}
`}},
	Fix: check.Safe,
	FixText: `The rule moves up, above the first one that accepts what it drops, if both stand in one
chain and it does nothing else. Only INVALID packets then fare otherwise.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, strayPaths},
		Run:      misorderedInvalidDrop,
	},
})

func misorderedInvalidDrop(pass *analysis.Pass) (any, error) {
	for _, s := range straysOf(pass) {
		if s.tooLow == nil || s.trusted {
			continue
		}
		var options []check.Option
		what := fmt.Sprintf("chain %s accepts some of them before", s.chain.Name)
		if s.by != nil {
			what = "a rule above accepts some of them first"
			options = append(options, check.Related(s.by, "this rule accepts them"))
		}
		if edits, ok := s.moveDrop(ruleset.Of(pass)); ok {
			options = append(options, check.Fix("move the rule above those that accept INVALID packets", edits...))
		}
		s.report(pass, s.tooLow, "this rule drops INVALID packets, but "+what, "put it first", options...)
	}
	return nil, nil
}

// moveDrop returns the edits that move the rule which drops INVALID packets above the
// first one that accepts some.
func (s *strays) moveDrop(h *ruleset.Host) ([]analysis.TextEdit, bool) {
	states, _ := statesAsked(s.tooLow)
	if s.by == nil || s.hostWay.chain(s.tooLow) != s.chain || states != ast.StateInvalid || !linesAreRules(s.chain.Table) ||
		!onlyDrops(s.tooLow, s.chain.Table.Xtables) || s.tooLow.Parts > 1 || s.by.Part > 1 {
		return nil, false
	}
	return edit.MoveLines(h, s.tooLow, s.by)
}

// onlyDrops reports whether a rule drops packets and does nothing else.
func onlyDrops(r *ast.Rule, xtables bool) bool {
	for i, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match, *ast.Counter, *ast.Reject:
		case *ast.Verdict:
			if s.Kind != ast.VerdictDrop {
				return false
			}
		default:
			return graph.EffectOf(s, xtables) == graph.Final && i == len(r.Stmts)-1
		}
	}
	return !r.Bad
}
