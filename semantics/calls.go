package semantics

import "github.com/ctlint/ctlint/ast"

// calls knows which chains of a table call which on a way, and which of them must be passed
// for each call alone.
type calls struct {
	walker *walker
	space  *space
	table  *ast.Table
	byName map[string]*ast.Chain
	goesTo map[*ast.Chain][]*ast.Chain // each as often as a rule goes there
	from   map[*ast.Chain][]*ast.Chain
	writes memo
	doubts memo
	often  memo
	single memo
	visits *visits
}

type memo map[*ast.Chain]bool

// ask computes what holds of a chain. In a circle of chains nothing new is found.
func (m memo) ask(c *ast.Chain, f func() bool) bool {
	v, ok := m[c]
	if !ok {
		m[c] = false
		v = f()
		m[c] = v
	}
	return v
}

func (w *walker) callsOf(t *ast.Table) *calls {
	k := w.calls[t]
	if k != nil {
		return k
	}
	k = &calls{
		walker: w, space: w.space, table: t, byName: make(map[string]*ast.Chain, len(t.Chains)),
		goesTo: map[*ast.Chain][]*ast.Chain{}, from: map[*ast.Chain][]*ast.Chain{},
		writes: memo{}, doubts: memo{}, often: memo{}, single: memo{},
	}
	w.calls[t] = k
	for _, c := range t.Chains {
		if k.byName[c.Name] == nil {
			k.byName[c.Name] = c
		}
	}
	for _, s := range w.stops {
		if s.table == t && s.kind == atChain {
			k.visit(s.chain)
		}
		for _, n := range s.nat {
			if n.table == t {
				k.visit(n.chain)
			}
		}
	}
	return k
}

// visit notes the calls of a chain that packets of the way come to, and of those that
// it calls.
func (k *calls) visit(c *ast.Chain) {
	if _, ok := k.goesTo[c]; ok {
		return
	}
	k.goesTo[c] = nil
	for _, r := range c.Rules {
		k.add(c, r.Stmts)
	}
	for _, to := range k.goesTo[c] {
		k.visit(to)
	}
}

func (k *calls) add(from *ast.Chain, stmts []ast.Stmt) {
	for _, s := range stmts {
		switch s := s.(type) {
		case *ast.Verdict:
			if s.Kind == ast.VerdictJump || s.Kind == ast.VerdictGoto {
				if to := k.byName[s.Chain]; to != nil {
					k.goesTo[from] = append(k.goesTo[from], to)
					k.from[to] = append(k.from[to], from)
				}
			}
		case *ast.VMap:
			for _, e := range k.elems(s.Map) {
				if e.Data != nil {
					k.add(from, []ast.Stmt{e.Data})
				}
			}
		}
	}
}

// elems returns the elements of a map; nil if there is none.
func (k *calls) elems(m ast.Expr) []*ast.Elem {
	switch m := m.(type) {
	case *ast.SetLit:
		return m.Elems
	case *ast.SetRef:
		if s := k.table.Set(m.Name); s != nil && !m.IPSet {
			return s.Elems
		}
	}
	return nil
}

// alone reports whether what a chain does cannot be said once for all packets that
// come in: it changes something that rules ask for, or asks for what may be so one
// time and not the next, while it cannot be told how often packets come in.
func (k *calls) alone(c *ast.Chain) bool {
	return k.single.ask(c, func() bool {
		if k.writesIn(c) || k.doubtsIn(c) && k.comesOften(c) && !k.visitsOf().known {
			return true
		}
		for _, to := range k.goesTo[c] {
			if k.alone(to) {
				return true
			}
		}
		return false
	})
}

// changesIn reports whether a rule of a base chain must be run for each set of packets
// anew: it changes packets, or goes to a chain that is passed for each call alone.
func (k *calls) changesIn(c *ast.Chain, i int) bool {
	r := c.Rules[i]
	return k.ruleWrites(r) || k.anyCall(r.Stmts, k.alone)
}

