package rd

import (
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// needlessness finds the rules that do nothing for any packet, and says why. Several
// checks report what it finds, each rule by one of them.
var needlessness = &analysis.Analyzer{
	Name:             "needlessness",
	Doc:              "find the rules that do nothing for any packet\n\nThe result is a list, which is read-only.",
	Requires:         []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, reach.Analyzer},
	ResultType:       reflect.TypeFor[[]needless](),
	RunDespiteErrors: true,
	Run: func(pass *analysis.Pass) (any, error) {
		return findNeedless(graph.Of(pass), reach.Of(pass)), nil
	},
}

// cause is why a rule does nothing.
type cause uint8

const (
	// impossible: the rule's own conditions never hold together.
	impossible cause = iota
	// foreign: they never hold for the packets that come into its chain.
	foreign
	// notEntered: no packet comes into its chain. Only the chain's first rule has it.
	notEntered
	// below: rules above decide all packets that come into the chain.
	below
	// shadowed: earlier rules decide all its packets, some of them in another way.
	shadowed
	// covered: earlier rules do to all its packets what it does.
	covered
	// habitual: it is covered, but a good habit.
	habitual
	// repeated: what comes after it does to all its packets what it does.
	repeated
)

// needless is a rule that does nothing.
type needless struct {
	cause cause
	chain *graph.Chain
	rule  *ast.Rule
	way   *semantics.Way // one on which packets might come to it
	// wanted are the packets that the rule's conditions, and those of the jumps to it,
	// ask for.
	wanted semantics.Set
	// by are the rules that decide these before, as few as are enough; or the one
	// below that would do the same.
	by []taker
	// policy says that the policy of its base chain does to its packets what it does.
	policy bool
}

// taker is a rule that decides packets before they come to another one.
type taker struct {
	chain *graph.Chain
	rule  *ast.Rule
	index int
	does  deed
	// packets are those that it decides of the ones that the other rule wants.
	packets semantics.Set
}

// allWays are the hooks that packets of IP pass, other than at a device.
const allWays = graph.Hooks(1)<<ast.HookPrerouting | graph.Hooks(1)<<ast.HookInput | graph.Hooks(1)<<ast.HookForward |
	graph.Hooks(1)<<ast.HookOutput | graph.Hooks(1)<<ast.HookPostrouting

// findNeedless looks at all rules. Nothing is said where a way was cut short.
func findNeedless(g *graph.Graph, facts *reach.Facts) []needless {
	if len(facts.CutShort()) > 0 {
		return nil
	}
	var out []needless
	ways := facts.Ways()
	for _, t := range g.Tables {
		if !judges(t) {
			continue
		}
		j := &judge{graph: g, table: t, into: map[intoKey]intoSets{}, idle: map[*ast.Rule]bool{}}
		for _, w := range ways {
			if t.Family == ast.FamilyInet || t.Family == w.Family {
				j.ways = append(j.ways, w)
			}
		}
		first := len(out)
		for _, c := range t.Chains {
			if judgesChain(c) {
				out = append(out, j.chain(c)...)
			}
		}
		for _, n := range out[first:] {
			j.idle[n.rule] = true
		}
		out = append(out, j.repeats()...)
	}
	return out
}

// judges reports whether the packets of a table are those of ways.
func judges(t *graph.Table) bool {
	switch t.Family {
	case ast.FamilyIP, ast.FamilyIP6, ast.FamilyInet:
		return !slices.Contains(t.Flags, "dormant")
	}
	return false
}

// judgesChain reports whether all packets that may come into a chain are known. One
// that nothing calls is another check's matter.
func judgesChain(c *graph.Chain) bool {
	return c.Hooks != 0 && c.Hooks&^allWays == 0 && (c.Base() || !c.Table.Unclear)
}

type judge struct {
	graph *graph.Graph
	table *graph.Table
	ways  []*semantics.Way
	into  map[intoKey]intoSets
	// idle are the rules that are found to do nothing.
	idle map[*ast.Rule]bool
}

type intoKey struct {
	way   *semantics.Way
	chain *graph.Chain
}

// chain looks at the rules of a chain.
func (j *judge) chain(c *graph.Chain) []needless {
	var out []needless
	for i, r := range c.Rules {
		if r.Bad || len(r.Stmts) == 0 || onlyLogs(r) {
			continue
		}
		if n, ok := j.rule(c, i, r); ok {
			out = append(out, n)
			if n.cause == notEntered {
				break
			}
		}
	}
	return out
}

// rule finds out whether a rule does nothing because of itself or of what is above.
func (j *judge) rule(c *graph.Chain, i int, r *ast.Rule) (n needless, found bool) {
	var on *semantics.Way // one that it is reached on, or could be
	reached, possible := false, false
	for _, w := range j.ways {
		if !w.Passes(r) {
			continue
		}
		comes, matches := w.Meets(r)
		if comes == semantics.Unknown || matches != semantics.No {
			return n, false
		}
		if on == nil || comes == semantics.Yes && !reached {
			on = w
		}
		reached = reached || comes == semantics.Yes
		asks, _ := w.Asks(r)
		asks = asks.And(w.Universe())
		if !asks.Known() {
			return n, false
		}
		possible = possible || asks.Some()
	}
	n = needless{chain: c, rule: r}
	switch {
	case asksEmptySet(c.Table, r):
		return n, false
	case on == nil:
		return j.notEntered(n)
	case !possible:
		n.cause, n.way = impossible, on
		return n, true
	case !reached:
		return j.unreached(n, i)
	}
	// Decided by earlier rules, on each way on which it is anything.
	var best *needless
	for _, w := range j.ways {
		if !w.Passes(r) {
			continue
		}
		wanted := j.wanted(w, c, r)
		if !wanted.Known() {
			return n, false
		}
		if wanted.Empty() {
			continue
		}
		m := needless{chain: c, rule: r, way: w, wanted: wanted}
		j.decided(&m, i)
		if len(m.by) > 0 && (best == nil || m.cause < best.cause) {
			best = &m
		}
	}
	if best == nil {
		n.cause, n.way = foreign, on
		return n, j.reallyForeign(c, r)
	}
	return *best, true
}

