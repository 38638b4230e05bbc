package nft

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// mode says which expressions may stand at a place.
type mode uint8

const (
	// constant: numbers, addresses, names. What follows a comparison.
	constant mode = iota
	// anything: besides, what is taken from the packet. What is set, or
	// compared.
	anything
)

// binaryOp returns the operator on bits that the current token is, and how
// strongly it binds; 0 if it is none.
func (p *ruleParser) binaryOp() (ast.BinaryOp, int) {
	switch p.tok.kind {
	case tokPunct:
		switch p.tok.op {
		case opOr:
			return ast.OpOr, 1
		case opXor:
			return ast.OpXor, 2
		case opAnd:
			return ast.OpAnd, 3
		case opShl:
			return ast.OpShl, 4
		case opShr:
			return ast.OpShr, 4
		default:
		}
	case tokWord:
		if n := p.tok.to - p.tok.from; n == 2 || n == 3 || n == 6 {
			switch p.word() {
			case "or":
				return ast.OpOr, 1
			case "xor":
				return ast.OpXor, 2
			case "and":
				return ast.OpAnd, 3
			case "lshift":
				return ast.OpShl, 4
			case "rshift":
				return ast.OpShr, 4
			}
		}
	default:
	}
	return 0, 0
}

// expr reads an expression with operators on bits that bind at least as
// strongly as min. Constants in it are of type t, or of that of what they are
// combined with.
func (p *ruleParser) expr(t vtype, m mode, min int) operand {
	from, base := p.tok.from, p.base
	l := p.primary(t, m)
	for !p.failed {
		op, prec := p.binaryOp()
		if prec == 0 || prec < min {
			break
		}
		p.advance()
		rt := l.t
		if rt.typ == ast.TypeNone {
			rt = t
		}
		if op == ast.OpShl || op == ast.OpShr {
			rt = vtype{typ: ast.TypeInteger, bits: 32}
		}
		if rt.typ == ast.TypeBoolean {
			p.failf(p.here(), "the presence of something has no bits")
			break
		}
		r := p.expr(rt, m, prec+1)
		if p.failed {
			break
		}
		s := p.since(from)
		if p.base != base {
			s = l.e.Source().Join(r.e.Source())
		}
		if e := fold(op, l.e, r.e, s, l.t); e != nil {
			l.e = e
			continue
		}
		l.e = &ast.Binary{Span: s, Op: op, Left: l.e, Right: r.e}
		if l.t.typ == ast.TypeNone {
			l.t = r.t
		}
	}
	return l
}

// primary reads an expression without operators.
func (p *ruleParser) primary(t vtype, m mode) operand {
	if p.is(opLParen) {
		if !p.enter() {
			return operand{}
		}
		p.advance()
		o := p.expr(t, m, 1)
		p.expect(opRParen)
		p.depth--
		return o
	}
	if m == anything {
		if o, ok := p.selector(t); ok {
			return o
		}
	}
	return operand{e: p.value(t), t: t}
}

// selector reads what is taken from the packet, if such an expression begins
// here. A word that is also a name of the type t is that name, unless what
// follows makes it a header's.
func (p *ruleParser) selector(t vtype) (operand, bool) {
	switch p.tok.kind {
	case tokWord:
		w := p.word()
		sel, ok := selectors[w]
		if !ok {
			return operand{}, false
		}
		if t.typ != ast.TypeNone {
			if _, named := SymbolValue(t.typ, w); named && !p.headerField(w) {
				return operand{}, false
			}
		}
		from := p.tok.from
		p.advance()
		e := sel(p, from, w)
		if e == nil || p.failed {
			if !p.failed {
				p.unexpected("the rest of the expression")
			}
			return operand{}, true
		}
		return operand{e: e, t: typeOf(e)}, true
	case tokPunct:
		if p.tok.op == opAt {
			from := p.tok.from
			if e := p.rawPayload(from); e != nil {
				return operand{e: e, t: typeOf(e)}, true
			}
			return operand{}, true
		}
	default:
	}
	return operand{}, false
}

// peek returns the token after the current one.
func (p *ruleParser) peek() token {
	s := p.scanner
	return s.next()
}

// headerField reports whether a header's name is followed by one of its fields.
func (p *ruleParser) headerField(w string) bool {
	h := headers[w]
	if h == nil {
		return false
	}
	t := p.peek()
	if t.kind != tokWord {
		return false
	}
	_, ok := h.fields[p.text[t.from:t.to]]
	return ok
}

// concat reads one expression, or several that are joined by dots.
func (p *ruleParser) concat(t vtype, ts []vtype) operand {
	from := p.tok.from
	if len(ts) > 0 {
		t = ts[0]
	}
	o := p.expr(t, anything, 1)
	if p.failed || !p.is(opDot) {
		return o
	}
	parts := []ast.Expr{o.e}
	types := []vtype{o.t}
	for p.accept(opDot) {
		var next vtype
		if len(parts) < len(ts) {
			next = ts[len(parts)]
		}
		q := p.expr(next, anything, 1)
		if p.failed {
			return operand{}
		}
		parts, types = append(parts, q.e), append(types, q.t)
	}
	c := p.concats.get()
	c.Span, c.Parts = p.since(from), parts
	return operand{e: c, ts: types}
}

