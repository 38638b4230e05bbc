package nft

import (
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ctlint/ctlint/ast"
)

// adds reads commands that add rules and elements.
func (r *reader) adds(t tok, vars *variables) {
	// What is wrong with quotes and braces has been told by the lexer.
	cut := cutter{text: r.text[:t.Pos.Offset+len(t.Value)], base: r.base}
	for at := t.Pos.Offset; at < len(cut.text); {
		switch marks[cut.text[at]] {
		case markNewline, markSemicolon, markBlank:
			at++
			continue
		case markComment:
			at = cut.comment(at)
			continue
		}
		a, next := cut.addition(at)
		if cut.text[a.object.from:a.object.to] == "element" {
			r.addElement(&a, vars)
		} else {
			r.addRule(&a, vars)
		}
		at = max(next, at+1)
	}
}

// part returns the text of a piece and where it stands.
func (r *reader) part(p piece) (string, ast.Span) { return r.text[p.from:p.to], r.span(p.from, p.to) }

// place reads the table and the chain or set that a command speaks of.
func (r *reader) target(a *addition, what string) (t *tableBuild, name ident, ok bool) {
	family := ast.FamilyIP
	text, _ := r.part(a.family)
	last := a.from
	if f, ok := ast.ParseFamily(text); ok {
		family = f
	}
	for _, p := range []piece{a.verb, a.object, a.family, a.table} {
		last = max(last, p.to)
	}
	switch {
	case a.table.empty():
		r.builder.failf(r.span(last, last), "no table is named").Expected("the name of a table, and that of a %s", what)
		return nil, ident{}, false
	case a.name.empty():
		r.builder.failf(r.span(last, last), "no %s is named", what).Expected("the name of a %s", what)
		return nil, ident{}, false
	}
	text, at := r.part(a.table)
	table := r.builder.name(at, text, "table")
	text, at = r.part(a.name)
	return r.builder.table(family, table), r.builder.name(at, text, what), true
}

// addRule reads a command that adds, inserts or replaces a rule.
func (r *reader) addRule(a *addition, vars *variables) {
	verb, at := r.part(a.verb)
	if verb == "create" {
		r.builder.failf(at, "rules cannot be created").Expected("add")
	}
	t, name, ok := r.target(a, "chain")
	if !ok {
		return
	}
	c := t.chain(name)
	body, bodyAt := r.part(a.body)
	j := ruleJob{chain: c, sc: r.scopeOf(t, c, vars), text: body, base: bodyAt.From, bad: !a.ok}
	place, placeAt := r.part(a.place)
	number, numberAt := r.part(a.number)
	n, isNumber := parseNumber(number)
	switch {
	case place != "" && number == "":
		r.builder.failf(ast.Span{From: placeAt.To, To: placeAt.To}, "nothing stands behind %s", place).Expected("a number")
		return
	case place != "" && (!isNumber || n > 1<<31):
		r.builder.failf(numberAt, "%s is no %s", quote(clip(number)), place).Expected("a number")
		return
	case verb == "replace" && place != "handle":
		at = r.span(a.name.to, a.name.to)
		if place != "" {
			at = placeAt
		}
		r.builder.failf(at, "the rule to be replaced is not named").Expected("handle and its number")
		return
	}
	j.index = uint32(n)
	switch {
	case verb == "replace":
		j.place = placeReplaceHandle
	case verb == "insert" && place == "":
		j.place = placeFront
	case place == "index" && verb == "insert":
		j.place = placeBefore
	case place == "index":
		j.place = placeAfter
	case place != "" && verb == "insert":
		j.place = placeBeforeHandle
	case place != "":
		j.place = placeAfterHandle
	}
	if body == "" {
		r.builder.failf(ast.Span{From: bodyAt.From, To: bodyAt.From}, "the rule is empty").Expected("a statement")
		return
	}
	if verb == "replace" {
		// The rule that goes may be one that is loaded already.
		r.ruleset.Commands = append(r.ruleset.Commands, &ast.Command{
			Span: r.span(a.from, a.to), Verb: verb, Object: "rule", Family: t.Family, Table: t.Name, Name: c.Name,
			Args: []string{place, number}, Before: len(r.jobs),
		})
	}
	r.addJob(j)
}

// addElement reads a command that adds elements to a set.
func (r *reader) addElement(a *addition, vars *variables) {
	verb, at := r.part(a.verb)
	if verb == "insert" || verb == "replace" {
		r.builder.failf(at, "elements have no order").Expected("add or create")
		return
	}
	t, name, ok := r.target(a, "set")
	if !ok {
		return
	}
	s := t.set(name)
	body, bodyAt := r.part(a.body)
	sc := r.scopeOf(t, nil, vars)
	switch {
	case !a.ok:
	case a.braces:
		if rest, restAt := r.part(a.rest); !a.rest.empty() {
			r.builder.failf(restAt, "unexpected %s", quote(clip(rest))).Expected("a newline or ;")
		}
		r.addElements(s, body, bodyAt.From, sc)
	case len(body) > 1 && body[0] == '$' && validName(body[1:]):
		r.elementsOf(s, &tok{Type: lxWord, Value: body, Pos: lexer.Position{Offset: a.body.from}}, sc)
	default:
		r.builder.failf(bodyAt, "no elements are named").Expected("elements in braces")
	}
}
