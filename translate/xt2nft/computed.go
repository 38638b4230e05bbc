package xt2nft

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// The TOS target changes some of the bits of DSCP and ECN, and ECN some of TCP's. nft writes what it has made
// of a field back into the packet only where that is a constant (up to 1.0.6, "right
// hand side of binary operation must be constant"), but a chain can have a rule for each
// outcome.

// computed rewrites the actions of a rule that sets fields of headers to what it makes
// of their values.
func (w *rule) computed(acts []ast.Stmt) []ast.Stmt {
	if !slices.ContainsFunc(acts, isComputed) {
		return acts
	}
	var steps []ast.Stmt
	for _, s := range acts {
		if !isComputed(s) {
			steps = append(steps, s)
			continue
		}
		a := s.(*ast.Assign)
		f := a.Left.(*ast.Payload)
		c := w.aux(f.Field.Info().Name)
		w.how("chain %s has a rule for each value that %s may become", c.Name, f.Field.Info().Name)
		w.outcomes(c, a, f)
		steps = append(steps, jump(ast.VerdictJump, c))
	}
	if len(steps) == 1 {
		return steps
	}
	// One field after the other: what stands behind a jump in a rule is not reached.
	all := w.aux("set")
	for _, s := range steps {
		all.Rules = append(all.Rules, &ast.Rule{Span: w.src.Span, Stmts: one(s)})
	}
	return one(jump(ast.VerdictJump, all))
}

// outcomes adds the rules to a chain that set a field.
func (w *rule) outcomes(c *ast.Chain, a *ast.Assign, f *ast.Payload) {
	from := map[uint64][]uint64{}
	var order []uint64
	for old := range uint64(1) << ast.BitsOf(f) {
		v, _ := made(a.Right, old)
		if v == old {
			continue
		}
		if from[v] == nil {
			order = append(order, v)
		}
		from[v] = append(from[v], old)
	}
	for _, v := range order {
		var right ast.Expr = &ast.Int{Span: a.Span, Val: from[v][0]}
		if len(from[v]) > 1 {
			set := &ast.SetLit{Span: a.Span}
			for _, old := range from[v] {
				set.Elems = append(set.Elems, &ast.Elem{Span: a.Span, Key: &ast.Int{Span: a.Span, Val: old}})
			}
			right = set
		}
		to := *a
		to.Right = &ast.Int{Span: a.Span, Val: v}
		var stmts []ast.Stmt
		if w.proto != nil && ofTransport(f) {
			stmts = one(w.proto) // nft would add it by itself
		}
		stmts = append(stmts, &ast.Match{Span: a.Span, Left: f, Right: right}, &to, &ast.Verdict{Span: a.Span, Kind: ast.VerdictReturn})
		c.Rules = append(c.Rules, &ast.Rule{Span: a.Span, Stmts: stmts})
	}
	if len(c.Rules) == 0 {
		c.Rules = append(c.Rules, &ast.Rule{Span: a.Span, Stmts: one(&ast.Verdict{Span: a.Span, Kind: ast.VerdictReturn})})
	}
}

// isComputed reports whether a statement sets a field, of few bits, to what it makes of
// its value.
func isComputed(s ast.Stmt) bool {
	a, ok := s.(*ast.Assign)
	if !ok {
		return false
	}
	f, ok := a.Left.(*ast.Payload)
	if !ok || ast.BitsOf(f) > 8 {
		return false
	}
	if _, ok := a.Right.(*ast.Binary); !ok {
		return false
	}
	same := true
	ast.Walk(a.Right, func(n ast.Node) bool {
		p, ok := n.(*ast.Payload)
		same = same && (!ok || ast.Equal(p, f))
		return same
	})
	_, ok = made(a.Right, 0)
	return same && ok
}

// made is the value of an expression, of which the field has the value old.
func made(e ast.Expr, old uint64) (uint64, bool) {
	switch e := e.(type) {
	case *ast.Int:
		return e.Val, true
	case *ast.Payload:
		return old, true
	case *ast.Binary:
		a, ok1 := made(e.Left, old)
		b, ok2 := made(e.Right, old)
		switch e.Op {
		case ast.OpAnd:
			return a & b, ok1 && ok2
		case ast.OpOr:
			return a | b, ok1 && ok2
		case ast.OpXor:
			return a ^ b, ok1 && ok2
		}
	}
	return 0, false
}
