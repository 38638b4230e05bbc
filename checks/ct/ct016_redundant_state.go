package ct

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// RedundantState finds states in the rules of services that the general rule above
// has accepted already.
var RedundantState = check.New(check.Check{
	Code: "CT016", Slug: "redundant-state", Severity: check.Info, Packets: true,
	Title: "a rule for a service asks for states that were accepted before",
	Text: `The rule asks for NEW and for ESTABLISHED, but stands below one that accepts all
established packets: of the states that it names it only ever sees NEW. So it is with
RELATED. That does no harm; but who reads such rules, and copies them, comes to think that
they need it, and takes the general rule for one that can go. Ask for NEW alone.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT
COMMIT
`}, {File: "fw.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state vmap { established : accept, related : accept, invalid : drop }
		tcp dport 22 ct state new,established accept
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
		tcp dport 22 ct state new,established accept
	}
}
`}},
	Fix:     check.Safe,
	FixText: "Takes the states that the rule never sees out of its list. No packet fares otherwise.",
	Since:   "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, reach.Analyzer},
		Run:      redundantState,
	},
})

func redundantState(pass *analysis.Pass) (any, error) {
	f, g := reach.Of(pass), graph.Of(pass)
	if len(f.CutShort()) > 0 {
		return nil, nil // the rule may be good for something there
	}
	// Each rule is asked about on all ways that it is on.
	unseen := map[*ast.Rule]uint64{}
	general := map[*ast.Rule]*ast.Rule{}
	var order []*ast.Rule
	ways := waysOf(f, g, ast.HookInput, ast.HookForward, ast.HookOutput)
	for _, w := range ways {
		for r := range w.Rules() {
			states, asks := statesAsked(r)
			if !asks || r.Bad || states&ast.StateNew == 0 || states&ast.StateEstablished == 0 || states&ast.StateInvalid != 0 || !endsInAccept(r) {
				continue
			}
			if _, ok := unseen[r]; !ok {
				unseen[r] = states & (ast.StateEstablished | ast.StateRelated)
				order = append(order, r)
			}
			unseen[r] &= w.neverSeen(r)
			if general[r] == nil {
				general[r] = w.generalAbove(r)
			}
		}
	}
	for _, r := range order {
		states := unseen[r]
		if states&ast.StateEstablished == 0 || general[r] == nil {
			continue
		}
		options := []check.Option{check.Related(general[r], "this rule accepts them")}
		if e, ok := withoutStates(ruleset.Of(pass), r, states); ok {
			options = append(options, check.Fix("ask for the other states alone", e))
		}
		names := "ESTABLISHED"
		if states&ast.StateRelated != 0 {
			names = "RELATED and ESTABLISHED"
		}
		check.Report(pass, r, fmt.Sprintf("this rule never sees %s packets, which a rule above accepts; ask for %s alone", names, remaining(r, states)), options...)
	}
	return nil, nil
}

// remaining names the states of a rule without some.
func remaining(r *ast.Rule, but uint64) string {
	states, _ := statesAsked(r)
	var names []string
	for _, s := range []uint64{ast.StateNew, ast.StateRelated, ast.StateUntracked} {
		if states&^but&s != 0 {
			names = append(names, strings.ToUpper(stateNames[s]))
		}
	}
	return strings.Join(names, " and ")
}

// neverSeen returns the states of which no packet comes to a rule on the way and
// meets its other conditions, as all of them are accepted before; those that cannot be
// on the way, too.
func (w *hostWay) neverSeen(r *ast.Rule) (states uint64) {
	sets := w.Rule(r)
	wanted := w.facts.Wanted(w.Way, r)
	accepted := w.Accepts().Must()
	for _, state := range []uint64{ast.StateEstablished, ast.StateRelated} {
		of := w.Where(semantics.Fields{State: uint32(state)})
		if sets.Match.Disjoint(of) && accepted.Covers(wanted.And(of)) {
			states |= state
		}
	}
	return states
}

// generalAbove returns the rule that accepts the established packets which a rule
// asks for; nil if there is none.
func (w *hostWay) generalAbove(r *ast.Rule) *ast.Rule {
	wanted := w.facts.Wanted(w.Way, r).And(w.Where(semantics.Fields{State: ast.StateEstablished}))
	if !wanted.Some() {
		return nil
	}
	for _, q := range w.established() {
		if q == r {
			continue
		}
		if a := acceptByState(w.table(q), q); a.states&ast.StateNew == 0 && w.facts.Wanted(w.Way, q).Must().Covers(wanted) {
			return q
		}
	}
	return nil
}
