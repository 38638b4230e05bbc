package ct

import (
	"slices"
	"sync"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/semantics"
)

// hostWay is one way through the host, with what the checks of states ask of it
// again and again.
type hostWay struct {
	*semantics.Way
	facts *reach.Facts
	graph *graph.Graph
	// away are the packets that are not of the loopback interface.
	away semantics.Set

	filters     func() []*ast.Rule
	established func() []*ast.Rule
	mu          sync.Mutex // of sides
	sides       map[*graph.Table][]sides
}

// waysOf returns the ways of a host at some hooks, those of IPv4 first. A way that
// could not be computed within the budget is left out.
func waysOf(f *reach.Facts, g *graph.Graph, hooks ...ast.Hook) (out []*hostWay) {
	for _, w := range f.Ways() {
		if slices.Contains(hooks, w.Hook) {
			out = append(out, newWay(f, g, w))
		}
	}
	return out
}

func newWay(f *reach.Facts, g *graph.Graph, w *semantics.Way) *hostWay {
	lo := w.Where(semantics.Fields{Iif: "lo"}).Or(w.Where(semantics.Fields{Oif: "lo"}))
	h := &hostWay{Way: w, facts: f, graph: g, away: w.Universe().Minus(lo), sides: map[*graph.Table][]sides{}}
	h.filters = sync.OnceValue(h.findFiltering)
	h.established = sync.OnceValue(h.findEstablished)
	return h
}

// where returns packets that are not of the loopback interface.
func (w *hostWay) where(f semantics.Fields) semantics.Set { return w.Where(f).And(w.away) }

// segments returns whole TCP packets of some states with certain flags.
func (w *hostWay) segments(state uint32, flags uint8) semantics.Set {
	return w.where(semantics.Fields{State: state, Proto: protoTCP, TCPFlags: flags, TCPMask: ast.TCPSyn | ast.TCPAck | ast.TCPRst | ast.TCPFin, Whole: true})
}

// table returns the table of a rule.
func (w *hostWay) table(r *ast.Rule) *graph.Table { return w.chain(r).Table }

// chain returns the chain of a rule.
func (w *hostWay) chain(r *ast.Rule) *graph.Chain { return w.graph.Chain(w.facts.Place(r).Chain) }

// holds returns the packets for which a rule's own conditions hold.
func (w *hostWay) holds(r *ast.Rule) semantics.Set { return w.Holds(w.table(r).Table, r.Stmts...) }

// filtering returns the rules of the chains that filter packets at the way's hook,
// in the order in which packets come to them: not those on the way there, which mark,
// translate, or drop what is broken.
func (w *hostWay) filtering() []*ast.Rule { return w.filters() }

func (w *hostWay) findFiltering() (out []*ast.Rule) {
	filters := map[*graph.Table]bool{}
	for r := range w.Rules() {
		c := w.chain(r)
		is, ok := filters[c.Table]
		if !ok {
			is = filtersAt(c.Table, w.Hook)
			filters[c.Table] = is
		}
		if is && c.Hooks.Has(w.Hook) && c.Type != ast.ChainNAT && !r.Bad {
			out = append(out, r)
		}
	}
	return out
}

// filtersAt reports whether a table has a chain that filters at a hook: one that
// only marks, before or behind it, decides nothing.
func filtersAt(t *graph.Table, h ast.Hook) bool {
	return slices.ContainsFunc(t.Chains, func(c *graph.Chain) bool {
		return c.Hook == h && c.Type == ast.ChainFilter && c.Priority >= 0
	})
}

// filterChain returns the chain in which packets of the way are filtered; nil if
// there is none.
func (w *hostWay) filterChain() *graph.Chain {
	var found *graph.Chain
	for _, base := range w.BaseChains() {
		c := w.graph.Chain(base)
		if c.Hook == w.Hook && c.Type == ast.ChainFilter && c.Priority >= 0 && (found == nil || len(found.Rules) == 0) {
			found = c
		}
	}
	return found
}

// stateful reports whether a rule that filters on the way accepts packets as
// established.
func (w *hostWay) stateful() bool { return len(w.established()) > 0 }

// findEstablished finds those rules.
func (w *hostWay) findEstablished() (out []*ast.Rule) {
	for _, r := range w.filtering() {
		if acceptByState(w.table(r), r).states&ast.StateEstablished != 0 {
			out = append(out, r)
		}
	}
	return out
}

// translates reports whether any rule of the way's family rewrites addresses.
func (w *hostWay) translates() bool {
	for _, t := range w.graph.Tables {
		if t.Family != w.Family && t.Family != ast.FamilyInet {
			continue
		}
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				for _, s := range r.Stmts {
					if n, ok := s.(*ast.NAT); ok && n.Kind != ast.NATNone {
						return true
					}
				}
			}
		}
	}
	return false
}

// tracked reports whether conntrack has seen the packets that come to a rule.
func (w *hostWay) tracked(r *ast.Rule) bool {
	c := w.chain(r)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.sides[c.Table] == nil {
		w.sides[c.Table] = sidesOf(c.Table)
	}
	return w.sides[c.Table][c.Index] == afterTracking
}

// statesAsked returns the states in which the state conditions of a rule, all
// together, can hold; asks is false if it has none, or one that is not understood.
// A verdict map is none: it asks for each of its states alone.
func statesAsked(r *ast.Rule) (states uint64, asks bool) {
	states = ast.StateAll
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			if !isState(s.Left) {
				continue
			}
			bits, known := flows.StateBits(s)
			if !known {
				return ast.StateAll, false
			}
			states, asks = states&bits, true
		case *ast.AnyOf:
			if bits := statesOfAny(s); bits != 0 {
				states, asks = states&bits, true
			}
		}
	}
	return states, asks
}

// isState reports whether an expression is the state of a packet.
func isState(e ast.Expr) bool {
	c, ok := e.(*ast.CT)
	return ok && c.Key == ast.CTState
}

// witness returns a packet of a set as a line, an ordinary one if there is any.
func witness(s semantics.Set, prefer ...semantics.Set) (string, bool) {
	p, ok := s.Witness(prefer...)
	return p.String(), ok
}
