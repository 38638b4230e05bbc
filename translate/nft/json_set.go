package nft

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// set writes a set or a map, with its elements.
func (j *jsonPrinter) set(s *ast.Set) {
	j.p.begin(s)
	what := "set"
	isMap := len(s.Data) > 0 || s.DataExpr != nil || s.Object != ast.ObjectNone
	if isMap {
		what = "map"
	}
	j.entry(what, func() {
		j.inTable(s.Name, s.Handle)
		j.keyStrIf("comment", s.Comment)
		j.key("type")
		j.types(s.Key, s.KeyExpr)
		if isMap {
			j.key("map")
			if s.Object != ast.ObjectNone {
				j.str(s.Object.String())
			} else {
				j.types(s.Data, s.DataExpr)
			}
		}
		if s.DataInterval {
			j.p.refuse(s, "the JSON of nft does not say that what a map gives may be ranges")
		}
		j.keyStrIf("policy", s.Policy)
		flags := s.Flags
		if s.Timeout != 0 && !slices.Contains(flags, "timeout") {
			flags = append(slices.Clone(flags), "timeout") // which text leaves unsaid
		}
		j.keyWordsIf("flags", flags)
		j.seconds(s, "timeout", s.Timeout)
		j.seconds(s, "gc-interval", s.GC)
		j.keyUintIf("size", s.Size)
		j.keyBoolIf("auto-merge", s.AutoMerge)
		if len(s.Stmts) > 0 {
			j.key("stmt")
			j.array(len(s.Stmts), func(i int) { j.statement(s.Stmts[i]) })
		}
		if len(s.Elems) > 0 {
			d, data := domainOfTypes(s.Key, s.KeyExpr), domainOfTypes(s.Data, s.DataExpr)
			if s.Object != ast.ObjectNone {
				data = domain{typ: ast.TypeString}
			}
			j.key("elem")
			j.array(len(s.Elems), func(i int) { j.elem(s.Elems[i], d, data) })
		}
	})
}

// types writes data types, or the expression of a typeof.
func (j *jsonPrinter) types(types []ast.Type, e ast.Expr) {
	switch {
	case e != nil:
		j.named("typeof", func() { j.expr(e, domain{}) })
	case len(types) == 1:
		j.str(types[0].String())
	default:
		j.array(len(types), func(i int) { j.str(types[i].String()) })
	}
}

// seconds writes a length of time of a set or an element. JSON has whole seconds.
func (j *jsonPrinter) seconds(at ast.Node, name string, ms uint64) {
	if ms%1000 != 0 {
		j.p.refuse(at, "the JSON of nft has the %s in whole seconds", name)
	}
	j.keyUintIf(name, ms/1000)
}

// elem writes an element of a set, or a pair of it and of what the map gives.
func (j *jsonPrinter) elem(e *ast.Elem, d, data domain) {
	switch v, isVerdict := e.Data.(*ast.Verdict); {
	case e.Data == nil && e.Value == nil:
		j.elemKey(e, d)
		return
	case e.Data != nil && !isVerdict:
		j.p.refuse(e, "a map gives a verdict, no other statement")
	default:
		j.array(2, func(i int) {
			switch {
			case i == 0:
				j.elemKey(e, d)
			case isVerdict:
				j.verdict(v)
			default:
				j.expr(e.Value, data)
			}
		})
	}
}

// elemKey writes the key of an element, with what the element has besides.
func (j *jsonPrinter) elemKey(e *ast.Elem, d domain) {
	key := func() {
		if e.Key == nil {
			j.str("*")
		} else {
			j.expr(e.Key, d)
		}
	}
	m := e.Extra()
	if m.Timeout == 0 && !m.Never && (m.Expires == 0 || j.p.Stateless) && m.Comment == "" && len(m.Stmts) == 0 {
		key()
		return
	}
	j.members("elem", func() {
		j.key("val")
		key()
		j.elemOptions(e, m.Timeout, m.Never)
		if !j.p.Stateless {
			j.keyUintIf("expires", m.Expires/1000) // which runs while it is read
		}
		j.keyStrIf("comment", m.Comment)
		for _, s := range m.Stmts {
			// The members of the object of the statement are members here.
			j.next()
			from := len(j.b)
			j.statement(s)
			inner := j.b[from:]
			j.b = append(j.b[:from], inner[1:len(inner)-1]...)
		}
	})
}

func (j *jsonPrinter) elemOptions(at ast.Node, timeout uint64, never bool) {
	if never {
		j.p.refuse(at, "the JSON of nft has no elements that never time out where the others of the set do")
	}
	j.seconds(at, "timeout", timeout)
}

// dynamic writes the member of an element whose key is taken from the packet.
func (j *jsonPrinter) dynamic(name string, at ast.Node, key ast.Expr, timeout uint64, never bool) {
	j.key(name)
	if timeout == 0 && !never {
		j.expr(key, domain{})
		return
	}
	j.members("elem", func() {
		j.keyExpr("val", key, domain{})
		j.elemOptions(at, timeout, never)
	})
}

// setOp writes what adds, updates or deletes an element of a named set or map.
func (j *jsonPrinter) setOp(s *ast.SetOp) {
	what := "set"
	if s.Data != nil {
		what = "map"
	}
	j.members(what, func() {
		j.keyStr("op", s.Verb)
		j.dynamic("elem", s, s.Key, s.Timeout, s.Never)
		j.keyExpr("data", s.Data, j.p.dataDomain(s.Set))
		j.keyStr(what, "@"+s.Set)
		if len(s.Stmts) > 0 {
			j.key("stmt")
			j.array(len(s.Stmts), func(i int) { j.statement(s.Stmts[i]) })
		}
	})
}

// meter writes a set that the rule names itself.
func (j *jsonPrinter) meter(m *ast.Meter) {
	if len(m.Stmts) != 1 {
		j.p.refuse(m, "a meter in the JSON of nft has one statement")
		return
	}
	j.members("meter", func() {
		j.dynamic("key", m, m.Key, m.Timeout, false)
		j.key("stmt")
		j.statement(m.Stmts[0])
		j.keyUintIf("size", m.Size)
		j.keyStr("name", m.Name)
	})
}
