package nft

import "github.com/ctlint/ctlint/ast"

// unsaid returns which statements of a rule are left out, as nft adds them by
// itself; nil if none is.
func (p *printer) unsaid(r *ast.Rule) []bool {
	var hide []bool
	for i, s := range r.Stmts {
		if m, ok := s.(*ast.Match); ok && m.Implied {
			if hide == nil {
				hide = make([]bool, len(r.Stmts))
			}
			hide[i] = true
		}
	}
	return hide
}
