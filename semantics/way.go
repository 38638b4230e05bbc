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
	stop  stop
	// rules are what each rule sees and does of the packets that could come in:
	// of all there are, or where it is for one call alone of those that its caller,
	// from, sends if all there are come to that.
	rules []ruleSets
	alone bool
	from  *passage
	out   fate
	// entry are the packets that come in. They are found when all calls are
	// known: sites says where from.
	entry bdd.Node
	ready bool
	sites []site
}

type site struct {
	from *passage // nil: the packets come right from the hook
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
}

// walker evaluates one way.
type walker struct {
	*space
	family ast.Family
	way    ast.Hook
	// shared are the passages for all, by chain and by what makes them differ.
	shared map[passageKey]*passage
	all    []*passage
	open   map[*ast.Chain]bool
	calls  map[*ast.Table]*calls
}

type passageKey struct {
	chain *ast.Chain
	hook  ast.Hook
	phase phase
}

// compilerAt returns a compiler for the rules of a chain.
func (w *walker) compilerAt(s stop, instance string) *compiler {
	return &compiler{space: w.space, family: w.family, hook: s.hook, table: s.table, phase: s.phase, instance: instance}
}

// run evaluates all stops, and returns what becomes of the packets that set out.
func (w *walker) run(stops []stop) fate {
	c := w.compilerAt(stop{hook: w.way, phase: tracked | dstDone}, "")
	natural, anyway := c.natural(), c.anyway()
	total := nothing
	flow := anyway
	if w.follows(FieldMark) {
		flow = w.store.AndAll(flow, w.store.Equal(w.fields[FieldMark], w.fields[fieldMarkNow]), bdd.Not(c.flag(fieldMarkUnsure)))
	}
	if w.follows(FieldCTMark) {
		flow = w.store.AndAll(flow, w.store.Equal(w.fields[FieldCTMark], w.fields[fieldCTMarkNow]), bdd.Not(c.flag(fieldCTMarkUnsure)))
	}
	flow = w.store.And(flow, bdd.Not(c.flag(fieldExempt)))
	if !w.exempts(stops) {
		flow = w.store.And(flow, natural)
	}
	for k := range w.written {
		flow = w.store.Diff(flow, w.changed(k))
	}
	ahead := w.untranslated(c, stops)
	end := func(i int, o fate) {
		total.drop = w.store.Or(total.drop, w.store.And(o.drop, ahead[i]))
		total.reject = w.store.Or(total.reject, w.store.And(o.reject, ahead[i]))
	}
	for i, s := range stops {
		switch s.kind {
		case atChain:
			passing, around := flow, bdd.False
			if len(s.chain.Devices) > 0 {
				on := w.onDevices(s)
				passing, around = w.store.And(flow, on), w.store.Diff(flow, on)
			}
			o := w.base(s, passing)
			end(i, o)
			flow = w.store.Or(o.accept, around)
		case atConntrack:
			if w.exempts(stops) {
				exempt := c.flag(fieldExempt)
				flow = w.store.Ite(exempt, w.store.And(flow, c.states(ast.StateUntracked)), w.store.And(flow, natural))
				// What was dropped before has no state yet. It is told apart as
				// conntrack would have.
				total.drop = w.store.And(total.drop, natural)
				total.reject = w.store.And(total.reject, natural)
			}
		case atDst, atSrc:
			if len(s.nat) > 0 {
				o := w.translate(s, flow)
				end(i, o)
				flow = o.accept
			}
		}
	}
	total.accept = flow
	return total
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
func (w *walker) untranslated(c *compiler, stops []stop) []bdd.Node {
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
func (w *walker) exempts(stops []stop) bool {
	for _, s := range stops {
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

// base passes packets through a base chain, its policy included. What it accepts
// may still have others before it.
func (w *walker) base(s stop, flow bdd.Node) fate {
	o := w.pass(s, s.chain, flow, nil, "")
	if s.chain.Policy == ast.PolicyDrop {
		o.drop = w.store.Or(o.drop, o.fall)
	} else {
		o.accept = w.store.Or(o.accept, o.fall)
	}
	o.fall = bdd.False
	return o
}

// translate asks the chains of type nat. They see the packets that begin a
// connection; those that come later are translated in the same way (nf_nat_inet_fn),
// and those of a tuple that no rule translates are not.
func (w *walker) translate(s stop, flow bdd.Node) fate {
	c := w.compilerAt(s, "")
	begins := c.begins()
	first := w.store.And(flow, begins)
	out := nothing
	out.accept = w.store.Diff(flow, begins)
	for _, n := range s.nat {
		o := w.base(n, first)
		out.accept = w.store.Or(out.accept, o.nat)
		out.drop = w.store.Or(out.drop, o.drop)
		out.reject = w.store.Or(out.reject, o.reject)
		first = o.accept
	}
	out.accept = w.store.Or(out.accept, w.store.Diff(first, c.status(s.bit())))
	return out
}

// pass returns what becomes of the packets that enter a chain: from is the passage
// of the chain they come from, nil for the hook.
func (w *walker) pass(s stop, c *ast.Chain, flow bdd.Node, from *passage, instance string) fate {
	if flow == bdd.False {
		// A chain that no packet enters still has rules, which see nothing.
		return nothing
	}
	if w.open[c] || len(w.open) > maxDepth {
		// The kernel loads no such ruleset.
		return fate{bdd.Bad, bdd.Bad, bdd.Bad, bdd.Bad, bdd.Bad}
	}
	if w.callsOf(s.table).alone(c) {
		p := w.newPassage(s, c)
		p.alone, p.from = true, from
		w.open[c] = true
		p.out = w.rules(s, p, flow, instance)
		delete(w.open, c)
		return p.out
	}
	key := passageKey{c, s.hook, s.phase}
	p := w.shared[key]
	if p == nil {
		p = w.newPassage(s, c)
		w.shared[key] = p
		w.open[c] = true
		p.out = w.rules(s, p, bdd.True, fmt.Sprint(s.hook, s.phase))
		delete(w.open, c)
	}
	p.sites = append(p.sites, site{from, flow})
	and := func(n bdd.Node) bdd.Node { return w.store.And(flow, n) }
	return fate{and(p.out.accept), and(p.out.drop), and(p.out.reject), and(p.out.fall), and(p.out.nat)}
}

func (w *walker) newPassage(s stop, c *ast.Chain) *passage {
	p := &passage{chain: c, stop: s, rules: make([]ruleSets, len(c.Rules))}
	empty := ruleSets{reach: bdd.False, match: bdd.False, ends: [numEndings]bdd.Node{bdd.False, bdd.False, bdd.False, bdd.False, bdd.False}}
	for i := range p.rules {
		p.rules[i] = empty
	}
	w.all = append(w.all, p)
	return p
}

// entered returns the packets that come into a passage, and are meant by what its
// rules see.
func (w *walker) entered(p *passage) bdd.Node {
	if p == nil {
		return bdd.True
	}
	if p.alone {
		return w.entered(p.from)
	}
	if !p.ready {
		n := bdd.False
		for _, s := range p.sites {
			n = w.store.Or(n, w.store.And(s.node, w.entered(s.from)))
		}
		p.entry, p.ready = n, true
	}
	return p.entry
}
