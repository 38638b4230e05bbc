package nft

import (
	"maps"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// define reads a define, redefine or undefine.
func (r *reader) define(c *defineClause, vars *variables) {
	if c.Name == nil {
		r.missing(&c.Verb, "the name of a variable")
		return
	}
	name := r.builder.name(r.tok(c.Name), strings.TrimPrefix(c.Name.Value, "$"), "variable")
	if name.text != c.Name.Value {
		r.builder.failf(name.Span, "the variable's name has a $ in front").Expected("%s", name.text)
	}
	if c.Verb.Value == "undefine" {
		r.rest(c.Rest.toks, "")
		r.bind(vars, &define{Span: name.Span, name: name.text, gone: true})
		return
	}
	if c.Is == nil {
		if len(c.Rest.toks) > 0 {
			r.rest(c.Rest.toks, "=")
		} else {
			r.missing(c.Name, "= and a value")
		}
		return
	}
	d := &define{Span: name.Span, name: name.text}
	sc := &scope{family: ast.FamilyUnknown, vars: vars, seq: r.seq, hidden: r.hidden}
	if old := sc.define(name.text); old != nil && c.Verb.Value == "define" {
		r.builder.failf(name.Span, "$%s is defined already, at %s", name.text, r.fset.Position(old.Pos())).Expected("redefine, if another value is meant")
	}
	switch {
	case c.Value != nil:
		d.text, d.base = c.Value.Value, r.base+uint32(c.Value.Pos.Offset)
		r.oneValue(d)
	case len(c.Rest.toks) == 0:
		r.missing(c.Is, "a value")
	}
	d.scope = sc
	r.bind(vars, d)
}

// oneValue tells of what stands behind a value. What the value is shows where it is
// used, but nft reads none with two operands side by side (initializer_expr of its
// grammar), nor with anything behind a set.
func (r *reader) oneValue(d *define) {
	sc := scanner{text: d.text}
	operand, depth := false, 0 // whether the last token ends an operand; open brackets
	for {
		t := sc.next()
		begins, ends := true, true
		switch {
		case t.kind == tokEnd || t.kind == tokBad:
			return // what is wrong is told where the value is used
		case t.kind == tokPunct:
			begins = t.op == opLBrace || t.op == opLParen || t.op == opAt
			ends = t.op == opRBrace || t.op == opRParen
			switch t.op {
			case opLBrace, opLParen:
				depth++
			case opRBrace, opRParen:
				depth--
			}
		case t.kind == tokWord && bitWords[d.text[t.from:t.to]]:
			begins, ends = false, false
		}
		// Elements of sets have options behind them: { 192.0.2.1 timeout 1h }.
		outside := depth == 0 || depth == 1 && t.kind == tokPunct && begins
		if operand && begins && outside {
			at := ast.Span{From: d.base + uint32(t.from), To: d.base + uint32(t.to)}
			r.builder.failf(at, "unexpected %s", quote(clip(d.text[t.from:t.to]))).Expected("the value of $%s to end here", d.name)
			return
		}
		operand = ends
	}
}

// bitWords are the operators that are words.
var bitWords = map[string]bool{"and": true, "or": true, "xor": true, "lshift": true, "rshift": true}

// bind makes a definition, or takes one back, in a block.
func (b *builder) bind(vars *variables, d *define) {
	d.seq = b.seq
	b.seq++
	vars.names[d.name] = append(vars.names[d.name], d)
}

// block returns the variables of a block in another one.
func block(outer *variables) *variables {
	return &variables{outer: outer, names: map[string][]*define{}}
}

// predefine makes the variables that the options define. Each is a file of its
// own, so that what comes of it has a place.
func (b *builder) predefine(vars *variables) {
	for _, name := range slices.Sorted(maps.Keys(b.options.Defines)) {
		text := name + "=" + b.options.Defines[name]
		base := uint32(grammar.AddFile(b.fset, "-D "+text, []byte(text)).Base())
		value := base + uint32(len(name)) + 1
		b.name(ast.Span{From: base, To: base + uint32(len(name))}, name, "variable")
		b.bind(vars, &define{
			Span: ast.Span{From: base, To: base + uint32(len(name))}, name: name,
			text: b.options.Defines[name], base: value, scope: &scope{vars: vars, seq: b.seq},
		})
	}
}

// value follows a word that may be a variable to the text that it stands for,
// and to where that stands. ok is false if there is none, which has then been
// told.
func (r *reader) value(t *tok, sc *scope) (text string, base uint32, in *scope, ok bool) {
	text, base = t.Value, r.base+uint32(t.Pos.Offset)
	for strings.HasPrefix(text, "$") {
		d := sc.define(text[1:])
		if d == nil {
			if !sc.hidden {
				r.unknownVariable(ast.Span{From: base, To: base + uint32(len(text))}, text[1:], sc)
			}
			return "", 0, nil, false
		}
		text, base, sc = d.text, d.base, d.scope
	}
	return text, base, sc, true
}
