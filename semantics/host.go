package semantics

import (
	"iter"
	"sync"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// Options say how much a [Host] may spend. Zero fields stand for defaults that
// are enough for a hundred thousand ordinary rules.
type Options struct {
	// Nodes is how many nodes the diagrams of all sets may have together, of
	// about 20 bytes each.
	Nodes int
	// Steps is how many steps it may take to evaluate one way, and Question how
	// many to answer one question after that. A step takes some tens of
	// nanoseconds.
	Steps, Question int
}

const (
	defaultNodes    = 48 << 20
	defaultSteps    = 200 << 20
	defaultQuestion = 20 << 20
)

// Host is what the rulesets that are loaded together on a host do with packets. All
// its methods, and those of what it returns, may be called by several goroutines
// at once.
type Host struct {
	mu       *sync.Mutex // of the space
	space    *space
	rulesets []*ast.Ruleset
	options  Options
	ways     map[wayKey]*Way
}

type wayKey struct {
	family ast.Family
	hook   ast.Hook
}

// NewHost returns what the rulesets do together: those of IPv4 and of IPv6, and the
// scripts of nft, that are loaded on one host. The rulesets must not change any
// more. Nothing is computed before somebody asks.
func NewHost(rulesets []*ast.Ruleset, o Options) *Host {
	if o.Nodes == 0 {
		o.Nodes = defaultNodes
	}
	if o.Steps == 0 {
		o.Steps = defaultSteps
	}
	if o.Question == 0 {
		o.Question = defaultQuestion
	}
	return &Host{
		mu:       new(sync.Mutex),
		space:    newSpace(rulesets, bdd.Budget{Nodes: o.Nodes, Steps: o.Steps}),
		rulesets: rulesets, options: o, ways: map[wayKey]*Way{},
	}
}

// Variant returns a host whose rulesets are the given ones, and whose sets may be
// compared with those of h: what would be, were the rulesets others. They should be
// made of parts of the rulesets of h, as constants and effects that those do not
// have are not looked for.
func (h *Host) Variant(rulesets []*ast.Ruleset) *Host {
	return &Host{mu: h.mu, space: h.space, rulesets: rulesets, options: h.options, ways: map[wayKey]*Way{}}
}

// ask locks the host for a question.
func (h *Host) ask() (done func()) {
	h.mu.Lock()
	h.space.store.SetLeft(h.options.Question)
	return h.mu.Unlock
}

// Way returns what becomes of the packets of one way through the host: those that
// come to it ([ast.HookInput]), go through it ([ast.HookForward]), or begin at it
// ([ast.HookOutput]), of a family, [ast.FamilyIP] or [ast.FamilyIP6]. It panics at
// other hooks and families. A way is evaluated when it is asked for first.
func (h *Host) Way(family ast.Family, hook ast.Hook) *Way {
	if hooksOf[hook] == nil || family != ast.FamilyIP && family != ast.FamilyIP6 {
		panic("semantics: no way of " + family.String() + " at " + hook.String())
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	key := wayKey{family, hook}
	w := h.ways[key]
	if w == nil {
		h.space.store.SetLeft(h.options.Steps)
		w = newWay(h, family, hook)
		h.ways[key] = w
	}
	return w
}

// Way is what becomes of the packets of one way through a host.
//
// A packet is one as the filter chains of its way see it. If rules translate
// addresses, what it had before or has after stands in the tuples of its connection,
// as conntrack keeps them. Its marks are those with which it came; rules may have
// set others when it comes to a rule. Its state is the one that conntrack gives it,
// or UNTRACKED where a rule has kept it from conntrack.
type Way struct {
	Family ast.Family
	Hook   ast.Hook

	host   *Host
	walker *walker
	stops  []stop
	total  fate
	// real are the packets that come to an end. What is not among them is no packet:
	// its translation or its state is not the one it would have.
	real    bdd.Node
	live    bdd.Node // the same, by what is unknown
	checks  bool     // not all packets that rules see are real
	changes bool     // rules change what others ask for
	rules   map[*ast.Rule][]ruleAt
	facts   map[*ast.Rule]*RuleSets
}

// ruleAt is a rule in a passage.
type ruleAt struct {
	passage *passage
	index   int
}

func newWay(h *Host, family ast.Family, hook ast.Hook) *Way {
	w := &Way{
		Family: family, Hook: hook, host: h, stops: plan(h.rulesets, hook, family),
		rules: map[*ast.Rule][]ruleAt{}, facts: map[*ast.Rule]*RuleSets{},
		walker: &walker{
			space: h.space, family: family, way: hook, shared: map[passageKey]*passage{},
			open: map[*ast.Chain]bool{}, calls: map[*ast.Table]*calls{},
		},
	}
	w.total = w.walker.run(w.stops)
	s := h.space.store
	all := s.OrAll(w.total.accept, w.total.drop, w.total.reject)
	w.real = s.Exists(all, h.space.beside())
	w.checks = h.space.nat || w.walker.exempts(w.stops)
	w.changes = w.checks || len(h.space.written) > 0
	for _, n := range []*bdd.Node{&w.total.accept, &w.total.drop, &w.total.reject} {
		*n = w.settle(*n)
	}
	w.live = s.OrAll(w.total.accept, w.total.drop, w.total.reject)
	for _, p := range w.walker.all {
		for i, r := range p.chain.Rules {
			w.rules[r] = append(w.rules[r], ruleAt{p, i})
		}
	}
	return w
}

// settle forgets what rules have set on the way.
func (w *Way) settle(n bdd.Node) bdd.Node {
	s := w.host.space
	if !w.changes {
		return s.store.Exists(n, s.fields[fieldExempt].Vars()) // which stands high up: that is quick
	}
	return s.store.Exists(n, s.now)
}

// beside returns the variables that are not the packet's: those of unknown
// conditions, and of what rules have set.
func (s *space) beside() *bdd.Vars {
	v := s.now.Clone()
	v.AddFrom(freeBase)
	return v
}

// set makes a set of the way.
func (w *Way) set(n bdd.Node) Set { return Set{way: w, node: n} }

// Known reports whether the way could be evaluated within its budget. If not, its
// sets are not known either, and nothing must be claimed.
func (w *Way) Known() bool { return w.total.accept.OK() && w.total.drop.OK() && w.total.reject.OK() }

// Universe returns all packets that there are on the way: a packet has one state,
// flags only if it is TCP, no interface it comes from at output, and so on.
func (w *Way) Universe() Set { return w.set(w.real) }

// Accepts returns the packets that all base chains let through.
func (w *Way) Accepts() Set { return w.set(w.total.accept) }

// Drops returns the packets that a rule or a policy drops or rejects.
func (w *Way) Drops() Set {
	defer w.host.ask()()
	return w.set(w.host.space.store.Or(w.total.drop, w.total.reject))
}

// Rejects returns the packets that a rule rejects.
func (w *Way) Rejects() Set { return w.set(w.total.reject) }

// RuleSets is what a rule does with the packets of a way.
type RuleSets struct {
	// Reach are the packets that come to the rule, Match those of them for which all
	// its conditions hold.
	Reach, Match Set
	// Accepts, Drops and Rejects are the packets that the rule itself, not a chain it
	// goes to, decides so, Returns those that it sends back, Translates those whose
	// address or port it changes.
	Accepts, Drops, Rejects, Returns, Translates Set
}

// Decides returns the packets that leave the base chain at the rule.
func (r *RuleSets) Decides() Set { return r.Accepts.Or(r.Drops).Or(r.Rejects).Or(r.Translates) }

// Rule returns what a rule does with the packets of the way. All its sets are empty
// for a rule that stands in no chain which these come to.
func (w *Way) Rule(r *ast.Rule) *RuleSets {
	defer w.host.ask()()
	if f := w.facts[r]; f != nil {
		return f
	}
	f := w.rule(r, bdd.True)
	if f.Reach.Known() && f.Match.Known() {
		w.facts[r] = f
	}
	return f
}

// RuleWithin returns what a rule does with some packets of the way. For few packets that
// costs less than [Way.Rule], as what comes to a rule may be a large set.
func (w *Way) RuleWithin(r *ast.Rule, some Set) *RuleSets {
	defer w.host.ask()()
	return w.rule(r, some.node)
}

func (w *Way) rule(r *ast.Rule, within bdd.Node) *RuleSets {
	s := w.host.space.store
	n := []bdd.Node{bdd.False, bdd.False, bdd.False, bdd.False, bdd.False, bdd.False, bdd.False}
	for _, at := range w.rules[r] {
		in := s.And(within, w.walker.entered(at.passage))
		sets := w.at(at)
		for i, m := range []bdd.Node{sets.reach, sets.match, sets.ends[endAccept], sets.ends[endDrop], sets.ends[endReject], sets.ends[endReturn], sets.ends[endNAT]} {
			if m != bdd.False {
				n[i] = s.Or(n[i], s.And(in, m))
			}
		}
	}
	for i := range n {
		n[i] = w.settle(n[i])
		if w.checks {
			n[i] = s.And(n[i], w.live)
		}
	}
	return &RuleSets{w.set(n[0]), w.set(n[1]), w.set(n[2]), w.set(n[3]), w.set(n[4]), w.set(n[5]), w.set(n[6])}
}

// at returns what a rule does in a passage, its match computed.
func (w *Way) at(at ruleAt) *ruleSets {
	sets := &at.passage.rules[at.index]
	if sets.lazy {
		sets.match, sets.lazy = w.host.space.store.And(sets.reach, sets.cond), false
	}
	return sets
}

// Match returns the packets that come to a rule and for which all its conditions hold,
// as [Way.Rule] does, without the rest.
func (w *Way) Match(r *ast.Rule) Set {
	defer w.host.ask()()
	s := w.host.space.store
	n := bdd.False
	for _, at := range w.rules[r] {
		n = s.Or(n, s.And(w.at(at).match, w.walker.entered(at.passage)))
	}
	if n = w.settle(n); w.checks {
		n = s.And(n, w.live)
	}
	return w.set(n)
}

// Meets tells whether any packet of the way comes to a rule, and whether one for which
// its conditions hold does: Yes if there may be one, No if there is surely none, and
// Unknown if that could not be computed. The sets themselves are not.
func (w *Way) Meets(r *ast.Rule) (reached, matched Truth) {
	defer w.host.ask()()
	s := w.host.space.store
	live := bdd.True
	if w.checks {
		live = w.live
	}
	any := func(t Truth, in, n bdd.Node) Truth {
		if t == Yes || n == bdd.False {
			return t
		}
		if n = s.And(n, in); n.OK() && n != bdd.False {
			n = s.And(n, live)
		}
		switch {
		case !n.OK():
			return Unknown
		case n != bdd.False:
			return Yes
		}
		return t
	}
	for _, at := range w.rules[r] {
		in := w.walker.entered(at.passage)
		sets := w.at(at)
		matched = any(matched, in, sets.match)
		if reached = max(reached, matched); matched != Yes {
			reached = any(reached, in, sets.reach)
		}
	}
	return reached, matched
}

// Passes reports whether packets of the way may come to a chain that holds the rule
// at all, by its hook and by the jumps, whatever their conditions are.
func (w *Way) Passes(r *ast.Rule) bool { return len(w.rules[r]) > 0 }

// Rules returns the rules of all chains that packets of the way come to, chain by
// chain: base chains in the order in which they are asked, each before those that
// it calls.
func (w *Way) Rules() iter.Seq[*ast.Rule] {
	return func(yield func(*ast.Rule) bool) {
		seen := map[*ast.Chain]bool{}
		for _, p := range w.walker.all {
			if seen[p.chain] {
				continue
			}
			seen[p.chain] = true
			for _, r := range p.chain.Rules {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// BaseChains returns the base chains that packets of the way pass, in order.
func (w *Way) BaseChains() []*ast.Chain {
	var out []*ast.Chain
	for _, s := range w.stops {
		if s.kind == atChain {
			out = append(out, s.chain)
		}
		for _, n := range s.nat {
			out = append(out, n.chain)
		}
	}
	return out
}
