package rd

import (
	"bytes"
	"hash/maphash"
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/influence"
)

// sameness tells which rules mean the same. It keeps its buffers from rule to
// rule.
type sameness struct {
	seed  maphash.Seed
	buf   []byte
	conds []uint64
}

func newSameness() *sameness { return &sameness{seed: maphash.MakeSeed()} }

// free reports whether it makes no difference where a statement stands among
// those of its kind: conditions that change nothing.
func free(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.Match, *ast.AnyOf:
		return !influence.Stmt(s).Stateful
	}
	return false
}

// silent reports whether a statement only counts.
func silent(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.Counter, *ast.Last:
		return true
	case *ast.ObjRef:
		return s.Kind == ast.ObjectCounter
	}
	return false
}

// hash returns a number that is the same for rules that mean the same: whose
// conditions are the same in any order, and the rest in the same order. What
// only counts is left out.
func (x *sameness) hash(r *ast.Rule) uint64 {
	x.conds = x.conds[:0]
	var all uint64
	for _, s := range r.Stmts {
		if silent(s) {
			continue
		}
		h := x.stmt(s)
		if !free(s) {
			all = all*0x9e3779b97f4a7c15 + h
			continue
		}
		if !slices.Contains(x.conds, h) {
			x.conds = append(x.conds, h)
		}
	}
	for _, h := range x.conds {
		all += h
	}
	return all
}

// stmt returns the hash of a statement. The elements of a set that it writes out
// may stand in any order.
func (x *sameness) stmt(s ast.Stmt) uint64 {
	m, ok := s.(*ast.Match)
	if !ok {
		x.buf = ast.AppendMeaning(x.buf[:0], s)
		return maphash.Bytes(x.seed, x.buf)
	}
	set, ok := m.Right.(*ast.SetLit)
	if !ok {
		x.buf = ast.AppendMeaning(x.buf[:0], s)
		return maphash.Bytes(x.seed, x.buf)
	}
	x.buf = append(ast.AppendMeaning(x.buf[:0], m.Left), byte(m.Op))
	sum := maphash.Bytes(x.seed, x.buf)
	for _, e := range set.Elems {
		x.buf = ast.AppendMeaning(x.buf[:0], e)
		sum += maphash.Bytes(x.seed, x.buf)
	}
	return sum
}

// same reports whether two rules mean the same, letter by letter.
func same(a, b *ast.Rule) bool {
	x, y := parts(a), parts(b)
	return slices.EqualFunc(x, y, bytes.Equal)
}

// parts returns the statements of a rule as text: the free ones in the order of
// the alphabet, once each, then the others.
func parts(r *ast.Rule) [][]byte {
	var conds, rest [][]byte
	for _, s := range r.Stmts {
		switch {
		case silent(s):
		case free(s):
			conds = append(conds, text(s))
		default:
			rest = append(rest, text(s))
		}
	}
	slices.SortFunc(conds, bytes.Compare)
	return append(slices.CompactFunc(conds, bytes.Equal), rest...)
}

func text(s ast.Stmt) []byte {
	m, ok := s.(*ast.Match)
	if !ok {
		return ast.AppendMeaning(nil, s)
	}
	set, ok := m.Right.(*ast.SetLit)
	if !ok {
		return ast.AppendMeaning(nil, s)
	}
	var elems [][]byte
	for _, e := range set.Elems {
		elems = append(elems, ast.AppendMeaning(nil, e))
	}
	slices.SortFunc(elems, bytes.Compare)
	return append(append(ast.AppendMeaning(nil, m.Left), byte(m.Op)), bytes.Join(elems, []byte{' '})...)
}

// once says what becomes of a packet that meets the same rule twice.
type once struct {
	kind onceKind
	// chain is the one that is called, if it is one.
	chain string
	// safe says that no verdict changes when the second rule goes.
	safe bool
	// needs is what must not change between the two.
	needs influence.Fields
}

type onceKind uint8

const (
	// counts is a rule that has an effect each time, or is not understood.
	counts onceKind = iota
	// ends is one that no packet passes which fits it.
	ends
	// calls is one whose packets may come back from another chain.
	calls
	// sets is one that sets what is set already the second time.
	sets
)

