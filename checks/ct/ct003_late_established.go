package ct

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/config"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// LateEstablished finds rules that accept established packets and stand below
// many others.
var LateEstablished = check.New(check.Check{
	Code: "CT003", Slug: "late-established", Severity: check.Warning,
	Title: "the rule that accepts established packets stands far down",
	Text: `Nearly all packets belong to a connection that was accepted long ago. Where the rule
that accepts them stands below many others, each of them is compared with all of these
first. That does no harm but cost, on every packet: put the rule to the top. What may
stand above it is the accept of lo, and a few drops that are to hit established packets,
too.

Counted are the rules that a packet of any connection meets before the first rule that
accepts by state, those of chains on its way included, without the accept of lo. A jump
for some protocols or addresses counts as one rule, one for an interface as what its
packets meet behind it. More than ten is late; the setting late-established says another
number.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -s 192.0.2.11/32 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.12/32 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.13/32 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.14/32 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.15/32 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.16/32 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.17/32 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.18/32 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT
-A INPUT -p udp -m udp --dport 443 -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -s 192.0.2.11/32 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.12/32 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.13/32 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.14/32 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.15/32 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.16/32 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.17/32 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.18/32 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT
-A INPUT -p udp -m udp --dport 443 -j ACCEPT
COMMIT
`}},
	Fix: check.Safe,
	FixText: `The rule moves up, above rules that only accept: those, and the rule, accept the same
packets in any order. Where another rule stands in between, nothing is moved.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{config.Analyzer, ruleset.Analyzer, graph.Analyzer},
		Run:      lateEstablished,
	},
})

func lateEstablished(pass *analysis.Pass) (any, error) {
	host, limit := ruleset.Of(pass), config.For(pass).LateEstablished
	for _, t := range graph.Of(pass).Tables {
		w := walks{table: t, known: map[*graph.Chain]*walked{}}
		var order []*stateRule
		seen := map[*ast.Rule]*stateRule{}
		for _, c := range t.Chains {
			if !decidesFlows(c.Chain) {
				continue
			}
			for _, f := range w.chain(c).found {
				s := seen[f.rule]
				if s == nil {
					s = &stateRule{found: f, base: c}
					seen[f.rule], order = s, append(order, s)
				}
				f.least = min(f.least, s.least)
				if s.least = f.least; f.above > s.above {
					s.found, s.base = f, c
				}
			}
		}
		for _, s := range order {
			if s.above > limit {
				s.report(pass, host, limit)
			}
		}
	}
	return nil, nil
}

// decidesFlows reports whether a base chain is one in which packets of all
// connections are decided.
func decidesFlows(c *ast.Chain) bool {
	switch c.Hook {
	case ast.HookInput, ast.HookForward, ast.HookOutput:
		return c.Type != ast.ChainNAT && c.Priority > trackingPriority
	default:
		return false
	}
}

// found is a rule that accepts established packets, as a packet comes to it.
type found struct {
	rule  *ast.Rule
	chain *graph.Chain
	index int
	// above is how many rules the packet has met before.
	above int
	// least is the smallest of these numbers, of all ways to the rule.
	least int
	// by is the last jump on the way; nil if there is none.
	by *ast.Rule
	// entry is how many of the rules above are not of the rule's chain.
	entry int
}

// stateRule is a rule with its longest way from a base chain.
type stateRule struct {
	found
	base *graph.Chain
}

// walked is what packets of established connections meet in a chain.
type walked struct {
	// found are the rules that accept them, the number of rules above
	// counted from the chain's beginning.
	found []found
	// rules is how many rules those meet that come to the chain's end.
	rules int
	// ends says that none comes there.
	ends bool
}

// walks follows the packets of established connections through the chains of a
// table, through each chain once.
type walks struct {
	table *graph.Table
	known map[*graph.Chain]*walked
}

// maxFound is how many rules are kept of a chain with calls; a packet meets one
// of them.
const maxFound = 64

func (w *walks) chain(c *graph.Chain) *walked {
	if k := w.known[c]; k != nil {
		return k
	}
	k := &walked{}
	w.known[c] = k // a circle ends here
	var ways interfaceWays
	for i, r := range c.Rules {
		if acceptsFlows(acceptByState(w.table, r)) {
			above := k.rules + ways.most
			k.found = append(k.found, found{rule: r, chain: c, index: i, above: above, least: above})
			k.ends = true
			return k
		}
		if isLoopbackAccept(r) {
			continue
		}
		if m := interfaceMap(r); m != nil {
			for _, e := range w.elems(m) {
				name, ok := e.Key.(*ast.String)
				v, is := e.Data.(*ast.Verdict)
				if !ok || !is || name.Val == "lo" {
					continue
				}
				if to := w.table.Chain(v.Chain); to != nil {
					in := w.chain(to)
					k.add(in.found, k.rules+ways.rules[name.Val], r)
					if !in.ends {
						ways.add(name.Val, in.rules)
					}
				}
			}
			continue
		}
		v, whom := w.whom(r)
		if v == nil || whom == fewPackets || whom == allPackets {
			k.rules++
		}
		if v == nil || whom == fewPackets {
			if whom == allPackets && endsChain(r, w.table.Xtables, k) {
				break
			}
			continue
		}
		to := w.table.Chain(v.Chain)
		if to == nil {
			continue
		}
		in := w.chain(to)
		entry := k.rules + ways.most
		if whom != allPackets {
			entry = k.rules + ways.rules[whom]
		}
		k.add(in.found, entry, r)
		switch {
		case whom != allPackets:
			if !in.ends {
				ways.add(whom, in.rules)
			}
			continue
		case in.ends:
			k.ends = true
		default:
			k.rules += in.rules
		}
		if k.ends || v.Kind == ast.VerdictGoto {
			break
		}
	}
	k.rules += ways.most
	return k
}

// interfaceMap returns the map of a rule that sends packets to chains by their
// interface, or nil.
func interfaceMap(r *ast.Rule) *ast.VMap {
	if len(r.Stmts) != 1 {
		return nil
	}
	m, ok := r.Stmts[0].(*ast.VMap)
	if !ok {
		return nil
	}
	if k, ok := m.Key.(*ast.Meta); ok && isInterface(k.Key) {
		return m
	}
	return nil
}

// isInterface reports whether a key is that of an interface.
func isInterface(k ast.MetaKey) bool {
	return k == ast.MetaIif || k == ast.MetaIifname || k == ast.MetaOif || k == ast.MetaOifname
}

func (w *walks) elems(m *ast.VMap) []*ast.Elem {
	switch m := m.Map.(type) {
	case *ast.SetLit:
		return m.Elems
	case *ast.SetRef:
		if set := w.table.Map(m.Name); set != nil {
			return set.Elems
		}
	}
	return nil
}

// add adds what a rule's call finds, behind entry rules.
func (k *walked) add(in []found, entry int, by *ast.Rule) {
	for _, f := range in[:min(len(in), maxFound-len(k.found))] {
		f.above, f.least, f.entry = f.above+entry, f.least+entry, f.entry+entry
		if f.by == nil {
			f.by = by
		}
		k.found = append(k.found, f)
	}
}

// acceptsFlows reports whether what a rule accepts is packets of established
// connections, of TCP at least, whatever their addresses and ports; a rule that
// lets new ones in on an interface is none that is meant for it.
func acceptsFlows(a stateAccept) bool {
	switch {
	case a.narrow || a.states&ast.StateEstablished == 0:
		return false
	case a.byProtocol && !a.tcp:
		return false
	}
	return a.states&ast.StateNew == 0 || !a.byInterface && !a.byProtocol
}

// interfaceWays are the rules that only packets of certain interfaces meet, by
// the name of the interface. A packet has one of them.
type interfaceWays struct {
	rules map[string]int
	most  int
}

func (w *interfaceWays) add(name string, rules int) {
	if rules == 0 {
		return
	}
	if w.rules == nil {
		w.rules = map[string]int{}
	}
	w.rules[name] += rules
	w.most = max(w.most, w.rules[name])
}

// Whom a rule is for, of the packets of established connections: all, few, or
// those of an interface, by its name.
const (
	allPackets = ""
	fewPackets = "few"
)

// whom returns for whom a rule is, and its verdict if that calls a chain.
func (w *walks) whom(r *ast.Rule) (*ast.Verdict, string) {
	whom := allPackets
	for _, s := range r.Stmts {
		switch graph.EffectOf(s, w.table.Xtables) {
		case graph.Asks:
			m, ok := s.(*ast.Match)
			if !ok {
				return nil, fewPackets
			}
			of, ok := whomOf(m)
			if !ok {
				return nil, fewPackets
			}
			whom += of
		case graph.Calls:
			return s.(*ast.Verdict), whom
		default:
		}
	}
	return nil, whom
}

// whomOf returns for whom a match holds; false if those are neither all nor those
// of an interface.
func whomOf(m *ast.Match) (string, bool) {
	switch left := m.Left.(type) {
	case *ast.CT:
		bits, known := flows.StateBits(m)
		return allPackets, left.Key == ast.CTState && known && bits&ast.StateEstablished != 0
	case *ast.Meta:
		side := "out "
		switch left.Key {
		case ast.MetaNfproto, ast.MetaProtocol:
			return allPackets, true
		case ast.MetaIif, ast.MetaIifname:
			side = "in "
		case ast.MetaOif, ast.MetaOifname:
		default:
			return "", false
		}
		name, ok := m.Right.(*ast.String)
		switch {
		case ok && m.Op == ast.OpNe && name.Val == "lo":
			return allPackets, true
		case ok && m.Op == ast.OpEq && name.Val != "lo":
			return side + name.Val, true
		}
	}
	return "", false
}

// endsChain reports whether no packet goes on below a rule that is for all of
// them, and notes in k whether any goes on at all.
func endsChain(r *ast.Rule, xtables bool, k *walked) bool {
	if r.Bad || len(r.Stmts) == 0 {
		return false
	}
	switch graph.EffectOf(r.Stmts[len(r.Stmts)-1], xtables) {
	case graph.Final:
		k.ends = true
		return true
	case graph.Returns:
		return true
	default:
		return false
	}
}

// isLoopbackAccept reports whether all that a rule does is to accept the packets
// of lo.
func isLoopbackAccept(r *ast.Rule) bool {
	return endsInAccept(r) && asksForLoopback(r, ast.MetaIifname, ast.MetaIif, ast.MetaOifname, ast.MetaOif)
}

func (s *stateRule) report(pass *analysis.Pass, h *ruleset.Host, limit int) {
	if s.least <= limit && s.by != nil {
		check.Report(pass, s.by, fmt.Sprintf("established packets of %s meet %d rules before they come here, to the chain that accepts them by their state; put this jump first", s.base.Name, s.above),
			check.Related(s.rule, "this rule accepts them"))
		return
	}
	var options []check.Option
	if edits, ok := s.moveUp(h, limit); ok {
		options = append(options, check.Fix("move the rule above those that only accept", edits...))
	}
	check.Report(pass, s.rule, fmt.Sprintf("established packets meet %d rules of %s before this one accepts them; put it first", s.above, s.base.Name), options...)
}

// moveUp returns the edits that move the rule above all the rules which only
// accept and stand right above it, if it is not late then.
func (s *stateRule) moveUp(h *ruleset.Host, limit int) ([]analysis.TextEdit, bool) {
	if !linesAreRules(s.chain.Table) || !onlyAccepts(s.rule) || s.rule.Parts > 1 {
		return nil, false
	}
	to := s.index
	for to > 0 {
		r := s.chain.Rules[to-1]
		if !onlyAccepts(r) || isLoopbackAccept(r) {
			break
		}
		to--
	}
	for to < s.index && s.chain.Rules[to].Part > 1 {
		to++ // not between the rules of one line
	}
	if to == s.index || s.entry+to > limit {
		return nil, false
	}
	return edit.MoveLines(h, s.rule, s.chain.Rules[to])
}

// onlyAccepts reports whether a rule accepts packets and does nothing else: it
// does not log or count them, nor remember their addresses, and no limit holds.
func onlyAccepts(r *ast.Rule) bool {
	if r.Bad || !endsInAccept(r) {
		return false
	}
	for _, s := range r.Stmts[:len(r.Stmts)-1] {
		switch s := s.(type) {
		case *ast.Match, *ast.Counter:
		case *ast.AnyOf:
			for _, alt := range s.Alts {
				for _, a := range alt {
					if _, ok := a.(*ast.Match); !ok {
						return false
					}
				}
			}
		default:
			return false
		}
	}
	return true
}
