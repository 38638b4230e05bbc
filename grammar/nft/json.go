package nft

import (
	"cmp"
	gotoken "go/token"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// ParseJSON reads what nft --json list ruleset prints, or a script of commands in
// the same form (libnftables-json(5)), and adds it to fset. It always returns all
// that could be understood; what could not is in the Errors.
//
// What the JSON of a release of nft leaves out cannot be in the model either:
// that of nft 1.0.6 has no typeof, no flag dynamic, no auto-merge and no comments
// of tables and chains.
func ParseJSON(fset *gotoken.FileSet, name string, src []byte) *File {
	return ParseJSONAt(fset, name, string(src), grammar.AddFile(fset, name, src).Base())
}

// ParseJSONAt is ParseJSON for a text that is in fset already: the places in it
// begin at base.
func ParseJSONAt(fset *gotoken.FileSet, name, text string, base int) *File {
	f := &File{Name: name, Text: text, base: uint32(base)}
	f.text = f.Text
	b := newBuilder(fset, Options{})
	b.file = f
	r := &jsonReader{reader: &reader{builder: b, cutter: cutter{text: f.Text, base: f.base}, name: name}, p: &b.parser}
	if v, err := parseJSON(f.Text, f.base); err != nil {
		b.fail(err)
	} else {
		r.document(&v)
	}
	b.finish()
	f.Ruleset = b.ruleset
	f.Ruleset.Span = r.reader.span(0, len(f.Text))
	f.Errors = b.errs
	slices.SortStableFunc(f.Errors, func(a, b *grammar.Error) int { return cmp.Compare(a.From, b.From) })
	return f
}

// jsonReader reads the values of a JSON text into the model. Declarations are
// read in order; rules, elements and what takes them away again when all
// declarations are known, as in a script.
type jsonReader struct {
	*reader
	p     *ruleParser // of values and rules
	rules int
	// other is the family of the addresses on the other side of a comparison,
	// or in a map: that of an address of a connection where nothing else says it.
	other ast.Family
}

// at returns the place of a value.
func (r *jsonReader) at(v *jsonValue) ast.Span { return r.reader.span(v.from, v.to) }

// atText returns the place of what a string says.
func (r *jsonReader) atText(v *jsonValue) ast.Span {
	if v.kind == jsonString {
		return r.reader.span(v.from+1, v.to-1)
	}
	return r.at(v)
}

func (r *jsonReader) atKey(k jsonKey) ast.Span { return r.reader.span(k.from+1, k.to-1) }

// errorf notes an error outside of a rule.
func (r *jsonReader) errorf(s ast.Span, format string, args ...any) *grammar.Error {
	return r.builder.failf(s, format, args...)
}

// wrong notes that a value is not of the kind that it should be.
func (r *jsonReader) wrong(v *jsonValue, want string, args ...any) {
	r.errorf(r.at(v), "unexpected %s", v.what()).Expected(want, args...)
}

// document reads the whole text.
func (r *jsonReader) document(v *jsonValue) {
	list := v.get("nftables")
	if list == nil || list.kind != jsonArray {
		r.wrong(v, `{ "nftables": [ ... ] }`)
		return
	}
	for i := range list.list {
		r.entry(&list.list[i])
	}
}

// entry reads an object of a list, or a command.
func (r *jsonReader) entry(v *jsonValue) {
	name, value, ok := v.only()
	if !ok {
		r.wrong(v, "an object with one name: a command, or what is declared")
		return
	}
	at := r.atKey(v.keys[0])
	switch {
	case name == "metainfo":
	case name == "add" || name == "create" || name == "insert" || name == "replace":
		what, declared, ok := value.only()
		if !ok {
			r.wrong(value, "an object with one name: what is added")
			return
		}
		r.declaration(name, what, r.atKey(value.keys[0]), declared, r.at(v))
	case verbs[name] != nil:
		r.jsonCommand(name, value, r.at(v))
	default:
		r.declaration("", name, at, value, r.at(v))
	}
}

// declarations read what is added, by its name.
var declarations map[string]func(r *jsonReader, verb string, v *jsonValue, whole ast.Span)

func init() {
	declarations = map[string]func(*jsonReader, string, *jsonValue, ast.Span){
		"table": (*jsonReader).jsonTable, "chain": (*jsonReader).jsonChain, "rule": (*jsonReader).jsonRule,
		"set": (*jsonReader).jsonSet, "map": (*jsonReader).jsonMap, "meter": (*jsonReader).jsonSet, "element": (*jsonReader).jsonElement,
		"flowtable": (*jsonReader).jsonFlowtable,
	}
	for _, k := range jsonObjects {
		declarations[k.String()] = func(r *jsonReader, _ string, v *jsonValue, whole ast.Span) { r.jsonObject(k, v, whole) }
	}
}

// jsonObjects are the kinds of stateful objects.
var jsonObjects = []ast.ObjectKind{
	ast.ObjectCounter, ast.ObjectQuota, ast.ObjectLimit, ast.ObjectCTHelper, ast.ObjectCTTimeout, ast.ObjectCTExpectation,
	ast.ObjectSecmark, ast.ObjectSynproxy, ast.ObjectTunnel,
}

// declaration reads what is added, or listed.
func (r *jsonReader) declaration(verb, what string, at ast.Span, v *jsonValue, whole ast.Span) {
	read := declarations[what]
	if read == nil {
		e := r.errorf(at, "unknown object %s", quote(clip(what))).Expected("%s", oneOf(sortedKeys(declarations)))
		e.Hint = grammar.Near(what, append(sortedKeys(declarations), "add", "flush", "delete", "insert", "create", "replace", "reset", "destroy"))
		return
	}
	if v.kind != jsonObject {
		r.wrong(v, "an object")
		return
	}
	if what == "rule" && verb == "create" || what != "rule" && (verb == "insert" || verb == "replace") {
		r.errorf(at, "a %s cannot be the object of %s", what, verb).Expected("add")
	}
	read(r, verb, v, whole)
}

// known notes the names in an object that nothing reads: what they say must not
// get lost.
func (r *jsonReader) known(v *jsonValue, names ...string) {
	for _, k := range v.keys {
		if !slices.Contains(names, k.name) {
			e := r.errorf(r.atKey(k), "unknown property %s", quote(clip(k.name))).Expected("%s", oneOf(names))
			e.Hint = grammar.Near(k.name, names)
		}
	}
}

// text returns a property that is a string; nil with an error if it is not there
// though it is needed, or something else.
func (r *jsonReader) text(v *jsonValue, name string, needed bool) *jsonValue {
	p := v.get(name)
	switch {
	case p == nil && needed:
		r.errorf(r.at(v), "the property %s is missing", quote(name))
	case p != nil && p.kind != jsonString:
		r.wrong(p, "a string")
		return nil
	}
	return p
}

// uint reads a property that is a number of so many bits; 0 if it is not there.
func (r *jsonReader) uint(v *jsonValue, name string, bits int) uint64 {
	p := v.get(name)
	if p == nil {
		return 0
	}
	n, ok := p.uint()
	if !ok || bits < 64 && n>>bits != 0 {
		r.wrong(p, "a number of at most %d bits", bits)
		return 0
	}
	return n
}

// uint returns a value that is a number without a sign or a fraction.
func (v *jsonValue) uint() (uint64, bool) {
	if v.kind != jsonNumber {
		return 0, false
	}
	return parseNumber(v.text)
}

// bool reads a property that is true or false; false if it is not there.
func (r *jsonReader) bool(v *jsonValue, name string) bool {
	p := v.get(name)
	if p == nil {
		return false
	}
	if p.kind != jsonBool {
		r.wrong(p, "true or false")
	}
	return p.text == "true"
}

// words reads a property that is a string or an array of strings, each one of a
// few. They are returned in the order of the few.
func (r *jsonReader) words(v *jsonValue, name string, all ...string) (words []string) {
	p := v.get(name)
	if p == nil {
		return nil
	}
	given := map[string]bool{}
	items := p.items()
	for i := range items {
		w := &items[i]
		if w.kind != jsonString || !slices.Contains(all, w.text) {
			e := r.errorf(r.at(w), "unexpected %s", w.what()).Expected("%s", oneOf(all))
			e.Hint = grammar.Near(w.text, all)
			continue
		}
		given[w.text] = true
	}
	for _, w := range all {
		if given[w] {
			words = append(words, w)
		}
	}
	return words
}

// ident reads a property that is the name of something.
func (r *jsonReader) ident(v *jsonValue, name, what string) (ident, bool) {
	p := r.text(v, name, true)
	if p == nil {
		return ident{}, false
	}
	return r.builder.name(r.atText(p), p.text, what), true
}

// tableOf reads the family and the name of the table that something is in.
func (r *jsonReader) tableOf(v *jsonValue, name string) (*tableBuild, bool) {
	f, ok := r.family(v)
	if !ok {
		return nil, false
	}
	table, ok := r.ident(v, name, "table")
	if !ok {
		return nil, false
	}
	return r.builder.table(f, table), true
}

// family reads the property family.
func (r *jsonReader) family(v *jsonValue) (ast.Family, bool) {
	p := r.text(v, "family", true)
	if p == nil {
		return ast.FamilyUnknown, false
	}
	f, ok := ast.ParseFamily(p.text)
	if !ok {
		e := r.errorf(r.atText(p), "unknown family %s", quote(clip(p.text))).Expected("%s", oneOf(families))
		e.Hint = grammar.Near(p.text, families)
	}
	return f, ok
}

// comment reads the property comment into to.
func (r *jsonReader) jsonComment(v *jsonValue, to *string) {
	p := r.text(v, "comment", false)
	if p == nil {
		return
	}
	if strings.IndexByte(p.text, 0) >= 0 || len(p.text) > maxComment {
		r.errorf(r.atText(p), "the comment is %d bytes long", len(p.text)).Expected("at most %d, and no NUL", maxComment)
		return
	}
	*to = p.text
}
