package idiom

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// Block is a run of rules that has become one.
type Block struct {
	Table *ast.Table
	Chain *ast.Chain
	Old   []*ast.Rule
	New   *ast.Rule
}

// Rewrite rewrites the rules of all chains of a ruleset of nft, in place: the chains
// get new lists of rules, and the rules themselves stay as they are.
func Rewrite(rs *ast.Ruleset) (blocks []Block) {
	for _, t := range rs.Tables {
		for _, c := range t.Chains {
			w := rewriter{table: t, chain: c, old: map[*ast.Rule][]*ast.Rule{}}
			rules := c.Rules
			for _, pass := range []func(list []*ast.Rule) (*ast.Rule, int){w.set, w.tuples, w.verdicts} {
				rules = w.pass(rules, pass)
			}
			c.Rules = rules
			for _, r := range rules {
				if old := w.old[r]; old != nil {
					blocks = append(blocks, Block{t, c, old, r})
				}
			}
		}
	}
	return blocks
}

// rewriter rewrites a chain.
type rewriter struct {
	table *ast.Table
	chain *ast.Chain
	old   map[*ast.Rule][]*ast.Rule // what new rules stand for
}

// pass goes over the rules of a chain with one kind of rewriting: join returns the
// rule for the first n of a list, or nil if they stay.
func (w *rewriter) pass(rules []*ast.Rule, join func(list []*ast.Rule) (*ast.Rule, int)) []*ast.Rule {
	out := rules[:0:0]
	for i := 0; i < len(rules); {
		r, n := join(rules[i:])
		if r == nil {
			out = append(out, rules[i])
			i++
			continue
		}
		var old []*ast.Rule
		for _, x := range rules[i : i+n] {
			if o := w.old[x]; o != nil {
				old = append(old, o...)
				delete(w.old, x)
			} else {
				old = append(old, x)
			}
		}
		w.old[r] = old
		out = append(out, r)
		i += n
	}
	return out
}

// parts are a rule's conditions and its actions. The conditions are matches alone; ok
// is false for a rule that has others, or none, or does not look the same twice.
func parts(r *ast.Rule) (conds []*ast.Match, acts []ast.Stmt, ok bool) {
	for i, s := range r.Stmts {
		m, is := s.(*ast.Match)
		if !is {
			acts = r.Stmts[i:]
			break
		}
		if !pure(m.Left) {
			return nil, nil, false
		}
		conds = append(conds, m)
	}
	for _, s := range acts {
		switch s.(type) {
		case *ast.Verdict, *ast.Counter, *ast.Log, *ast.Reject, *ast.NAT, *ast.Queue, *ast.Assign, *ast.Notrack:
		default:
			return nil, nil, false // it may hold for one packet and not for the next
		}
	}
	return conds, acts, len(conds) > 0 && !r.Bad
}

// pure reports whether an expression is the same however often it is read.
func pure(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Numgen:
		return false
	case *ast.Binary:
		return pure(e.Left)
	case *ast.Concat:
		return !slices.ContainsFunc(e.Parts, func(p ast.Expr) bool { return !pure(p) })
	}
	return true
}

// ends reports whether actions end the packet's way through the chain.
func ends(acts []ast.Stmt) bool {
	if len(acts) == 0 {
		return false
	}
	switch s := acts[len(acts)-1].(type) {
	case *ast.Verdict:
		return s.Kind != ast.VerdictJump && s.Kind != ast.VerdictContinue
	case *ast.Reject, *ast.NAT, *ast.Queue:
		return true
	}
	return false
}

// alike reports whether two rules have the same actions, whatever they have counted,
// and the same comment.
func alike(a, b *ast.Rule, x, y []ast.Stmt) bool {
	if a.Comment != b.Comment || len(x) != len(y) {
		return false
	}
	for i := range x {
		_, c1 := x[i].(*ast.Counter)
		_, c2 := y[i].(*ast.Counter)
		if c1 != c2 || !c1 && !ast.Equal(x[i], y[i]) {
			return false
		}
	}
	return true
}

// differ returns the conditions in which two rules differ: in the value of a field,
// and nothing else; nil if they differ otherwise.
func differ(a, b []*ast.Match) (at []int) {
	if len(a) != len(b) {
		return nil
	}
	for i := range a {
		if a[i].Op != b[i].Op || !ast.Equal(a[i].Left, b[i].Left) {
			return nil
		}
		if !ast.Equal(a[i].Right, b[i].Right) {
			if a[i].Op != ast.OpEq || !inSets(a[i].Left) {
				return nil
			}
			at = append(at, i)
		}
	}
	return at
}

// inSets reports whether a field may be looked up in a set that is written out: it
// has one value at a time, of a width that nft knows.
func inSets(e ast.Expr) bool {
	if ast.TypeOf(e).Bitmask() {
		return false
	}
	switch e := e.(type) {
	case *ast.Payload:
		return e.Tunnel == ast.TunnelNone
	case *ast.Meta:
		switch e.Key {
		case ast.MetaIifname, ast.MetaOifname, ast.MetaMark, ast.MetaPkttype, ast.MetaSkuid, ast.MetaSkgid, ast.MetaLength:
			return true
		}
	case *ast.CT:
		return e.Key == ast.CTMark
	}
	return false
}

// fixed reports whether no action changes a field but one that ends the chain.
func fixed(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Payload:
		switch e.Field {
		case ast.IPDSCP, ast.IPECN, ast.IP6DSCP, ast.IP6ECN, ast.IPTTL, ast.IP6Hoplimit:
			return false
		}
		return true
	case *ast.Meta:
		return e.Key == ast.MetaIifname || e.Key == ast.MetaOifname
	}
	return false
}

// counters returns the sum of what rules have counted, as the actions of one of them.
func counters(rules []*ast.Rule, acts []ast.Stmt) []ast.Stmt {
	i := slices.IndexFunc(acts, func(s ast.Stmt) bool { _, ok := s.(*ast.Counter); return ok })
	if i < 0 {
		return acts
	}
	var sum ast.Counter
	sum.Span = acts[i].Source()
	for _, r := range rules {
		for _, s := range r.Stmts {
			if c, ok := s.(*ast.Counter); ok {
				sum.Packets += c.Packets
				sum.Bytes += c.Bytes
			}
		}
	}
	acts = slices.Clone(acts)
	acts[i] = &sum
	return acts
}

// rule makes a rule of conditions and actions that stands for others.
func rule(of []*ast.Rule, conds []*ast.Match, acts []ast.Stmt) *ast.Rule {
	r := &ast.Rule{Span: of[0].Span.Join(of[len(of)-1].Span), Comment: of[0].Comment, CommentSpan: of[0].CommentSpan}
	for _, m := range conds {
		r.Stmts = append(r.Stmts, m)
	}
	r.Stmts = append(r.Stmts, acts...)
	return r
}
