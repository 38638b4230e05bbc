package nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	syntax "github.com/ctlint/ctlint/grammar/nft"
)

// chainBlock prints a chain with its rules.
func (p *printer) chainBlock(c *ast.Chain) {
	p.begin(c)
	p.chain = c
	if c.Implicit && !c.Base() {
		p.refuse(c, "the chain is declared elsewhere, and only there is known where among its rules those given here belong")
	}
	p.tabs()
	p.text("chain ")
	p.name(c, "the chain", c.Name)
	p.text(" {\n")
	p.depth++
	if c.Comment != "" {
		p.tabs()
		p.comment(c, c.Comment)
		p.end()
	}
	if c.Base() {
		p.hook(c)
	}
	for _, r := range c.Rules {
		if p.Before != nil && p.before(r) {
			continue
		}
		p.tabs()
		p.rule(r)
		p.end()
	}
	p.depth--
	p.line("}")
	p.chain = nil
}

// before prints the comments that stand before a rule, and reports whether they
// stand in its place.
func (p *printer) before(r *ast.Rule) bool {
	lines, instead := p.Before(r)
	for _, s := range lines {
		p.line("# " + lineEnds.Replace(s))
	}
	return instead
}

var lineEnds = strings.NewReplacer("\n", " ", "\r", " ")

// hook prints where the kernel gives packets to a base chain.
func (p *printer) hook(c *ast.Chain) {
	p.tabs()
	p.text("type ")
	if c.Type == ast.ChainNone {
		p.refuse(c, "the base chain has no type")
	}
	p.text(c.Type.String())
	p.text(" hook ")
	p.text(c.Hook.String())
	switch len(c.Devices) {
	case 0:
	case 1:
		p.text(" device ")
		p.quoted(c, "the device", c.Devices[0])
	default:
		p.text(" devices = { ")
		p.devices(c, c.Devices)
		p.text(" }")
	}
	p.text(" priority ")
	p.priority(p.table.Family, c.Hook, c.Priority)
	p.b = append(p.b, ';')
	if c.Policy != ast.PolicyNone {
		p.text(" policy ")
		p.text(c.Policy.String())
		p.b = append(p.b, ';')
	}
	if len(c.Flags) > 0 {
		p.text(" flags ")
		p.text(strings.Join(c.Flags, ","))
		p.b = append(p.b, ';')
	}
	p.end()
}

// devices prints names of devices with commas between them, in quotes where they
// are not plain words.
func (p *printer) devices(at ast.Node, names []string) {
	for i, d := range names {
		if i > 0 {
			p.text(", ")
		}
		if syntax.ValidName(d) {
			p.text(d)
		} else {
			p.quoted(at, "the device", d)
		}
	}
}
