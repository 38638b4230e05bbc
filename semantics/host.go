package semantics

import (
	"iter"
	"maps"
	"slices"
	"sync"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// Options say how much a [Host] may spend. Zero fields stand for defaults that
// are enough for a hundred thousand ordinary rules.
type Options struct {
	// Nodes is how many nodes the diagrams of all sets may have together, of
	// about 24 bytes each.
	Nodes int
	// Steps is how many steps it may take to evaluate one way, and Question how
	// many to answer one question after that. A step takes some tens of
	// nanoseconds.
	Steps, Question int
	// Total is how many steps all questions may take together.
	Total int
}

const (
	defaultNodes    = 20 << 20
	defaultSteps    = 60 << 20
	defaultQuestion = 16 << 20
	defaultTotal    = 96 << 20
)

// Host is what the rulesets that are loaded together on a host do with packets. All
// its methods, and those of what it returns, may be called by several goroutines
// at once.
type Host struct {
	*common
	rulesets []*ast.Ruleset
	ways     map[wayKey]*Way
}

// common is what hosts have together whose sets can be compared.
type common struct {
	mu      sync.Mutex
	space   *space
	options Options
	refused int // questions that the budget did not suffice for
}

type wayKey struct {
	family ast.Family
	hook   ast.Hook
}

// NewHost returns what the rulesets do together: those of IPv4 and of IPv6, and the
// scripts of nft, that are loaded on one host. The rulesets must not change any
// more. Nothing is computed before somebody asks.
func NewHost(rulesets []*ast.Ruleset, o Options) *Host { return NewHosts(o, rulesets)[0] }

// NewHosts returns a host of each of several lists of rulesets, such as a ruleset
// before and after a change. Sets of the same way of two of them can be combined and
// compared: the packets are the same, and what they have on their way is the host's.
func NewHosts(o Options, hosts ...[]*ast.Ruleset) []*Host {
	if o.Nodes == 0 {
		o.Nodes = defaultNodes
	}
	if o.Steps == 0 {
		o.Steps = defaultSteps
	}
	if o.Question == 0 {
		o.Question = defaultQuestion
	}
	if o.Total == 0 {
		o.Total = defaultTotal
	}
	c := &common{space: newSpace(slices.Concat(hosts...), bdd.Budget{Nodes: o.Nodes, Steps: o.Steps}), options: o}
	out := make([]*Host, len(hosts))
	for i, rulesets := range hosts {
		out[i] = &Host{common: c, rulesets: rulesets, ways: map[wayKey]*Way{}}
	}
	return out
}

// Variant returns a host whose rulesets are the given ones, and whose sets may be
// compared with those of h: what would be, were the rulesets others. They should be
// made of parts of the rulesets of h, as constants and effects that those do not
// have are not looked for.
func (h *Host) Variant(rulesets []*ast.Ruleset) *Host {
	return &Host{common: h.common, rulesets: rulesets, ways: map[wayKey]*Way{}}
}

// ask locks the host for a question.
func (h *Host) ask() (done func()) {
	h.mu.Lock()
	given := min(h.options.Question, h.options.Total)
	h.space.store.SetLeft(given)
	return func() {
		h.options.Total -= given - h.space.store.Left()
		if h.space.store.Exhausted() {
			h.refused++
		}
		h.mu.Unlock()
	}
}

// Refused returns how many questions the budget has not sufficed for so far. If their
// number grows while something is looked for, it may have been overlooked.
func (h *Host) Refused() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.refused
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
	if !w.known {
		h.refused++
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
	known  bool
	// real are the packets that there are, if rules translate none and keep none
	// from conntrack; checks says that they do, so that a packet is real only if
	// it comes to an end: its translation and its state are those that it gets.
	real   bdd.Node
	checks bool
	judged judged
	// changes says that rules change what others ask for.
	changes bool
	order   []*ast.Chain
	rules   map[*ast.Rule]ruleAt
	answers map[question]bdd.Node
	trips   map[tripKey]*trip
}

// ruleAt is where a rule stands.
type ruleAt struct {
	chain *ast.Chain
	index int
	// alone says that packets may come to it, other than from the base chain's other
	// rules, in a way that depends on which these are; until is the last base chain
	// that they come from.
	alone bool
	until mark
	stops []stop // the base chains that packets come from
}

func newWay(h *Host, family ast.Family, hook ast.Hook) *Way {
	w := &Way{
		Family: family, Hook: hook, host: h, rules: map[*ast.Rule]ruleAt{}, answers: map[question]bdd.Node{}, trips: map[tripKey]*trip{},
		walker: &walker{
			space: h.space, family: family, way: hook, stops: plan(h.rulesets, hook, family), shared: map[passageKey]*passage{}, cut: map[passageKey][]stretch{},
			byChain: map[*ast.Chain][]*passage{}, bases: map[*ast.Chain]*base{}, open: map[*ast.Chain]bool{}, calls: map[*ast.Table]*calls{},
		},
	}
	w.walker.prepare()
	w.checks = h.space.nat || w.walker.exempt
	w.changes = w.checks || len(h.space.written) > 0
	w.real = w.settle(w.walker.start)
	w.judge()
	w.known = w.real.OK()
	for _, b := range w.walker.order {
		w.list(b, b.stop.chain, false, map[*ast.Chain]bool{})
		for _, it := range b.items {
			w.known = w.known && (it.changes || it.next.OK() && it.out.accept.OK() && it.out.drop.OK() && it.out.reject.OK() && it.out.fall.OK() && it.out.nat.OK())
		}
	}
	return w
}

// list notes a chain, and those that it calls, as come to from a base chain.
func (w *Way) list(b *base, c *ast.Chain, alone bool, seen map[*ast.Chain]bool) {
	if seen[c] {
		return
	}
	seen[c] = true
	k := w.walker.callsOf(b.stop.table)
	alone = alone || !c.Base() && k.alone(c)
	first := true
	for i, r := range c.Rules {
		at, known := w.rules[r]
		if i == 0 {
			first = !known
		}
		stops := at.stops
		if n := len(stops); n == 0 || stops[n-1].chain != b.stop.chain {
			stops = append(stops, b.stop)
		}
		at = ruleAt{c, i, at.alone || alone || c.Base() && k.changesIn(c, i), later(at.until, mark{b.index, len(b.items)}), stops}
		w.rules[r] = at
	}
	if first && len(c.Rules) > 0 {
		w.order = append(w.order, c)
	}
	for _, to := range k.goesTo[c] {
		if !seen[to] || alone && len(to.Rules) > 0 && !w.rules[to.Rules[0]].alone {
			delete(seen, to) // it is come to in both ways
			w.list(b, to, alone, seen)
		}
	}
}

func later(a, b mark) mark {
	if a.base > b.base {
		return a
	}
	return b
}

// settle forgets what rules have set on the way.
func (w *Way) settle(n bdd.Node) bdd.Node {
	s := w.host.space
	if !w.changes {
		return s.store.Exists(n, s.fields[fieldExempt].Vars()) // which stands high up: that is quick
	}
	return s.store.Exists(n, s.now)
}

// first returns the packets, as they set out, of which something in a set may be
// said, whatever is unknown.
func (w *Way) first(n bdd.Node) bdd.Node {
	s := w.host.space
	v := s.now.Clone()
	v.AddFrom(drawnBase)
	return s.store.Exists(n, v)
}

// question is what may be asked of a way, about some packets.
type question struct {
	asks   asked
	rule   *ast.Rule
	within bdd.Node
}

// asked is what a question asks for: the packets that come to an end, those that end
// so, or those that something happens to at a rule.
type asked uint8

const (
	askAll asked = iota + 1
	askAccept
	askDrop // or reject
	askReject
	askReach
	askMatch
	askEnding // and numEndings of them
)

// answer answers a question.
func (w *Way) answer(q question) bdd.Node {
	if n, ok := w.answers[q]; ok {
		return n
	}
	var n bdd.Node
	if q.asks == askAll && w.judged.ok() {
		st := w.host.space.store
		n = st.And(q.within, w.judged.sure)
		if doubt := st.And(q.within, w.judged.doubt); doubt != bdd.False {
			n = st.Or(n, st.And(w.judged.doubt, w.end(askAll, w.trip(w.first(doubt), toEnd).total)))
		}
	} else if q.rule == nil {
		n = w.end(q.asks, w.trip(w.first(q.within), toEnd).total)
	} else if n = w.settle(w.atRule(q)); n != bdd.False && w.needsEnd(w.rules[q.rule]) {
		s := w.host.space.store
		n = s.And(n, w.answer(question{asks: askAll, within: w.first(n)}))
	}
	n = w.host.space.store.And(n, q.within)
	if n.OK() {
		if len(w.answers) > maxAnswers {
			clear(w.answers)
		}
		w.answers[q] = n
	}
	return n
}

// maxAnswers is how many answers are kept.
const maxAnswers = 1 << 16

func (w *Way) end(a asked, f fate) bdd.Node {
	s := w.host.space.store
	switch a {
	case askAccept:
		return w.settle(f.accept)
	case askReject:
		return w.settle(f.reject)
	case askDrop:
		return w.settle(s.Or(f.drop, f.reject))
	}
	return w.settle(s.OrAll(f.accept, f.drop, f.reject))
}

// atRule returns the packets that something happens to at a rule.
func (w *Way) atRule(q question) bdd.Node {
	at, ok := w.rules[q.rule]
	if !ok {
		return bdd.False
	}
	s := w.host.space.store
	out := bdd.False
	var r *trip
	if at.alone {
		within := q.within
		if q.asks != askReach {
			within = s.And(within, w.asksFor(q.rule, at))
		}
		r = w.trip(w.first(within), at.until)
		for _, p := range r.alone {
			if p.chain == at.chain {
				out = s.Or(out, s.And(w.part(p, at.index, q.asks), q.within))
			}
		}
	}
	if b := w.walker.bases[at.chain]; b != nil {
		sets := &b.passage.rules[at.index]
		if !b.items[sets.item].changes {
			out = s.Or(out, w.come(r, b, sets.item, s.And(w.part(b.passage, at.index, q.asks), q.within)))
		}
	}
	for _, p := range w.walker.byChain[at.chain] {
		out = s.Or(out, w.enter(r, p, s.And(w.part(p, at.index, q.asks), q.within)))
	}
	return out
}

// asksFor returns the packets that a rule may match, wherever it is come to.
func (w *Way) asksFor(r *ast.Rule, at ruleAt) bdd.Node {
	n := bdd.False
	for _, s := range at.stops {
		c := w.walker.compilerAt(s, "")
		n = c.store.Or(n, w.first(c.conditions(r.Stmts)))
	}
	return n
}

// part returns what of a rule in a passage is asked for.
func (w *Way) part(p *passage, index int, a asked) bdd.Node {
	sets := &p.rules[index]
	switch a {
	case askReach:
		return sets.reach
	case askMatch:
		if sets.lazy {
			sets.match, sets.lazy = w.host.space.store.And(sets.reach, sets.cond), false
		}
		return sets.match
	}
	return sets.ends[a-askEnding]
}

// enter returns those packets of a set that come into a passage for all, from all the
// places that it is called from. If r is nil, only they are sent on their way.
func (w *Way) enter(r *trip, p *passage, n bdd.Node) bdd.Node {
	s := w.host.space.store
	out := bdd.False
	if n == bdd.False {
		return out
	}
	if r != nil {
		if e, ok := r.entries[p]; ok {
			out = s.And(e, n)
		}
	}
	for _, from := range p.sites {
		if !s.Spend(1) {
			return bdd.Bad
		}
		m := s.And(n, from.node)
		switch {
		case m == bdd.False:
		case from.from.base != nil:
			out = s.Or(out, w.come(r, from.from.base, from.item, m))
		default:
			out = s.Or(out, w.enter(r, from.from, m))
		}
	}
	return out
}

// small is how many nodes a set has that it costs little to meet.
const small = 300

// most returns those packets of a set that come to an item of a base chain as far as
// the small items before it are concerned: that there are none is mostly due to these,
// such as a rule that decides all packets.
func (w *Way) most(b *base, item int, n bdd.Node) bdd.Node {
	if b.changes {
		return n
	}
	for i := range item {
		if it := &b.items[i]; it.size <= small && n != bdd.False {
			n = w.host.space.store.And(n, it.next)
		}
	}
	return n
}

// glimpse returns some packets of a set of which much is fixed at random: whatever
// they do is quickly found out. It returns no packets if there are none.
func (w *Way) glimpse(q question, turn int) bdd.Node {
	sp := w.host.space
	st := sp.store
	n := st.And(q.within, w.real)
	if at, ok := w.rules[q.rule]; ok {
		var parts []*passage
		if b := w.walker.bases[at.chain]; b != nil && !b.items[b.passage.rules[at.index].item].changes {
			parts = append(parts, b.passage)
		}
		parts = append(parts, w.walker.byChain[at.chain]...)
		if at.alone && q.asks != askReach {
			n = st.And(n, w.asksFor(q.rule, at))
		} else if len(parts) > 0 {
			p := parts[turn%len(parts)]
			n = st.And(n, w.first(w.part(p, at.index, q.asks)))
		}
	}
	seed := uint64(turn+1) * 0x9e3779b97f4a7c15
	values, ok := st.One(n, func(v int) bool {
		x := (uint64(v)<<8 ^ seed) * 0xbf58476d1ce4e5b9
		return (x^x>>31)*0x94d049bb133111eb>>40&1 != 0
	})
	if !ok {
		return bdd.False
	}
	if turn < glimpses-1 { // one packet
		return st.Cube(values)
	}
	cube := q.within
	for _, f := range []Field{FieldSaddr, FieldDaddr, FieldSport, FieldDport} {
		field := sp.fields[f]
		if field.Width == 128 {
			field = narrow(field, w.Family == ast.FamilyIP)
		}
		x := field.Get(func(v int) bool {
			if b, ok := values[v]; ok {
				return b
			}
			return (uint64(v)*0x94d049bb133111eb^seed)>>33&1 != 0
		})
		cube = st.And(cube, st.Value(field, x))
	}
	return cube
}

// find looks for packets that something happens to at a rule, without finding all of
// them. It returns some, or no packets if there surely are none; ok is false if this is
// not the way to find out.
func (w *Way) find(q question) (n bdd.Node, ok bool) {
	at, known := w.rules[q.rule]
	if !known || at.alone || w.needsEnd(at) {
		return 0, false
	}
	st := w.host.space.store
	f := finder{Way: w, ok: true}
	if b := w.walker.bases[at.chain]; b != nil {
		f.base(b, b.passage.rules[at.index].item, st.And(w.part(b.passage, at.index, q.asks), q.within))
	}
	for _, p := range w.walker.byChain[at.chain] {
		f.enter(p, st.And(w.part(p, at.index, q.asks), q.within))
	}
	if f.found == nil {
		return bdd.False, f.ok
	}
	maps.DeleteFunc(f.found, func(v int, _ bool) bool { return v >= w.host.space.ownEnd })
	return st.And(st.Cube(f.found), q.within), true
}

// needsEnd reports whether packets that come to a rule are real only if they come to
// their end: their translation, or their state, is found behind it.
func (w *Way) needsEnd(at ruleAt) bool {
	if !w.checks {
		return false
	}
	if w.host.space.nat {
		return true
	}
	for _, b := range w.walker.order {
		if b.stop.phase&tracked == 0 && (b.stop.chain == at.chain || b.stop.chain.Hook != ast.HookNone && at.until.base <= b.index) {
			return true
		}
	}
	return false
}

// finder looks for a packet that comes to a rule.
type finder struct {
	*Way
	found map[int]bool
	ok    bool
}

func (f *finder) enter(p *passage, n bdd.Node) {
	st := f.host.space.store
	for _, s := range p.sites {
		if f.found != nil || !f.ok {
			return
		}
		f.ok = f.ok && st.Spend(1)
		m := st.And(n, s.node)
		if s.from.base != nil {
			f.base(s.from.base, s.item, m)
		} else if m != bdd.False {
			f.enter(s.from, m)
		}
	}
}

func (f *finder) base(b *base, item int, n bdd.Node) {
	if n == bdd.False || f.found != nil || !f.ok {
		return
	}
	if b.changes || !n.OK() {
		f.ok = false
		return
	}
	if n = f.most(b, item, n); n == bdd.False {
		return
	}
	flows := f.trip(f.first(n), mark{b.index, 0}).flows[b]
	if flows == nil {
		return
	}
	all := []bdd.Node{flows[0], n}
	for i := range item {
		if it := &b.items[i]; it.size > small {
			all = append(all, it.next)
		}
	}
	values, sat, ok := f.host.space.store.Common(all)
	if f.ok = ok; sat {
		f.found = values
	}
}

// come returns those packets of a set that come to an item of a base chain.
func (w *Way) come(r *trip, b *base, item int, n bdd.Node) bdd.Node {
	if n == bdd.False {
		return n
	}
	if r == nil {
		if n = w.most(b, item, n); n == bdd.False {
			return n
		}
		r = w.trip(w.first(n), mark{b.index, item})
	}
	flows := r.flows[b]
	if flows == nil {
		return bdd.False // all have been dropped before
	}
	return w.host.space.store.And(flows[item], n)
}

// trip sends packets on their way, unless they have just been there.
func (w *Way) trip(n bdd.Node, until mark) *trip {
	key := tripKey{n, until}
	r := w.trips[key]
	for k, further := range w.trips {
		// What has been sent further has come there, too.
		if r == nil && k.within == n && k.until.base == until.base && k.until.item > until.item && !w.walker.order[until.base].changes {
			r = further
		}
	}
	if r == nil {
		if len(w.trips) >= maxTrips {
			clear(w.trips)
		}
		r = w.walker.send(n, until)
		w.trips[key] = r
	}
	return r
}

type tripKey struct {
	within bdd.Node
	until  mark
}

// maxTrips is how many trips are kept.
const maxTrips = 32

// set makes a set of the way.
func (w *Way) set(n bdd.Node) Set { return Set{way: w, node: n} }

// asked makes a set that is found when it is needed, and then only as far as it is.
func (w *Way) later(a asked, r *ast.Rule) Set {
	if !w.known {
		return Set{way: w, node: bdd.Bad}
	}
	return Set{way: w, node: bdd.True, asks: a, rule: r}
}

// Known reports whether the rules could be understood within the budget. If not, no
// set of the way is known, and nothing must be claimed.
func (w *Way) Known() bool { return w.known }

// Universe returns all packets that there are on the way: a packet has one state,
// flags only if it is TCP, no interface it comes from at output, and so on.
func (w *Way) Universe() Set {
	if !w.checks {
		return w.set(w.real)
	}
	if w.judged.ok() && w.judged.doubt == bdd.False {
		return w.set(w.judged.maySure)
	}
	return w.later(askAll, nil).May()
}

// Accepts returns the packets that all base chains let through.
func (w *Way) Accepts() Set { return w.later(askAccept, nil) }

// Drops returns the packets that a rule or a policy drops or rejects.
func (w *Way) Drops() Set { return w.later(askDrop, nil) }

// Rejects returns the packets that a rule rejects.
func (w *Way) Rejects() Set { return w.later(askReject, nil) }

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
	end := func(e ending) Set { return w.later(askEnding+asked(e), r) }
	return &RuleSets{
		Reach: w.later(askReach, r), Match: w.later(askMatch, r),
		Accepts: end(endAccept), Drops: end(endDrop), Rejects: end(endReject), Returns: end(endReturn), Translates: end(endNAT),
	}
}

