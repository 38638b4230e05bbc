package xt2nft

import (
	"strconv"

	"github.com/ctlint/ctlint/ast"
)

// TTL and HL count a field up or down, and stop at the ends of its range (ttl_tg in
// xt_HL). nft has no sums, but a chain can have a rule for each value.
var (
	_ = target("TTL", func(w *rule, e *ast.Extension) []ast.Stmt { return w.count(e, "ttl", ast.IPTTL) })
	_ = target("HL", func(w *rule, e *ast.Extension) []ast.Stmt { return w.count(e, "hl", ast.IP6Hoplimit) })
)

func (w *rule) count(e *ast.Extension, option string, f ast.Field) []ast.Stmt {
	by, down := text(e, option+"-inc", ""), false
	if by == "" {
		by, down = text(e, option+"-dec", ""), true
	}
	n, err := strconv.Atoi(by)
	if err != nil {
		w.refuse(e.Span, "target %s: its options are not known", e.Name)
		return nil
	}
	c := w.aux(option)
	w.how("chain %s has a rule for each value that changes", c.Name)
	field := func() ast.Expr { return &ast.Payload{Span: e.Span, Field: f} }
	for old := range 256 {
		to := min(old+n, 255)
		if down {
			to = max(old-n, 0)
		}
		if to == old {
			continue
		}
		c.Rules = append(c.Rules, &ast.Rule{Span: e.Span, Stmts: []ast.Stmt{
			&ast.Match{Span: e.Span, Left: field(), Right: &ast.Int{Span: e.Span, Val: uint64(old)}},
			&ast.Assign{Span: e.Span, Left: field(), Right: &ast.Int{Span: e.Span, Val: uint64(to)}},
			&ast.Verdict{Span: e.Span, Kind: ast.VerdictReturn},
		}})
	}
	return one(jump(ast.VerdictJump, c))
}
