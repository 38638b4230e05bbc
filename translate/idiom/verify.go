package idiom

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// Verify proves a block: written out, rule by rule and value by value, the new rule
// must come to the old ones. It knows nothing of how the block was made.
func (b *Block) Verify() error {
	var old []string
	for _, r := range b.Old {
		old = append(old, writtenOut(r)...)
	}
	now := writtenOut(b.New)
	slices.Sort(old)
	slices.Sort(now)
	if slices.Equal(old, now) {
		return nil
	}
	for _, s := range now {
		if _, ok := slices.BinarySearch(old, s); !ok {
			return fmt.Errorf("table %s %s, chain %s: a rule has come to be that was not there: %s", b.Table.Family, b.Table.Name, b.Chain.Name, s)
		}
	}
	return fmt.Errorf("table %s %s, chain %s: of %d rules with one value each, %d are left", b.Table.Family, b.Table.Name, b.Chain.Name, len(old), len(now))
}

// writtenOut returns a rule as one for each combination of the values in its sets, in
// a form in which the order of the conditions does not count.
func writtenOut(r *ast.Rule) []string {
	type partial struct {
		conds   []string
		verdict string
	}
	all := []partial{{}}
	times := func(alts []partial) {
		var next []partial
		for _, p := range all {
			for _, a := range alts {
				n := partial{append(slices.Clone(p.conds), a.conds...), p.verdict + a.verdict}
				next = append(next, n)
			}
		}
		all = next
	}
	actions := ""
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			var alts []partial
			for _, v := range alternatives(s) {
				alts = append(alts, partial{conds: v})
			}
			times(alts)
		case *ast.VMap:
			var alts []partial
			set, ok := s.Map.(*ast.SetLit)
			if !ok {
				actions += ast.Dump(s)
				continue
			}
			for _, e := range set.Elems {
				for _, c := range equals(s.Key, e.Key) {
					alts = append(alts, partial{conds: c, verdict: ast.Dump(e.Data)})
				}
			}
			times(alts)
		case *ast.Counter:
		default:
			actions += ast.Dump(s)
		}
	}
	var out []string
	for _, p := range all {
		slices.Sort(p.conds)
		out = append(out, strings.Join(p.conds, " ")+" "+p.verdict+actions+" "+r.Comment)
	}
	return out
}

// alternatives returns a match as one for each value.
func alternatives(m *ast.Match) [][]string {
	n, ok := m.Right.(*ast.Int)
	if c, ct := m.Left.(*ast.CT); ct && ok && c.Key == ast.CTState && m.Op == ast.OpAny {
		var out [][]string
		for left := n.Val & ast.StateAll; left != 0; left &= left - 1 {
			out = append(out, equals(m.Left, &ast.Int{Val: 1 << bits.TrailingZeros64(left)})...)
		}
		return out
	}
	set, ok := m.Right.(*ast.SetLit)
	switch {
	case m.Op != ast.OpEq:
		return [][]string{{ast.Dump(m.Left) + " " + m.Op.String() + " " + ast.Dump(m.Right)}}
	case !ok:
		return equals(m.Left, m.Right)
	}
	var out [][]string
	for _, e := range set.Elems {
		out = append(out, equals(m.Left, e.Key)...)
	}
	return out
}

// equals returns the comparison of a field with a value: of a concatenation, of each
// of its fields.
func equals(left, right ast.Expr) [][]string {
	l, ok1 := left.(*ast.Concat)
	r, ok2 := right.(*ast.Concat)
	if !ok1 || !ok2 || len(l.Parts) != len(r.Parts) {
		return [][]string{{ast.Dump(left) + " == " + ast.Dump(right)}}
	}
	var all []string
	for i := range l.Parts {
		all = append(all, ast.Dump(l.Parts[i])+" == "+ast.Dump(r.Parts[i]))
	}
	return [][]string{all}
}
