package nft

import "github.com/ctlint/ctlint/ast"

// ct prints something of the packet's connection.
func (p *printer) ct(e *ast.CT) {
	switch e.Key {
	case ast.CTNone:
		p.refuse(e, "the key of ct is missing")
		return
	case ast.CTTimeout, ast.CTExpectation:
		p.refuse(e, "ct %s is an object of the table in nft, and none of its name is declared", e.Key)
		return
	case ast.CTCount:
		p.refuse(e, "ct count is a statement")
		return
	}
	p.text("ct ")
	if e.Dir != ast.DirNone {
		p.text(e.Dir.String())
		p.b = append(p.b, ' ')
	}
	p.family(e.Family)
	p.text(e.Key.String())
}

// family prints a family and a blank; nothing for an unknown one.
func (p *printer) family(f ast.Family) {
	if f != ast.FamilyUnknown {
		p.text(f.String())
		p.b = append(p.b, ' ')
	}
}
