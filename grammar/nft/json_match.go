package nft

import (
	"net/netip"
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// jsonOps are the comparisons. The operator in is the one that nft's own language
// leaves unsaid.
var jsonOps = map[string]ast.Op{
	"==": ast.OpEq, "!=": ast.OpNe, "<": ast.OpLt, ">": ast.OpGt, "<=": ast.OpLe, ">=": ast.OpGe, "!": ast.OpNone, "in": ast.OpAny,
}

// match reads a condition.
func (r *jsonReader) match(v *jsonValue, s ast.Span) ast.Stmt {
	if !r.properties(v, "left", "right", "op") {
		return nil
	}
	left, right, opText := r.needed(v, "left"), r.needed(v, "right"), r.needed(v, "op")
	if r.p.failed {
		return nil
	}
	op, ok := jsonOps[opText.text]
	if !ok || opText.kind != jsonString {
		e := r.badf(r.at(opText), "unexpected %s", opText.what()).Expected("%s", oneOf(sortedKeys(jsonOps)))
		e.Hint = grammar.Near(opText.text, sortedKeys(jsonOps))
		return nil
	}
	l := r.keyOf(left, right)
	if r.p.failed {
		return nil
	}
	m := r.p.matches.get()
	m.Span, m.Left = s, l.e
	m.Right = r.rightSide(right, &l, op)
	m.Left = l.e
	if r.p.failed {
		return nil
	}
	m.Op = r.operator(opText, &l, op)
	r.p.simplify(m, l.t)
	if m.Op == ast.OpEq {
		r.p.ctx.learn(m.Left, m.Right)
	}
	return m
}

// keyOf reads an expression that is compared with something, or looked up in it.
func (r *jsonReader) keyOf(v, with *jsonValue) operand {
	r.other = r.familyIn(with)
	o := r.expr(v, vtype{}, nil)
	r.other = ast.FamilyUnknown
	return o
}

// familyIn returns the family of the first address in a value: in a set that is
// named, that of its keys.
func (r *jsonReader) familyIn(v *jsonValue) ast.Family {
	if v.kind == jsonString && len(v.text) > 1 && v.text[0] == '@' {
		if s := r.p.sc.set(v.text[1:]); s != nil {
			switch {
			case slices.Contains(s.Key, ast.TypeIPv4Addr):
				return ast.FamilyIP
			case slices.Contains(s.Key, ast.TypeIPv6Addr):
				return ast.FamilyIP6
			}
		}
		return ast.FamilyUnknown
	}
	if v.kind == jsonString {
		if a, err := netip.ParseAddr(v.text); err == nil {
			if a.Is4() {
				return ast.FamilyIP
			}
			return ast.FamilyIP6
		}
		return ast.FamilyUnknown
	}
	for i := range v.list {
		if f := r.familyIn(&v.list[i]); f != ast.FamilyUnknown {
			return f
		}
	}
	return ast.FamilyUnknown
}

// operator returns the operator that a comparison means.
func (r *jsonReader) operator(at *jsonValue, l *operand, op ast.Op) ast.Op {
	mask := l.t.typ.Bitmask() && l.ts == nil
	switch {
	case op == ast.OpNone && !mask:
		r.bad(at, "!=: ! is only for sets of bits, such as ct status")
	case op == ast.OpAny && !mask:
		return ast.OpEq
	}
	return op
}

// rightSide reads what the left side is compared with.
func (r *jsonReader) rightSide(v *jsonValue, l *operand, op ast.Op) ast.Expr {
	equal := op == ast.OpEq || op == ast.OpNe || op == ast.OpAny
	switch {
	case v.kind == jsonString && len(v.text) > 1 && v.text[0] == '@':
		if !equal {
			r.bad(v, "no set: it can only be compared with == and !=")
		}
		return r.setRef(v, *l, false)
	case v.kind == jsonBool:
		return r.presence(v, l)
	case v.kind == jsonObject && v.get("set") != nil:
		if !equal {
			r.bad(v, "no set: it can only be compared with == and !=")
		}
		return r.setLit(v.get("set"), r.at(v), l.list(), dataNone, nil)
	case l.ts != nil:
		return r.value(v, l.ts)
	case v.kind == jsonObject && v.get("prefix") != nil:
		return r.prefix(v, l.t, l)
	}
	return r.one(v, l.t)
}

// presence reads true or false: that what is on the left exists or is missing.
func (r *jsonReader) presence(v *jsonValue, l *operand) ast.Expr {
	there := &ast.Bool{Span: r.at(v), Val: v.text == "true"}
	switch e := l.e.(type) {
	case *ast.Fib:
		if e.Result != "type" {
			e.Check = true
			return there
		}
	case *ast.TCPOption:
		// nft 1.0 gives a kind without a name as its first byte.
		if e.Raw && e.Offset == 0 && e.Len == 8 {
			e.Raw, e.Len = false, 0
			return there
		}
	}
	if l.t.typ != ast.TypeBoolean {
		if l.t.typ == ast.TypeInteger && l.t.bits == 1 {
			return r.p.int(there.Span, map[bool]uint64{true: 1}[there.Val])
		}
		r.bad(v, "%s", whatIs(l.t))
	}
	return there
}

// vmap reads a look-up in a verdict map.
func (r *jsonReader) vmap(v *jsonValue, s ast.Span) ast.Stmt {
	if !r.properties(v, "key", "data") {
		return nil
	}
	key, data := r.needed(v, "key"), r.needed(v, "data")
	if r.p.failed {
		return nil
	}
	l := r.keyOf(key, data)
	if r.p.failed {
		return nil
	}
	return &ast.VMap{Span: s, Key: l.e, Map: r.mapData(data, l, dataVerdicts, nil)}
}

// mapExpr reads a look-up in a map that gives values of some types.
func (r *jsonReader) mapExpr(v *jsonValue, s ast.Span, ts []vtype, kind dataKind) ast.Expr {
	if !r.properties(v, "key", "data") {
		return nil
	}
	key, data := r.needed(v, "key"), r.needed(v, "data")
	if r.p.failed {
		return nil
	}
	l := r.keyOf(key, data)
	if r.p.failed {
		return nil
	}
	return &ast.Map{Span: s, Key: l.e, Map: r.mapData(data, l, kind, ts)}
}

// mapData reads a map: written out, or named.
func (r *jsonReader) mapData(v *jsonValue, l operand, kind dataKind, ts []vtype) ast.Expr {
	switch {
	case v.kind == jsonString && len(v.text) > 1 && v.text[0] == '@':
		return r.setRef(v, l, true)
	case v.kind == jsonObject && v.get("set") != nil:
		return r.setLit(v.get("set"), r.at(v), l.list(), kind, ts)
	}
	r.bad(v, `a map: @ and its name, or { "set": [ [ key, value ], ... ] }`)
	return nil
}

// setRef reads @ and the name of a set or a map.
func (r *jsonReader) setRef(v *jsonValue, l operand, isMap bool) ast.Expr {
	e := r.p.refs.get()
	e.Span, e.Name = r.atText(v), v.text[1:]
	if s := r.p.sc.set(e.Name); s != nil {
		r.p.checkSet(e.Span, s, l, isMap)
	}
	return e
}

// setLit reads a set or a map that is written out.
func (r *jsonReader) setLit(v *jsonValue, s ast.Span, ts []vtype, kind dataKind, data []vtype) ast.Expr {
	set := r.p.sets.get()
	set.Span = s
	items := v.items()
	for i := range items {
		e := r.elem(&items[i], ts, kind, data)
		if r.p.failed {
			return nil
		}
		set.Elems = append(set.Elems, e)
	}
	if len(set.Elems) == 0 {
		r.bad(v, "an element")
		return nil
	}
	return set
}
