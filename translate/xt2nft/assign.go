package xt2nft

import "github.com/ctlint/ctlint/ast"

// assign rewrites what sets something.
func (w *rule) assign(a *ast.Assign) []ast.Stmt {
	if c, ok := a.Left.(*ast.CT); ok {
		switch c.Key {
		case ast.CTTimeout:
			w.refuse(a.Span, "target CT: what the timeout policy says is in the kernel (nfct timeout), not in the ruleset")
			return nil
		}
	}
	return one(a)
}
