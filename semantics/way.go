package semantics

import (
	"fmt"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// fate is what becomes of packets: the ways in which they may leave a chain.
type fate struct {
	accept, drop, reject bdd.Node
	fall                 bdd.Node // came to the end of the chain, or returned
	nat                  bdd.Node // translated; no chain of type nat is asked again
}

var nothing = fate{bdd.False, bdd.False, bdd.False, bdd.False, bdd.False}

// ending is how a rule decides packets.
type ending uint8

const (
	endAccept ending = iota
	endDrop
	endReject
	endNAT
	endReturn
	numEndings
)

// passage is a chain as packets pass it: once for all that come from anywhere, or
// for one call alone.
type passage struct {
	chain *ast.Chain
	// visit tells how often packets have come to the chain before.
	visit int
	// rules are what each rule sees and does of the packets that could come in: of
	// all there are, or where it is for one call alone, of those that do. In a base
	// chain they are those that come to the item that the rule is in.
	rules []ruleSets
	base  *base // of a base chain
	out   fate
	sites []site // where packets come from, if it is for all
}

// site is a call: packets of another passage that come to a rule and match it.
type site struct {
	from *passage
	item int // of a base chain
	node bdd.Node
}

// ruleSets is what a rule does in a passage.
type ruleSets struct {
	reach bdd.Node
	match bdd.Node
	// cond are the packets that match among those that reach the rule, where
	// match has not been computed: that is left to who asks.
	cond bdd.Node
	lazy bool
	ends [numEndings]bdd.Node
	item int
}

// base is a base chain, cut into items: runs of rules that only ask and decide, each
// rule that calls a chain, and each that changes packets. What an item does with all
// packets there are is known once and for all, unless it changes them; so what the
// way does with any few packets is found by sending these through the items, and no
// set ever holds what all rules do together, which may be immense.
type base struct {
	stop    stop
	index   int  // in the order of the way
	changes bool // an item does
	passage *passage
	items   []item
}

type item struct {
	first, last int // rules
	changes     bool
	size        int // of next
	out         fate
	next        bdd.Node // what goes on to the next item
}

// walker evaluates one way.
type walker struct {
	*space
	family ast.Family
	way    ast.Hook
	stops  []stop
	bases  map[*ast.Chain]*base
	order  []*base
	// shared are the passages for all, by chain and by what makes them differ.
	shared  map[passageKey]*passage
	byChain map[*ast.Chain][]*passage
	open    map[*ast.Chain]bool
	calls   map[*ast.Table]*calls
	cut     map[passageKey][]stretch
	current *trip // nil while it is found out what is so for all packets
	natural bdd.Node
	start   bdd.Node
	ahead   []bdd.Node
	exempt  bool // notrack may keep packets from conntrack
}

type passageKey struct {
	chain *ast.Chain
	visit int
	hook  ast.Hook
	phase phase
}

// compilerAt returns a compiler for the rules of a chain.
func (w *walker) compilerAt(s stop, instance string) *compiler {
	return &compiler{space: w.space, family: w.family, hook: s.hook, table: s.table, phase: s.phase, instance: instance}
}

// prepare finds out what is so for all packets.
func (w *walker) prepare() {
	c := w.compilerAt(stop{hook: w.way, phase: tracked | dstDone}, "")
	w.natural = c.natural()
	w.exempt = w.exempts()
	flow := w.natural
	if w.exempt {
		flow = c.anyway()
	}
	if w.follows(FieldMark) {
		flow = w.store.AndAll(flow, w.store.Equal(w.fields[FieldMark], w.fields[fieldMarkNow]), bdd.Not(c.flag(fieldMarkUnsure)))
	}
	if w.follows(FieldCTMark) {
		flow = w.store.AndAll(flow, w.store.Equal(w.fields[FieldCTMark], w.fields[fieldCTMarkNow]), bdd.Not(c.flag(fieldCTMarkUnsure)))
	}
	flow = w.store.And(flow, bdd.Not(c.flag(fieldExempt)))
	for k := range w.written {
		flow = w.store.Diff(flow, w.changed(k))
	}
	w.start = flow
	w.ahead = w.untranslated(c)
	for _, s := range w.stops {
		for _, n := range s.nat {
			w.newBase(n)
		}
		if s.kind == atChain {
			w.newBase(s)
		}
	}
}

// narrowed is how many nodes a set has that the items after it are asked about instead
// of all packets.
const narrowed = 200000

// newBase cuts a base chain into items.
func (w *walker) newBase(s stop) {
	b := &base{stop: s, index: len(w.order), passage: w.newPassage(s.chain)}
	b.passage.base = b
	w.order = append(w.order, b)
	w.bases[s.chain] = b
	k := w.callsOf(s.table)
	instance := fmt.Sprint(s.hook, s.phase)
	w.open[s.chain] = true
	defer delete(w.open, s.chain)
	rules := s.chain.Rules
	// coming is more than what comes to an item at most. Where rules before it leave
	// little, there is no use in finding out what it does with all packets.
	coming := w.store.Exists(w.start, w.now)
	for i := 0; i < len(rules); {
		it := item{first: i, last: i + 1, changes: k.changesIn(s.chain, i)}
		if it.changes {
			for it.last < len(rules) && k.changesIn(s.chain, it.last) {
				it.last++
			}
		} else if !k.callsAny(rules[i]) {
			for it.last < len(rules) && !k.changesIn(s.chain, it.last) && !k.callsAny(rules[it.last]) {
				it.last++
			}
		}
		b.changes = b.changes || it.changes
		b.items = append(b.items, it)
		n := len(b.items) - 1
		for r := it.first; r < it.last; r++ {
			b.passage.rules[r].item = n
		}
		if !it.changes {
			x := &b.items[n]
			x.out, x.next = w.some(s, b.passage, x.first, x.last, coming, instance)
			if x.size = w.store.Size(x.next); x.size <= narrowed {
				coming = x.next
			}
		} else {
			coming = w.store.Exists(coming, w.now)
		}
		i = it.last
	}
}

// trip is some packets on the way.
type trip struct {
	// flows are the packets that come to each item of each base chain, and at its
	// end to its policy.
	flows map[*base][]bdd.Node
	// entries are those that come from a passage for one call alone into one for
	// all; alone are the former.
	entries map[*passage]bdd.Node
	alone   []*passage
	total   fate
}

// mark is how far packets are sent: to an item of the base chain with an index.
type mark struct{ base, item int }

// toEnd is the end of the way.
var toEnd = mark{base: 1 << 30}

// send sends the packets of a set on the way.
func (w *walker) send(within bdd.Node, until mark) *trip {
	r := &trip{flows: map[*base][]bdd.Node{}, entries: map[*passage]bdd.Node{}, total: nothing}
	w.current = r
	defer func() { w.current = nil }()
	w.sendTo(r, within, until, func(stop) bool { return false })
	return r
}

// sendTo sends packets on a trip, as far as a mark or to the first place for which ends
// holds.
func (w *walker) sendTo(r *trip, within bdd.Node, until mark, ends func(stop) bool) {
	c := w.compilerAt(stop{hook: w.way, phase: tracked | dstDone}, "")
	total := &r.total
	flow := w.store.And(w.start, within)
	end := func(i int, o fate) {
		total.drop = w.store.Or(total.drop, w.store.And(o.drop, w.ahead[i]))
		total.reject = w.store.Or(total.reject, w.store.And(o.reject, w.ahead[i]))
	}
	for i, s := range w.stops {
		if ends(s) {
			break
		}
		switch s.kind {
		case atChain:
			b := w.bases[s.chain]
			if b.index > until.base {
				return
			}
			passing, around := flow, bdd.False
			if len(s.chain.Devices) > 0 {
				on := w.onDevices(s)
				passing, around = w.store.And(flow, on), w.store.Diff(flow, on)
			}
			o := w.through(b, passing, until)
			if b.index == until.base {
				return
			}
			end(i, o)
			flow = w.store.Or(o.accept, around)
		case atConntrack:
			if w.exempt {
				exempt := c.flag(fieldExempt)
				flow = w.store.Ite(exempt, w.store.And(flow, c.states(ast.StateUntracked)), w.store.And(flow, w.natural))
				// What was dropped before has no state yet. It is told apart as
				// conntrack would have.
				total.drop = w.store.And(total.drop, w.natural)
				total.reject = w.store.And(total.reject, w.natural)
			}
		case atDst, atSrc:
			if len(s.nat) > 0 {
				if w.bases[s.nat[0].chain].index > until.base {
					return
				}
				o := w.translate(s, flow, until)
				end(i, o)
				flow = o.accept
			}
		}
	}
	total.accept = flow
}

// through sends packets through a base chain, its policy included.
func (w *walker) through(b *base, flow bdd.Node, until mark) fate {
	st := w.store
	o := nothing
	var own *passage // of the items that change packets
	flows := make([]bdd.Node, len(b.items)+1)
	for i := range flows {
		flows[i] = bdd.False
	}
	for i := range b.items {
		flows[i] = flow
		it := &b.items[i]
		if flow == bdd.False || b.index == until.base && (i > until.item || i == until.item && !it.changes) {
			break
		}
		if it.changes {
			if own == nil {
				own = w.newPassage(b.stop.chain)
				w.current.alone = append(w.current.alone, own)
			}
			w.open[b.stop.chain] = true
			var x fate
			x, flow = w.some(b.stop, own, it.first, it.last, flow, fmt.Sprint(b.stop.hook, b.stop.phase))
			delete(w.open, b.stop.chain)
			o = w.both(o, x)
			continue
		}
		and := func(to *bdd.Node, n bdd.Node) {
			// Of the chain that the trip ends in, only what comes to its items is asked.
			if n != bdd.False && b.index != until.base {
				*to = st.Or(*to, st.And(flow, n))
			}
		}
		and(&o.accept, it.out.accept)
		and(&o.drop, it.out.drop)
		and(&o.reject, it.out.reject)
		and(&o.nat, it.out.nat)
		and(&o.fall, it.out.fall)
		flow = st.And(flow, it.next)
	}
	o.fall = st.Or(o.fall, flow)
	flows[len(b.items)] = o.fall
	w.current.flows[b] = flows
	if b.stop.chain.Policy == ast.PolicyDrop {
		o.drop = st.Or(o.drop, o.fall)
	} else {
		o.accept = st.Or(o.accept, o.fall)
	}
	o.fall = bdd.False
	return o
}

func (w *walker) both(a, b fate) fate {
	or := w.store.Or
	return fate{or(a.accept, b.accept), or(a.drop, b.drop), or(a.reject, b.reject), or(a.fall, b.fall), or(a.nat, b.nat)}
}

// bit is the status of what is translated at a stop.
func (s *stop) bit() uint64 {
	if s.kind == atSrc {
		return ast.StatusSNAT
	}
	return ast.StatusDNAT
}

// begins returns the packets that begin a connection.
func (c *compiler) begins() bdd.Node {
	return c.store.Or(c.states(ast.StateNew), c.store.Diff(c.states(ast.StateRelated), c.errors()))
}

// untranslated returns, for each stop, the packets that have not been translated by
// what is still ahead: one that begins a connection and ends at the stop comes to no
// later one.
func (w *walker) untranslated(c *compiler) []bdd.Node {
	stops := w.stops
	out := make([]bdd.Node, len(stops))
	n := bdd.True
	for i := len(stops) - 1; i >= 0; i-- {
		if len(stops[i].nat) > 0 {
			n = w.store.And(n, bdd.Not(w.store.And(c.begins(), c.status(stops[i].bit()))))
		}
		out[i] = n
	}
	return out
}

// exempts reports whether a chain on the way may keep packets from conntrack.
func (w *walker) exempts() bool {
	for _, s := range w.stops {
		if s.kind == atChain && s.phase&tracked == 0 {
			for _, c := range s.table.Chains {
				for _, r := range c.Rules {
					for _, st := range r.Stmts {
						if _, ok := st.(*ast.Notrack); ok {
							return true
						}
					}
				}
			}
		}
	}
	return false
}

// onDevices returns the packets that the chain's devices see.
func (w *walker) onDevices(s stop) bdd.Node {
	f := w.fields[FieldIif]
	if s.hook == ast.HookEgress {
		f = w.fields[FieldOif]
	}
	n := bdd.False
	for _, d := range s.chain.Devices {
		text, wildcard := strings.CutSuffix(d, "*")
		n = w.store.Or(n, w.store.Intervals(f, w.names.match(text, wildcard)))
	}
	return n
}

// translate asks the chains of type nat. They see the packets that begin a
// connection; those that come later are translated in the same way (nf_nat_inet_fn),
// and those of a tuple that no rule translates are not.
func (w *walker) translate(s stop, flow bdd.Node, until mark) fate {
	c := w.compilerAt(s, "")
	begins := c.begins()
	first := w.store.And(flow, begins)
	out := nothing
	out.accept = w.store.Diff(flow, begins)
	for _, n := range s.nat {
		o := w.through(w.bases[n.chain], first, until)
		if w.bases[n.chain].index == until.base {
			break
		}
		out.accept = w.store.Or(out.accept, o.nat)
		out.drop = w.store.Or(out.drop, o.drop)
		out.reject = w.store.Or(out.reject, o.reject)
		first = o.accept
	}
	out.accept = w.store.Or(out.accept, w.store.Diff(first, c.status(s.bit())))
	return out
}

// pass returns what becomes of the packets that enter a chain: from is the passage
// of the chain they come from, visit which one to the chain it is.
func (w *walker) pass(s stop, c *ast.Chain, visit int, flow bdd.Node, from site, instance string) fate {
	if flow == bdd.False {
		return nothing
	}
	if w.open[c] || len(w.open) > maxDepth {
		// The kernel loads no such ruleset.
		return fate{bdd.Bad, bdd.Bad, bdd.Bad, bdd.Bad, bdd.Bad}
	}
	if w.callsOf(s.table).alone(c) && w.current != nil { // callers of such chains are, too
		p := w.newPassage(c)
		w.current.alone = append(w.current.alone, p)
		w.open[c] = true
		p.out = w.rules(s, p, flow, instance)
		delete(w.open, c)
		return p.out
	}
	coming := bdd.True
	if w.current == nil && w.callsOf(s.table).once(c) {
		coming = flow // nothing else ever comes
	}
	p := w.passageFor(s, c, visit, coming)
	if w.current != nil {
		old, ok := w.current.entries[p]
		if !ok {
			old = bdd.False
		}
		w.current.entries[p] = w.store.Or(old, flow)
	} else {
		from.node = flow
		p.sites = append(p.sites, from)
	}
	and := func(n bdd.Node) bdd.Node { return w.store.And(flow, n) }
	return fate{and(p.out.accept), and(p.out.drop), and(p.out.reject), and(p.out.fall), and(p.out.nat)}
}

// passageFor returns the passage of a chain for all packets that may come in.
func (w *walker) passageFor(s stop, c *ast.Chain, visit int, coming bdd.Node) *passage {
	key := passageKey{c, visit, s.hook, s.phase}
	p := w.shared[key]
	if p != nil {
		return p
	}
	p = w.newPassage(c)
	p.visit = visit
	w.shared[key] = p
	w.byChain[c] = append(w.byChain[c], p)
	running := w.current
	w.current = nil
	w.open[c] = true
	p.out = w.rules(s, p, coming, s.visited(visit))
	delete(w.open, c)
	w.current = running
	return p
}

// visited names a visit of a packet to a chain for all, so that what may be so one time
// and not the next is told apart.
func (s *stop) visited(visit int) string {
	if visit == 0 {
		return fmt.Sprint(s.hook, s.phase)
	}
	return fmt.Sprint(s.hook, s.phase, "#", visit)
}

func (w *walker) newPassage(c *ast.Chain) *passage {
	p := &passage{chain: c, rules: make([]ruleSets, len(c.Rules))}
	empty := ruleSets{reach: bdd.False, match: bdd.False, ends: [numEndings]bdd.Node{bdd.False, bdd.False, bdd.False, bdd.False, bdd.False}}
	for i := range p.rules {
		p.rules[i] = empty
	}
	return p
}
