package nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// tableBlock prints a table with all that is in it: objects, sets, flowtables
// and chains, with an empty line between them.
func (p *printer) tableBlock(t *ast.Table) {
	p.begin(t)
	p.table, p.written = t, writtenChains(t)
	p.text("table ")
	p.tableHead(t)
	p.text(" {\n")
	p.depth = 1
	gap := false
	if len(t.Flags) > 0 {
		p.line("flags " + strings.Join(t.Flags, ","))
		gap = true
	}
	if t.Comment != "" {
		p.tabs()
		p.comment(t, t.Comment)
		p.end()
		gap = true
	}
	block := func() {
		if gap {
			p.end()
		}
		gap = true
	}
	for _, o := range t.Objects {
		block()
		p.object(o)
	}
	for _, s := range t.Sets {
		block()
		p.set(s)
	}
	for _, f := range t.Flowtables {
		block()
		p.flowtable(f)
	}
	for _, c := range t.Chains {
		if !c.Anonymous {
			block()
			p.chainBlock(c)
		}
	}
	p.depth = 0
	p.line("}")
	p.table, p.written = nil, nil
}

// tableHead prints the family and the name of a table.
func (p *printer) tableHead(t *ast.Table) {
	p.text(t.Family.String())
	p.b = append(p.b, ' ')
	p.name(t, "the table", t.Name)
}

// writtenChains are the chains of a table that are written out in rules, by
// their names; nil if there are none.
func writtenChains(t *ast.Table) (m map[string]*ast.Chain) {
	for _, c := range t.Chains {
		if c.Anonymous {
			if m == nil {
				m = make(map[string]*ast.Chain)
			}
			m[c.Name] = c
		}
	}
	return m
}
