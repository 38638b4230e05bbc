package xt2nft

import "github.com/ctlint/ctlint/ast"

// tproxy rewrites TPROXY of xtables, which decides the packet: it accepts one that
// a socket takes, and drops any other (tproxy_tg4 in xt_TPROXY). nft's own goes on:
// behind the statement if a socket takes the packet, with the next rule if none
// does. So the rule goes on to a chain of two rules, which decide.
func (w *rule) tproxy(t *ast.TProxy) []ast.Stmt {
	if !t.Terminal {
		return one(t)
	}
	own := *t
	own.Terminal = false
	own.Family = ast.FamilyUnknown
	h := w.aux("tproxy")
	w.how("chain %s drops what no socket takes", h.Name)
	w.put(h, []ast.Stmt{&own, &ast.Verdict{Span: t.Span, Kind: ast.VerdictAccept}})
	w.put(h, one(&ast.Verdict{Span: t.Span, Kind: ast.VerdictDrop}))
	return one(jump(ast.VerdictGoto, h))
}
