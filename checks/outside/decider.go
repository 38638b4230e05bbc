package outside

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics"
)

// Decider is what decides a packet: a rule, or the policy of a chain, whose Rule is
// nil.
type Decider struct {
	Base  *ast.Chain // the base chain in which it is decided
	Chain *ast.Chain
	Rule  *ast.Rule
}

// Range returns the place of the rule, of the policy, or of the name of a chain that
// writes none.
func (d Decider) Range() analysis.Range {
	switch {
	case d.Rule != nil:
		return d.Rule
	case d.Chain.PolicySpan.Valid():
		return d.Chain.PolicySpan
	}
	return d.Chain.NameSpan
}

// Dropper returns what drops a witness; false if it is accepted.
func Dropper(w semantics.Witness) (Decider, bool) {
	t := w.Trace()
	if t.Verdict == semantics.Accept {
		return Decider{}, false
	}
	all := deciders(t)
	if len(all) == 0 {
		return Decider{}, false
	}
	return all[len(all)-1], true
}

// Accepter returns what accepts a witness where packets of its way are filtered. Of
// several base chains, a rule goes before a policy, and the one with the most rules
// before others.
func Accepter(way *semantics.Way, w semantics.Witness) (Decider, bool) {
	t := w.Trace()
	if t.Verdict != semantics.Accept {
		return Decider{}, false
	}
	return accepter(way.Hook, t)
}

func accepter(h ast.Hook, t semantics.Trace) (Decider, bool) {
	var best Decider
	for _, d := range deciders(t) {
		switch {
		case d.Base.Hook != h || d.Base.Type != ast.ChainFilter:
			continue
		case best.Base == nil,
			(d.Base.Priority >= 0) != (best.Base.Priority >= 0) && d.Base.Priority >= 0,
			(d.Base.Priority >= 0) == (best.Base.Priority >= 0) && len(d.Base.Rules) > len(best.Base.Rules):
			best = d
		}
	}
	return best, best.Base != nil
}

// deciders returns where a packet left each base chain.
func deciders(t semantics.Trace) (out []Decider) {
	var base *ast.Chain
	for _, s := range t.Steps {
		if base == nil {
			base = s.Chain
		}
		if s.Decided {
			out = append(out, Decider{Base: base, Chain: s.Chain, Rule: s.Rule})
			base = nil
		}
	}
	return out
}

// maxPeeled is how many rules are taken away to find the one that lets most packets
// pass.
const maxPeeled = 96

// Default returns what lets most packets pass that begin connections of a protocol,
// if something does: the rule that accepts most of them, or a policy for all that no
// rule names; with a packet that it accepts.
func (h *Host) Default(way *semantics.Way, proto uint8, iif, oif string) (Decider, semantics.Witness, bool) {
	first := First(way, proto, iif, oif)
	left := first.And(way.Accepts()).Must()
	if Part(left, first) <= Most {
		return Decider{}, semantics.Witness{}, false
	}
	// A port that few name.
	strange := way.Where(semantics.Fields{Proto: proto, Dport: semantics.Port(51439)})
	for range maxPeeled {
		w, ok := left.Witness(strange)
		if !ok {
			break
		}
		d, ok := Accepter(way, w)
		if !ok {
			break
		}
		if d.Rule == nil {
			return d, w, true
		}
		mine := way.Rule(d.Rule).Accepts.May()
		if Part(mine.And(first).Must(), first) > Most {
			return d, w, true
		}
		rest := left.Minus(mine)
		if rest.Equal(left) {
			break
		}
		left = rest
	}
	return Decider{}, semantics.Witness{}, false
}
