package ct

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// InvalidAccepted finds rules whose state match lets INVALID packets in.
var InvalidAccepted = check.New(check.Check{
	Code: "CT008", Slug: "invalid-accepted", Severity: check.Error, Packets: true,
	Title: "a rule by state accepts INVALID packets",
	Text: `The rule accepts packets by their state, and INVALID is among the states: it stands in
the list, or the list is negated, as in ! --ctstate NEW, which holds for INVALID too.
INVALID is what conntrack could not put into any connection, broken packets, segments out
of the window, what comes after the table is full (iptables-extensions(8), conntrack).
Whoever wants to get past the filter only has to send such packets. Name the states
that are meant: RELATED,ESTABLISHED.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack ! --ctstate NEW -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT
COMMIT
`}, {File: "fw.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related,invalid accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT
COMMIT
`}, {File: "fw.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state vmap { established : accept, related : accept, invalid : drop }
	}
}
`}},
	Fix: check.Safe,
	FixText: `Takes INVALID out of the list, or adds it to a negated one. The verdicts of all
other packets stay what they are.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, reach.Analyzer},
		Run:      invalidAccepted,
	},
})

func invalidAccepted(pass *analysis.Pass) (any, error) {
	seen := map[*ast.Rule]bool{}
	for _, w := range waysOf(reach.Of(pass), graph.Of(pass), ast.HookInput, ast.HookForward, ast.HookOutput) {
		accepted := w.where(semantics.Fields{State: ast.StateInvalid}).And(w.Accepts().Must())
		for _, r := range w.filtering() {
			if seen[r] || !acceptsInvalid(w, r) {
				continue
			}
			packets := w.Rule(r).Accepts.And(accepted)
			p, ok := witness(packets, w.segments(ast.StateInvalid, ast.TCPAck))
			if !ok {
				continue
			}
			seen[r] = true
			options := []check.Option{check.Witness(p)}
			if e, ok := excludeInvalid(ruleset.Of(pass), r); ok {
				options = append(options, check.Fix("leave INVALID packets out", e))
			}
			check.Report(pass, r, "this rule accepts by state, and INVALID packets are among those that it accepts; name the states that are meant, ESTABLISHED and RELATED", options...)
		}
	}
	return nil, nil
}

// acceptsInvalid reports whether the states that a rule asks for hold INVALID, for
// packets that conntrack has seen: by a list, or by a map that accepts them.
func acceptsInvalid(w *hostWay, r *ast.Rule) bool {
	if states, asks := statesAsked(r); asks {
		return states&ast.StateInvalid != 0 && states != ast.StateAll && w.tracked(r)
	}
	for _, s := range r.Stmts {
		if m, ok := s.(*ast.VMap); ok && isState(m.Key) {
			return w.tracked(r)
		}
	}
	return false
}

// excludeInvalid returns the edit after which a rule holds for no INVALID packets.
func excludeInvalid(h *ruleset.Host, r *ast.Rule) (analysis.TextEdit, bool) {
	if e, ok := withoutStates(h, r, ast.StateInvalid); ok {
		return e, true
	}
	var negated *ast.Match
	for _, s := range r.Stmts {
		if m, ok := s.(*ast.Match); ok && isState(m.Left) {
			if negated != nil || m.Op != ast.OpNone || r.Uses == nil || r.Parts > 1 {
				return analysis.TextEdit{}, false
			}
			negated = m
		}
	}
	if negated == nil || stateNamed(h.Text(negated.Right)) == 0 {
		return analysis.TextEdit{}, false
	}
	return edit.Insert(negated.Right.Source().End(), ",INVALID"), true
}