// stmtExpr reads what a statement sets, sends or looks up: an expression of
// type t, which may be a map, a range, a prefix or a list.
func (p *ruleParser) stmtExpr(t vtype, ts []vtype) ast.Expr {
	from := p.tok.from
	if p.is(opLBrace) {
		p.failf(p.here(), "a set cannot stand here").Expected("one value")
		return nil
	}
	o := p.concat(t, ts)
	if p.failed {
		return nil
	}
	switch {
	case p.isWord("map"):
		if ts == nil {
			ts = []vtype{t}
		}
		return p.mapExpr(from, o, ts, dataValues)
	case p.is(opSlash), p.is(opDash):
		return p.rangeFrom(from, o, t)
	case p.is(opComma) && t.typ.Bitmask():
		return p.listFrom(from, o.e, t)
	}
	return o.e
}

// rangeFrom reads the rest of a range or a prefix whose first value was read.
func (p *ruleParser) rangeFrom(from int, o operand, t vtype) ast.Expr {
	if p.accept(opSlash) {
		return p.prefixOf(from, o.e, t, nil)
	}
	p.advance()
	hi := p.expr(t, constant, 1)
	if p.failed {
		return nil
	}
	return p.rangeOf(p.since(from), o.e, hi.e, t)
}

// rangeOf makes a range, whose bounds must be values in order.
func (p *ruleParser) rangeOf(s ast.Span, lo, hi ast.Expr, t vtype) ast.Expr {
	if !isLeaf(lo) || !isLeaf(hi) {
		p.failf(s, "a range must be between two values").Expected("%s - %s", whatIs(t), whatIs(t))
		return nil
	}
	switch c, ok := compareLeaves(lo, hi); {
	case !ok:
		p.failf(s, "there is no range of these values").Expected("two numbers or two addresses of one family")
		return nil
	case c > 0 && t.typ != ast.TypeHour:
		p.failf(s, "the range is reversed").Expected("the lower value first")
		return nil
	}
	return p.rng(s, lo, hi)
}

// listFrom reads the rest of a list of bits (new,established) and returns all of
// them as one number.
func (p *ruleParser) listFrom(from int, first ast.Expr, t vtype) ast.Expr {
	for p.accept(opComma) {
		next := p.expr(t, constant, 1)
		if p.failed {
			return nil
		}
		s := p.since(from)
		e := fold(ast.OpOr, first, next.e, s, t)
		if e == nil {
			// A name that only the running system knows.
			e = &ast.Binary{Span: s, Op: ast.OpOr, Left: first, Right: next.e}
		}
		first = e
	}
	return first
}

// mapExpr reads map { ... } or map @name behind a key.
func (p *ruleParser) mapExpr(from int, key operand, data []vtype, kind dataKind) ast.Expr {
	p.advance()
	m := p.mapOf(key, data, kind)
	if p.failed {
		return nil
	}
	return &ast.Map{Span: p.since(from), Key: key.e, Map: m}
}

// mapOf reads a map: written out, named, or a variable.
func (p *ruleParser) mapOf(key operand, data []vtype, kind dataKind) ast.Expr {
	switch {
	case p.is(opLBrace):
		return p.setLit(key.list(), kind, data)
	case p.is(opAt):
		return p.setRef(key, true)
	case p.tok.kind == tokVar:
		return p.variable(func() ast.Expr { return p.mapOf(key, data, kind) })
	}
	p.unexpected("a map: { key : value, ... } or @name")
	return nil
}

// setRef reads @name: a set, or a map.
func (p *ruleParser) setRef(key operand, isMap bool) ast.Expr {
	from := p.tok.from
	p.advance()
	if p.tok.kind != tokWord && p.tok.kind != tokQuoted && p.tok.kind != tokTime {
		p.unexpected("the name of a set")
		return nil
	}
	name := p.unquoted()
	at := p.here()
	p.advance()
	r := p.refs.get()
	r.Span, r.Name = p.since(from), name
	if s := p.sc.set(name); s != nil {
		p.checkSet(at, s, key, isMap)
	}
	return r
}

// unquoted returns the current token's text without its quotes.
func (p *ruleParser) unquoted() string {
	w := p.word()
	if p.tok.kind == tokQuoted {
		return w[1 : len(w)-1]
	}
	return w
}

// checkSet checks that a declared set can be asked for a key.
func (p *ruleParser) checkSet(at ast.Span, s *ast.Set, key operand, isMap bool) {
	if s.IPSet != "" || len(s.Key) == 0 || key.e == nil && key.ts == nil {
		return
	}
	// The kernel looks a key up in a map, too.
	if isMap && len(s.Data) == 0 && s.Object == ast.ObjectNone {
		p.failf(at, "%s is not a map", s.Name).Expected("a map, which has values")
		return
	}
	ts := key.list()
	if len(ts) != len(s.Key) {
		p.failf(at, "the keys of %s have %d parts, not %d", s.Name, len(s.Key), len(ts))
		return
	}
	for i, t := range ts {
		if !compatible(t.typ, s.Key[i]) {
			e := grammar.Errorf(at, "the keys of %s are of type %s", s.Name, typeNames(s.Key))
			p.fail(e.Expected("a set of type %s", t.typ))
			return
		}
	}
}

// compatible reports whether values of two types can be the same thing.
func compatible(a, b ast.Type) bool {
	plain := func(t ast.Type) bool { return t == ast.TypeNone || t == ast.TypeInteger || t == ast.TypeString }
	return a == b || plain(a) || plain(b) || isText(a) && isText(b)
}

func typeNames(ts []ast.Type) string {
	s := ""
	for i, t := range ts {
		if i > 0 {
			s += " . "
		}
		s += t.String()
	}
	return s
}
