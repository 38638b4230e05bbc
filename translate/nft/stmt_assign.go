package nft

import "github.com/ctlint/ctlint/ast"

// assign prints what sets something of the packet.
func (p *printer) assign(a *ast.Assign) {
	if c, ok := a.Left.(*ast.CT); ok {
		switch c.Key {
		case ast.CTHelper, ast.CTTimeout, ast.CTExpectation:
			p.refuse(a, "nft sets a ct %s that is declared in the table, not one that the kernel knows by its name", c.Key)
			return
		}
	}
	d := domainOf(a.Left)
	d.assigned = true
	p.expr(a.Left, domain{})
	p.text(" set ")
	n, ok := a.Right.(*ast.Int)
	if ok && d.typ == ast.TypeCTEvent {
		p.bits(n, n.Val, d)
		return
	}
	if ok && d.typ == ast.TypeCTLabel && n.Val&(n.Val-1) != 0 {
		p.refuse(a, "nft sets one label at a time")
		return
	}
	p.expr(a.Right, d)
}
