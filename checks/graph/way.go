package graph

import "github.com/ctlint/ctlint/ast"

// WayFrom returns the rules that call one chain after another on the shortest way
// from a base chain of a hook to the chain, none for a base chain of that hook;
// false if there is no way. It takes time linear in the table.
func (c *Chain) WayFrom(h ast.Hook) ([]*ast.Rule, bool) {
	type step struct {
		chain *Chain
		by    *ast.Rule // leads from chain to the step before
		next  int       // the index of the step before
	}
	if !c.Hooks.Has(h) {
		return nil, false
	}
	seen := make([]bool, len(c.Table.Chains))
	seen[c.Index] = true
	steps := []step{{chain: c, next: -1}}
	for i := 0; i < len(steps); i++ {
		at := steps[i]
		if at.chain.Hook == h {
			var way []*ast.Rule
			for s := at; s.by != nil; s = steps[s.next] {
				way = append(way, s.by)
			}
			return way, true
		}
		for call := range at.chain.Callers() {
			if from := call.From; !call.Maybe && from.Hooks.Has(h) && !seen[from.Index] {
				seen[from.Index] = true
				steps = append(steps, step{from, call.Rule, i})
			}
		}
	}
	return nil, false
}
