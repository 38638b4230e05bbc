package semantics

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// judged says of which packets it is known at once whether there are such, where rules
// translate some or keep some from conntrack. Few rules do either, so that need not be
// found out by sending packets through all others.
type judged struct {
	// sure are packets that there are; doubt are those of which that depends on
	// whether they are dropped before they come to a translation. All others there
	// are not. Both are [bdd.Bad] if nothing is known at once.
	sure, doubt bdd.Node
	// maySure and mayDoubt are the same as what is unknown may be.
	maySure, mayDoubt bdd.Node
}

func (j *judged) ok() bool { return j.sure.OK() && j.doubt.OK() }

// maxExempting and maxTranslating are how many rules there may be in chains before
// conntrack, and in those that translate, for this to be worth its cost.
const (
	maxExempting   = 400
	maxTranslating = 2000
)

// judge finds out what is known at once.
func (w *Way) judge() {
	w.judged = judged{bdd.Bad, bdd.Bad, bdd.Bad, bdd.Bad}
	st := w.host.space.store
	if !w.checks || len(w.host.space.written) > 0 || !w.few() {
		return
	}
	sure := w.settle(w.walker.tracked())
	possible := sure
	for i, s := range w.walker.stops {
		if len(s.nat) == 0 {
			continue
		}
		// What comes to the stop is what the rules there make of it, and what has been
		// dropped before is not translated.
		o := w.walker.translateAll(s)
		kept := bdd.Not(st.And(w.compiler(nil).begins(), w.compiler(nil).status(s.bit())))
		come := w.settle(st.Or(o.accept, st.And(st.Or(o.drop, o.reject), w.walker.ahead[i])))
		sure = st.AndAll(sure, come, kept)
		possible = st.And(possible, st.Or(come, kept))
	}
	doubt := st.Diff(possible, sure)
	w.judged = judged{sure, doubt, st.Exists(sure, unknowns), st.Exists(doubt, unknowns)}
}

// few reports whether few rules exempt and translate packets.
func (w *Way) few() bool {
	exempting, translating := 0, 0
	seen := map[*ast.Table]bool{}
	for _, b := range w.walker.order {
		n := 0
		for _, c := range b.stop.table.Chains {
			n += len(c.Rules)
		}
		switch {
		case b.stop.chain.Type == ast.ChainNAT && !seen[b.stop.table]:
			seen[b.stop.table] = true
			translating += n
		case b.stop.chain.Type != ast.ChainNAT && b.stop.phase&tracked == 0 && w.walker.exempt:
			exempting += n
		}
	}
	return exempting <= maxExempting && translating <= maxTranslating
}

// translateAll returns what the chains at a stop do with all packets that there could be.
func (w *walker) translateAll(s stop) fate {
	w.current = &trip{flows: map[*base][]bdd.Node{}, entries: map[*passage]bdd.Node{}, total: nothing}
	defer func() { w.current = nil }()
	return w.translate(s, w.start, toEnd)
}

// tracked returns the packets whose state is the one that they get, or would have got had
// they not been dropped before conntrack: whatever becomes of them later, that stays so.
func (w *walker) tracked() bdd.Node {
	r := &trip{flows: map[*base][]bdd.Node{}, entries: map[*passage]bdd.Node{}, total: nothing}
	if !w.exempt {
		return w.start
	}
	w.current = r
	defer func() { w.current = nil }()
	w.sendTo(r, bdd.True, toEnd, func(s stop) bool { return s.phase&tracked != 0 || len(s.nat) > 0 })
	return w.store.OrAll(r.total.accept, r.total.drop, r.total.reject)
}
