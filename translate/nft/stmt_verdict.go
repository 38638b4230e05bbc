package nft

import "github.com/ctlint/ctlint/ast"

// verdict prints a verdict. A chain that is written out in the rule stands in
// braces, each of its rules on a line.
func (p *printer) verdict(v *ast.Verdict) {
	if v.Kind == ast.VerdictNone {
		p.refuse(v, "the verdict is missing")
		return
	}
	p.text(v.Kind.String())
	if v.Kind != ast.VerdictJump && v.Kind != ast.VerdictGoto {
		return
	}
	c := p.writtenChain(v.Chain)
	if c == nil {
		p.b = append(p.b, ' ')
		p.name(v, "the chain", v.Chain)
		return
	}
	p.text(" {\n")
	p.depth++
	for _, r := range c.Rules {
		p.tabs()
		p.rule(r)
		p.end()
	}
	p.depth--
	p.tabs()
	p.b = append(p.b, '}')
}

// writtenChain returns the chain of that name, if it is written out in a rule.
func (p *printer) writtenChain(name string) *ast.Chain {
	if p.table != nil && p.written == nil && p.single {
		p.written = writtenChains(p.table)
		p.single = false
	}
	return p.written[name]
}
