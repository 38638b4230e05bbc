package xt2nft

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// spared are the statements of the rule at hand without those that ask whether a field
// of the header that -p names has any value at all, as --sport 0:65535 and --ahspi
// 0:4294967295 do: each packet of the protocol has one, and the protocol stays. A later
// fragment has none for x_tables; nft takes any bytes that stand there for one
// (nft_payload_fast_eval), so the range would not keep it out.
func (w *rule) spared() []ast.Stmt {
	all := w.src.Stmts
	if w.proto == nil || !slices.ContainsFunc(all, w.anyValue) {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), w.anyValue)
}

// anyValue reports whether a match holds for each packet of the rule's protocol.
func (w *rule) anyValue(s ast.Stmt) bool {
	m, ok := s.(*ast.Match)
	if !ok || m.Op != ast.OpEq {
		return false
	}
	p, ok := m.Left.(*ast.Payload)
	if !ok || p.Tunnel != ast.TunnelNone || p.Field.Info().Base != ast.BaseTransport {
		return false
	}
	r, ok := m.Right.(*ast.Range)
	if !ok {
		return false
	}
	lo, ok1 := r.Lo.(*ast.Int)
	hi, ok2 := r.Hi.(*ast.Int)
	return ok1 && ok2 && lo.Val == 0 && hi.Val == 1<<ast.BitsOf(p)-1
}
