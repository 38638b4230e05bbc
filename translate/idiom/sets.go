package idiom

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// set joins rules that differ in one field into one with a set of its values.
func (w *rewriter) set(list []*ast.Rule) (*ast.Rule, int) {
	first, acts, ok := parts(list[0])
	if !ok || len(list) < 2 {
		return nil, 0
	}
	at := -1
	var k keys
	n := 1
	for _, r := range list[1:] {
		conds, other, ok := parts(r)
		if !ok || !alike(list[0], r, acts, other) {
			break
		}
		d := differ(first, conds)
		if len(d) != 1 || at >= 0 && d[0] != at {
			break
		}
		if at < 0 {
			v, ok := values(first[d[0]].Right)
			if !ok || !ends(acts) && !fixed(first[d[0]].Left) || !k.add(v) {
				break
			}
			at = d[0]
		}
		if v, ok := values(conds[at].Right); !ok || !k.add(v) {
			break
		}
		n++
	}
	if n < 2 {
		return nil, 0
	}
	conds := slices.Clone(first)
	m := *conds[at]
	m.Right = literal(m.Span, k.list)
	conds[at] = &m
	return rule(list[:n], conds, counters(list[:n], acts)), n
}

// literal makes a set that is written out.
func literal(at ast.Span, keys []ast.Expr) *ast.SetLit {
	s := &ast.SetLit{Span: at}
	for _, k := range keys {
		s.Elems = append(s.Elems, &ast.Elem{Span: k.Source(), Key: k})
	}
	return s
}

// The rules that differ in several fields at once become one with a set of their
// tuples from three on: a pair of rules is easier to read.
const (
	fewestTuples = 3
	mostFields   = 3
)

// tuples joins rules that differ in two or three fields into one with a set of
// tuples.
func (w *rewriter) tuples(list []*ast.Rule) (*ast.Rule, int) {
	first, acts, ok := parts(list[0])
	if !ok || len(list) < fewestTuples {
		return nil, 0
	}
	var all [][]*ast.Match
	var at []int // the fields that differ: the first few rules tell them
	for i, r := range list {
		conds, other, ok := parts(r)
		if !ok || !alike(list[0], r, acts, other) {
			break
		}
		if i > 0 {
			d := differ(first, conds)
			if d == nil {
				break
			}
			union := slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(at), d...))))
			if len(union) > mostFields || i >= fewestTuples && len(union) > len(at) {
				break
			}
			at = union
		}
		all = append(all, conds)
	}
	if len(all) < fewestTuples {
		return nil, 0
	}
	if len(at) < 2 {
		return nil, 0
	}
	for _, i := range at {
		if !ends(acts) && !fixed(first[i].Left) {
			return nil, 0
		}
	}
	var k keys
	n := 0
	for _, conds := range all {
		t := &ast.Concat{Span: conds[at[0]].Span}
		for _, i := range at {
			v, ok := values(conds[i].Right)
			if !ok || len(v) != 1 {
				break
			}
			t.Parts = append(t.Parts, v[0])
		}
		if len(t.Parts) < len(at) || !k.add([]ast.Expr{t}) {
			break
		}
		n++
	}
	if n < fewestTuples {
		return nil, 0
	}
	key := &ast.Concat{Span: first[at[0]].Span}
	var conds []*ast.Match
	for i, m := range first {
		switch {
		case !slices.Contains(at, i):
			conds = append(conds, m)
			continue
		case i == at[len(at)-1]:
			conds = append(conds, &ast.Match{Span: m.Span, Left: key, Right: literal(m.Span, k.list)})
		}
		key.Parts = append(key.Parts, m.Left)
	}
	return rule(list[:n], conds, counters(list[:n], acts)), n
}
