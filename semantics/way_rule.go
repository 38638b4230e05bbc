package semantics

import (
	"fmt"
	"strconv"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// rules passes packets through the rules of a passage.
func (w *walker) rules(s stop, p *passage, flow bdd.Node, instance string) fate {
	if w.current != nil {
		return w.inRuns(s, p, flow, instance)
	}
	out, left := w.some(s, p, 0, len(p.chain.Rules), flow, instance)
	out.fall = w.store.Or(out.fall, left)
	return out
}

// stretch is a run of rules in a chain that is passed for each call alone. What those
// do that only ask and decide is known once and for all.
type stretch struct {
	first, last int
	passage     *passage // nil if the rules must be run each time
	out         fate
	next        bdd.Node
}

// stretches cuts a chain into runs of rules.
func (w *walker) stretches(s stop, c *ast.Chain) []stretch {
	key := passageKey{chain: c, hook: s.hook, phase: s.phase}
	list, ok := w.cut[key]
	if ok {
		return list
	}
	k := w.callsOf(s.table)
	for i := 0; i < len(c.Rules); {
		x := stretch{first: i, last: i + 1}
		plain := k.plain(c.Rules[i])
		for x.last < len(c.Rules) && k.plain(c.Rules[x.last]) == plain {
			x.last++
		}
		if plain {
			running := w.current
			w.current = nil
			x.passage = w.newPassage(c)
			x.out, x.next = w.some(s, x.passage, x.first, x.last, bdd.True, fmt.Sprint(s.hook, s.phase))
			w.byChain[c] = append(w.byChain[c], x.passage)
			w.current = running
		}
		list = append(list, x)
		i = x.last
	}
	w.cut[key] = list
	return list
}

// inRuns passes packets through a chain for one call alone.
func (w *walker) inRuns(s stop, p *passage, flow bdd.Node, instance string) fate {
	out := nothing
	for _, x := range w.stretches(s, p.chain) {
		if flow == bdd.False {
			break
		}
		if x.passage == nil {
			o, left := w.some(s, p, x.first, x.last, flow, instance)
			out, flow = w.both(out, o), left
			continue
		}
		old, ok := w.current.entries[x.passage]
		if !ok {
			old = bdd.False
		}
		w.current.entries[x.passage] = w.store.Or(old, flow)
		and := func(n bdd.Node) bdd.Node { return w.store.And(flow, n) }
		out = w.both(out, fate{and(x.out.accept), and(x.out.drop), and(x.out.reject), and(x.out.fall), and(x.out.nat)})
		flow = and(x.next)
	}
	out.fall = w.store.Or(out.fall, flow)
	return out
}

// some passes packets through some rules of a passage, and returns also those that
// go on behind them.
func (w *walker) some(s stop, p *passage, first, last int, flow bdd.Node, instance string) (out fate, left bdd.Node) {
	out = nothing
	for i := first; i < last; i++ {
		p.rules[i].reach = flow
		if flow == bdd.Bad {
			return fate{bdd.Bad, bdd.Bad, bdd.Bad, bdd.Bad, bdd.Bad}, bdd.Bad
		}
		if flow == bdd.False {
			continue
		}
		r := p.chain.Rules[i]
		t := transit{
			walker: w, compiler: w.compilerAt(s, instance), stop: s, passage: p,
			rule: r, index: i, rest: bdd.False, at: flow, out: &out,
		}
		for _, st := range r.Stmts {
			t.stmt(st)
		}
		if !t.effect {
			p.rules[i].cond, p.rules[i].lazy = w.store.AndAll(t.pending...), true
			continue
		}
		p.rules[i].match = t.all()
		flow = w.store.Or(t.rest, t.now())
	}
	return out, flow
}

// transit is packets on their way through one rule.
type transit struct {
	*walker
	compiler *compiler
	stop     stop
	passage  *passage
	rule     *ast.Rule
	index    int
	// at are the packets that came to the last statement which did something,
	// pending the conditions after it. They are joined when that is needed: most
	// rules have several conditions, which are small, and meet many packets once.
	at      bdd.Node
	pending []bdd.Node
	rest    bdd.Node // failed a condition
	matched bdd.Node // came to a verdict; valid with decided
	decided bool
	effect  bool // the rule takes packets out, or changes them
	out     *fate
}

// now returns the packets that have come to the present statement, and puts those
// that have not with the rest.
func (t *transit) now() bdd.Node {
	if len(t.pending) > 0 {
		cond := t.pending[0]
		for _, n := range t.pending[1:] {
			cond = t.store.And(cond, n)
		}
		t.pending = t.pending[:0]
		here := t.store.And(t.at, cond)
		if here != t.at {
			t.rest = t.store.Or(t.rest, t.store.Diff(t.at, cond))
		}
		t.at = here
	}
	return t.at
}

// all returns the packets for which the conditions of the whole rule hold.
func (t *transit) all() bdd.Node {
	n := t.now()
	if t.decided {
		return t.store.Or(t.matched, n)
	}
	return n
}

// stmt passes the packets through a statement.
func (t *transit) stmt(s ast.Stmt) {
	if n, ok := t.compiler.condition(s); ok {
		if n != bdd.True {
			t.pending = append(t.pending, n)
		}
		return
	}
	switch s := s.(type) {
	case *ast.Verdict:
		t.verdict(s)
	case *ast.VMap:
		t.vmap(s)
	case *ast.Reject:
		t.decide(endReject, t.take())
	case *ast.NAT:
		t.nat(s)
	case *ast.Queue, *ast.Fwd:
		t.acceptOrDrop(s, t.take())
	case *ast.Synproxy:
		t.may(s, false)
	case *ast.TProxy:
		if s.Terminal {
			t.acceptOrDrop(s, t.take())
		} // nft's own goes on, whether there is a socket or not
		t.tproxy(s)
	case *ast.ObjRef:
		if s.Kind == ast.ObjectSynproxy {
			t.may(s, false)
		}
	case *ast.Opaque:
		t.may(s, true)
	case *ast.Extension:
		if !passes[s.Name] {
			t.may(s, true)
		} else if f := extensionWrites[s.Name]; f != "" && t.written[f] {
			t.change(f)
		}
	case *ast.Notrack:
		t.notrack()
	case *ast.Assign:
		t.assign(s)
	case *ast.Reset:
		if key := ast.Dump(s.Target); t.written[key] {
			t.change(key)
		}
	}
}

// take takes the packets that are here out of the rule.
func (t *transit) take() bdd.Node {
	n := t.now()
	t.at, t.effect = bdd.False, true
	return n
}

// put says that packets are here again.
func (t *transit) put(n bdd.Node) { t.at = t.store.Or(t.at, n) }

func (t *transit) decide(e ending, n bdd.Node) {
	if !t.decided {
		t.matched, t.decided = bdd.False, true
	}
	t.matched = t.store.Or(t.matched, n)
	o := [numEndings]*bdd.Node{endAccept: &t.out.accept, endDrop: &t.out.drop, endReject: &t.out.reject, endNAT: &t.out.nat, endReturn: &t.out.fall}[e]
	*o = t.store.Or(*o, n)
	own := &t.passage.rules[t.index].ends[e]
	*own = t.store.Or(*own, n)
}

// acceptOrDrop decides packets in a way that cannot be known.
func (t *transit) acceptOrDrop(s ast.Stmt, n bdd.Node) {
	f := t.compiler.stateful(s, "accepts")
	t.decide(endAccept, t.store.And(n, f))
	t.decide(endDrop, t.store.Diff(n, f))
}

// may accepts packets, drops them or lets them go on; or, with returns, ends the
// chain for them.
func (t *transit) may(s ast.Stmt, returns bool) {
	n := t.take()
	ends := t.compiler.stateful(s, "decides")
	t.acceptOrDrop(s, t.store.And(n, ends))
	n = t.store.Diff(n, ends)
	if returns {
		back := t.compiler.stateful(s, "returns")
		t.decide(endReturn, t.store.And(n, back))
		n = t.store.Diff(n, back)
	}
	t.put(n)
}

// tproxy ends the rule for packets that no socket takes (nft_tproxy_eval).
func (t *transit) tproxy(s *ast.TProxy) {
	t.pending = append(t.pending, t.compiler.stateful(s, "finds a socket"))
}

func (t *transit) verdict(v *ast.Verdict) {
	switch v.Kind {
	case ast.VerdictAccept:
		t.decide(endAccept, t.take())
	case ast.VerdictDrop:
		t.decide(endDrop, t.take())
	case ast.VerdictReturn:
		t.decide(endReturn, t.take())
	case ast.VerdictJump, ast.VerdictGoto:
		t.put(t.call(v, v, t.take()))
	}
}

// call passes packets to a chain, and returns those that come back.
func (t *transit) call(v *ast.Verdict, by ast.Stmt, n bdd.Node) bdd.Node {
	if !t.decided {
		t.matched, t.decided = bdd.False, true
	}
	t.matched = t.store.Or(t.matched, n)
	k := t.callsOf(t.stop.table)
	to := k.byName[v.Chain]
	if to == nil { // the kernel loads no such ruleset
		f := t.compiler.stateful(by, "decides "+v.Chain)
		t.acceptOrDrop(by, t.store.And(n, f))
		return t.store.Diff(n, f)
	}
	o := t.pass(t.stop, to, k.visitAt(t.passage.chain, t.passage.visit, t.index, to), n, site{from: t.passage, item: t.passage.rules[t.index].item}, t.compiler.instance+" "+strconv.Itoa(t.index)+"/"+t.passage.chain.Name)
	t.out.accept = t.store.Or(t.out.accept, o.accept)
	t.out.drop = t.store.Or(t.out.drop, o.drop)
	t.out.reject = t.store.Or(t.out.reject, o.reject)
	t.out.nat = t.store.Or(t.out.nat, o.nat)
	if v.Kind == ast.VerdictGoto {
		t.out.fall = t.store.Or(t.out.fall, o.fall)
		return bdd.False
	}
	return o.fall
}

// vmap looks packets up in a verdict map. Those that it has no entry for go on, and
// so do those that lack what it is asked for.
func (t *transit) vmap(m *ast.VMap) {
	c := t.compiler
	n := t.take()
	var elems []*ast.Elem
	switch s := m.Map.(type) {
	case *ast.SetLit:
		elems = s.Elems
	case *ast.SetRef:
		set := c.set(s)
		if set == nil || isDynamic(set) {
			t.put(n)
			t.dynamicMap(m, set)
			return
		}
		elems = set.Elems
	}
	c.asks, c.elem = m, ""
	parts := c.operands(m.Key)
	present := c.present(parts)
	type group struct {
		v  *ast.Verdict
		in []bdd.Node
	}
	var groups []*group
	index := map[ast.Verdict]*group{}
	taken := bdd.False
	var rest *ast.Verdict // of the catch-all element
	for i, e := range elems {
		v, ok := e.Data.(*ast.Verdict)
		if !ok {
			continue
		}
		if e.Key == nil {
			rest = v
			continue
		}
		c.elem = "/" + strconv.Itoa(i)
		in, ok := c.in(parts, e.Key)
		if !ok {
			in = t.store.Diff(c.stateful(m, c.elem), taken)
			taken = t.store.Or(taken, in)
		}
		g := index[ast.Verdict{Kind: v.Kind, Chain: v.Chain}]
		if g == nil {
			g = &group{v: v}
			groups = append(groups, g)
			index[ast.Verdict{Kind: v.Kind, Chain: v.Chain}] = g
		}
		g.in = append(g.in, in)
	}
	left := n
	each := func(v *ast.Verdict, in bdd.Node) {
		here := t.store.And(left, in)
		left = t.store.Diff(left, in)
		t.mapped(v, m, here)
	}
	for _, g := range groups {
		each(g.v, t.store.And(present, t.store.OrAll(g.in...)))
	}
	if rest != nil {
		each(rest, present)
	}
	t.put(left)
}

// mapped gives packets the verdict of a map's element.
func (t *transit) mapped(v *ast.Verdict, m *ast.VMap, n bdd.Node) {
	if n == bdd.False {
		return
	}
	switch v.Kind {
	case ast.VerdictAccept:
		t.decide(endAccept, n)
	case ast.VerdictDrop:
		t.decide(endDrop, n)
	case ast.VerdictReturn:
		t.decide(endReturn, n)
	case ast.VerdictJump, ast.VerdictGoto:
		t.put(t.call(v, m, n))
	default:
		t.put(n)
	}
}

// dynamicMap looks packets up in a map whose elements come and go: those that are
// written down may be there, and others may be.
func (t *transit) dynamicMap(m *ast.VMap, set *ast.Set) {
	if set != nil {
		for i, e := range set.Elems {
			v, ok := e.Data.(*ast.Verdict)
			if !ok {
				continue
			}
			n := t.take()
			f := t.compiler.stateful(m, "has "+strconv.Itoa(i))
			t.put(t.store.Diff(n, f))
			t.mapped(v, m, t.store.And(n, f))
		}
	}
	t.may(m, true)
}
