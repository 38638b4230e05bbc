package nft

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

func (r *jsonReader) jsonSet(_ string, v *jsonValue, whole ast.Span) { r.set(v, whole, false) }
func (r *jsonReader) jsonMap(_ string, v *jsonValue, whole ast.Span) { r.set(v, whole, true) }

// set reads the declaration of a set or a map.
func (r *jsonReader) set(v *jsonValue, whole ast.Span, isMap bool) {
	r.known(v, "family", "table", "name", "handle", "type", "map", "policy", "flags", "elem", "timeout", "gc-interval", "size", "auto-merge", "comment", "stmt")
	t, ok := r.tableOf(v, "table")
	if !ok {
		return
	}
	name, ok := r.ident(v, "name", "set")
	if !ok {
		return
	}
	s := t.declareSet(name)
	*s = ast.Set{Span: whole, Name: name.text, NameSpan: name.Span, Handle: r.uint(v, "handle", 64), Elems: s.Elems}
	sc := r.scopeOf(t, nil, nil)
	if typ := v.get("type"); typ == nil {
		r.errorf(r.at(v), `the property "type" is missing`)
	} else {
		s.Key, s.KeyExpr = r.types(typ, sc)
	}
	switch data := v.get("map"); {
	case isMap && data == nil:
		r.errorf(r.at(v), `the property "map" is missing`).Expected("what the map gives")
	case !isMap && data != nil:
		r.errorf(r.at(data), "a set gives nothing").Expected("a map")
	case isMap:
		if k, ok := ast.ParseObjectKind(data.text); ok && data.kind == jsonString {
			s.Object = k
		} else {
			s.Data, s.DataExpr = r.types(data, sc)
		}
	}
	if p := r.text(v, "policy", false); p != nil {
		if s.Policy = oneIn(p.text, []string{"performance", "memory"}); s.Policy == "" {
			r.errorf(r.atText(p), "unknown policy %s", quote(clip(p.text))).Expected("performance or memory")
		}
	}
	s.Flags = r.words(v, "flags", "constant", "dynamic", "interval", "timeout")
	s.Timeout, s.GC = r.uint(v, "timeout", 50)*1000, r.uint(v, "gc-interval", 50)*1000
	timeoutFlag(s)
	s.Size, s.AutoMerge = r.uint(v, "size", 64), r.bool(v, "auto-merge")
	r.jsonComment(v, &s.Comment)
	stmts, elems := v.get("stmt"), v.get("elem")
	r.later(func() {
		if stmts != nil {
			s.Stmts = r.stateful(stmts, sc)
		}
		r.elements(s, elems, sc)
	})
}

// types reads the types of a set's keys or a map's data: names, or the
// expressions of a typeof.
func (r *jsonReader) types(v *jsonValue, sc *scope) (types []ast.Type, e ast.Expr) {
	if of := v.get("typeof"); of != nil {
		r.known(v, "typeof")
		r.begin(sc)
		r.p.noDeps = true
		o := r.expr(of, vtype{}, nil)
		if r.p.failed {
			return nil, nil
		}
		return keyTypes(o.e), o.e
	}
	items := v.items()
	for i := range items {
		w := &items[i]
		if w.kind != jsonString {
			r.wrong(w, "a type of nft(8), such as ipv4_addr")
			return types, nil
		}
		// nft 1.0 joins the types of a map's data in one string.
		for _, name := range strings.Split(w.text, " . ") {
			t, ok := ast.ParseType(name)
			if !ok {
				t, ok = typeAliases[name]
			}
			if !ok {
				e := r.errorf(r.atText(w), "unknown type %s", quote(clip(name))).Expected("a type of nft(8), such as ipv4_addr")
				e.Hint = grammar.Near(name, typeNamesAll)
			}
			types = append(types, t)
		}
	}
	return types, nil
}

// elements reads the elements of a set, which are added to those that it has.
func (r *jsonReader) elements(s *ast.Set, v *jsonValue, sc *scope) {
	if v == nil {
		return
	}
	ts, data, kind := typesOf(s.Key, s.KeyExpr), typesOf(s.Data, s.DataExpr), kindOf(s)
	items := v.items()
	if set := v.get("set"); set != nil && v.kind == jsonObject {
		items = set.items()
	}
	s.Elems = slices.Grow(s.Elems, len(items))
	for i := range items {
		r.begin(sc)
		r.p.noDeps = true
		if e := r.elem(&items[i], ts, kind, data); !r.p.failed {
			s.Elems = append(s.Elems, e)
		}
	}
}

// kindOf returns what the elements of a set have behind their keys.
func kindOf(s *ast.Set) dataKind {
	switch {
	case s.Object != ast.ObjectNone:
		return dataObjects
	case len(s.Data) == 1 && s.Data[0] == ast.TypeVerdict:
		return dataVerdicts
	case len(s.Data) > 0:
		return dataValues
	}
	return dataNone
}