// Passes reports whether packets of the way may come to a chain that holds the rule
// at all, by its hook and by the jumps, whatever their conditions are.
func (w *Way) Passes(r *ast.Rule) bool {
	_, ok := w.rules[r]
	return ok
}

// Rules returns the rules of all chains that packets of the way come to, chain by
// chain: base chains in the order in which they are asked, each before those that
// it calls.
func (w *Way) Rules() iter.Seq[*ast.Rule] {
	return func(yield func(*ast.Rule) bool) {
		for _, c := range w.order {
			for _, r := range c.Rules {
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
	for _, b := range w.walker.order {
		out = append(out, b.stop.chain)
	}
	return out
}

// Meets tells whether any packet of the way comes to a rule, and whether one for which
// its conditions hold does: Yes if there may be one, No if there is surely none, and
// Unknown if the budget does not suffice to say. It costs less than the sets.
func (w *Way) Meets(r *ast.Rule) (reached, matched Truth) {
	if matched = w.Matches(r); matched == Yes {
		return Yes, Yes
	}
	return w.Rule(r).Reach.glimpsed(), matched
}

// glimpsed tells whether there are packets in the set.
func (s Set) glimpsed() Truth {
	s, _ = s.glimpse()
	if !s.Known() {
		return Unknown
	}
	return truth(s.node != bdd.False)
}

// Matches tells whether packets of the way match a rule, when those that earlier
// rules have decided are gone: No if there surely is none, Unknown if the budget does
// not suffice to say. It is what a check should ask first of all rules, as it costs
// less than the sets.
func (w *Way) Matches(r *ast.Rule) Truth {
	return w.Rule(r).Match.glimpsed()
}
