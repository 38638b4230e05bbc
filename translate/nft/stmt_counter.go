package nft

import (
	"strconv"

	"github.com/ctlint/ctlint/ast"
)

// counter prints a counter, with what it has counted.
func (p *printer) counter(c *ast.Counter) {
	p.text("counter")
	if !p.Stateless {
		p.b = append(p.b, ' ')
		p.counters(c.Counters)
	}
}

func (p *printer) counters(c ast.Counters) {
	p.b = strconv.AppendUint(append(p.b, "packets "...), c.Packets, 10)
	p.b = strconv.AppendUint(append(p.b, " bytes "...), c.Bytes, 10)
}

// last prints when the rule was last used.
func (p *printer) last(l *ast.Last) {
	p.text("last")
	switch {
	case p.Stateless:
	case !l.Set:
		p.text(" used never")
	default:
		p.text(" used ")
		p.duration(l.Used)
	}
}

// stateful prints statements that elements of a set have each of their own. In
// the declaration of a set, and where a rule adds an element, there is nothing
// counted yet.
func (p *printer) stateful(stmts []ast.Stmt, fresh bool) {
	for i, s := range stmts {
		if i > 0 {
			p.b = append(p.b, ' ')
		}
		switch s := s.(type) {
		case *ast.Counter:
			if fresh && s.Counters == (ast.Counters{}) {
				p.text("counter")
				continue
			}
		case *ast.Last:
			if fresh && !s.Set {
				p.text("last")
				continue
			}
		case *ast.Limit, *ast.Quota, *ast.ConnLimit:
		default:
			p.refuse(s, "an element cannot have such a statement")
			continue
		}
		p.statement(s)
	}
}
