package rd

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/load"
)

// thing is what a table of nft has besides chains, and rules use by its name.
type thing struct {
	kind thingKind
	name string
}

// thingKind is the word for a thing: set, flowtable, or the kind of an object. Maps
// and sets have their names in common.
type thingKind string

const (
	kindSet       thingKind = "set"
	kindMap       thingKind = "map"
	kindFlowtable thingKind = "flowtable"
)

// use is where a thing is used.
type use struct {
	thing
	at ast.Node
}

// references are the things of a table that it uses.
type references struct {
	uses []use // in the order of the table
	// maybe are the names in rules that could not be understood: they may be
	// those of anything.
	maybe map[string]bool
}

// referencesOf goes through a table of nft.
func referencesOf(h *ruleset.Host, t *graph.Table) references {
	x := references{maybe: map[string]bool{}}
	for _, s := range t.Sets {
		for _, e := range s.Elems {
			if name, ok := e.Value.(*ast.String); ok && s.Object != ast.ObjectNone {
				x.uses = append(x.uses, use{thing{thingKind(s.Object.String()), name.Val}, name})
			}
			for _, stmt := range e.Extra().Stmts {
				x.node(stmt)
			}
		}
		for _, stmt := range s.Stmts {
			x.node(stmt)
		}
	}
	for _, c := range t.Chains {
		for _, r := range c.Rules {
			if r.Bad {
				x.words(h.Text(r))
			}
			for _, s := range r.Stmts {
				x.node(s)
				if o, ok := s.(*ast.Opaque); ok {
					x.words(o.Text)
				}
			}
		}
	}
	return x
}

func (x *references) words(text string) {
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n\"@{},:;", r) }) {
		x.maybe[w] = true
	}
}

// node adds what a statement uses.
func (x *references) node(n ast.Node) {
	ast.Walk(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SetRef:
			if !n.IPSet {
				x.uses = append(x.uses, use{thing{kindSet, n.Name}, n})
			}
		case *ast.SetOp:
			x.uses = append(x.uses, use{thing{kindSet, n.Set}, n})
		case *ast.FlowAdd:
			x.uses = append(x.uses, use{thing{kindFlowtable, n.Table}, n})
		case *ast.ObjRef:
			x.object(n)
		}
		return true
	})
}

// object adds the objects that a statement names, by itself or in a map that it
// writes out.
func (x *references) object(o *ast.ObjRef) {
	kind := thingKind(o.Kind.String())
	switch name := o.Name.(type) {
	case *ast.String:
		x.uses = append(x.uses, use{thing{kind, name.Val}, o})
	case *ast.Map:
		lit, ok := name.Map.(*ast.SetLit)
		if !ok {
			return
		}
		for _, e := range lit.Elems {
			if s, ok := e.Value.(*ast.String); ok {
				x.uses = append(x.uses, use{thing{kind, s.Val}, s})
			}
		}
	}
}

// declaration is where a thing is declared.
type declaration struct {
	thing
	at ast.Span
}

// declarations returns the things of a table. The kind of a map is that of a set
// here, as a name is looked up among both.
func declarations(t *graph.Table) (out []declaration) {
	for _, s := range t.Sets {
		out = append(out, declaration{thing{kindSet, s.Name}, s.NameSpan})
	}
	for _, o := range t.Objects {
		out = append(out, declaration{thing{thingKind(o.Kind.String()), o.Name}, o.NameSpan})
	}
	for _, f := range t.Flowtables {
		out = append(out, declaration{thing{kindFlowtable, f.Name}, f.NameSpan})
	}
	return out
}

// word returns how a thing of a table is called: a set that has data is a map.
func (x thing) word(t *graph.Table) thingKind {
	if x.kind == kindSet {
		if s := t.Set(x.name); s != nil && (len(s.Data) > 0 || s.Object != ast.ObjectNone) {
			return kindMap
		}
	}
	return x.kind
}

// unread reports whether a script includes what could not be read.
func unread(s *load.Source) bool { return s.NFT != nil && s.NFT.Incomplete }
