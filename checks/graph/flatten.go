package graph

import "github.com/ctlint/ctlint/ast"

// Step is a rule on a packet's way.
type Step struct {
	Chain *Chain
	Index int
	Rule  *ast.Rule
	// Depth is how many calls lie between the chain one started from and
	// the rule.
	Depth int
	// Sure says that every packet which comes to the end of the way so far
	// without being decided comes to this rule: no jump on the way to it asks
	// for anything.
	Sure bool
}

// Flatten returns the rules in the order in which a packet may meet them that
// comes into the chain: after a rule that calls another chain, that chain's
// rules, then the next one's. A circle is cut where it closes. At most limit
// steps are returned; complete says that these are all. A chain that is called
// from several rules is there several times.
func (c *Chain) Flatten(limit int) (steps []Step, complete bool) {
	f := flattening{limit: limit, open: map[*Chain]bool{}}
	complete = f.chain(c, 0, true)
	return f.steps, complete
}

type flattening struct {
	steps []Step
	limit int
	open  map[*Chain]bool
}

func (f *flattening) chain(c *Chain, depth int, sure bool) bool {
	if f.open[c] {
		return true
	}
	f.open[c] = true
	defer delete(f.open, c)
	calls := c.Calls
	for i, r := range c.Rules {
		if len(f.steps) == f.limit {
			return false
		}
		f.steps = append(f.steps, Step{Chain: c, Index: i, Rule: r, Depth: depth, Sure: sure})
		for ; len(calls) > 0 && calls[0].Index == i; calls = calls[1:] {
			always := sure && Unconditional(r, c.Table.Xtables) && calls[0].To != nil
			for to := range calls[0].Targets() {
				if !f.chain(to, depth+1, always) {
					return false
				}
			}
		}
	}
	return true
}
