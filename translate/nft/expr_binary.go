package nft

import (
	"math/bits"

	"github.com/ctlint/ctlint/ast"
)

// binding says how strongly the operations on bits bind: as in C, but for |, ^
// and & and the shifts alone.
var binding = [...]int{ast.OpOr: 1, ast.OpXor: 2, ast.OpAnd: 3, ast.OpShl: 4, ast.OpShr: 4}

// binary prints an operation on bits, with brackets where it needs them.
func (p *printer) binary(e *ast.Binary, d domain) {
	if int(e.Op) >= len(binding) {
		p.refuse(e, "there is no such operation on bits")
		return
	}
	prec := binding[e.Op]
	if left := domainOf(e.Left); left.typ != ast.TypeNone {
		left.assigned = d.assigned
		d = left
	}
	d.plain = false
	p.operand(e.Left, d, prec)
	p.b = append(p.b, ' ')
	p.text(e.Op.String())
	p.b = append(p.b, ' ')
	if e.Op == ast.OpShl || e.Op == ast.OpShr {
		d = domain{typ: ast.TypeInteger}
	}
	p.operand(e.Right, d, prec+1)
}

// operand prints what an operation that binds so strongly has on one side.
func (p *printer) operand(e ast.Expr, d domain, prec int) {
	inner := prec
	switch e := e.(type) {
	case *ast.Binary:
		if int(e.Op) < len(binding) {
			inner = binding[e.Op]
		}
	case *ast.Int:
		if d.typ.Bitmask() && bits.OnesCount64(e.Val) > 1 {
			inner = binding[ast.OpOr] // printed as the names of its bits
		}
	}
	if inner < prec {
		p.b = append(p.b, '(')
	}
	p.expr(e, d)
	if inner < prec {
		p.b = append(p.b, ')')
	}
}

// concat prints a concatenation.
func (p *printer) concat(e *ast.Concat, d domain) {
	for i, part := range e.Parts {
		if i > 0 {
			p.text(" . ")
		}
		p.expr(part, d.part(i))
	}
}
