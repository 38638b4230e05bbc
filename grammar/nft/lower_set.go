package nft

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// declareSet reads the declaration of a set or a map.
func (r *reader) declareSet(whole ast.Span, d *setDecl, t *tableBuild, name ident, vars *variables) {
	if d.Body == nil {
		if len(d.Rest.toks) > 0 {
			r.rest(d.Rest.toks, "{")
		} else {
			r.builder.failf(name.Span, "the %s %s has no type", d.Keyword.Value, name.text).Expected("its type in braces, such as { type ipv4_addr; }")
		}
		return
	}
	r.rest(d.Rest.toks, "{")
	s := t.declareSet(name)
	s.Span, s.NameSpan = whole, name.Span
	b := setBuild{reader: r, Set: s, table: t, isMap: d.Keyword.Value == "map", vars: block(vars)}
	b.items(r, d.Body.Items)
	timeoutFlag(s)
	if len(s.Key) == 0 && s.KeyExpr == nil && !b.failed {
		r.builder.failf(r.tok(&d.Body.Open), "the %s %s has no type", d.Keyword.Value, name.text).Expected("type or typeof")
	}
}

// timeoutFlag gives a set the flags that nft lists. A timeout of the set brings
// the flag of that name, which is only listed beside others (set_print_declaration).
func timeoutFlag(s *ast.Set) {
	if s.Timeout == 0 {
		return
	}
	s.Flags = slices.DeleteFunc(s.Flags, func(f string) bool { return f == "timeout" })
	if len(s.Flags) > 0 {
		s.Flags = append(s.Flags, "timeout") // the last of them, in order
	} else {
		s.Flags = nil
	}
}

// setBuild is a set or a map whose declaration is being read.
type setBuild struct {
	*reader
	*ast.Set
	table  *tableBuild
	vars   *variables
	isMap  bool
	failed bool // the type cannot be read
}

// items reads what stands in a set or a map, in a file.
func (b *setBuild) items(r *reader, items []setItem) {
	for i := range items {
		it := &items[i]
		switch {
		case it.Common != nil:
			r.common(it.Common, b.vars, func(sub *reader) []Comment {
				part, comments := tree(sub, setGrammar, frameSet)
				b.items(sub, part.Items)
				return comments
			})
		case it.Type != nil:
			b.types(r, it.Type)
		case it.Typeof != nil:
			b.typeof(r, it.Typeof)
		case it.Flags != nil:
			for _, f := range r.flags(it.Flags, "constant", "dynamic", "interval", "timeout") {
				if !slices.Contains(b.Flags, f) {
					b.Flags = append(b.Flags, f)
				}
			}
			slices.Sort(b.Flags)
		case it.Comment != nil:
			r.comment(it.Comment, &b.Comment)
		case it.Elements != nil:
			b.elements(r, it.Elements)
		case it.Setting != nil:
			b.setting(r, it.Setting)
		case it.Merge != nil:
			b.AutoMerge = true
		case it.Stmt != nil:
			b.statements(r, it.Stmt)
		case it.Junk != nil:
			r.junk(it.Junk, "type, typeof, flags, timeout, gc-interval, size, policy, auto-merge, elements, comment or a stateful statement", setWords)
		}
	}
}

// setWords are what may begin a statement of a set or a map.
var setWords = []string{
	"type", "typeof", "flags", "timeout", "gc-interval", "size", "policy", "auto-merge", "elements", "comment",
	"counter", "quota", "limit", "last", "ct", "define", "redefine", "undefine", "include",
}

func (b *setBuild) again(r *reader, keyword *tok) bool {
	if len(b.Key) == 0 && b.KeyExpr == nil {
		return false
	}
	r.builder.failf(r.tok(keyword), "the type is given twice").Expected("one type or typeof")
	return true
}

// types reads a type clause.
func (b *setBuild) types(r *reader, c *typeClause) {
	if b.again(r, &c.Keyword) {
		return
	}
	b.Key = r.typeList(c.Key, &c.Keyword, c.Rest.toks)
	b.failed = b.Key == nil
	switch {
	case c.Colon == nil && b.isMap && !b.failed:
		r.missingOr(c.Rest.toks, &c.Key[len(c.Key)-1], ": and the type of the map's values")
		return
	case c.Colon != nil && !b.isMap:
		r.builder.failf(r.tok(c.Colon), "a set has no values").Expected("map instead of set, or no : and type behind it")
		return
	case c.Colon == nil:
		if !b.failed {
			r.rest(c.Rest.toks, "")
		}
		return
	}
	b.DataInterval = c.Interval != nil
	if b.Object = objectOf(c.Data); b.Object != ast.ObjectNone {
		if c.Interval != nil {
			r.builder.failf(r.tok(c.Interval), "objects have no intervals")
		}
		r.rest(c.Rest.toks, "")
		return
	}
	last := c.Colon
	if c.Interval != nil {
		last = c.Interval
	}
	if b.Data = r.typeList(c.Data, last, c.Rest.toks); b.Data == nil {
		b.failed = true
		return
	}
	r.rest(c.Rest.toks, "")
}