// jsonElement reads elements that are added to a set.
func (r *jsonReader) jsonElement(_ string, v *jsonValue, _ ast.Span) {
	r.known(v, "family", "table", "name", "elem")
	t, ok := r.tableOf(v, "table")
	if !ok {
		return
	}
	name, ok := r.ident(v, "name", "set")
	if !ok {
		return
	}
	s, elems, sc := t.set(name), v.get("elem"), r.scopeOf(t, nil, nil)
	if elems == nil {
		r.errorf(r.at(v), `the property "elem" is missing`)
		return
	}
	r.later(func() { r.elements(s, elems, sc) })
}

// elem reads an element of a set or a map: the key, or an object elem; in a map,
// an array of it and of what the map gives.
func (r *jsonReader) elem(v *jsonValue, ts []vtype, kind dataKind, data []vtype) *ast.Elem {
	e := r.p.elems.get()
	e.Span = r.at(v)
	key := v
	if kind != dataNone {
		if v.kind != jsonArray || len(v.list) != 2 {
			r.bad(v, "an array of a key and what the map has for it")
			return e
		}
		key = &v.list[0]
		r.elemData(e, &v.list[1], kind, data)
	}
	if full := key.get("elem"); full != nil && key.kind == jsonObject {
		key = r.elemOptions(e, full)
	}
	switch {
	case key == nil || r.p.failed:
	case key.kind == jsonString && key.text == "*":
	default:
		e.Key = r.value(key, ts)
	}
	return e
}

// elemOptions reads an object elem and returns its key.
func (r *jsonReader) elemOptions(e *ast.Elem, v *jsonValue) (key *jsonValue) {
	if v.kind != jsonObject {
		r.bad(v, "an object with a value val")
		return nil
	}
	for i := range v.keys {
		p := &v.list[i]
		switch name := v.keys[i].name; name {
		case "val":
			key = p
		case "timeout":
			e.Extend().Timeout = r.seconds(p)
		case "expires":
			e.Extend().Expires = r.seconds(p)
		case "comment":
			if p.kind != jsonString {
				r.bad(p, "a string")
			}
			e.Extend().Comment = p.text
		default:
			if s := r.statefulStmt(name, v.keys[i], p); s != nil {
				e.Extend().Stmts = append(e.More.Stmts, s)
			}
		}
	}
	if key == nil && !r.p.failed {
		r.bad(v, "an object with a value val")
	}
	return key
}

// seconds reads a length of time, and returns it in milliseconds.
func (r *jsonReader) seconds(v *jsonValue) uint64 {
	n, ok := v.uint()
	if !ok || n>>50 != 0 {
		r.bad(v, "a number of seconds")
	}
	return n * 1000
}

// elemData reads what a map gives.
func (r *jsonReader) elemData(e *ast.Elem, v *jsonValue, kind dataKind, data []vtype) {
	switch kind {
	case dataVerdicts:
		if d := r.verdict(v); d != nil {
			e.Data = d
		}
	case dataObjects:
		if v.kind != jsonString {
			r.bad(v, "the name of an object of the table")
			return
		}
		e.Value = r.p.str(r.atText(v), v.text)
	case dataNAT:
		// An address, or one with a port.
		if c := v.get("concat"); c == nil {
			data = data[:1]
		}
		fallthrough
	default:
		e.Value = r.value(v, data)
	}
}

// stateful reads statements that each element of a set has of its own.
func (r *jsonReader) stateful(v *jsonValue, sc *scope) (stmts []ast.Stmt) {
	items := v.items()
	for i := range items {
		r.begin(sc)
		r.p.noDeps = true
		if s := r.oneStateful(&items[i]); s != nil {
			stmts = append(stmts, s)
		}
	}
	return stmts
}

// oneStateful reads a statement that an element may have.
func (r *jsonReader) oneStateful(v *jsonValue) ast.Stmt {
	name, value, ok := v.only()
	if !ok {
		r.bad(v, "a statement: counter, limit, quota, last or ct count")
		return nil
	}
	return r.statefulStmt(name, v.keys[0], value)
}

// statefulStmt reads a statement that an element may have by its name.
func (r *jsonReader) statefulStmt(name string, at jsonKey, v *jsonValue) ast.Stmt {
	names := []string{"counter", "limit", "quota", "last", "ct count"}
	if !slices.Contains(names, name) {
		e := r.badf(r.atKey(at), "unexpected %s in an element", quote(clip(name))).Expected("%s", oneOf(names))
		e.Hint = grammar.Near(name, names)
		return nil
	}
	s := jsonStmts[name](r, v, r.reader.span(at.from, v.to))
	if r.p.failed {
		return nil
	}
	return s
}