// reallyForeign reports whether the packets that come into the chain are never those
// that the rule asks for; else it is not known why the rule does nothing.
func (j *judge) reallyForeign(c *graph.Chain, r *ast.Rule) bool {
	for _, w := range j.ways {
		if w.Passes(r) && !j.wanted(w, c, r).Empty() {
			return false
		}
	}
	return true
}

// unreached says of a rule that no packet comes to why that is.
func (j *judge) unreached(n needless, i int) (needless, bool) {
	rules := n.chain.Rules
	reached := func(k int) bool {
		for _, w := range j.ways {
			if comes, _ := w.Meets(rules[k]); comes == semantics.Yes {
				if n.way == nil {
					n.way = w
				}
				return true
			}
		}
		return false
	}
	if !reached(0) {
		return j.notEntered(n)
	}
	lo, hi := 0, i // reached, not reached
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; reached(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	n.cause = below
	n.by = []taker{{chain: n.chain, rule: rules[lo], index: lo, does: j.deedOf(n.chain, lo)}}
	asks, _ := n.way.Asks(n.rule)
	n.wanted = n.way.Rule(rules[lo]).Reach.And(asks)
	return n, true
}

// notEntered says of a rule that no packet comes into its chain, if nothing else that is
// reported says so.
func (j *judge) notEntered(n needless) (needless, bool) {
	n.cause = notEntered
	if n.chain.Base() {
		return n, false // what was before has decided all: its rules are reported
	}
	for call := range n.chain.Callers() {
		// A rule that does nothing itself is reported, and so is a chain that nothing
		// calls.
		if call.Maybe || asksEmptySet(n.chain.Table, call.Rule) {
			return n, false
		}
	}
	return n, j.calledInVain(n.chain)
}

// calledInVain reports whether a rule that packets do match calls the chain, as one
// case of several, for none of them.
func (j *judge) calledInVain(c *graph.Chain) bool {
	for call := range c.Callers() {
		for _, w := range j.ways {
			if _, matches := w.Meets(call.Rule); matches == semantics.Yes {
				return true
			}
		}
	}
	return false
}

// wanted returns the packets that a rule's own conditions may ask for, and those of the
// rules that lead to its chain, whatever is decided before they come there.
func (j *judge) wanted(w *semantics.Way, c *graph.Chain, r *ast.Rule) semantics.Set {
	may, _ := w.Asks(r)
	return j.intoChain(w, c).may.And(may)
}

// certain returns those of the packets that a rule wants which it gets if nothing is
// decided before, whatever cannot be known.
func (j *judge) certain(w *semantics.Way, c *graph.Chain, r *ast.Rule) semantics.Set {
	_, must := w.Asks(r)
	return j.intoChain(w, c).must.And(must)
}

// intoSets are the packets that jumps lead into a chain, at most and at least.
type intoSets struct{ may, must semantics.Set }

func (j *judge) intoChain(w *semantics.Way, c *graph.Chain) intoSets {
	if c.Base() {
		return intoSets{w.Universe(), w.Universe()}
	}
	key := intoKey{w, c}
	if s, ok := j.into[key]; ok {
		return s
	}
	none := w.Universe().Minus(w.Universe())
	s := intoSets{none, none}
	j.into[key] = s // for a circle, which no kernel loads
	for call := range c.Callers() {
		if w.Passes(call.Rule) {
			may, must := w.Asks(call.Rule)
			from := j.intoChain(w, call.From)
			s.may = s.may.Or(from.may.And(may))
			if !isMap(call) { // a map leads there only some
				s.must = s.must.Or(from.must.And(must))
			}
		}
	}
	j.into[key] = s
	return s
}

// isMap reports whether a rule looks the chain up, so that its conditions are not all.
func isMap(c graph.Call) bool {
	for _, s := range c.Rule.Stmts {
		if _, ok := s.(*ast.VMap); ok {
			return true
		}
	}
	return c.Map != nil
}

// onlyLogs reports whether a rule does nothing but tell or count: what becomes of
// its packets is not its matter.
func onlyLogs(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match, *ast.AnyOf, *ast.Limit, *ast.Log, *ast.Counter, *ast.Last:
		case *ast.ObjRef:
			if s.Kind != ast.ObjectCounter {
				return false
			}
		case *ast.Extension:
			if s.Target && s.Name != "NFLOG" && s.Name != "ULOG" && s.Name != "TRACE" && s.Name != "AUDIT" {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// asksEmptySet reports whether a rule looks something up in a set or map that has
// a name and no elements: somebody will fill it.
func asksEmptySet(t *graph.Table, r *ast.Rule) bool {
	empty := false
	ast.Walk(r, func(n ast.Node) bool {
		if ref, ok := n.(*ast.SetRef); ok && !ref.IPSet {
			set := t.Set(ref.Name)
			empty = empty || set == nil || len(set.Elems) == 0
		}
		return !empty
	})
	return empty
}
