package nft

import (
	"math/big"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// value reads a constant of some types: one, or a concatenation.
func (r *jsonReader) value(v *jsonValue, ts []vtype) ast.Expr {
	if c := v.get("concat"); c != nil && v.kind == jsonObject {
		if len(ts) > 0 && c.kind == jsonArray && len(c.list) != len(ts) {
			r.badf(r.at(v), "the key has %d parts, not %d", len(c.list), len(ts)).Expected("%s", typeList(ts))
			return nil
		}
		return r.concat(c, r.at(v), ts).e
	}
	var t vtype
	if len(ts) > 0 {
		t = ts[0]
	}
	if len(ts) > 1 {
		r.badf(r.at(v), "the key has 1 of %d parts", len(ts)).Expected("%s", typeList(ts))
		return nil
	}
	return r.one(v, t)
}

// one reads one constant: a value, a range, a network, or a list of bits.
func (r *jsonReader) one(v *jsonValue, t vtype) ast.Expr {
	if r.p.failed {
		return nil
	}
	switch v.kind {
	case jsonNumber:
		return r.number(v, t)
	case jsonString:
		return r.str(v, t)
	case jsonBool:
		if t.typ != ast.TypeBoolean && t.typ != ast.TypeNone {
			break
		}
		return &ast.Bool{Span: r.at(v), Val: v.text == "true"}
	case jsonArray:
		return r.bitList(v, t)
	case jsonObject:
		name, value, _ := v.only()
		switch {
		case name == "range":
			return r.rng(value, r.at(v), t)
		case name == "prefix":
			return r.prefix(v, t, nil)
		case jsonBinaries[name] != 0 || name == "&":
			return r.binary(jsonBinaries[name], value, r.at(v), t).e
		}
	default:
	}
	r.bad(v, "%s", whatIs(t))
	return nil
}

// stmtExpr reads what a statement sets, sends or looks up.
func (r *jsonReader) stmtExpr(v *jsonValue, t vtype) ast.Expr {
	if r.p.failed {
		return nil
	}
	if m := v.get("map"); m != nil && v.kind == jsonObject {
		return r.mapExpr(m, r.at(v), []vtype{t}, dataValues)
	}
	return r.expr(v, t, nil).e
}

// token makes the text of a value that of the scanner.
func (r *jsonReader) token(v *jsonValue) {
	p := r.p
	p.scanner = scanner{text: v.text}
	p.base, p.last = r.base+uint32(v.from), 0
	if v.kind == jsonString {
		p.base++
	}
	p.tok = p.next()
}

// number reads a number as a value of a type.
func (r *jsonReader) number(v *jsonValue, t vtype) ast.Expr {
	if _, ok := v.uint(); !ok {
		if _, ok := new(big.Int).SetString(v.text, 10); !ok || v.text[0] == '-' {
			r.bad(v, "%s", whatIs(t))
			return nil
		}
	}
	r.token(v)
	e := r.p.numberValue(t, r.at(v), v.text)
	r.p.tok.kind = tokEnd
	return e
}

// str reads a string as a value of a type: a name, an address, a number.
func (r *jsonReader) str(v *jsonValue, t vtype) ast.Expr {
	s := r.atText(v)
	if v.text == "" || strings.IndexByte(v.text, 0) >= 0 {
		r.bad(v, "%s", whatIs(t))
		return nil
	}
	r.token(v)
	p := r.p
	whole := p.tok.to == len(v.text) && p.tok.kind != tokVar && p.tok.kind != tokQuoted && p.tok.kind != tokPunct
	clock := (t.typ == ast.TypeTime && t.date || t.typ == ast.TypeHour) && strings.Contains(v.text, ":")
	name := isText(t.typ) || t.typ == ast.TypeIfaceIndex && p.tok.kind != tokNumber || clock
	if name || v.escaped || !whole && !strings.Contains(v.text, ":") {
		p.tok = token{0, len(v.text), tokQuoted, opNone}
		e := p.quotedValue(t, s, v.text)
		return e
	}
	e := p.value(t)
	if !p.failed && p.tok.kind != tokEnd {
		r.bad(v, "%s", whatIs(t))
	}
	return e
}

// bitList reads a list of bits, and returns all of them as one number.
func (r *jsonReader) bitList(v *jsonValue, t vtype) ast.Expr {
	if !t.typ.Bitmask() || len(v.list) == 0 {
		r.bad(v, "%s; a list is only for sets of bits, such as ct state", whatIs(t))
		return nil
	}
	var all ast.Expr
	for i := range v.list {
		e := r.one(&v.list[i], t)
		if r.p.failed {
			return nil
		}
		if all == nil {
			all = e
		} else if both := fold(ast.OpOr, all, e, r.at(v), t); both != nil {
			all = both
		} else {
			all = &ast.Binary{Span: r.at(v), Op: ast.OpOr, Left: all, Right: e}
		}
	}
	return all
}

// rng reads a range.
func (r *jsonReader) rng(v *jsonValue, s ast.Span, t vtype) ast.Expr {
	if v.kind != jsonArray || len(v.list) != 2 {
		r.bad(v, "an array of two values")
		return nil
	}
	lo, hi := r.one(&v.list[0], t), r.one(&v.list[1], t)
	if r.p.failed {
		return nil
	}
	return r.p.rangeOf(s, lo, hi, t)
}

// prefix reads a network. Of a number, in a match, it is a mask; elsewhere a
// range.
func (r *jsonReader) prefix(v *jsonValue, t vtype, match *operand) ast.Expr {
	p := v.get("prefix")
	if !r.properties(p, "addr", "len") {
		return nil
	}
	addr, n := r.needed(p, "addr"), r.needed(p, "len")
	if r.p.failed {
		return nil
	}
	e := r.one(addr, t)
	if r.p.failed {
		return nil
	}
	bits, ok := n.uint()
	if !ok {
		r.bad(n, "the length of a prefix")
		return nil
	}
	if h, ok := e.(*ast.Host); ok {
		host := *h
		host.Span, host.Bits = r.at(v), int(min(bits, 128))
		return &host
	}
	return r.p.prefixBits(r.at(v), r.at(n), e, bits, t, match)
}