// objectOf returns the kind of objects that the words behind the : of a map's
// type name.
func objectOf(words []tok) ast.ObjectKind {
	var names []string
	for i := range words {
		names = append(names, words[i].Value)
	}
	k, _ := ast.ParseObjectKind(strings.Join(names, " "))
	return k
}

// typeList reads types with dots between them.
func (r *reader) typeList(words []tok, last *tok, rest []tok) (types []ast.Type) {
	dot := true
	for i := range words {
		w := &words[i]
		if (w.Value == ".") == dot {
			want := "a ., a newline or ;"
			if dot {
				want = "a type"
			}
			r.rest(words[i:], want, typeNamesAll...)
			return nil
		}
		if !dot {
			dot, last = true, w
			continue
		}
		t, ok := ast.ParseType(w.Value)
		if !ok {
			t, ok = typeAliases[w.Value]
		}
		if !ok {
			e := r.builder.failf(r.tok(w), "unknown type %s", quote(clip(w.Value))).Expected("a type of nft(8), such as ipv4_addr")
			e.Hint = grammar.Near(w.Value, typeNamesAll)
			for _, name := range typeNamesAll {
				if e.Hint == "" && strings.HasPrefix(name, w.Value+"_") {
					e.Hint = name // ipv4 for ipv4_addr
				}
			}
			if strings.Contains(w.Value, ".") {
				e.Expected("blanks around the . between two types")
			}
			return nil
		}
		types, dot, last = append(types, t), false, w
	}
	if dot {
		r.missingOr(rest, last, "a type, such as ipv4_addr", typeNamesAll...)
		return nil
	}
	return types
}

// typeAliases are types under other names that nft takes for them.
var typeAliases = map[string]ast.Type{"classid": ast.TypeTCHandle, "realm": ast.TypeRealm}

// typeNamesAll are the names of all types.
var typeNamesAll = func() (names []string) {
	for t := ast.TypeNone + 1; t.String() != "?"; t++ {
		names = append(names, t.String())
	}
	return names
}()

// typeof reads a typeof clause.
func (b *setBuild) typeof(r *reader, c *typeofClause) {
	if b.again(r, &c.Keyword) {
		return
	}
	if c.Expr == nil {
		if b.failed = true; len(c.Rest.toks) == 0 {
			r.missing(&c.Keyword, "an expression, such as ip saddr")
		}
		return // the braces do not fit, which has been told
	}
	sc := r.scopeOf(b.table, nil, b.vars)
	base := r.base + uint32(c.Expr.Pos.Offset)
	text := c.Expr.Value
	key, data, isMap := strings.Cut(text, ":")
	errs := len(b.parser.errs)
	b.KeyExpr = b.parser.parseExprText(strings.TrimRight(key, " \t"), base, nil, sc)
	b.Key = keyTypes(b.KeyExpr)
	colon := r.span(c.Expr.Pos.Offset+len(key), c.Expr.Pos.Offset+len(key)+1)
	switch {
	case isMap && !b.isMap:
		r.builder.failf(colon, "a set has no values").Expected("map instead of set, or no : and expression behind it")
	case !isMap && b.isMap:
		r.builder.failf(r.after(c.Expr), "the map has no values").Expected(": and an expression for the type of the map's values")
	case isMap:
		lead := len(data) - len(strings.TrimLeft(data, " \t"))
		b.typeofData(data[lead:], base+uint32(len(key)+1+lead), sc)
	}
	b.failed = len(b.parser.errs) > errs
}

// typeofData reads what stands behind the : of a typeof clause.
func (b *setBuild) typeofData(data string, base uint32, sc *scope) {
	words := strings.Fields(data)
	if len(words) == 1 && words[0] == "verdict" {
		b.Data = []ast.Type{ast.TypeVerdict}
		return
	}
	if k, ok := ast.ParseObjectKind(strings.Join(words, " ")); ok {
		b.Object = k
		return
	}
	if rest, ok := strings.CutPrefix(data, "interval "); ok {
		b.DataInterval = true
		base += uint32(len(data) - len(rest))
		data = rest
	}
	b.DataExpr = b.parser.parseExprText(data, base, nil, sc)
	b.Data = keyTypes(b.DataExpr)
}

