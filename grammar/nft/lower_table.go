package nft

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// declaration reads a command that declares something.
func (r *reader) declaration(d *declaration, vars *variables) {
	switch {
	case d.Table != nil:
		r.table(d, vars)
	case d.Chain != nil:
		if t, name, ok := r.inTable(&d.Chain.Keyword, d.Chain.Name, "chain"); ok {
			r.declareChain(d.span(r), d.Chain, t, name, block(vars))
		}
	case d.Set != nil:
		if t, name, ok := r.inTable(&d.Set.Keyword, d.Set.Name, d.Set.Keyword.Value); ok {
			r.declareSet(d.span(r), d.Set, t, name, vars)
		}
	case d.Flowtable != nil:
		if t, name, ok := r.inTable(&d.Flowtable.Keyword, d.Flowtable.Name, "flowtable"); ok {
			r.declareFlowtable(d.span(r), d.Flowtable, t, name, vars)
		}
	case d.Object != nil:
		r.objectCommand(d, vars)
	}
}

// span is that of the whole command.
func (d *declaration) span(r *reader) ast.Span {
	var s ast.Span
	if d.Verb != nil {
		s = r.tok(d.Verb)
	}
	name := func(keyword *tok, names []tok) ast.Span { return s.Join(r.tok(keyword)).Join(r.toks(names, keyword)) }
	switch {
	case d.Table != nil:
		s = name(&d.Table.Keyword, d.Table.Name)
		if d.Table.Body != nil {
			s = s.Join(r.tok(&d.Table.Body.Close))
		}
	case d.Chain != nil:
		s = name(&d.Chain.Keyword, d.Chain.Name)
		if d.Chain.Body != nil {
			s = s.Join(r.tok(&d.Chain.Body.Close))
		}
	case d.Set != nil:
		s = name(&d.Set.Keyword, d.Set.Name)
		if d.Set.Body != nil {
			s = s.Join(r.tok(&d.Set.Body.Close))
		}
	case d.Flowtable != nil:
		s = name(&d.Flowtable.Keyword, d.Flowtable.Name)
		if d.Flowtable.Body != nil {
			s = s.Join(r.tok(&d.Flowtable.Body.Close))
		}
	case d.Object != nil:
		s = name(&d.Object.Keyword, d.Object.Words)
		if d.Object.Body != nil {
			s = s.Join(r.tok(&d.Object.Body.Close))
		}
	}
	return s
}

// inTable reads the names behind a keyword at the top of a script: the family
// and the table's name stand in front.
func (r *reader) inTable(keyword *tok, words []tok, what string) (t *tableBuild, name ident, ok bool) {
	if r.unknownFamily(words, 2) {
		words = words[1:]
	}
	p, rest, ok := r.path(keyword, words, 2, what)
	if !ok {
		return nil, ident{}, false
	}
	r.rest(rest, "{, a newline or ;")
	return r.builder.table(p.family, p.names[0]), p.names[1], true
}

// nameIn reads the name behind a keyword in a table.
func (r *reader) nameIn(keyword *tok, words []tok, what string) (ident, bool) {
	if len(words) == 0 {
		r.missing(keyword, "the name of a %s", what)
		return ident{}, false
	}
	r.rest(words[1:], "{")
	return r.builder.name(r.tok(&words[0]), words[0].Value, what), true
}

// table reads the declaration of a table.
func (r *reader) table(d *declaration, vars *variables) {
	c := d.Table
	if r.unknownFamily(c.Name, 1) {
		c.Name = c.Name[1:]
	}
	p, rest, ok := r.path(&c.Keyword, c.Name, 1, "table")
	if !ok {
		return
	}
	r.rest(append(rest, c.Rest.toks...), "{, a newline or ;")
	t := r.builder.table(p.family, p.names[0])
	if whole := d.span(r); !t.declared {
		t.Span, t.NameSpan, t.declared = whole, p.names[0].Span, true
	}
	if c.Body != nil {
		r.tableItems(c.Body.Items, t, block(vars))
	}
}

// tableItems reads what stands in a table.
func (r *reader) tableItems(items []tableItem, t *tableBuild, vars *variables) {
	for i := range items {
		it := &items[i]
		switch {
		case it.Common != nil:
			r.common(it.Common, vars, func(sub *reader) []Comment {
				part, comments := tree(sub, tableGrammar, frameTable)
				sub.tableItems(part.Items, t, vars)
				return comments
			})
		case it.Flags != nil:
			for _, f := range r.flags(it.Flags, "dormant", "owner", "persist") {
				if !slices.Contains(t.Flags, f) {
					t.Flags = append(t.Flags, f)
				}
			}
		case it.Comment != nil:
			r.comment(it.Comment, &t.Comment)
		case it.Chain != nil:
			if name, ok := r.nameIn(&it.Chain.Keyword, it.Chain.Name, "chain"); ok {
				r.declareChain((&declaration{Chain: it.Chain}).span(r), it.Chain, t, name, block(vars))
			}
		case it.Set != nil:
			if name, ok := r.nameIn(&it.Set.Keyword, it.Set.Name, it.Set.Keyword.Value); ok {
				r.declareSet((&declaration{Set: it.Set}).span(r), it.Set, t, name, vars)
			}
		case it.Flowtable != nil:
			if name, ok := r.nameIn(&it.Flowtable.Keyword, it.Flowtable.Name, "flowtable"); ok {
				r.declareFlowtable((&declaration{Flowtable: it.Flowtable}).span(r), it.Flowtable, t, name, vars)
			}
		case it.Object != nil:
			r.objectBlock(it.Object, t, vars)
		case it.Junk != nil:
			want := tableWant
			if w := it.Junk.Words[0].Value; w == "rule" || statements[w] != nil || selectors[w] != nil {
				want = "a chain around the rule: chain NAME { ... }"
			} else if meant := meantFor(w); strings.HasPrefix(meant, "#") {
				want = meant
			}
			r.junk(it.Junk, want, tableWords)
		}
	}
}

const tableWant = "chain, set, map, flowtable, an object such as counter, flags or comment"

// tableWords are what may begin a statement of a table.
var tableWords = []string{
	"chain", "set", "map", "flowtable", "counter", "quota", "limit", "secmark", "synproxy", "tunnel", "ct",
	"flags", "comment", "define", "redefine", "undefine", "include",
}
