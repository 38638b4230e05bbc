package nft

import (
	"math/bits"

	"github.com/ctlint/ctlint/ast"
)

// jsonOps are the comparisons. That bits are tested is the operator in.
var jsonOps = [...]string{
	ast.OpEq: "==", ast.OpNe: "!=", ast.OpLt: "<", ast.OpGt: ">", ast.OpLe: "<=", ast.OpGe: ">=", ast.OpAny: "in", ast.OpNone: "!",
}

// match writes a condition.
func (j *jsonPrinter) match(m *ast.Match) {
	d := domainOf(m.Left)
	switch right := m.Right.(type) {
	case *ast.Int:
		if d.typ.Bitmask() {
			j.bitMatch(m, right, d)
			return
		}
	case *ast.MaskedAddr:
		j.comparison(m.Op, func() {
			j.named("&", func() {
				j.array(2, func(i int) {
					if i == 0 {
						j.expr(m.Left, domain{})
					} else {
						j.addr(right, right.Mask)
					}
				})
			})
		}, func() { j.addr(right, right.Addr) })
		return
	}
	j.comparison(m.Op, func() { j.expr(m.Left, domain{}) }, func() { j.expr(m.Right, d) })
}

func (j *jsonPrinter) comparison(op ast.Op, left, right func()) {
	j.members("match", func() {
		j.keyStr("op", jsonOps[op])
		j.key("left")
		left()
		j.key("right")
		right()
	})
}

// bitMatch writes a match on bits: of some of which one must be set, or none; of
// those that must be set of some; or of all of them.
func (j *jsonPrinter) bitMatch(m *ast.Match, right *ast.Int, d domain) {
	b, masked := m.Left.(*ast.Binary)
	left, op, value := m.Left, m.Op, right.Val
	if masked {
		mask, ok := b.Right.(*ast.Int)
		if !ok || b.Op != ast.OpAnd {
			j.comparison(op, func() { j.expr(left, domain{}) }, func() { j.number(right, value, d) })
			return
		}
		if value != 0 || mask.Val == 0 || op != ast.OpEq && op != ast.OpNe {
			j.comparison(op, func() {
				j.named("&", func() {
					j.array(2, func(i int) {
						if i == 0 {
							j.expr(b.Left, domain{})
						} else {
							j.bitList(mask, mask.Val, d)
						}
					})
				})
			}, func() { j.bitList(right, value, d) })
			return
		}
		// That none of the bits is set, or one.
		op = [...]ast.Op{ast.OpEq: ast.OpNone, ast.OpNe: ast.OpAny}[op]
		left, value = b.Left, mask.Val
	}
	j.comparison(op, func() { j.expr(left, domain{}) }, func() {
		if op == ast.OpAny || op == ast.OpNone || bits.OnesCount64(value) == 1 {
			j.bitList(right, value, d)
		} else {
			// A list would be tested bit by bit.
			j.plain(value)
		}
	})
}
