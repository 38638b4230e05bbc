package nft

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// objectKind returns the kind of object that a keyword begins, with the words
// behind it that do not belong to the kind: there are three kinds behind ct.
func (r *reader) objectKind(d *objectDecl) (k ast.ObjectKind, words []tok, ok bool) {
	if d.Keyword.Value != "ct" {
		k, ok = ast.ParseObjectKind(d.Keyword.Value)
		return k, d.Words, ok
	}
	kinds := []string{"helper", "timeout", "expectation"}
	if len(d.Words) == 0 {
		r.missing(&d.Keyword, "%s", oneOf(kinds))
		return ast.ObjectNone, nil, false
	}
	if k, ok = ast.ParseObjectKind("ct " + d.Words[0].Value); !ok {
		r.rest(d.Words, oneOf(kinds), kinds...)
	}
	return k, d.Words[1:], ok
}

// objectCommand reads a command that declares an object.
func (r *reader) objectCommand(d *declaration, vars *variables) {
	k, words, ok := r.objectKind(d.Object)
	if !ok {
		return
	}
	named := words
	for i := range words {
		if words[i].Type != lxWord {
			named = words[:i]
			break
		}
	}
	p, _, ok := r.path(&d.Object.Keyword, named, 2, k.String())
	if !ok {
		return
	}
	n := p.n
	if _, family := ast.ParseFamily(named[0].Value); family {
		n++
	}
	t := r.builder.table(p.family, p.names[0])
	r.declareObject(d.span(r), d.Object, k, t, p.names[1], words[n:], vars)
}

// objectBlock reads the declaration of an object in a table.
func (r *reader) objectBlock(d *objectDecl, t *tableBuild, vars *variables) {
	k, words, ok := r.objectKind(d)
	if !ok {
		return
	}
	name, ok := r.nameIn(&d.Keyword, words, k.String())
	if !ok {
		return
	}
	if d.Body == nil {
		if len(words) == 1 {
			r.missing(&words[0], "{ with what the %s is", k)
		}
		return
	}
	r.declareObject((&declaration{Object: d}).span(r), d, k, t, name, nil, vars)
}

// declareObject reads what an object is: from its block, or from the words
// behind its name.
func (r *reader) declareObject(whole ast.Span, d *objectDecl, k ast.ObjectKind, t *tableBuild, name ident, words []tok, vars *variables) {
	key := objectKey{k, name.text}
	o := t.objects[key]
	if o == nil {
		o = &ast.Object{Kind: k, Name: name.text}
		t.objects[key] = o
		t.Objects = append(t.Objects, o)
	}
	o.Span, o.NameSpan, o.Options, o.Comment = whole, name.Span, nil, ""
	kind := objectKinds[k]
	if kind.stmt != nil {
		o.Stmt = kind.stmt()
	}
	c := &config{Object: o, kind: kind, sc: r.scopeOf(t, nil, vars), given: map[string]*tok{}}
	if d.Body != nil {
		r.rest(words, "{")
		r.objectItems(d.Body.Items, c, block(vars))
	} else {
		c.read(r, words)
	}
	c.finish(r, name)
}

// objectItems reads what stands in an object.
func (r *reader) objectItems(items []objectItem, c *config, vars *variables) {
	for i := range items {
		it := &items[i]
		switch {
		case it.Common != nil:
			r.common(it.Common, vars, func(sub *reader) []Comment {
				part, comments := tree(sub, objectGrammar, frameObject)
				sub.objectItems(part.Items, c, vars)
				return comments
			})
		case it.Junk != nil:
			c.read(r, it.Junk.Words)
		}
	}
}

// objectKinds say what the objects of each kind hold.
var objectKinds = map[ast.ObjectKind]objectSpec{
	ast.ObjectCounter:       counterObject,
	ast.ObjectQuota:         quotaObject,
	ast.ObjectLimit:         limitObject,
	ast.ObjectSynproxy:      synproxyObject,
	ast.ObjectSecmark:       secmarkObject,
	ast.ObjectCTHelper:      ctHelperObject,
	ast.ObjectCTTimeout:     ctTimeoutObject,
	ast.ObjectCTExpectation: ctExpectationObject,
	ast.ObjectTunnel:        tunnelObject,
}

