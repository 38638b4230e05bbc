package nft

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/ctlint/ctlint/ast"
)

// PrintJSON writes a ruleset as nft --json list ruleset does (libnftables-json(5)),
// with an object of the list on a line. What nft has no words for is refused as
// [Print] does, and so is what its JSON alone has none for; the error is a
// [Refusals] that names it all, and nothing is written.
func PrintJSON(w io.Writer, rs *ast.Ruleset, o Options) error {
	p := &printer{Options: o}
	p.ruleset(rs)
	if len(p.refusals) > 0 {
		return p.refusals
	}
	*p = printer{Options: o, b: p.b[:0]}
	j := &jsonPrinter{p: p}
	j.ruleset(rs)
	if len(p.refusals) > 0 {
		return p.refusals
	}
	_, err := w.Write(j.b)
	return err
}

// jsonPrinter holds the JSON printed so far. The printer of text has what is at
// hand, and the refusals; it prints the values that are text in JSON, too.
type jsonPrinter struct {
	p *printer
	b []byte
}

// next writes the comma before what is not the first of an array or an object.
func (j *jsonPrinter) next() {
	if c := j.b[len(j.b)-1]; c != '[' && c != '{' {
		j.b = append(j.b, ", "...)
	}
}

// key begins a member of an object; its value comes next.
func (j *jsonPrinter) key(name string) {
	j.next()
	j.str(name)
	j.b = append(j.b, ": "...)
}

// object writes an object of the members that are written.
func (j *jsonPrinter) object(members func()) {
	j.b = append(j.b, '{')
	members()
	j.b = append(j.b, '}')
}

// named writes an object of one member, whose value is written.
func (j *jsonPrinter) named(name string, value func()) {
	j.b = append(j.b, '{')
	j.key(name)
	value()
	j.b = append(j.b, '}')
}

// array writes an array of n values.
func (j *jsonPrinter) array(n int, value func(i int)) {
	j.b = append(j.b, '[')
	for i := range n {
		j.next()
		value(i)
	}
	j.b = append(j.b, ']')
}

// str writes a string. Not every text can be one: JSON is UTF-8, and nft takes no
// NUL.
func (j *jsonPrinter) str(s string) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			j.escaped(s)
			return
		}
	}
	j.b = append(j.b, '"')
	j.b = append(j.b, s...)
	j.b = append(j.b, '"')
}

func (j *jsonPrinter) escaped(s string) {
	if !utf8.ValidString(s) {
		j.p.refuse(nil, "%q is no text in UTF-8, and JSON has no other", s)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		j.p.refuse(nil, "%q is no string of JSON: %v", s, err)
		return
	}
	j.b = append(j.b, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}

// text writes as a string what the printer of text prints, without its quotes.
func (j *jsonPrinter) text(print func(p *printer)) {
	from := len(j.p.b)
	print(j.p)
	s := string(j.p.b[from:])
	j.p.b = j.p.b[:from]
	if len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
		s = s[1 : len(s)-1]
	}
	j.str(s)
}

func (j *jsonPrinter) uint(n uint64) { j.b = strconv.AppendUint(j.b, n, 10) }

func (j *jsonPrinter) priority(n int32) {
	j.key("prio")
	j.b = strconv.AppendInt(j.b, int64(n), 10)
}

func (j *jsonPrinter) bool(b bool) { j.b = strconv.AppendBool(j.b, b) }

func (j *jsonPrinter) null() { j.b = append(j.b, "null"...) }

// keyStr, keyUint and keyBool write a member of an object; those that end in If
// leave out what is zero.
func (j *jsonPrinter) keyStr(name, s string) {
	j.key(name)
	j.str(s)
}

func (j *jsonPrinter) keyStrIf(name, s string) {
	if s != "" {
		j.keyStr(name, s)
	}
}

func (j *jsonPrinter) keyUint(name string, n uint64) {
	j.key(name)
	j.uint(n)
}

func (j *jsonPrinter) keyUintIf(name string, n uint64) {
	if n != 0 {
		j.keyUint(name, n)
	}
}

func (j *jsonPrinter) keyBoolIf(name string, b bool) {
	if b {
		j.key(name)
		j.bool(b)
	}
}

// keyWordsIf writes a member that is a list of words.
func (j *jsonPrinter) keyWordsIf(name string, list []string) {
	if len(list) > 0 {
		j.key(name)
		j.array(len(list), func(i int) { j.str(list[i]) })
	}
}

// keyWordOrWords writes a member that is a word, or a list of several.
func (j *jsonPrinter) keyWordOrWords(name string, list []string) {
	if len(list) == 1 {
		j.keyStr(name, list[0])
		return
	}
	j.keyWordsIf(name, list)
}

// keyExpr writes a member that is an expression, if there is one.
func (j *jsonPrinter) keyExpr(name string, e ast.Expr, d domain) {
	if e != nil {
		j.key(name)
		j.expr(e, d)
	}
}
