package xt2nft

import "github.com/ctlint/ctlint/ast"

// assign rewrites what sets something.
func (w *rule) assign(a *ast.Assign) []ast.Stmt {
	if c, ok := a.Left.(*ast.CT); ok {
		switch c.Key {
		case ast.CTTimeout:
			w.refuse(a.Span, "target CT: what the timeout policy says is in the kernel (nfct timeout), not in the ruleset")
			return nil
		case ast.CTHelper, ast.CTEvent:
			if w.late.why != "" {
				w.refuse(a.Span, "target CT: what the connection gets, nft gives it behind conntrack; %s", w.late.why)
			}
			w.late.rules[w.src] = len(w.Rules) - 1
			return nil
		}
	}
	return one(a)
}