// plain reports whether a rule of a chain that is passed for each call alone does the
// same each time.
func (k *calls) plain(r *ast.Rule) bool {
	return !k.ruleWrites(r) && !k.ruleDoubts(r) && !k.callsAny(r)
}

// callsAny reports whether a rule goes to a chain.
func (k *calls) callsAny(r *ast.Rule) bool {
	return k.anyCall(r.Stmts, func(*ast.Chain) bool { return true })
}

func (k *calls) anyCall(stmts []ast.Stmt, f func(*ast.Chain) bool) bool {
	for _, s := range stmts {
		switch s := s.(type) {
		case *ast.Verdict:
			if to := k.byName[s.Chain]; to != nil && (s.Kind == ast.VerdictJump || s.Kind == ast.VerdictGoto) && f(to) {
				return true
			}
		case *ast.VMap:
			for _, e := range k.elems(s.Map) {
				if e.Data != nil && k.anyCall([]ast.Stmt{e.Data}, f) {
					return true
				}
			}
		}
	}
	return false
}

func (k *calls) comesOften(c *ast.Chain) bool {
	return k.often.ask(c, func() bool {
		if len(k.from[c]) > 1 {
			return true
		}
		for _, f := range k.from[c] {
			if k.comesOften(f) {
				return true
			}
		}
		return false
	})
}

func (k *calls) writesIn(c *ast.Chain) bool {
	return k.writes.ask(c, func() bool { return k.any(c, k.ruleWrites, k.writesIn) })
}

func (k *calls) doubtsIn(c *ast.Chain) bool {
	return k.doubts.ask(c, func() bool { return k.any(c, k.ruleDoubts, k.doubtsIn) })
}

// any reports whether something holds of a rule of the chain, or below.
func (k *calls) any(c *ast.Chain, rule func(*ast.Rule) bool, below func(*ast.Chain) bool) bool {
	for _, r := range c.Rules {
		if rule(r) {
			return true
		}
	}
	for _, to := range k.goesTo[c] {
		if below(to) {
			return true
		}
	}
	return false
}

// ruleWrites reports whether a rule changes something that rules ask for.
func (k *calls) ruleWrites(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Notrack:
			return true
		case *ast.Assign:
			if k.space.written[ast.Dump(s.Left)] {
				return true
			}
		case *ast.Reset:
			if k.space.written[ast.Dump(s.Target)] {
				return true
			}
		case *ast.Extension:
			if s.Target && k.space.written[extensionWrites[s.Name]] {
				return true
			}
		}
	}
	return false
}

// extensionWrites are the fields that targets without an nft shape change.
var extensionWrites = map[string]string{
	"HMARK": "meta.mark", "CONNMARK": "meta.mark", "MARK": "meta.mark", "TTL": "ip.ttl", "HL": "ip6.hoplimit", "DSCP": "ip.dscp", "TOS": "ip.dscp", "SET": "meta.mark",
}

// ruleDoubts reports whether a rule decides packets by what may be so one time and
// not the next.
func (k *calls) ruleDoubts(r *ast.Rule) bool {
	doubts, acts := false, false
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Queue, *ast.Fwd, *ast.Synproxy, *ast.TProxy:
			return true
		case *ast.Opaque:
			doubts = true
			acts = acts || s.Action
		case *ast.Limit, *ast.Quota, *ast.ConnLimit, *ast.ObjRef, *ast.SetOp, *ast.Meter, *ast.FlowAdd:
			doubts = true
		case *ast.Extension:
			if s.Target && !passes[s.Name] {
				return true
			}
			doubts = doubts || !s.Target && !pureExtensions[s.Name]
		case *ast.Match, *ast.AnyOf:
			doubts = doubts || !k.steady(s)
		case *ast.VMap:
			doubts = doubts || !k.steady(s)
			acts = true
		case *ast.Verdict, *ast.Reject, *ast.NAT, *ast.Assign:
			acts = true
		}
	}
	return doubts && acts
}

func (k *calls) steady(n ast.Node) bool {
	c := compiler{space: k.space, table: k.table}
	return c.steady(n)
}
