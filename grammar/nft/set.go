package nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// dataKind says what the elements of a set have behind their keys.
type dataKind uint8

const (
	dataNone     dataKind = iota // nothing: a set
	dataVerdicts                 // : drop
	dataValues                   // : 192.0.2.1
	dataNAT                      // : 192.0.2.1 or : 192.0.2.1 . 80
	dataObjects                  // : "name"
)

// setLit reads a set or map that is written out: { element, ... }. The keys are
// of types ts, and what a map gives of types data.
func (p *ruleParser) setLit(ts []vtype, kind dataKind, data []vtype) ast.Expr {
	from := p.tok.from
	if !p.enter() {
		return nil
	}
	lines := p.lines
	p.lines = false
	p.advance()
	mark := len(p.elemBuf)
	p.elements(ts, kind, data)
	p.depth--
	p.lines = lines
	if p.failed {
		p.elemBuf = p.elemBuf[:mark]
		return nil
	}
	if !p.is(opRBrace) {
		p.unexpected(", or }")
		p.elemBuf = p.elemBuf[:mark]
		return nil
	}
	p.advance()
	set := p.sets.get()
	set.Span = p.since(from)
	set.Elems = keep(&p.elemSlab, p.elemBuf[mark:])
	p.elemBuf = p.elemBuf[:mark]
	if len(set.Elems) == 0 {
		p.failf(set.Span, "the set is empty").Expected("an element")
		return nil
	}
	if kind != dataNone && len(ts) == 1 {
		p.checkOverlap(set)
	}
	return set
}

// elements reads elements up to a closing bracket or the end, and appends them
// to p.elemBuf.
func (p *ruleParser) elements(ts []vtype, kind dataKind, data []vtype) {
	for !p.failed {
		if p.is(opRBrace) || p.tok.kind == tokEnd {
			return
		}
		p.element(ts, kind, data)
		if !p.accept(opComma) {
			return
		}
	}
}

// element reads one element; a set, or a variable that holds one, is as good as
// its elements.
func (p *ruleParser) element(ts []vtype, kind dataKind, data []vtype) {
	from := p.tok.from
	switch {
	case p.is(opLBrace):
		p.nestedSet(ts, kind, data)
		return
	case p.tok.kind == tokVar:
		if p.variableElements(ts, kind, data) {
			return
		}
	}
	e := p.elems.get()
	if p.is(opAsterisk) {
		p.advance()
	} else {
		e.Key = p.concatValue(ts)
	}
	if p.tok.kind == tokWord {
		p.elemOptions(e)
	}
	if kind != dataNone {
		p.elemData(e, kind, data)
	} else if p.is(opColon) {
		p.failf(p.here(), "an element of a set has no value").Expected(", or }")
	}
	if p.failed {
		return
	}
	e.Span = p.since(from)
	p.elemBuf = append(p.elemBuf, e)
}

// nestedSet reads a set among the elements of another.
func (p *ruleParser) nestedSet(ts []vtype, kind dataKind, data []vtype) {
	if !p.enter() {
		return
	}
	p.advance()
	p.elements(ts, kind, data)
	p.depth--
	p.expect(opRBrace)
}

// variableElements reads a variable that holds a set among elements, and reports
// whether it does. The elements are where the variable's text is.
func (p *ruleParser) variableElements(ts []vtype, kind dataKind, data []vtype) bool {
	d := p.sc.define(p.word()[1:])
	for n := 0; d != nil && n < maxDepth; n++ {
		s := scanner{text: d.text}
		t := s.next()
		if t.kind == tokVar && s.next().kind == tokEnd {
			sc := d.scope
			if sc == nil {
				sc = p.sc
			}
			d = sc.define(d.text[t.from+1 : t.to])
			continue
		}
		if t.kind != tokPunct || t.op != opLBrace {
			return false
		}
		p.variable(func() ast.Expr {
			p.element(ts, kind, data)
			return nil
		})
		return true
	}
	return false
}

