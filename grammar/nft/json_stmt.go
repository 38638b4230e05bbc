package nft

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// begin begins a rule, or what stands in none.
func (r *jsonReader) begin(sc *scope) {
	r.p.begin("", r.base, sc)
	r.p.noDeps = false
	r.p.ctx.reset(sc.familyOf())
}

// bad notes that a value of a rule or an element is not of the kind that it
// should be. The rule is then not understood.
func (r *jsonReader) bad(v *jsonValue, want string, args ...any) {
	r.badf(r.at(v), "unexpected %s", v.what()).Expected(want, args...)
}

func (r *jsonReader) badf(s ast.Span, format string, args ...any) *grammar.Error {
	return r.p.failf(s, format, args...).err
}

// told notes the errors that the readers of declarations have found since there
// were n in a value of a rule: the rule is then not understood.
func (r *jsonReader) told(n int) {
	if len(r.builder.errs) > n {
		r.p.failed = true
	}
}

// rule reads the statements of a rule.
func (r *jsonReader) jsonStmts(rule *ast.Rule, v *jsonValue, sc *scope) {
	r.begin(sc)
	p := r.p
	p.rule, p.stmts = rule, p.stmts[:0]
	for i := range v.list {
		p.implied, p.front = p.implied[:0], 0
		n := len(p.stmts)
		s := r.stmt(&v.list[i])
		if p.failed {
			rule.Bad = true
			s = &ast.Opaque{Span: r.at(&v.list[i]), Text: clip(r.cutter.text[v.list[i].from:v.list[i].to]), Action: true}
			p.stmts = p.stmts[:n+p.front]
		}
		if s == nil {
			continue // a comment
		}
		for _, m := range p.implied {
			m.Span = s.Source()
		}
		p.stmts = append(p.stmts, s)
		if rule.Bad {
			break
		}
	}
	p.rule = nil
	rule.Stmts = keep(&p.stmtSlab, p.stmts)
}

// jsonStmts read the statements by their names. The place is that of the name
// with the value.
var jsonStmts map[string]func(r *jsonReader, v *jsonValue, s ast.Span) ast.Stmt

func init() {
	jsonStmts = map[string]func(*jsonReader, *jsonValue, ast.Span) ast.Stmt{
		"match": (*jsonReader).match, "vmap": (*jsonReader).vmap, "mangle": (*jsonReader).mangle,
		"counter": (*jsonReader).counter, "quota": (*jsonReader).quota, "limit": (*jsonReader).limitStmt, "last": (*jsonReader).last,
		"ct count": (*jsonReader).ctCount, "log": (*jsonReader).log, "reject": (*jsonReader).reject,
		"queue": (*jsonReader).queue, "dup": (*jsonReader).dup, "fwd": (*jsonReader).fwd, "tproxy": (*jsonReader).tproxy,
		"synproxy": (*jsonReader).synproxyStmt, "flow": (*jsonReader).flow, "set": (*jsonReader).setOp, "map": (*jsonReader).setOp,
		"meter": (*jsonReader).meter, "reset": (*jsonReader).resetStmt, "xt": (*jsonReader).xt,
		"notrack": func(_ *jsonReader, _ *jsonValue, s ast.Span) ast.Stmt { return &ast.Notrack{Span: s} },
	}
	for name, k := range natKinds {
		jsonStmts[name] = func(r *jsonReader, v *jsonValue, s ast.Span) ast.Stmt { return r.nat(k, name, v, s) }
	}
	for _, k := range []ast.ObjectKind{ast.ObjectCTHelper, ast.ObjectCTTimeout, ast.ObjectCTExpectation, ast.ObjectSecmark, ast.ObjectTunnel} {
		jsonStmts[k.String()] = func(r *jsonReader, v *jsonValue, s ast.Span) ast.Stmt { return r.objRef(k, v, s) }
	}
	for name := range jsonVerdicts {
		jsonStmts[name] = func(r *jsonReader, v *jsonValue, s ast.Span) ast.Stmt { return r.verdictOf(name, v, s) }
	}
}

// stmt reads a statement. What nft has no JSON for, it prints as a string of its
// own language.
func (r *jsonReader) stmt(v *jsonValue) ast.Stmt {
	if v.kind == jsonString {
		return r.textStmt(v)
	}
	name, value, ok := v.only()
	if !ok {
		r.bad(v, "a statement: an object with one name")
		return nil
	}
	read := jsonStmts[name]
	if read == nil {
		e := r.badf(r.atKey(v.keys[0]), "unknown statement %s", quote(clip(name))).Expected("a statement such as match, counter or accept")
		e.Hint = grammar.Near(name, sortedKeys(jsonStmts))
		return nil
	}
	s := read(r, value, r.at(v))
	if r.p.failed {
		return nil
	}
	return s
}