// meetTwice finds out what the second of two rules does that are the same; made
// are the calls of the rule, chains what those do.
func meetTwice(r *ast.Rule, xtables bool, made []graph.Call, chains influence.Chains) once {
	var conds, acts influence.Of
	kind, stateful, repeats := counts, false, false
	for _, s := range r.Stmts {
		o := influence.Stmt(s)
		switch graph.EffectOf(s, xtables) {
		case graph.Asks:
			conds.Add(o)
			stateful = stateful || o.Stateful && !isRecent(s)
		case graph.Final, graph.Returns:
			kind = ends
		case graph.Calls:
			kind = calls
		case graph.MayDecide:
			if _, ok := s.(*ast.VMap); !ok {
				return once{}
			}
			kind = calls
			conds.Add(o)
		case graph.Passes:
			acts.Add(o)
			if silent(s) {
				break
			}
			if kind == counts {
				kind = sets
			}
			repeats = repeats || !idempotent(s)
		}
	}
	if kind == counts || r.Bad || conds.Unknown || acts.Unknown || stateful {
		return once{}
	}
	out := once{kind: kind, needs: conds.Reads, safe: !conds.Stateful}
	if kind == calls {
		if !out.through(made, chains, &acts) {
			return once{}
		}
	}
	if out.kind != ends {
		if repeats || conds.Stateful {
			return once{}
		}
		out.needs |= acts.Reads | acts.Writes
	}
	return out
}

// through follows the calls of a rule, and adds what the chains do. It is false if
// what they do is not known.
func (o *once) through(made []graph.Call, chains influence.Chains, acts *influence.Of) bool {
	decided := true
	for i, call := range made {
		if call.Maybe || call.To == nil && call.Map == nil {
			return false
		}
		of := chains.Call(call)
		if acts.Add(of); of.Unknown {
			return false
		}
		for to := range call.Targets() {
			decided = decided && (call.Goto || to.Decides)
		}
		if o.chain = call.Name; i > 0 || call.Map != nil {
			o.chain = ""
		}
	}
	if decided {
		o.kind = ends
		return true
	}
	o.safe = o.safe && acts.Writes == influence.Nothing && !acts.Stateful
	return true
}

// isRecent reports whether a condition is a look at a list of recent. Of two that
// are the same the second finds what the first has found, as long as what the
// first has found ends the packet's way: --update changes the list only where it
// holds, --remove likewise, and --set always holds (recent_mt).
func isRecent(s ast.Stmt) bool {
	e, ok := s.(*ast.Extension)
	return ok && e.Name == "recent"
}

// repeatable are the xtables targets that stay an [ast.Extension] and, done twice,
// do what they do once.
var repeatable = map[string]bool{
	"CHECKSUM": true, "ECN": true, "HMARK": true, "SECMARK": true, "CONNSECMARK": true, "TCPMSS": true, "TCPOPTSTRIP": true,
}

// idempotent reports whether a statement that has been run changes nothing when
// it is run again.
func idempotent(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.Notrack, *ast.Reset:
		return true
	case *ast.Assign:
		return settles(s.Left, s.Right)
	case *ast.ObjRef:
		return s.Kind == ast.ObjectCTHelper || s.Kind == ast.ObjectCTTimeout || s.Kind == ast.ObjectSecmark
	case *ast.Extension:
		return s.Target && repeatable[s.Name]
	}
	return false
}

// settles reports whether right gives what left is already, once left has been
// set to it: right does not look at left, or is left & a, left | b, or
// (left & a) | b or ^ b where a and b share no bit.
func settles(left, right ast.Expr) bool {
	o := influence.Stmt(&ast.Assign{Left: left, Right: right})
	if o.Stateful || o.Unknown {
		return false
	}
	if o.Reads&o.Writes == 0 {
		return true
	}
	b, ok := right.(*ast.Binary)
	if !ok {
		return false
	}
	n, ok := b.Right.(*ast.Int)
	if !ok {
		return false
	}
	if ast.Equal(b.Left, left) {
		return b.Op == ast.OpAnd || b.Op == ast.OpOr
	}
	in, ok := b.Left.(*ast.Binary)
	if !ok || in.Op != ast.OpAnd || !ast.Equal(in.Left, left) {
		return false
	}
	a, ok := in.Right.(*ast.Int)
	return ok && (b.Op == ast.OpOr || b.Op == ast.OpXor && a.Val&n.Val == 0)
}
