package ct

import (
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/graph"
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
NEW packets only.

So it is for a rule that drops what certain processes have not sent, by their user or a
mark, where the next one accepts the established packets of the same service: those that
the kernel itself sends, a last ACK or a reset, have no process (xt_owner: no socket).`,
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
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, replyPaths},
		Run:      misorderedEstablished,
	},
})

func misorderedEstablished(pass *analysis.Pass) (any, error) {
	for _, p := range replyPathsOf(pass) {
		for _, r := range p.drops {
			dropped := p.droppedBy(r)
			state := p.below(dropped)
			if state == nil {
				continue
			}
			options := []check.Option{check.Related(state, "this rule would accept the packet")}
			if reply, ok := witness(dropped.And(p.facts.Wanted(p.Way, state).Must())); ok {
				options = append(options, check.Witness(reply))
			}
			if edits, ok := moveState(ruleset.Of(pass), p, r, state); ok {
				options = append(options, check.UnsafeFix("move the rule that accepts established packets above it", edits...))
			}
			check.Report(pass, r, fmt.Sprintf("this rule drops replies to connections that the ruleset lets %s, before the rule that accepts them as ESTABLISHED; put that one first", direction[p.first.Hook]), options...)
		}
	}
	for _, t := range graph.Of(pass).Tables {
		misorderedBySender(pass, t)
	}
	return nil, nil
}

// misorderedBySender finds rules that drop what certain processes have not sent,
// above one that accepts the same service's established packets.
func misorderedBySender(pass *analysis.Pass, t *graph.Table) {
	for _, c := range t.Chains {
		if c.Hooks == 0 || c.Hooks&^(1<<ast.HookOutput|1<<ast.HookPostrouting) != 0 || c.Type == ast.ChainNAT {
			continue
		}
		for i, r := range c.Rules {
			service, ok := notSentBy(r)
			if !ok {
				continue
			}
			for _, below := range c.Rules[i+1 : min(len(c.Rules), i+1+nearRules)] {
				a := acceptByState(t, below)
				if !asksForAll(below, service) || a.states&ast.StateEstablished == 0 || a.states&ast.StateNew != 0 {
					continue
				}
				check.Report(pass, r, "this rule drops established packets that the kernel itself sends, a last ACK or a reset, before the rule that accepts them; put that one first",
					check.Related(below, "this rule would accept the packets"))
				break
			}
		}
	}
}

// nearRules is how far below the rule that accepts is looked for.
const nearRules = 16

// notSentBy reports whether a rule drops the packets of a service that do not have
// a mark or an owner, and returns its other conditions, of which one is on an
// address or a port.
func notSentBy(r *ast.Rule) (service []*ast.Match, ok bool) {
	bySender, specific, drops := false, false, false
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			if s.Op == ast.OpNe && isSender(s.Left) {
				bySender = true
				continue
			}
			if k, ok := s.Left.(*ast.CT); ok && k.Key == ast.CTState {
				return nil, false
			}
			_, field := s.Left.(*ast.Payload)
			specific = specific || field
			service = append(service, s)
		case *ast.AnyOf: // ! --uid-owner also holds without an owner
			if !s.Not || len(s.Alts) != 1 || len(s.Alts[0]) != 1 {
				return nil, false
			}
			m, ok := s.Alts[0][0].(*ast.Match)
			if !ok || !isSender(m.Left) {
				return nil, false
			}
			bySender = true
		case *ast.Reject:
			drops = true
		case *ast.Verdict:
			drops = s.Kind == ast.VerdictDrop
		default:
			return nil, false
		}
	}
	return service, bySender && specific && drops
}

// isSender reports whether an expression is something of the process that sends a
// packet, or the mark that stands for it.
func isSender(e ast.Expr) bool {
	k, ok := bareMeta(e)
	if !ok {
		return false
	}
	switch k {
	case ast.MetaMark, ast.MetaSkuid, ast.MetaSkgid, ast.MetaCgroup:
		return true
	default:
		return false
	}
}

// bareMeta returns the metadata key that an expression is, or is a part of the
// bits of.
func bareMeta(e ast.Expr) (ast.MetaKey, bool) {
	if b, ok := e.(*ast.Binary); ok {
		e = b.Left
	}
	m, ok := e.(*ast.Meta)
	if !ok {
		return 0, false
	}
	return m.Key, true
}

// asksForAll reports whether a rule has all of some conditions.
func asksForAll(r *ast.Rule, conditions []*ast.Match) bool {
	for _, want := range conditions {
		if !slices.ContainsFunc(r.Stmts, func(s ast.Stmt) bool {
			m, ok := s.(*ast.Match)
			return ok && m.Op == want.Op && ast.Equal(m.Left, want.Left) && ast.Equal(m.Right, want.Right)
		}) {
			return false
		}
	}
	return true
}

// moveState returns the edits that move the rule which accepts replies above the one
// that drops them.
func moveState(h *ruleset.Host, p *replyPath, drop, state *ast.Rule) ([]analysis.TextEdit, bool) {
	if p.chain(drop) != p.chain(state) || !linesAreRules(p.table(drop)) || state.Parts > 1 || drop.Part > 1 {
		return nil, false
	}
	return edit.MoveLines(h, state, drop)
}
