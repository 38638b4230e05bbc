package graph

import "slices"

// nodes are the chains and the named maps of a table, numbered: chains first.
// Maps are nodes of their own so that a large map that many rules look up costs
// no more than its elements and its look-ups.
type nodes struct {
	chains []*Chain
	maps   []*Map
	ids    map[*Map]int
	// maybe says that calls which are Maybe count; unsure that there are any.
	maybe, unsure bool
}

func newNodes(t *Table) *nodes {
	n := &nodes{chains: t.Chains, maps: t.Maps, ids: make(map[*Map]int, len(t.Maps))}
	for i, m := range t.Maps {
		n.ids[m] = len(t.Chains) + i
	}
	for _, c := range t.Chains {
		n.unsure = n.unsure || slices.ContainsFunc(c.Calls, func(c Call) bool { return c.Maybe })
	}
	return n
}

func (n *nodes) len() int { return len(n.chains) + len(n.maps) }

// chain returns the chain of that number; nil for a map.
func (n *nodes) chain(id int) *Chain {
	if id < len(n.chains) {
		return n.chains[id]
	}
	return nil
}

func (n *nodes) calls(id int) []Call {
	if c := n.chain(id); c != nil {
		return c.Calls
	}
	return n.maps[id-len(n.chains)].Calls
}

// callee returns the number of what is called, or -1.
func (n *nodes) callee(c *Call) int {
	switch {
	case c.Maybe && !n.maybe:
	case c.To != nil:
		return c.To.Index
	case c.Map != nil:
		return n.ids[c.Map]
	}
	return -1
}

// circular reports whether a component is a circle.
func (n *nodes) circular(group []int) bool {
	if len(group) > 1 {
		return true
	}
	calls := n.calls(group[0])
	for i := range calls {
		if n.callee(&calls[i]) == group[0] {
			return true
		}
	}
	return false
}

// components returns the strongly connected components, each before those that
// call it. It is Tarjan's algorithm without recursion, as chains may call each
// other ten thousand deep.
func (n *nodes) components() [][]int {
	type frame struct{ id, call int }
	var (
		out     [][]int
		index   = make([]int, n.len()) // 0: not seen yet
		low     = make([]int, n.len())
		open    = make([]bool, n.len())
		stack   []int
		frames  []frame
		counter int
	)
	enter := func(id int) {
		counter++
		index[id], low[id], open[id] = counter, counter, true
		stack = append(stack, id)
		frames = append(frames, frame{id: id})
	}
	for root := range n.len() {
		if index[root] != 0 {
			continue
		}
		enter(root)
		for len(frames) > 0 {
			f := &frames[len(frames)-1]
			if calls := n.calls(f.id); f.call < len(calls) {
				to := n.callee(&calls[f.call])
				f.call++
				switch {
				case to < 0:
				case index[to] == 0:
					enter(to)
				case open[to]:
					low[f.id] = min(low[f.id], index[to])
				}
				continue
			}
			id := f.id
			frames = frames[:len(frames)-1]
			if len(frames) > 0 {
				up := frames[len(frames)-1].id
				low[up] = min(low[up], low[id])
			}
			if low[id] == index[id] {
				at := len(stack) - 1
				for stack[at] != id {
					at--
				}
				group := append([]int(nil), stack[at:]...)
				stack = stack[:at]
				for _, g := range group {
					open[g] = false
				}
				out = append(out, group)
			}
		}
	}
	return out
}

// spreadHooks gives each chain the hooks of its callers, from the callers to
// the callees.
func (n *nodes) spreadHooks(groups [][]int) {
	hooks := make([]Hooks, n.len())
	for i := len(groups) - 1; i >= 0; i-- {
		var all Hooks
		for _, id := range groups[i] {
			all |= hooks[id]
			if c := n.chain(id); c != nil && c.Base() {
				all |= 1 << c.Hook
			}
		}
		for _, id := range groups[i] {
			if c := n.chain(id); c != nil {
				c.Hooks = all
			}
			calls := n.calls(id)
			for k := range calls {
				if to := n.callee(&calls[k]); to >= 0 {
					hooks[to] |= all
				}
			}
		}
	}
}
