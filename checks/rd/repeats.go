package rd

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/semantics"
)

// maxRepeats is how many rules a table may have for this to be worked out. Where it
// has more, it was written by a program, which does not mind a rule too many.
const maxRepeats = 1000

// repeats finds the rules that the ones below, or the policy, make needless: these do
// the same to all its packets.
func (j *judge) repeats() []needless {
	n := 0
	for _, c := range j.table.Chains {
		n += len(c.Rules)
	}
	if n > maxRepeats {
		return nil
	}
	r := &repeating{judge: j, tails: map[intoKey][]tail{}, open: map[*graph.Chain]bool{}, goOn: map[goOnKey]semantics.Set{}}
	r.deeds = []deed{{kind: accepts}, {kind: drops}, falls: {kind: returns}}
	for _, c := range j.table.Chains {
		for _, rule := range c.Rules {
			if d := ownDeed(rule); d.kind == rejects && !slices.Contains(r.deeds, d) {
				r.deeds = append(r.deeds, d)
			}
		}
	}
	if len(r.deeds) > maxDeeds {
		r.deeds = r.deeds[:maxDeeds]
	}
	var out []needless
	for _, c := range j.table.Chains {
		if !judgesChain(c) || c.Type == ast.ChainNAT || !r.filters(c) {
			continue
		}
		for i := len(c.Rules) - 1; i >= 0; i-- {
			if n, ok := r.rule(c, i); ok && r.besides(out, n, i) {
				out = append(out, n)
			}
		}
	}
	slices.Reverse(out)
	return out
}

// besides reports whether a rule is not needed either if all those that have been found
// before go, too: somebody may take out both. Those in its own chain are below it.
func (r *repeating) besides(found []needless, n needless, i int) bool {
	gone := map[*ast.Rule]bool{}
	for _, f := range found {
		for _, w := range r.ways {
			if !w.Passes(f.rule) || !w.Passes(n.rule) {
				continue
			}
			switch {
			case f.chain == n.chain:
				if w.Rule(n.rule).Match.Meets(r.may(w, f.rule)) {
					gone[f.rule] = true
				}
			case w.Rule(n.rule).Match.Meets(r.may(w, f.rule)) || w.Rule(f.rule).Match.Meets(r.may(w, n.rule)):
				return false
			}
		}
	}
	if len(gone) == 0 {
		return true
	}
	own := ownDeed(n.rule)
	for _, w := range r.ways {
		left := w.Rule(n.rule).Match.May()
		for k := i + 1; k < len(n.chain.Rules) && !left.Empty(); k++ {
			rule := n.chain.Rules[k]
			if gone[rule] {
				continue
			}
			may, must := w.Asks(rule)
			switch {
			case may.Disjoint(left):
			case r.deedOf(n.chain, k) == own && r.idle[rule]:
			case r.deedOf(n.chain, k) == own:
				left = left.Minus(must)
			default:
				return false
			}
		}
		if !left.Empty() && !r.after(w, n.chain, slices.Index(r.deeds, own)).Covers(left) {
			return false
		}
	}
	return true
}

// falls is the index of the deed of coming to the end of a chain, or being sent back.
const falls = 2

// maxDeeds is how many deeds are told apart: there are few ways to reject.
const maxDeeds = 8

type repeating struct {
	*judge
	deeds   []deed
	tails   map[intoKey][]tail
	open    map[*graph.Chain]bool
	goOn    map[goOnKey]semantics.Set
	dropped map[*semantics.Way]semantics.Set
}

type goOnKey struct {
	intoKey
	deed int
}

// tail is what surely becomes of packets that come to a rule: for each deed those to
// which it, or what is below it in the chain, does that, and nothing besides.
type tail []semantics.Set

// filters reports whether no chain of type nat leads to the chain.
func (r *repeating) filters(c *graph.Chain) bool {
	if c.Base() {
		return true
	}
	for call := range c.Callers() {
		if call.From.Type == ast.ChainNAT {
			return false
		}
	}
	return true
}

