package reach

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics"
)

// Ending is what becomes of packets at a rule.
type Ending uint8

// The endings.
const (
	Accepted Ending = iota
	Dropped
	Rejected
	Translated
	Returned // sent back to the calling chain
)

func (e Ending) String() string {
	return [...]string{"accepted", "dropped", "rejected", "translated", "returned"}[e]
}

// Shadow is a rule that takes packets away from one below it.
type Shadow struct {
	Rule   *ast.Rule
	Ending Ending
	// Packets are those that the rule below would have matched.
	Packets semantics.Set
}

// Wanted returns the packets of a way that a rule's own conditions, and those of the
// rules that lead to its chain, ask for, whatever is decided before they come there.
func (f *Facts) Wanted(w *semantics.Way, r *ast.Rule) semantics.Set {
	p := f.Place(r)
	return f.intoChain(w, p.Chain, map[*ast.Chain]bool{}).And(w.Holds(p.Table, r.Stmts...))
}

// intoChain returns the packets that the jumps lead into a chain.
func (f *Facts) intoChain(w *semantics.Way, c *ast.Chain, open map[*ast.Chain]bool) semantics.Set {
	out := w.Universe().Minus(w.Universe())
	at := f.graph.Chain(c)
	if c.Base() || at == nil {
		return w.Universe()
	}
	if open[c] {
		return out
	}
	open[c] = true
	defer delete(open, c)
	for call := range at.Callers() {
		if call.From == nil || call.Maybe {
			continue
		}
		out = out.Or(f.intoChain(w, call.From.Chain, open).And(w.Holds(call.From.Table.Table, call.Rule.Stmts...)))
	}
	return out
}

// Shadows returns the rules that decide the packets which a rule would match on a
// way, before they come to it: as few as can be found, and among them one with
// another verdict than the rule's own if there is one. Complete says that together
// they decide all of these packets; where it is false, the names are some of several.
func (f *Facts) Shadows(w *semantics.Way, r *ast.Rule) (shadows []Shadow, complete bool) {
	left := f.Wanted(w, r)
	if !left.Some() {
		return nil, left.Empty()
	}
	var all []Shadow
	for q := range w.Rules() {
		if q == r {
			continue
		}
		sets := w.Rule(q)
		for e, s := range [...]semantics.Set{Accepted: sets.Accepts, Dropped: sets.Drops, Rejected: sets.Rejects, Translated: sets.Translates, Returned: sets.Returns} {
			if e := Ending(e); s.Some() && (e != Returned || f.Place(q).Chain == f.Place(r).Chain) && s.Meets(left) {
				all = append(all, Shadow{q, e, s.And(left)})
			}
		}
	}
	own, hasOwn := ending(r)
	for left.Some() && len(all) > 0 {
		best, bestShare := 0, -1.0
		for i, s := range all {
			share := s.Packets.And(left).Share()
			if share > bestShare {
				best, bestShare = i, share
			}
		}
		s := all[best]
		all = slices.Delete(all, best, best+1)
		now := s.Packets.And(left)
		if !now.Some() {
			break
		}
		left = left.Minus(now)
		shadows = append(shadows, s)
	}
	if hasOwn && !slices.ContainsFunc(shadows, func(s Shadow) bool { return s.Ending != own }) {
		if i := slices.IndexFunc(all, func(s Shadow) bool { return s.Ending != own }); i >= 0 {
			shadows = append(shadows, all[i])
		}
	}
	return shadows, left.Empty()
}

// ending returns what becomes of packets at a rule with a plain verdict.
func ending(r *ast.Rule) (e Ending, ok bool) {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Verdict:
			switch s.Kind {
			case ast.VerdictAccept:
				return Accepted, true
			case ast.VerdictDrop:
				return Dropped, true
			case ast.VerdictReturn:
				return Returned, true
			}
		case *ast.Reject:
			return Rejected, true
		case *ast.NAT:
			return Translated, true
		}
	}
	return 0, false
}