// textStmt reads a statement in nft's own language.
func (r *jsonReader) textStmt(v *jsonValue) ast.Stmt {
	p := r.p
	p.scanner = scanner{text: v.text}
	p.base, p.last = r.base+uint32(v.from+1), 0
	p.tok = p.next()
	s := p.parseStmt()
	if !p.failed && p.tok.kind != tokEnd {
		p.unexpected("the end of the statement")
	}
	return s
}

// optional returns a statement's properties: null stands for none.
func (r *jsonReader) optional(v *jsonValue, names ...string) bool {
	switch v.kind {
	case jsonNull:
		return false
	case jsonObject:
		n := len(r.builder.errs)
		r.known(v, names...)
		r.told(n)
		return !r.p.failed
	}
	r.bad(v, "null, or an object")
	return false
}

// properties reports whether a value is an object of some properties.
func (r *jsonReader) properties(v *jsonValue, names ...string) bool {
	if v.kind == jsonNull {
		r.bad(v, "an object")
		return false
	}
	return r.optional(v, names...)
}

// needed returns a property that must be there.
func (r *jsonReader) needed(v *jsonValue, name string) *jsonValue {
	p := v.get(name)
	if p == nil && !r.p.failed {
		r.badf(r.at(v), "the property %s is missing", quote(name))
	}
	return p
}

// checked does something that notes errors as declarations do.
func (r *jsonReader) checked(do func()) {
	n := len(r.builder.errs)
	do()
	r.told(n)
}

func (r *jsonReader) counter(v *jsonValue, s ast.Span) ast.Stmt {
	if ref := r.namedObject(ast.ObjectCounter, v, s); ref != nil {
		return ref
	}
	c := r.p.counters.get()
	c.Span = s
	if r.optional(v, "packets", "bytes") {
		r.checked(func() { c.Packets, c.Bytes = r.uint(v, "packets", 64), r.uint(v, "bytes", 64) })
	}
	return c
}

func (r *jsonReader) last(v *jsonValue, s ast.Span) ast.Stmt {
	l := &ast.Last{Span: s}
	if r.optional(v, "used") && v.get("used") != nil {
		r.checked(func() { l.Used, l.Set = r.uint(v, "used", 64), true })
	}
	return l
}

func (r *jsonReader) quota(v *jsonValue, s ast.Span) ast.Stmt {
	if ref := r.namedObject(ast.ObjectQuota, v, s); ref != nil {
		return ref
	}
	q := &ast.Quota{Span: s}
	if r.properties(v, "val", "val_unit", "used", "used_unit", "inv") && r.needed(v, "val") != nil {
		r.checked(func() {
			q.Bytes, q.Used, q.Over = r.bytesOf(v, "val", "val_unit"), r.bytesOf(v, "used", "used_unit"), r.bool(v, "inv")
		})
	}
	return q
}

func (r *jsonReader) limitStmt(v *jsonValue, s ast.Span) ast.Stmt {
	if ref := r.namedObject(ast.ObjectLimit, v, s); ref != nil {
		return ref
	}
	if !r.properties(v, limitNames...) {
		return nil
	}
	var l *ast.Limit
	r.checked(func() { l = r.limit(v) })
	l.Span = s
	return l
}

func (r *jsonReader) ctCount(v *jsonValue, s ast.Span) ast.Stmt {
	c := &ast.ConnLimit{Span: s}
	if r.properties(v, "val", "inv") && r.needed(v, "val") != nil {
		r.checked(func() { c.Count, c.Over = uint32(r.uint(v, "val", 32)), r.bool(v, "inv") })
	}
	return c
}

// namedObject returns the use of an object that is named, or that a map gives; nil
// if a value is the statement itself.
func (r *jsonReader) namedObject(k ast.ObjectKind, v *jsonValue, s ast.Span) ast.Stmt {
	if v.kind == jsonString || v.kind == jsonObject && v.get("map") != nil {
		return r.objRef(k, v, s)
	}
	return nil
}