// keyTypes returns the types of what a typeof clause names.
func keyTypes(e ast.Expr) []ast.Type {
	if c, ok := e.(*ast.Concat); ok {
		var types []ast.Type
		for _, p := range c.Parts {
			types = append(types, ast.TypeOf(p))
		}
		return types
	}
	if e == nil {
		return nil
	}
	return []ast.Type{ast.TypeOf(e)}
}

// setting reads a clause with a single value.
func (b *setBuild) setting(r *reader, c *setting) {
	defer r.rest(c.Rest.toks, "")
	want := map[string]string{
		"timeout": "a time, such as 1h30m", "gc-interval": "a time, such as 10s", "size": "a number", "policy": "performance or memory",
	}[c.Keyword.Value]
	if c.Value == nil {
		r.missing(&c.Keyword, "%s", want)
		return
	}
	at := r.tok(c.Value)
	ok := true
	switch c.Keyword.Value {
	case "timeout":
		b.Timeout, ok = milliseconds(c.Value.Value)
	case "gc-interval":
		b.GC, ok = milliseconds(c.Value.Value)
	case "size":
		b.Size, ok = parseNumber(c.Value.Value)
	case "policy":
		b.Policy = c.Value.Value
		if ok = b.Policy == "performance" || b.Policy == "memory"; !ok {
			b.Policy = ""
		}
	}
	if !ok {
		e := r.builder.failf(at, "%s is no %s", quote(clip(c.Value.Value)), c.Keyword.Value).Expected("%s", want)
		if c.Keyword.Value == "policy" {
			e.Hint = grammar.Near(c.Value.Value, []string{"performance", "memory"})
		}
	}
}

// milliseconds reads a time, such as 1h30m. A number without a unit is none.
func milliseconds(s string) (uint64, bool) {
	if _, ok := parseNumber(s); ok {
		return 0, false
	}
	return parseDuration(s)
}

// statements reads the stateful statements that elements begin with.
func (b *setBuild) statements(r *reader, t *tok) {
	sc := r.scopeOf(b.table, nil, b.vars)
	rule := b.parser.parseRule(t.Value, r.base+uint32(t.Pos.Offset), sc)
	for _, s := range rule.Stmts {
		switch s.(type) {
		case *ast.Counter, *ast.Quota, *ast.Limit, *ast.Last, *ast.ConnLimit:
			b.Stmts = append(b.Stmts, s)
		case *ast.Opaque: // the error has been told
		default:
			r.builder.failf(s.Source(), "elements cannot have this").Expected("counter, quota, limit, last or ct count")
		}
	}
}

// elements reads an elements clause.
func (b *setBuild) elements(r *reader, c *elementsClause) {
	r.is(c.Is, &c.Keyword)
	defer r.rest(c.Rest.toks, "")
	sc := r.scopeOf(b.table, nil, b.vars)
	switch {
	case c.Elems != nil:
		r.addElements(b.Set, c.Elems.Value, r.base+uint32(c.Elems.Pos.Offset), sc)
	case c.Var != nil:
		r.elementsOf(b.Set, c.Var, sc)
	case c.Is != nil && len(c.Rest.toks) == 0:
		r.missing(c.Is, "elements in braces")
	}
}

// addElements notes elements to be read.
func (b *builder) addElements(s *ast.Set, text string, base uint32, sc *scope) {
	b.steps = append(b.steps, step{set: s, text: text, base: base, sc: sc})
}

// elementsOf notes the elements that a variable holds.
func (r *reader) elementsOf(s *ast.Set, t *tok, sc *scope) {
	text, base, in, ok := r.value(t, sc)
	if !ok {
		return
	}
	inner, open := strings.CutPrefix(text, "{")
	inner, closed := strings.CutSuffix(inner, "}")
	if !open || !closed {
		r.builder.failf(ast.Span{From: base, To: base + uint32(len(text))}, "%s is no list of elements", quote(clip(text))).Expected("elements in braces")
		return
	}
	// The elements are those of the table's set; the variables among them
	// are those of the place of the definition.
	here := *sc
	here.vars, here.seq, here.hidden = in.vars, in.seq, in.hidden
	r.addElements(s, inner, base+1, &here)
}