// objectSpec is the declaration of a kind of objects.
type objectSpec struct {
	// stmt makes the statement that the object is, and read reads a part of
	// it; nil for those that are told by their options.
	stmt func() ast.Stmt
	read func(p *ruleParser, o *ast.Object)
	// settings are what the object may hold, by its keyword. The keyword of
	// a number is "0", that of quoted text `"`.
	settings map[string]func(*config, *reader, *tok)
	// required are the keywords that the object cannot do without.
	required []string
	// separate says that a newline or ; must stand behind each setting but
	// the one of this name; "all" is none. Empty: it need not.
	separate string
	// check looks at the whole object; nil if there is nothing to look at.
	check func(*config, *reader)
}

// config is an object whose configuration is being read.
type config struct {
	*ast.Object
	kind   objectSpec
	sc     *scope
	given  map[string]*tok // the keywords that have been read
	failed bool            // the statement cannot be read
	toks   []tok
	last   *tok
}

// keywords are those of the object, comment with them.
func (c *config) keywords() (words []string) {
	for _, w := range sortedKeys(c.kind.settings) {
		if w != "0" && w != `"` {
			words = append(words, w)
		}
	}
	return append(words, "comment")
}

// read reads the words of a line.
func (c *config) read(r *reader, words []tok) {
	if c.kind.read != nil {
		c.readStmt(r, words)
		return
	}
	c.toks = words
	for len(c.toks) > 0 {
		t := c.next()
		keyword := t.Value
		switch {
		case t.Type == lxString:
			keyword = `"`
		case isNumber(keyword):
			keyword = "0"
		}
		if keyword == "comment" {
			clause := &commentClause{Keyword: *t}
			if len(c.toks) > 0 {
				clause.Text = c.next()
			}
			r.comment(clause, &c.Comment)
			continue
		}
		setting := c.kind.settings[keyword]
		if setting == nil {
			e := r.builder.failf(r.tok(t), "unexpected %s in a %s", describe(t), c.Kind).Expected("%s", oneOf(c.keywords()))
			e.Hint = grammar.Near(t.Value, c.keywords())
			return
		}
		if c.given[keyword] != nil {
			r.builder.failf(r.tok(t), "%s is given twice", describe(t)).Expected("it once")
		}
		c.given[keyword] = t
		setting(c, r, t)
		if c.kind.separate != "" && keyword != c.kind.separate && len(c.toks) > 0 {
			r.rest(c.toks, "")
			return
		}
	}
}

// readStmt reads the words of a line of an object that is a statement.
func (c *config) readStmt(r *reader, words []tok) {
	if len(words) == 0 {
		return
	}
	from, last := words[0].Pos.Offset, &words[len(words)-1]
	text := r.text[from : last.Pos.Offset+len(last.Value)]
	p := &r.builder.parser
	p.begin(text, r.base+uint32(from), c.sc)
	for p.tok.kind != tokEnd {
		if !p.isWord("comment") {
			c.kind.read(p, c.Object)
			continue
		}
		comment, at := p.comment()
		if c.Comment != "" {
			p.failf(at, "there is a comment already").Expected("one comment")
		}
		c.Comment = comment
	}
	c.failed = c.failed || p.failed
	c.spanStmt(r.toks(words, nil))
}

// spanStmt adds a place to that of the object's statement.
func (c *config) spanStmt(at ast.Span) {
	switch s := c.Stmt.(type) {
	case *ast.Counter:
		s.Span = s.Join(at)
	case *ast.Quota:
		s.Span = s.Join(at)
	case *ast.Limit:
		s.Span = s.Join(at)
	case *ast.Synproxy:
		s.Span = s.Join(at)
	}
}

// finish checks the whole object.
func (c *config) finish(r *reader, name ident) {
	for _, w := range c.kind.required {
		if c.given[w] == nil {
			r.builder.failf(name.Span, "the %s %s has no %s", c.Kind, name.text, w).Expected("%s, which it cannot do without", w)
		}
	}
	if c.kind.check != nil {
		c.kind.check(c, r)
	}
}