// rule finds out whether the rest of the ruleset does what a rule does.
func (r *repeating) rule(c *graph.Chain, i int) (needless, bool) {
	rule := c.Rules[i]
	own := ownDeed(rule)
	k := slices.Index(r.deeds, own)
	if k < 0 || rule.Bad || r.idle[rule] || closes(c, i) || r.last(c, i) || looksForHelper(rule) {
		return needless{}, false
	}
	n := needless{cause: repeated, chain: c, rule: rule}
	for _, w := range r.ways {
		if !w.Passes(rule) {
			continue
		}
		match := w.Rule(rule).Match
		if match.Empty() {
			continue
		}
		if !r.surely(w, c, i+1, k, match) {
			return n, false
		}
		if match = match.May(); !r.surely(w, c, i+1, k, match) {
			return n, false
		}
		if habit(w, own, match) || own.kind == accepts && (r.shortWay(w, c, i) || match.Meets(r.drops(w))) {
			return n, false
		}
		if n.way == nil {
			n.way, n.wanted = w, match
		}
	}
	if n.way == nil {
		return n, false
	}
	n.by, n.policy = r.instead(n.way, c, i, own, n.wanted)
	if len(n.by) > 0 && own.kind != accepts && n.by[0].index == len(c.Rules)-1 {
		return n, false // it says of some packets what is said of all the rest in the end
	}
	if len(n.by) > 0 && own.kind == accepts && graph.Unconditional(n.by[0].rule, c.Table.Xtables) {
		return n, false // that rule is what is wrong: it lets in everything
	}
	return n, true
}

// surely reports whether a deed is done to all packets of a set by the rules of a chain
// from one on, or by what comes after the chain.
func (r *repeating) surely(w *semantics.Way, c *graph.Chain, from, deed int, packets semantics.Set) bool {
	left := packets.Minus(r.later(w, c, from, deed))
	return left.Empty() || r.later(w, c, from, falls).Covers(left) && r.after(w, c, deed).Covers(left)
}

// may returns the packets that a rule may ask for.
func (r *repeating) may(w *semantics.Way, rule *ast.Rule) semantics.Set {
	may, _ := w.Asks(rule)
	return may
}

// drops returns what the whole way drops.
func (r *repeating) drops(w *semantics.Way) semantics.Set {
	if r.dropped == nil {
		r.dropped = map[*semantics.Way]semantics.Set{}
	}
	if _, ok := r.dropped[w]; !ok {
		r.dropped[w] = w.Drops()
	}
	return r.dropped[w]
}

// shortWay reports whether an accept is one of those that stand at the top so that
// most packets need not pass the rules below: of ESTABLISHED ones, or the loopback.
func (r *repeating) shortWay(w *semantics.Way, c *graph.Chain, i int) bool {
	if i+1 == len(c.Rules) {
		return false
	}
	asks := r.may(w, c.Rules[i]).And(w.Universe())
	lo := w.Where(semantics.Fields{Iif: "lo"}).Or(w.Where(semantics.Fields{Oif: "lo"}))
	return asks.Covers(w.Where(semantics.Fields{State: ast.StateEstablished})) || lo.Covers(asks)
}

// closes reports whether a rule is the last of its chain and takes whatever comes, or
// is one of several refusals at the end of which that is the last: they say what the
// chain does in the end, and say so even if the policy will be another one.
func closes(c *graph.Chain, i int) bool {
	last := len(c.Rules) - 1
	if !graph.Unconditional(c.Rules[last], c.Table.Xtables) {
		return false
	}
	for ; i < last; i++ {
		if d := ownDeed(c.Rules[i]); d.kind != rejects && d.kind != drops && !onlyLogs(c.Rules[i]) {
			return false
		}
	}
	return true
}

// looksForHelper reports whether a rule matches the helper of a connection: if that does
// nothing here, it was meant to assign it, which is another check's matter.
func looksForHelper(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		if m, ok := s.(*ast.Match); ok {
			if k, ok := m.Left.(*ast.CT); ok && k.Key == ast.CTHelper {
				return true
			}
		}
	}
	return false
}

// last reports whether a rule takes whatever comes, and nothing below it does anything.
func (r *repeating) last(c *graph.Chain, i int) bool {
	for _, rule := range c.Rules[i+1:] {
		if !r.idle[rule] {
			return false
		}
	}
	return graph.Unconditional(c.Rules[i], c.Table.Xtables)
}

// maxInstead is how many rules below are looked at for the one that does the same.
const maxInstead = 256

