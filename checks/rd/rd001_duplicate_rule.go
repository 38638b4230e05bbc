package rd

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/influence"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/load"
)

// DuplicateRule finds rules that stand twice in a chain.
var DuplicateRule = check.New(check.Check{
	Code: "RD001", Slug: "duplicate-rule", Severity: check.Warning,
	Title: "rule that stands twice in its chain",
	Text: `The same rule stands above in the same chain, in the same words or in others that
mean the same: another order of the options, -m state for -m conntrack. As rules run
from top to bottom (iptables(8)), the second one does nothing: what it looks for has
been decided, or been done already. Most often a program has added its rules again
without taking the old ones out, or two people have. Whoever takes one of the two out
later will find that nothing changes. Comments and counters make no difference.

A rule is left alone where the second one has an effect of its own: it logs or counts,
has a rate, a quota or a random number of its own, fills a list (recent, SET); or
something in between has changed what the rule looks at, such as a mark.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m comment --comment "administration" -j ACCEPT
-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m comment --comment "ssh" -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m comment --comment "administration" -j ACCEPT
-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT
COMMIT
`}},
	Fix: check.Safe,
	FixText: `The line of the second rule is removed from a save file. It keeps every verdict: a
packet that comes to the second rule either does not fit it or has been through the
first. A line that stands for several rules, not all of which are there already, is
left.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer},
		Run:      duplicateRule,
	},
})

func duplicateRule(pass *analysis.Pass) (any, error) {
	d := duplicates{pass: pass, host: ruleset.Of(pass), same: newSameness()}
	d.found = d.report
	d.tables(graph.Of(pass))
	return nil, nil
}

// duplicated returns the rules that duplicate-rule reports.
func duplicated(g *graph.Graph) map[*ast.Rule]bool {
	rules := map[*ast.Rule]bool{}
	d := duplicates{same: newSameness(), found: func(c *graph.Chain, found []finding) {
		for _, f := range found {
			rules[c.Rules[f.rule]] = true
		}
	}}
	d.tables(g)
	return rules
}

// duplicates looks for rules that are the same, chain by chain.
type duplicates struct {
	pass   *analysis.Pass
	host   *ruleset.Host
	same   *sameness
	last   map[uint64]int   // the last rule with that hash
	pairs  []pair           // of the chain at hand
	chains influence.Chains // of the table at hand; nil until they are needed
	found  func(c *graph.Chain, found []finding)
}

func (d *duplicates) tables(g *graph.Graph) {
	for _, t := range g.Tables {
		d.chains = nil
		for _, c := range t.Chains {
			d.chain(c)
		}
	}
}

// pair is a rule and the one above with the same hash, by their indexes.
type pair struct{ rule, above int }

// maxClear is the size from which on a new map is cheaper than an old one
// cleared.
const maxClear = 256

func (d *duplicates) chain(c *graph.Chain) {
	if len(c.Rules) < 2 {
		return
	}
	if d.last == nil || len(d.last) > maxClear || len(c.Rules) > maxClear {
		d.last = make(map[uint64]int, len(c.Rules))
	} else {
		clear(d.last)
	}
	d.pairs = d.pairs[:0]
	for i, r := range c.Rules {
		h := d.same.hash(r)
		if above, ok := d.last[h]; ok && same(c.Rules[above], r) {
			d.pairs = append(d.pairs, pair{i, above})
		}
		d.last[h] = i
	}
	if len(d.pairs) > 0 {
		d.judge(c)
	}
}

// judge tells which of the pairs of a chain are a rule too many.
func (d *duplicates) judge(c *graph.Chain) {
	if d.chains == nil {
		d.chains = influence.New(c.Table)
	}
	var (
		written influence.Log
		found   []finding
		rest    = c.Calls
		pairs   = d.pairs
	)
	for i, r := range c.Rules {
		n := 0
		for n < len(rest) && rest[n].Index == i {
			n++
		}
		made := rest[:n]
		rest = rest[n:]
		if len(pairs) > 0 && pairs[0].rule == i {
			o := meetTwice(r, c.Table.Xtables, made, d.chains)
			if o.kind != counts && !written.Since(pairs[0].above, o.needs) {
				found = append(found, finding{pairs[0], o})
			}
			pairs = pairs[1:]
		}
		o := influence.Rule(r)
		for _, call := range made {
			o.Add(d.chains.Call(call))
		}
		written.Add(i, o.Writes)
	}
	for len(found) > 0 {
		n := 1
		for n < len(found) && c.Rules[found[n].rule].Span == c.Rules[found[0].rule].Span {
			n++
		}
		d.found(c, found[:n])
		found = found[n:]
	}
}

type finding struct {
	pair
	once
}

// report reports the rules of one line: all rules that it makes, or some.
func (d *duplicates) report(c *graph.Chain, found []finding) {
	f := found[0]
	r := c.Rules[f.rule]
	message := "the same rule stands above, so "
	whole := len(found) >= int(r.Parts)
	if !whole {
		message = "a part of this rule stands above already, so for those addresses "
	}
	switch {
	case f.kind == ends:
		message += "this one takes no packet"
	case f.kind == calls && f.chain != "":
		message += fmt.Sprintf("packets that come back from chain %s go there again", f.chain)
	case f.kind == calls:
		message += "packets that come back from its chains go there again"
	default:
		message += "this one changes nothing"
	}
	options := []check.Option{check.Related(c.Rules[f.above], "the same rule")}
	safe := whole && c.Table.Source.Dialect == load.Save
	for _, x := range found {
		safe = safe && x.safe
	}
	if e, ok := edit.DeleteLines(d.host, r); ok && safe {
		options = append(options, check.Fix("remove the rule", e))
	}
	check.Report(d.pass, r, message, options...)
}