// objRef reads the use of an object of the table.
func (r *jsonReader) objRef(k ast.ObjectKind, v *jsonValue, s ast.Span) ast.Stmt {
	o := &ast.ObjRef{Span: s, Kind: k}
	switch {
	case v.kind == jsonString:
		o.Name = r.p.str(r.atText(v), v.text)
	case v.get("map") != nil:
		o.Name = r.mapExpr(v.get("map"), r.at(v), nil, dataObjects)
	default:
		r.bad(v, "the name of an object of the table, or a map of names")
	}
	return o
}

func (r *jsonReader) log(v *jsonValue, s ast.Span) ast.Stmt {
	l := &ast.Log{Span: s}
	if !r.optional(v, "prefix", "group", "snaplen", "queue-threshold", "level", "flags") {
		return l
	}
	r.checked(func() {
		if p := r.text(v, "prefix", false); p != nil {
			l.Prefix = p.text
		}
		l.HasGroup, l.Group = v.get("group") != nil, uint16(r.uint(v, "group", 16))
		l.Snaplen, l.QueueThr = uint32(r.uint(v, "snaplen", 32)), uint32(r.uint(v, "queue-threshold", 16))
		if level := r.words(v, "level", logLevels...); len(level) > 0 && level[0] != "warn" {
			l.Level = level[0]
		}
		l.Flags = r.words(v, "flags", append(slices.Clone(logFlags), "all")...)
		if slices.Contains(l.Flags, "all") || len(l.Flags) == len(logFlags) {
			l.Flags = []string{"all"}
		}
		if v.get("snaplen") != nil || v.get("queue-threshold") != nil {
			l.HasGroup = true
		}
	})
	return l
}

func (r *jsonReader) reject(v *jsonValue, s ast.Span) ast.Stmt {
	j := &ast.Reject{Span: s}
	if r.optional(v, "type", "expr") {
		r.checked(func() {
			if kind := r.words(v, "type", "tcp reset", "icmpx", "icmp", "icmpv6"); len(kind) > 0 {
				j.Kind = kind[0]
			}
		})
		if code := v.get("expr"); code != nil && !r.p.failed {
			t := vtype{typ: rejects[j.Kind].code, bits: 8}
			if n, ok := r.one(code, t).(*ast.Int); ok && j.Kind != "tcp reset" {
				j.Code = uint8(n.Val)
			} else if !r.p.failed {
				r.bad(code, "a code of ICMP")
			}
		}
	}
	if !r.p.failed {
		r.p.rejectNeeds(j)
		r.p.rejectDefault(j)
	}
	return j
}

func (r *jsonReader) xt(v *jsonValue, s ast.Span) ast.Stmt {
	if v.kind == jsonNull {
		r.badf(s, "an extension of xtables that is not named")
		return nil
	}
	e := &ast.Extension{Span: s}
	if r.properties(v, "type", "name") {
		r.checked(func() {
			kind := r.words(v, "type", "match", "target", "watcher")
			e.Target = len(kind) > 0 && kind[0] != "match"
			if name := r.text(v, "name", true); name != nil {
				e.Name = name.text
			}
		})
	}
	return e
}

// jsonVerdicts are the verdicts by their names.
var jsonVerdicts = map[string]ast.VerdictKind{
	"accept": ast.VerdictAccept, "drop": ast.VerdictDrop, "continue": ast.VerdictContinue, "return": ast.VerdictReturn,
	"jump": ast.VerdictJump, "goto": ast.VerdictGoto,
}

// verdict reads the verdict of an element.
func (r *jsonReader) verdict(v *jsonValue) *ast.Verdict {
	name, value, ok := v.only()
	if !ok || jsonVerdicts[name] == ast.VerdictNone {
		r.bad(v, `a verdict such as { "accept": null }`)
		return nil
	}
	d, _ := r.verdictOf(name, value, r.at(v)).(*ast.Verdict)
	return d
}

func (r *jsonReader) verdictOf(name string, v *jsonValue, s ast.Span) ast.Stmt {
	d := r.p.verdicts.get()
	d.Span, d.Kind = s, jsonVerdicts[name]
	switch d.Kind {
	case ast.VerdictJump, ast.VerdictGoto:
		target := v.get("target")
		if target == nil || target.kind != jsonString || target.text == "" {
			r.bad(v, `an object with the target, the name of a chain`)
			return nil
		}
		d.Chain = target.text
	default:
		if v.kind != jsonNull {
			r.bad(v, "null")
			return nil
		}
	}
	return d
}
