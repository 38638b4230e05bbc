package ct

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// asksForLoopback reports whether a rule is about packets of lo alone, by one of
// the given keys.
func asksForLoopback(r *ast.Rule, keys ...ast.MetaKey) bool {
	for _, s := range r.Stmts {
		m, ok := s.(*ast.Match)
		if !ok || m.Op != ast.OpEq {
			continue
		}
		left, ok := m.Left.(*ast.Meta)
		if !ok || !slices.Contains(keys, left.Key) {
			continue
		}
		if name, ok := m.Right.(*ast.String); ok && name.Val == "lo" && !name.Wildcard {
			return true
		}
	}
	return false
}