// concatValue reads the value of a key: a value, a range or a prefix for each
// type, joined by dots.
func (p *ruleParser) concatValue(ts []vtype) ast.Expr {
	var t vtype
	if len(ts) > 0 {
		t = ts[0]
	}
	from := p.tok.from
	first := p.partValue(t, ts)
	if p.failed || !p.is(opDot) {
		if c, ok := first.(*ast.Concat); !p.failed && len(ts) > 1 && (!ok || len(c.Parts) != len(ts)) {
			p.tooFewParts(p.since(from), first, ts)
		}
		return first
	}
	mark := len(p.partBuf)
	p.addPart(first)
	for p.accept(opDot) {
		i := len(p.partBuf) - mark
		var next vtype
		var rest []vtype
		if i < len(ts) {
			next, rest = ts[i], ts[i:]
		} else if len(ts) > 0 {
			p.failf(p.here(), "the key has more than %d parts", len(ts)).Expected("%s", typeList(ts))
		}
		e := p.partValue(next, rest)
		if p.failed {
			p.partBuf = p.partBuf[:mark]
			return nil
		}
		p.addPart(e)
	}
	n := len(p.partBuf) - mark
	c := p.concats.get()
	c.Span, c.Parts = p.since(from), keep(&p.exprSlab, p.partBuf[mark:])
	p.partBuf = p.partBuf[:mark]
	if len(ts) > 0 && n != len(ts) {
		p.tooFewParts(c.Span, c, ts)
		return nil
	}
	return c
}

func (p *ruleParser) tooFewParts(s ast.Span, e ast.Expr, ts []vtype) {
	n := 1
	if c, ok := e.(*ast.Concat); ok {
		n = len(c.Parts)
	}
	if n > len(ts) {
		p.failf(s, "the key has %d parts, not %d", n, len(ts)).Expected("%s", typeList(ts))
		return
	}
	p.failf(s, "the key has %d of %d parts", n, len(ts)).Expected("%s", typeList(ts))
}

func typeList(ts []vtype) string {
	var b strings.Builder
	for i, t := range ts {
		if i > 0 {
			b.WriteString(" . ")
		}
		b.WriteString(article(t))
	}
	return b.String()
}

// addPart appends a part of a key; a variable may hold several.
func (p *ruleParser) addPart(e ast.Expr) {
	if c, ok := e.(*ast.Concat); ok {
		p.partBuf = append(p.partBuf, c.Parts...)
		return
	}
	p.partBuf = append(p.partBuf, e)
}

// partValue reads one part of a key: a value, a range or a prefix.
func (p *ruleParser) partValue(t vtype, rest []vtype) ast.Expr {
	from := p.tok.from
	if p.tok.kind == tokVar && len(rest) > 1 {
		// The variable may hold several parts.
		if !p.singlePart() {
			return p.variable(func() ast.Expr {
				var parts []ast.Expr
				at := p.tok.from
				for i := 0; !p.failed; i++ {
					var t vtype
					if i < len(rest) {
						t = rest[i]
					}
					parts = append(parts, p.partValue(t, nil))
					if !p.accept(opDot) {
						break
					}
				}
				return &ast.Concat{Span: p.since(at), Parts: parts}
			})
		}
	}
	o := p.expr(t, constant, 1)
	if p.failed {
		return nil
	}
	if p.is(opDash) || p.is(opSlash) {
		return p.rangeFrom(from, o, t)
	}
	return o.e
}

// singlePart reports whether the variable here holds no concatenation.
func (p *ruleParser) singlePart() bool {
	d := p.sc.define(p.word()[1:])
	if d == nil {
		return true
	}
	s := scanner{text: d.text}
	for {
		switch t := s.next(); {
		case t.kind == tokEnd:
			return true
		case t.kind == tokPunct && t.op == opDot:
			return false
		}
	}
}

