package nft

import "github.com/ctlint/ctlint/ast"

// meta prints a key of the packet's metadata. A few do without the word meta.
func (p *printer) meta(e *ast.Meta) {
	switch e.Key {
	case ast.MetaPhysIn, ast.MetaPhysOut:
		p.refuse(e, "nft does not know the bridge port of a packet outside of the bridge family")
		return
	case ast.MetaNone:
		p.refuse(e, "the key of meta is missing")
		return
	case ast.MetaIif, ast.MetaIifname, ast.MetaIifgroup, ast.MetaOif, ast.MetaOifname, ast.MetaOifgroup:
	default:
		p.text("meta ")
	}
	p.text(e.Key.String())
}
