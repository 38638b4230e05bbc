package nft

import (
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// set prints the declaration of a set or map, with its elements.
func (p *printer) set(s *ast.Set) {
	p.begin(s)
	what := "set"
	if len(s.Data) > 0 || s.DataExpr != nil || s.Object != ast.ObjectNone {
		what = "map"
	}
	if s.IPSet != "" {
		p.refuse(s, "%q is a set of ipset(8), which nft cannot see", s.Name)
		return
	}
	p.tabs()
	p.text(what)
	p.b = append(p.b, ' ')
	p.setName(s, "the "+what, s.Name)
	p.text(" {\n")
	p.depth++
	p.setType(s)
	if s.Policy != "" {
		p.line("policy " + s.Policy)
	}
	if s.Size != 0 {
		p.line("size " + strconv.FormatUint(s.Size, 10))
	}
	if len(s.Flags) > 0 {
		p.line("flags " + strings.Join(s.Flags, ","))
	}
	if len(s.Stmts) > 0 {
		p.tabs()
		p.stateful(s.Stmts, true)
		p.end()
	}
	if s.AutoMerge {
		p.line("auto-merge")
	}
	p.time("timeout ", s.Timeout)
	p.time("gc-interval ", s.GC)
	if s.Comment != "" {
		p.tabs()
		p.comment(s, s.Comment)
		p.end()
	}
	p.elements(s)
	p.depth--
	p.line("}")
}

// setType prints the line that says what the keys are, and what a map gives.
func (p *printer) setType(s *ast.Set) {
	p.tabs()
	typeof := s.KeyExpr != nil
	if typeof {
		p.text("typeof ")
		p.expr(s.KeyExpr, domain{})
	} else {
		p.text("type ")
		p.types(s, s.Key)
	}
	switch {
	case s.Object != ast.ObjectNone:
		p.text(" : ")
		p.text(s.Object.String())
	case len(s.Data) > 0 || s.DataExpr != nil:
		p.text(" : ")
		if s.DataInterval {
			p.text("interval ")
		}
		switch {
		case s.DataExpr != nil && typeof:
			p.expr(s.DataExpr, domain{})
		case typeof && (len(s.Data) != 1 || s.Data[0] != ast.TypeVerdict):
			p.refuse(s, "typeof says what the keys are, so it must say what the map gives, too")
		default:
			p.types(s, s.Data)
		}
	}
	p.end()
}

// types prints data types.
func (p *printer) types(s *ast.Set, types []ast.Type) {
	if len(types) == 0 {
		p.refuse(s, "the type of the keys is missing")
	}
	for i, t := range types {
		if i > 0 {
			p.text(" . ")
		}
		switch t {
		case ast.TypeNone, ast.TypeInteger, ast.TypeString:
			p.refuse(s, "a set of type %s has keys of no fixed width", t)
		}
		p.text(t.String())
	}
}

// time prints a line that holds a length of time, if it is not zero.
func (p *printer) time(word string, ms uint64) {
	if ms != 0 {
		p.tabs()
		p.text(word)
		p.duration(ms)
		p.end()
	}
}
