package xt2nft

import "github.com/ctlint/ctlint/ast"

type ipset struct{ set *ast.Set }

func (w *rule) inSet(m *ast.Match, k *ast.IPSetKey) []ast.Stmt {
	w.refuse(m.Span, "sets")
	return nil
}