// instead returns the rule below that does the same to all packets, if there is one,
// or says that it is the policy.
func (r *repeating) instead(w *semantics.Way, c *graph.Chain, i int, own deed, match semantics.Set) ([]taker, bool) {
	touched := false
	for k := i + 1; k < len(c.Rules) && k < i+maxInstead; k++ {
		rule := c.Rules[k]
		may, must := w.Asks(rule)
		if may.Disjoint(match) {
			continue
		}
		touched = true
		if r.deedOf(c, k) == own && !r.idle[rule] && must.Covers(match) {
			return []taker{{c, rule, k, own, match}}, false
		}
	}
	return nil, !touched && c.Base() && len(c.Rules) < i+maxInstead
}

// later returns the packets to which the rules of a chain from one on surely do
// something; the deed returns is for those that come to its end.
func (r *repeating) later(w *semantics.Way, c *graph.Chain, from, deed int) semantics.Set {
	return r.tailsOf(w, c)[from][deed]
}

// after returns the packets that something is surely done to once they come to the
// end of a chain, or are sent back.
func (r *repeating) after(w *semantics.Way, c *graph.Chain, deed int) semantics.Set {
	key := goOnKey{intoKey{w, c}, deed}
	if s, ok := r.goOn[key]; ok {
		return s
	}
	none := w.Universe().Minus(w.Universe())
	r.goOn[key] = none
	s := none
	if c.Base() {
		kind := r.deeds[deed].kind
		if !c.Implicit && (kind == accepts && c.Policy != ast.PolicyDrop || kind == drops && c.Policy == ast.PolicyDrop) {
			s = w.Universe()
		}
	} else {
		s = w.Universe()
		for call := range c.Callers() {
			if !w.Passes(call.Rule) {
				continue
			}
			end := r.after(w, call.From, deed)
			if !isGoto(call) {
				end = r.later(w, call.From, call.Index+1, deed).Or(r.later(w, call.From, call.Index+1, falls).And(end))
			}
			s = s.And(end)
		}
	}
	r.goOn[key] = s
	return s
}

func isGoto(call graph.Call) bool {
	if call.Map != nil {
		for _, c := range call.Map.Calls {
			if c.Goto {
				return true
			}
		}
	}
	return call.Goto
}

// tailsOf works out what becomes of the packets that come to each rule of a chain, and
// to its end, from the last one up.
func (r *repeating) tailsOf(w *semantics.Way, c *graph.Chain) []tail {
	key := intoKey{w, c}
	if t, ok := r.tails[key]; ok {
		return t
	}
	all, none := w.Universe(), w.Universe().Minus(w.Universe())
	tails := make([]tail, len(c.Rules)+1)
	end := make(tail, len(r.deeds))
	for k := range end {
		end[k] = none
	}
	end[falls] = all
	tails[len(c.Rules)] = end
	if r.open[c] {
		end[falls] = none // a circle, which no kernel loads: nothing is sure
		for i := range tails {
			tails[i] = end
		}
		return tails
	}
	r.open[c] = true
	for i := len(c.Rules) - 1; i >= 0; i-- {
		tails[i] = r.before(w, c, i, tails[i+1])
	}
	delete(r.open, c)
	r.tails[key] = tails
	return tails
}

// before puts a rule above what becomes of packets.
func (r *repeating) before(w *semantics.Way, c *graph.Chain, i int, then tail) tail {
	rule := c.Rules[i]
	if len(rule.Stmts) == 0 {
		return then
	}
	may, must := w.Asks(rule)
	may = may.May()
	own := ownDeed(rule)
	out := make(tail, len(then))
	k := slices.Index(r.deeds, own)
	var there tail
	jumps := false
	if call, ok := onlyCall(c, i); ok && own.kind == mixed && call.To != nil && !r.idle[rule] {
		there, jumps = r.tailsOf(w, call.To)[0], !call.Goto
		if call.Goto {
			there = slices.Clone(there)
		}
	}
	for d := range out {
		switch {
		case d == k && r.idle[rule]:
			// A rule above it makes it needless: if that goes it does something, and if
			// it goes itself it does not.
			out[d] = then[d]
		case d == k:
			out[d] = then[d].Or(must)
		case there != nil && jumps:
			t := there[falls].And(then[d])
			if d != falls {
				t = t.Or(there[d])
			}
			out[d] = t.And(must).Or(then[d].Minus(may)).Or(t.And(then[d]))
		case there != nil:
			out[d] = there[d].And(must).Or(then[d].Minus(may))
		default:
			out[d] = then[d].Minus(may)
		}
	}
	return out
}
