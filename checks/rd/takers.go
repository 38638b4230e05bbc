package rd

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/semantics"
)

// maxTakers is how many rules are looked at that take packets away from one.
const maxTakers = 64

// decided finds the rules that decide the packets which a rule wants before they come
// to it, and whether they do what it would do.
func (j *judge) decided(n *needless, index int) {
	h := hunt{judge: j, way: n.way, chain: n.chain, wanted: n.wanted, done: map[*graph.Chain]int{}}
	h.above(n.chain, index)
	own := j.deedOf(n.chain, index)
	if own.kind != mixed {
		same := slices.DeleteFunc(slices.Clone(h.found), func(t taker) bool { return t.does != own })
		// What is INVALID is dropped in good rulesets, and is not what an accept is for.
		wanted := n.wanted
		if valid := wanted.Minus(n.way.Where(semantics.Fields{State: ast.StateInvalid})); own.kind == accepts && valid.Some() {
			wanted = valid
		}
		if by := h.fewest(wanted, same, nil); by != nil {
			n.cause, n.by = covered, by
			if habit(n.way, own, wanted) {
				n.cause = habitual
			}
			return
		}
	}
	n.cause = shadowed
	n.by = h.fewest(n.wanted, h.found, func(t taker) bool { return t.does != own || own.kind == mixed })
}

// habit reports whether a rule that is not needed for its packets is a good habit
// all the same: nonsense is dropped twice, and errors that RELATED covers are
// accepted by their types (RFC 4890).
func habit(w *semantics.Way, own deed, packets semantics.Set) bool {
	var state uint32
	switch own.kind {
	case drops, rejects:
		state = ast.StateInvalid
	case accepts:
		state = ast.StateRelated
	default:
		return false
	}
	return packets.Disjoint(w.Where(semantics.Fields{State: ast.StateAll &^ state}))
}

// hunt looks for the rules that take away packets.
type hunt struct {
	*judge
	way    *semantics.Way
	chain  *graph.Chain // of the rule that wants them
	wanted semantics.Set
	// done says up to which rule a chain has been searched.
	done  map[*graph.Chain]int
	found []taker
}

// above searches the rules that packets meet before they come to a rule.
func (h *hunt) above(c *graph.Chain, index int) {
	if h.done[c] > index {
		return
	}
	h.done[c] = index + 1
	h.search(c, index, true)
	if c.Base() {
		h.before(c)
		return
	}
	for call := range c.Callers() {
		if h.way.Passes(call.Rule) {
			h.above(call.From, call.Index)
		}
	}
}

// before searches the base chains that packets pass before they come to one. What
// those accept comes to it all the same.
func (h *hunt) before(c *graph.Chain) {
	if len(c.Rules) > 0 && h.wanted.Equal(h.way.Rule(c.Rules[0]).Reach.And(h.wanted)) {
		return
	}
	n := len(h.found)
	for _, b := range h.way.BaseChains() {
		if b == c.Chain {
			break
		}
		if g := h.graph.Chain(b); g != nil && h.done[g] == 0 {
			h.whole(g, false)
		}
	}
	h.found = append(h.found[:n], slices.DeleteFunc(h.found[n:], func(t taker) bool {
		return t.does.kind != drops && t.does.kind != rejects
	})...)
}

// whole searches all rules of a chain.
func (h *hunt) whole(c *graph.Chain, back bool) {
	if h.done[c] > 0 || len(c.Rules) == 0 {
		return
	}
	h.done[c] = len(c.Rules) + 1
	h.search(c, len(c.Rules)-1, back)
	h.note(c, len(c.Rules)-1, back)
}

