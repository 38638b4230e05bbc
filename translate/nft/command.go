package nft

import "github.com/ctlint/ctlint/ast"

// command prints a command that acts on what is loaded already.
func (p *printer) command(c *ast.Command) {
	p.begin(c)
	p.text(c.Verb)
	p.b = append(p.b, ' ')
	p.text(c.Object)
	if c.Family != ast.FamilyUnknown {
		p.b = append(p.b, ' ')
		p.text(c.Family.String())
	}
	for _, s := range []string{c.Table, c.Name} {
		if s != "" {
			p.b = append(p.b, ' ')
			p.name(c, "the "+c.Object, s)
		}
	}
	for _, s := range c.Args {
		p.b = append(p.b, ' ')
		p.text(s)
	}
	p.end()
}
