package nft

import (
	"math/bits"

	"github.com/ctlint/ctlint/ast"
)

// match prints a condition.
func (p *printer) match(m *ast.Match) {
	d := domainOf(m.Left)
	switch right := m.Right.(type) {
	case *ast.Int:
		if d.typ.Bitmask() && p.bitMatch(m, right, d) {
			return
		}
	case *ast.Bool:
		if f, ok := m.Left.(*ast.Fib); ok && !f.Check {
			p.refuse(m, "the result of a look-up of routes is no presence")
			return
		}
	case *ast.MaskedAddr:
		p.maskedAddr(m, right)
		return
	}
	if f, ok := m.Left.(*ast.Fib); ok && f.Check {
		if _, ok := m.Right.(*ast.Bool); !ok {
			p.refuse(m, "the presence of a route either exists or is missing")
			return
		}
	}
	p.expr(m.Left, domain{})
	switch m.Op {
	case ast.OpEq:
		if mustSayEqual(m, d) {
			p.text(" ==")
		}
	case ast.OpNe, ast.OpLt, ast.OpGt, ast.OpLe, ast.OpGe:
		p.b = append(p.b, ' ')
		p.text(m.Op.String())
	case ast.OpAny:
		if !d.typ.Bitmask() {
			p.refuse(m, "nft tests bits of %s only with a mask", m.Left)
		}
	case ast.OpNone:
		if !d.typ.Bitmask() {
			p.refuse(m, "nft tests bits only with a mask there")
		}
		p.text(" !")
	default:
		p.refuse(m, "there is no such comparison")
	}
	p.b = append(p.b, ' ')
	p.expr(m.Right, d)
}

// mustSayEqual reports whether the comparison for equality cannot be left
// unsaid: without it, bits of a bitmask are tested.
func mustSayEqual(m *ast.Match, d domain) bool {
	switch m.Right.(type) {
	case *ast.SetLit, *ast.SetRef, *ast.Range, *ast.Prefix, *ast.Bool:
		_, bin := m.Left.(*ast.Binary)
		return bin
	}
	if d.typ.Bitmask() {
		return true
	}
	_, bin := m.Left.(*ast.Binary)
	return bin
}

// bitMatch prints a match on bits in one of nft's own forms: a list of bits of
// which one must be set, or none; or the bits that must be set of some. It
// reports whether it has.
func (p *printer) bitMatch(m *ast.Match, right *ast.Int, d domain) bool {
	b, masked := m.Left.(*ast.Binary)
	mask := uint64(0)
	if masked {
		n, ok := b.Right.(*ast.Int)
		if !ok || b.Op != ast.OpAnd {
			return false
		}
		mask = n.Val
	}
	op, left, value := m.Op, m.Left, right.Val
	switch {
	case masked && value == 0 && mask != 0 && (op == ast.OpEq || op == ast.OpNe):
		// That none of the bits is set, or one.
		op = [...]ast.Op{ast.OpEq: ast.OpNone, ast.OpNe: ast.OpAny}[op]
		left, value = b.Left, mask
	case masked && mask != 0 && (op == ast.OpEq || op == ast.OpNe):
		if mask == value && bits.OnesCount64(mask) == 1 {
			return false
		}
		p.expr(b.Left, domain{})
		if op == ast.OpNe {
			p.text(" !=")
		}
		p.b = append(p.b, ' ')
		p.bits(right, value, d)
		p.text(" / ")
		p.bits(right, mask, d)
		return true
	case masked || op != ast.OpAny && op != ast.OpNone:
		return false
	}
	p.expr(left, domain{})
	if op == ast.OpNone {
		p.text(" !")
	}
	p.b = append(p.b, ' ')
	p.bits(right, value, d)
	return true
}

// bits prints bits as a list.
func (p *printer) bits(at ast.Node, n uint64, d domain) {
	if d.typ == ast.TypeCTLabel {
		p.labels(at, n, d)
		return
	}
	p.flags(n, d, ",")
}

// maskedAddr prints a match on an address with a mask that is no prefix.
func (p *printer) maskedAddr(m *ast.Match, right *ast.MaskedAddr) {
	p.expr(m.Left, domain{})
	p.text(" & ")
	p.addr(right, right.Mask)
	switch m.Op {
	case ast.OpEq:
		p.text(" == ")
	case ast.OpNe:
		p.text(" != ")
	default:
		p.refuse(m, "an address with a mask is either equal or not")
	}
	p.addr(right, right.Addr)
}
