package idiom

import (
	"math/bits"

	"github.com/ctlint/ctlint/ast"
)

// verdicts joins rules that differ in one field and in the verdict, which is all that
// they do, into one with a verdict map. Rules that count are left: the elements of a
// map that is written out do not.
//
// The state of a connection is one of its bits, so a list of states is a set of them.
func (w *rewriter) verdicts(list []*ast.Rule) (*ast.Rule, int) {
	at := -1
	var first []*ast.Match
	var k keys
	m := &ast.SetLit{}
	n, kinds := 0, map[string]bool{}
	for i, r := range list {
		conds, acts, ok := parts(r)
		if !ok || len(acts) != 1 || r.Comment != list[0].Comment {
			break
		}
		v, ok := acts[0].(*ast.Verdict)
		if !ok {
			break
		}
		if i == 0 {
			first = conds
			if len(list) < 2 {
				break
			}
			next, _, ok := parts(list[1])
			if !ok {
				break
			}
			if at = only(conds, next); at < 0 {
				break
			}
		} else if d := only(first, conds); d != at {
			break
		}
		if v.Kind == ast.VerdictJump && !fixed(first[at].Left) {
			break // what it jumps to may change the field
		}
		vals, ok := mapKeys(conds[at])
		if !ok || !k.add(vals) {
			break
		}
		for _, key := range vals {
			m.Elems = append(m.Elems, &ast.Elem{Span: r.Span, Key: key, Data: v})
		}
		kinds[ast.Dump(v)] = true
		n++
	}
	if n < 2 || len(kinds) < 2 {
		return nil, 0
	}
	m.Span = list[0].Span
	r := rule(list[:n], nil, nil)
	for i, c := range first {
		if i != at {
			r.Stmts = append(r.Stmts, c)
		}
	}
	r.Stmts = append(r.Stmts, &ast.VMap{Span: m.Span, Key: first[at].Left, Map: m})
	return r, n
}

// only returns the one condition in which two rules differ in the value; -1 if there
// is none.
func only(a, b []*ast.Match) int {
	if len(a) != len(b) {
		return -1
	}
	at := -1
	for i := range a {
		if !ast.Equal(a[i].Left, b[i].Left) || a[i].Op != b[i].Op {
			return -1
		}
		if ast.Equal(a[i].Right, b[i].Right) {
			continue
		}
		if _, ok := mapKeys(a[i]); !ok || at >= 0 {
			return -1
		}
		at = i
	}
	return at
}

// mapKeys returns the values of a match, as the keys of a map.
func mapKeys(m *ast.Match) ([]ast.Expr, bool) {
	if c, ok := m.Left.(*ast.CT); ok && c.Key == ast.CTState && m.Op == ast.OpAny {
		n, ok := m.Right.(*ast.Int)
		if !ok {
			return nil, false
		}
		var out []ast.Expr
		for left := n.Val & ast.StateAll; left != 0; left &= left - 1 {
			out = append(out, &ast.Int{Span: n.Span, Val: 1 << bits.TrailingZeros64(left)})
		}
		return out, len(out) > 0
	}
	if m.Op != ast.OpEq || !inSets(m.Left) {
		return nil, false
	}
	return values(m.Right)
}