// elemOptions reads what may stand behind the key of an element: a timeout, a
// comment, counters and their like.
func (p *ruleParser) elemOptions(e *ast.Elem) {
	for p.tok.kind == tokWord && !p.failed {
		w := p.word()
		switch w {
		case "timeout":
			p.advance()
			if p.acceptWord("never") {
				e.Extend().Never = true
			} else {
				e.Extend().Timeout = p.duration()
			}
		case "expires":
			p.advance()
			e.Extend().Expires = p.duration()
		case "comment":
			e.Extend().Comment, _ = p.comment()
		default:
			s := p.statefulStmt()
			if s == nil {
				return
			}
			e.Extend().Stmts = append(e.Extend().Stmts, s)
		}
	}
}

// elemData reads a colon and what a map gives for the key.
func (p *ruleParser) elemData(e *ast.Elem, kind dataKind, data []vtype) {
	if !p.is(opColon) {
		p.unexpected(": and %s", map[dataKind]string{dataVerdicts: "a verdict", dataValues: "a value", dataNAT: "an address", dataObjects: "the name of an object"}[kind])
		return
	}
	p.advance()
	switch kind {
	case dataVerdicts:
		e.Data = p.verdict()
	case dataObjects:
		e.Value = p.objectName()
	default:
		e.Value = p.dataValue(kind, data)
	}
	if p.tok.kind == tokWord {
		p.elemOptions(e)
	}
}

// dataValue reads what a map gives: a value, or several joined by dots. For NAT
// that is an address, with or without a port.
func (p *ruleParser) dataValue(kind dataKind, data []vtype) ast.Expr {
	if p.is(opLBrace) {
		p.failf(p.here(), "a set cannot be the value of a map").Expected("one value")
		return nil
	}
	if kind != dataNAT {
		return p.concatValue(data)
	}
	from := p.tok.from
	e := p.partValue(data[0], nil)
	if p.failed || !p.accept(opDot) {
		return e
	}
	port := p.partValue(data[1], nil)
	if p.failed {
		return nil
	}
	return &ast.Concat{Span: p.since(from), Parts: []ast.Expr{e, port}}
}

// parseElems reads the elements of a set or map, the text between the brackets
// of elements = { ... }, and adds them to set.Elems. An element with an error is
// left out; the error is appended to p.errs.
func (p *ruleParser) parseElems(text string, base uint32, set *ast.Set, sc *scope) {
	ts := typesOf(set.Key, set.KeyExpr)
	data := typesOf(set.Data, set.DataExpr)
	kind := dataNone
	switch {
	case set.Object != ast.ObjectNone:
		kind = dataObjects
	case len(set.Data) == 1 && set.Data[0] == ast.TypeVerdict:
		kind = dataVerdicts
	case len(set.Data) > 0:
		kind = dataValues
	}
	p.begin("", base, sc)
	p.noDeps = true
	n := 1 + strings.Count(text, ",")
	p.elems.grow(n)
	if cap(set.Elems)-len(set.Elems) < n {
		grown := make([]*ast.Elem, len(set.Elems), len(set.Elems)+n)
		copy(grown, set.Elems)
		set.Elems = grown
	}
	p.text = text
	at := 0
	if kind == dataNone && len(ts) == 1 {
		at = p.fastElems(text, ts[0], set)
	}
	p.elemBuf = p.elemBuf[:0]
	for at < len(text) {
		p.begin(text, base, sc)
		p.pos, p.last = at, at
		p.tok = p.next()
		p.elements(ts, kind, data)
		if !p.failed && p.tok.kind != tokEnd {
			p.unexpected(", between the elements")
		}
		set.Elems = append(set.Elems, p.elemBuf...)
		p.elemBuf = p.elemBuf[:0]
		if !p.failed {
			break
		}
		// Go on behind the next comma.
		bad := int(p.errs[len(p.errs)-1].From) - int(base)
		if bad < at || bad >= len(text) {
			bad = at
		}
		i := strings.IndexByte(text[bad:], ',')
		if i < 0 {
			break
		}
		at = bad + i + 1
	}
}
