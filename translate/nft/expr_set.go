package nft

import "github.com/ctlint/ctlint/ast"

// setLit prints a set that is written out; data is the domain of what it gives,
// if it is a map.
func (p *printer) setLit(e *ast.SetLit, d, data domain) {
	if len(e.Elems) == 0 {
		p.refuse(e, "the set is empty, which nft does not take for one that is written out")
		return
	}
	p.text("{ ")
	for i, el := range e.Elems {
		if i > 0 {
			p.text(", ")
		}
		p.elem(el, d, data)
	}
	p.text(" }")
}

// setRef prints the name of a set.
func (p *printer) setRef(e *ast.SetRef) {
	if e.IPSet {
		p.refuse(e, "nft cannot look into the sets of ipset(8), such as %q", e.Name)
		return
	}
	p.b = append(p.b, '@')
	p.setName(e, "the set", e.Name)
}

// mapping prints a key that is looked up in a map; data is the domain of what
// the map gives.
func (p *printer) mapping(key ast.Expr, word string, m ast.Expr, data domain) {
	p.expr(key, domain{})
	p.text(word)
	data.assigned = false
	switch m := m.(type) {
	case *ast.SetLit:
		p.setLit(m, domainOf(key), data)
	case *ast.SetRef:
		p.setRef(m)
	default:
		p.refuse(m, "a map is neither written out nor named")
	}
}
