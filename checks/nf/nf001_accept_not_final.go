package nf

import (
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// AcceptNotFinal finds rules that accept what a later base chain drops.
var AcceptNotFinal = check.New(check.Check{
	Code: "NF001", Slug: "accept-not-final", Severity: check.Warning, Packets: true,
	Title: "accepted packets are dropped by a later chain on the same hook",
	Text: `The rule accepts packets that another base chain on the same hook, which is asked later,
drops. In nft accept ends the base chain alone, and every other one on the hook is asked
all the same; drop is final (nft(8), VERDICT STATEMENT). A program that puts its
accepts in a table of its own cannot open what the main table drops.

It is said where most of the packets that the rule accepts, in one of the families, are
dropped after it by a chain that accepts others or drops by its policy. A chain that only
keeps something out is meant to be asked by all. Put the accept where the drop is, or mark
the packets and accept the mark there.`,
	Bad: []check.Example{{File: "rules.nft", Text: `table inet mapper {
	chain forward {
		type filter hook forward priority filter - 25; policy accept;
		iifname "wan0" ip daddr 192.0.2.20 tcp dport 40005 accept
	}
}
table inet filter {
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established,related accept
		iifname "lan0" oifname "wan0" accept
	}
}
`}},
	Good: []check.Example{{File: "rules.nft", Text: `table inet filter {
	chain early {
		type filter hook forward priority filter - 25; policy accept;
		ip saddr 203.0.113.0/24 drop
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established,related accept
		iifname "lan0" oifname "wan0" accept
		iifname "wan0" ip daddr 192.0.2.20 tcp dport 40005 accept
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, reach.Analyzer},
		Run:      acceptNotFinal,
	},
})

func acceptNotFinal(pass *analysis.Pass) (any, error) {
	g := graph.Of(pass)
	reported := map[*ast.Rule]bool{}
	for _, w := range reach.Of(pass).Ways() {
		var bases []*graph.Chain
		for _, b := range w.BaseChains() {
			if c := g.Chain(b); c != nil && b.Hook == w.Hook && b.Type == ast.ChainFilter {
				bases = append(bases, c)
			}
		}
		for i, base := range bases {
			later, before := decider(bases[i+1:]), false
			if later == nil {
				// Of two chains with one priority either may be asked first.
				later = decider(slices.DeleteFunc(slices.Clone(bases[:i]), func(c *graph.Chain) bool { return c.Priority != base.Priority }))
				before = true
			}
			if later == nil || base.Table.Xtables {
				continue
			}
			for _, c := range base.Table.Chains {
				if !c.Hooks.Has(w.Hook) || c.Base() && c != base {
					continue
				}
				for _, r := range c.Rules {
					if !reported[r] {
						reported[r] = lost(pass, w, r, later, before)
					}
				}
			}
		}
	}
	return nil, nil
}

// decider returns the first of some base chains that says what may pass: it drops by its
// policy, or drops some packets and accepts others.
func decider(bases []*graph.Chain) *graph.Chain {
	for _, c := range bases {
		if c.Policy == ast.PolicyDrop {
			return c
		}
		accepts, drops := false, false
		for _, r := range c.Rules {
			for _, s := range r.Stmts {
				switch s := s.(type) {
				case *ast.Verdict:
					accepts = accepts || s.Kind == ast.VerdictAccept
					drops = drops || s.Kind == ast.VerdictDrop
				case *ast.Reject:
					drops = true
				}
			}
		}
		if accepts && drops {
			return c
		}
	}
	return nil
}

// lost reports a rule most of whose accepted packets are dropped after it; or before it, by
// a chain that may as well be asked after it.
func lost(pass *analysis.Pass, w *semantics.Way, r *ast.Rule, later *graph.Chain, before bool) bool {
	valid := w.Where(semantics.Fields{State: ast.StateAll &^ ast.StateInvalid})
	accepted := w.Rule(r).Accepts.And(valid)
	if before {
		if !accepts(r) {
			return false
		}
		_, must := w.Asks(r)
		accepted = w.Universe().And(must).And(valid)
	}
	if !accepted.Some() {
		return false
	}
	if first := accepted.And(w.Where(semantics.Fields{State: ast.StateNew})); first.Some() {
		accepted = first // the others may be accepted by their state
	}
	dropped := w.Drops().And(accepted).Must()
	if !dropped.Some() || dropped.Share()*2 <= accepted.May().Share() {
		return false
	}
	options := []check.Option{check.Related(later.NameSpan, "this chain is asked after it")}
	if x, ok := dropped.Witness(); ok {
		options = append(options, check.Witness(x.String()))
	}
	check.Report(pass, r, fmt.Sprintf("what is accepted here is dropped by chain %s of table %s, which is asked later on the same hook; accept it there", later.Name, later.Table.Name), options...)
	return true
}

// accepts reports whether a rule itself accepts what it matches.
func accepts(r *ast.Rule) bool {
	return slices.ContainsFunc(r.Stmts, func(s ast.Stmt) bool {
		v, ok := s.(*ast.Verdict)
		return ok && v.Kind == ast.VerdictAccept
	})
}
