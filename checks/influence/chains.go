package influence

import "github.com/ctlint/ctlint/checks/graph"

// Chains is what the chains of a table do with a packet that comes into them, the
// chains that they call included, by [graph.Chain.Index].
type Chains []Of

// New computes what the chains of a table do.
func New(t *graph.Table) Chains {
	own := make(Chains, len(t.Chains))
	for i, c := range t.Chains {
		for _, r := range c.Rules {
			own[i].Add(Rule(r))
		}
		if c.Cycle() != nil { // refused at load, so nothing may be claimed
			own[i].Add(Of{Reads: All, Writes: All, Stateful: true, Unknown: true})
		}
	}
	w := walk{own: own, all: make(Chains, len(own)), state: make([]uint8, len(own))}
	for _, c := range t.Chains {
		w.chain(c)
	}
	return w.all
}

// Call returns what a rule does with a packet through a call.
func (cs Chains) Call(call graph.Call) Of {
	var o Of
	for to := range call.Targets() {
		o.Add(cs[to.Index])
	}
	return o
}

const (
	unseen = iota
	open
	done
)

// walk adds to each chain what those do that it calls.
type walk struct {
	own, all Chains
	state    []uint8
}

func (w *walk) chain(c *graph.Chain) {
	if w.state[c.Index] != unseen {
		return
	}
	w.state[c.Index] = open
	o := w.own[c.Index]
	for i := range c.Calls {
		for to := range c.Calls[i].Targets() {
			w.chain(to)
			o.Add(w.all[to.Index])
		}
	}
	w.all[c.Index], w.state[c.Index] = o, done
}