func (c *config) next() *tok {
	c.last = &c.toks[0]
	c.toks = c.toks[1:]
	return c.last
}

// word returns the next word; nil, and that has been told, if there is none.
func (c *config) word(r *reader, want string) *tok {
	if len(c.toks) == 0 {
		r.missing(c.last, "%s", want)
		return nil
	}
	if t := &c.toks[0]; t.Type != lxWord {
		r.rest(c.toks, want)
		c.toks = nil
		return nil
	}
	return c.next()
}

// accept moves on if the next token is that text.
func (c *config) accept(text string) bool {
	if len(c.toks) > 0 && c.toks[0].Value == text && c.toks[0].Type != lxString {
		c.next()
		return true
	}
	return false
}

// number returns the next word as a number of so many bits.
func (c *config) number(r *reader, bits int) (n uint64, at ast.Span, ok bool) {
	t := c.word(r, "a number")
	if t == nil {
		return 0, at, false
	}
	n, ok = parseNumber(t.Value)
	at = r.tok(t)
	switch {
	case !ok:
		r.builder.failf(at, "%s is no number", quote(clip(t.Value))).Expected("a number")
	case bits < 64 && n>>bits != 0:
		r.builder.failf(at, "the number %d is too big", n).Expected("at most %d", uint64(1)<<bits-1)
		ok = false
	}
	return n, at, ok
}

// option adds an option to the object.
func (c *config) option(at ast.Span, name string, args ...ast.Expr) {
	c.Options = append(c.Options, ast.Option{Span: at, Name: name, Args: args})
}

// lookup returns the option of that name, or nil.
func (c *config) lookup(name string) *ast.Option {
	for i := range c.Options {
		if c.Options[i].Name == name {
			return &c.Options[i]
		}
	}
	return nil
}

// numberSetting is a setting whose value is a number of so many bits.
func numberSetting(bits int) func(*config, *reader, *tok) {
	return func(c *config, r *reader, keyword *tok) {
		if n, at, ok := c.number(r, bits); ok {
			c.option(r.tok(keyword).Join(at), keyword.Value, &ast.Int{Span: at, Val: n})
		}
	}
}

// wordSetting is a setting whose value is one of a few words.
func wordSetting(words ...string) func(*config, *reader, *tok) {
	return func(c *config, r *reader, keyword *tok) {
		t := c.word(r, oneOf(words))
		if t == nil {
			return
		}
		for _, w := range words {
			if w == t.Value {
				c.option(r.tok(keyword).Join(r.tok(t)), keyword.Value, &ast.String{Span: r.tok(t), Val: w})
				return
			}
		}
		e := r.builder.failf(r.tok(t), "%s is no %s here", quote(clip(t.Value)), keyword.Value).Expected("%s", oneOf(words))
		e.Hint = grammar.Near(t.Value, words)
	}
}

// textSetting is a setting whose value is quoted text.
func textSetting(want string) func(*config, *reader, *tok) {
	return func(c *config, r *reader, keyword *tok) {
		if len(c.toks) == 0 || c.toks[0].Type != lxString {
			r.missingOr(c.toks, c.last, want)
			c.toks = nil
			return
		}
		t := c.next()
		c.option(r.tok(keyword).Join(r.tok(t)), keyword.Value, &ast.String{Span: r.tok(t), Val: unquote(t)})
	}
}

// timeSetting is a setting whose value is a time; the option holds milliseconds.
func timeSetting(c *config, r *reader, keyword *tok) {
	t := c.word(r, "a time, such as 1m30s")
	if t == nil {
		return
	}
	ms, ok := milliseconds(t.Value)
	if !ok {
		r.builder.failf(r.tok(t), "%s is no time", quote(clip(t.Value))).Expected("a time, such as 1m30s")
		return
	}
	c.option(r.tok(keyword).Join(r.tok(t)), keyword.Value, &ast.Int{Span: r.tok(t), Val: ms})
}

func isNumber(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// oneIn returns s if it is one of the words, else "".
func oneIn(s string, words []string) string {
	if contains(words, s) {
		return s
	}
	return ""
}
