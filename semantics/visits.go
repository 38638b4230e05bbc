package semantics

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// visits tells apart how often a packet has come to a chain. A condition that may hold
// one time and not the next is one variable for each of these times. Calls that no packet
// takes both (for two networks, two interfaces) are of the same visit: what the chain
// does is then said once for all of them, as for any other chain.
type visits struct {
	known bool // all could be told apart
	at    map[siteKey]int
	count map[*ast.Chain]int
}

// siteKey is a rule that calls a chain, on one visit to its own.
type siteKey struct {
	from  *ast.Chain
	visit int
	rule  int
	to    *ast.Chain
}

// maxVisits is how many visits of a packet to one chain are told apart.
const maxVisits = 8

// visitAt returns which visit to a chain a call is.
func (k *calls) visitAt(from *ast.Chain, visit, rule int, to *ast.Chain) int {
	return k.visitsOf().at[siteKey{from, visit, rule, to}]
}

// once reports whether there is but one call of a chain, and packets take it once.
func (k *calls) once(c *ast.Chain) bool {
	from := k.from[c]
	return len(from) == 1 && k.visitsOf().count[from[0]] <= 1
}

func (k *calls) visitsOf() *visits {
	if k.visits == nil {
		k.visits = k.tellVisits()
	}
	return k.visits
}

// tellVisits finds out which calls one packet may take both, by the conditions of the
// rules that lead there. It gives up where these are too many, or where a chain that
// does is run for each call alone for another reason.
func (k *calls) tellVisits() *visits {
	v := &visits{at: map[siteKey]int{}, count: map[*ast.Chain]int{}}
	order, ok := k.callersFirst()
	if !ok {
		return v
	}
	st := k.space.store
	coming := map[*ast.Chain][]bdd.Node{} // the packets of each visit
	for _, c := range order {
		if c.Base() {
			coming[c] = []bdd.Node{bdd.True}
		}
		if !c.Base() && !k.doubtsIn(c) {
			continue
		}
		v.count[c] = len(coming[c])
		for i, r := range c.Rules {
			var to []*ast.Chain
			k.anyCall(r.Stmts, func(t *ast.Chain) bool {
				if k.doubtsIn(t) && !slices.Contains(to, t) {
					to = append(to, t)
				}
				return false
			})
			if len(to) == 0 {
				continue
			}
			if k.looksUpInDynamicMap(r) || !c.Base() && k.writesIn(c) && k.comesOften(c) {
				return v
			}
			asked := k.asked(r)
			for visit, in := range coming[c] {
				flow := st.And(in, asked)
				for _, t := range to {
					j := slices.IndexFunc(coming[t], func(other bdd.Node) bool {
						apart, ok := st.Disjoint(flow, other)
						return apart && ok
					})
					if j < 0 {
						if j = len(coming[t]); j == maxVisits || !flow.OK() {
							return v
						}
						coming[t] = append(coming[t], bdd.False)
					}
					coming[t][j] = st.Or(coming[t][j], flow)
					v.at[siteKey{c, visit, i, t}] = j
				}
			}
		}
	}
	v.known = true
	return v
}

// callersFirst returns the chains that packets come to, each behind those that call it;
// false if they call each other in a circle.
func (k *calls) callersFirst() (order []*ast.Chain, ok bool) {
	state := map[*ast.Chain]uint8{} // 1 is open, 2 done
	ok = true
	var visit func(c *ast.Chain)
	visit = func(c *ast.Chain) {
		if state[c] != 0 {
			ok = ok && state[c] == 2
			return
		}
		state[c] = 1
		for _, to := range k.goesTo[c] {
			visit(to)
		}
		state[c] = 2
		order = append(order, c)
	}
	for _, c := range k.table.Chains {
		if _, come := k.goesTo[c]; come && c.Base() {
			visit(c)
		}
	}
	slices.Reverse(order)
	return order, ok
}

// asked returns the packets that a rule may match, wherever it is come to.
func (k *calls) asked(r *ast.Rule) bdd.Node {
	st := k.space.store
	v := k.space.now.Clone()
	v.AddFrom(freeBase)
	n := bdd.False
	type place struct {
		hook  ast.Hook
		phase phase
	}
	seen := map[place]bool{}
	for _, s := range k.walker.stops {
		for _, s := range append([]stop{s}, s.nat...) {
			if p := (place{s.hook, s.phase}); s.table == k.table && !seen[p] {
				seen[p] = true
				n = st.Or(n, st.Exists(k.walker.compilerAt(s, "").conditions(r.Stmts), v))
			}
		}
	}
	return n
}

// looksUpInDynamicMap reports whether a rule looks a verdict up among elements that
// come and go.
func (k *calls) looksUpInDynamicMap(r *ast.Rule) bool {
	return slices.ContainsFunc(r.Stmts, func(s ast.Stmt) bool {
		m, ok := s.(*ast.VMap)
		if !ok {
			return false
		}
		ref, ok := m.Map.(*ast.SetRef)
		if !ok {
			return false
		}
		set := k.table.Set(ref.Name)
		return set == nil || isDynamic(set)
	})
}
