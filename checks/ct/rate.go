package ct

import (
	"github.com/ctlint/ctlint/ast"
)

// rateOf returns the condition of a rule that holds up to a rate, or above one; nil if it
// has none. Above says that it holds above the rate.
func rateOf(r *ast.Rule) (rate ast.Stmt, above bool) {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Limit:
			return s, s.Over
		case *ast.Extension:
			if s.Name == "hashlimit" && !s.Target {
				return s, s.Option("hashlimit-above") != nil
			}
		}
	}
	return nil, false
}

// without returns the statements of a rule but for one.
func without(r *ast.Rule, x ast.Stmt) (out []ast.Stmt) {
	for _, s := range r.Stmts {
		if s != x {
			out = append(out, s)
		}
	}
	return out
}

// drops reports whether a rule drops or rejects.
func drops(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Reject:
			return true
		case *ast.Verdict:
			if s.Kind == ast.VerdictDrop {
				return true
			}
		}
	}
	return false
}