// search finds the rules above one at which wanted packets leave the chain. As
// fewer and fewer of them come along, most rules need not be looked at.
func (h *hunt) search(c *graph.Chain, index int, back bool) {
	left := func(i int) semantics.Set { return h.way.Rule(c.Rules[i]).Reach.And(h.wanted) }
	var halve func(lo, hi int, from, to semantics.Set)
	halve = func(lo, hi int, from, to semantics.Set) {
		if hi <= lo || from.Equal(to) || len(h.found) >= maxTakers {
			return
		}
		if hi-lo == 1 {
			h.note(c, lo, back)
			return
		}
		mid := (lo + hi) / 2
		at := left(mid)
		halve(lo, mid, from, at)
		halve(mid, hi, at, to)
	}
	if index > 0 {
		halve(0, index, left(0), left(index))
	}
}

// note notes what a rule, or a chain that it calls, takes of the wanted packets.
// Packets that are sent back are only taken away from rules of the same chain and
// of those that this one calls, so not from others: back says whether to look.
func (h *hunt) note(c *graph.Chain, index int, back bool) {
	r := c.Rules[index]
	sets := h.way.Rule(r)
	for _, end := range []struct {
		kind deedKind
		set  semantics.Set
	}{{accepts, sets.Accepts}, {drops, sets.Drops}, {rejects, sets.Rejects}, {translates, sets.Translates}, {returns, sets.Returns}} {
		if end.kind == returns && !back {
			continue
		}
		packets := end.set.And(h.wanted)
		if !packets.Some() {
			continue
		}
		d := deed{kind: end.kind}
		if own := ownDeed(r); own.kind == end.kind {
			d = own
		} else if own.kind == mixed {
			for _, s := range r.Stmts {
				if x, ok := deedOfStmt(s); ok && x.kind == end.kind {
					d = x
				}
			}
		}
		h.found = append(h.found, taker{c, r, index, d, packets})
	}
	for _, call := range callsAt(c, index) {
		for to := range call.Targets() {
			h.whole(to, false)
		}
	}
}

// fewest returns as few of the rules as can be found that want all the packets which
// the rule wants; among them one of which must holds, unless it is nil. It returns
// nil if they are not enough.
func (h *hunt) fewest(want semantics.Set, from []taker, must func(taker) bool) []taker {
	asks := make([]semantics.Set, len(from))
	for i, t := range from {
		// What a rule decides it decides; what it asks for it would decide if it came
		// there.
		if _, must := h.way.Asks(t.rule); t.chain == h.chain {
			asks[i] = must.And(h.wanted) // whatever comes into the chain
		} else {
			asks[i] = h.certain(h.way, t.chain, t.rule).And(h.wanted)
		}
		if ownDeed(t.rule) == t.does {
			asks[i] = asks[i].Or(t.packets)
		} else {
			asks[i] = t.packets
		}
	}
	for i, t := range from {
		if (must == nil || must(t)) && asks[i].Covers(want) {
			return []taker{t}
		}
	}
	var out []int
	left := want
	for left.Some() {
		best, share := -1, 0.0
		for i := range from {
			if !slices.Contains(out, i) {
				if s := asks[i].And(left).Share(); s > share {
					best, share = i, s
				}
			}
		}
		if best < 0 {
			return nil
		}
		out = append(out, best)
		left = left.Minus(asks[best])
	}
	if !left.Empty() {
		return nil
	}
	if must != nil && !slices.ContainsFunc(out, func(i int) bool { return must(from[i]) }) {
		i := slices.IndexFunc(from, must)
		if i < 0 {
			return nil
		}
		out = append(out, i)
	}
	// What a later choice has made needless goes.
	for k := 0; k < len(out) && len(out) > 1; {
		rest := want
		has := must == nil
		for m, i := range out {
			if m != k {
				rest = rest.Minus(asks[i])
				has = has || must(from[i])
			}
		}
		if has && rest.Empty() {
			out = slices.Delete(out, k, k+1)
		} else {
			k++
		}
	}
	slices.Sort(out)
	var takers []taker
	for _, i := range out {
		takers = append(takers, from[i])
	}
	return takers
}
