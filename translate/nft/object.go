package nft

import "github.com/ctlint/ctlint/ast"

// object prints the declaration of a stateful object.
func (p *printer) object(o *ast.Object) {
	p.begin(o)
	p.tabs()
	p.text(o.Kind.String())
	p.b = append(p.b, ' ')
	p.setName(o, "the "+o.Kind.String(), o.Name)
	p.text(" {\n")
	p.depth++
	if o.Comment != "" {
		p.tabs()
		p.comment(o, o.Comment)
		p.end()
	}
	p.objectBody(o)
	p.depth--
	p.line("}")
}

func (p *printer) objectBody(o *ast.Object) {
	switch s := o.Stmt.(type) {
	case nil:
		p.objectOptions(o)
	case *ast.Counter:
		if !p.Stateless {
			p.tabs()
			p.counters(s.Counters)
			p.end()
		}
	case *ast.Quota:
		p.tabs()
		p.quota(s)
		p.end()
	case *ast.Limit:
		p.tabs()
		p.limit(s)
		p.end()
	case *ast.Synproxy:
		p.synproxyObject(s)
	default:
		p.refuse(o, "%T is no object", s)
	}
}
