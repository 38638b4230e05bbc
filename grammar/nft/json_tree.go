package nft

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// jsonKind is the kind of a JSON value.
type jsonKind uint8

const (
	jsonNull jsonKind = iota
	jsonBool
	jsonNumber
	jsonString
	jsonArray
	jsonObject
)

// jsonValue is a JSON value with its place, which encoding/json does not tell.
type jsonValue struct {
	from, to int // bytes of the text
	kind     jsonKind
	// escaped says that a string has escapes in the text, so that its bytes
	// do not stand where they seem to.
	escaped bool
	// text is what a string says, the digits of a number, true or false.
	text string
	list []jsonValue // of an array, or the values of an object
	keys []jsonKey   // of an object, one for each value
}

// jsonKey is the name of a value in an object.
type jsonKey struct {
	from, to int
	name     string
}

// get returns the value of that name in an object, or nil.
func (v *jsonValue) get(name string) *jsonValue {
	for i := range v.keys {
		if v.keys[i].name == name {
			return &v.list[i]
		}
	}
	return nil
}

// only returns the name and the value of an object that has one value.
func (v *jsonValue) only() (string, *jsonValue, bool) {
	if v.kind != jsonObject || len(v.keys) != 1 {
		return "", nil, false
	}
	return v.keys[0].name, &v.list[0], true
}

// items are the values of an array; one of another kind is as good as an array
// of one.
func (v *jsonValue) items() []jsonValue {
	if v.kind == jsonArray {
		return v.list
	}
	return []jsonValue{*v}
}

// what names a value in a message.
func (v *jsonValue) what() string {
	switch v.kind {
	case jsonNull:
		return "null"
	case jsonBool:
		return v.text
	case jsonNumber:
		return "number " + clip(v.text)
	case jsonString:
		return "string " + quote(clip(v.text))
	case jsonArray:
		return "array"
	}
	if len(v.keys) == 1 {
		return "object " + quote(clip(v.keys[0].name))
	}
	return "object"
}

// maxJSONDepth bounds how deep arrays and objects may lie in each other: far
// more than any rule needs.
const maxJSONDepth = 200

// jsonScanner reads JSON text (RFC 8259) into values.
type jsonScanner struct {
	text  string
	pos   int
	base  uint32
	depth int
	err   *grammar.Error
}

// parseJSON reads a text of one JSON value.
func parseJSON(text string, base uint32) (jsonValue, *grammar.Error) {
	s := jsonScanner{text: text, base: base}
	v := s.value()
	if s.blanks(); s.err == nil && s.pos < len(text) {
		s.fail(s.pos, s.pos+1, "unexpected text behind the JSON value").Expected("the end of the file")
	}
	return v, s.err
}

func (s *jsonScanner) fail(from, to int, format string, args ...any) *grammar.Error {
	e := grammar.Errorf(ast.Span{From: s.base + uint32(from), To: s.base + uint32(min(to, len(s.text)))}, format, args...)
	if s.err == nil {
		s.err = e
	}
	s.pos = len(s.text)
	return e
}

func (s *jsonScanner) blanks() {
	for s.pos < len(s.text) {
		switch s.text[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// peek returns the next byte that is no blank, or 0.
func (s *jsonScanner) peek() byte {
	if s.blanks(); s.pos < len(s.text) {
		return s.text[s.pos]
	}
	return 0
}

func (s *jsonScanner) value() (v jsonValue) {
	switch c := s.peek(); {
	case s.pos >= len(s.text):
		s.fail(len(s.text), len(s.text), "the text ends before a value").Expected("a JSON value")
	case c == '{':
		s.object(&v)
	case c == '[':
		s.array(&v)
	case c == '"':
		s.str(&v)
	case c == '-' || c >= '0' && c <= '9':
		s.number(&v)
	default:
		s.word(&v)
	}
	return v
}

// word reads true, false or null.
func (s *jsonScanner) word(v *jsonValue) {
	for _, w := range []struct {
		text string
		kind jsonKind
	}{{"true", jsonBool}, {"false", jsonBool}, {"null", jsonNull}} {
		if strings.HasPrefix(s.text[s.pos:], w.text) {
			*v = jsonValue{from: s.pos, to: s.pos + len(w.text), kind: w.kind, text: w.text}
			s.pos = v.to
			return
		}
	}
	_, n := utf8.DecodeRuneInString(s.text[s.pos:])
	s.fail(s.pos, s.pos+n, "unexpected %s", quote(s.text[s.pos:s.pos+n])).Expected("a JSON value")
}

func (s *jsonScanner) number(v *jsonValue) {
	from := s.pos
	for s.pos < len(s.text) && strings.IndexByte("+-.eE0123456789", s.text[s.pos]) >= 0 {
		s.pos++
	}
	*v = jsonValue{from: from, to: s.pos, kind: jsonNumber, text: s.text[from:s.pos]}
	if _, err := strconv.ParseFloat(v.text, 64); err != nil && !strings.Contains(err.Error(), "range") || len(v.text) > 1 && v.text[0] == '0' && class[v.text[1]]&isDigit != 0 {
		s.fail(from, s.pos, "%s is no number of JSON", quote(clip(v.text)))
	}
}

func (s *jsonScanner) str(v *jsonValue) {
	from := s.pos
	s.pos++
	for i := s.pos; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '"':
			*v = jsonValue{from: from, to: i + 1, kind: jsonString, text: s.text[from+1 : i]}
			s.pos = i + 1
			return
		case c == '\\':
			s.escapes(v, from, i)
			return
		case c < ' ':
			s.fail(i, i+1, "a control character in a string").Expected(`an escape such as \n`)
			return
		}
	}
	s.fail(from, from+1, "the string has no end").Expected(`another "`)
}

// jsonEscapes are the characters that a backslash and one letter mean.
var jsonEscapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escapes reads the rest of a string whose first escape is at byte i.
func (s *jsonScanner) escapes(v *jsonValue, from, i int) {
	var b strings.Builder
	b.WriteString(s.text[from+1 : i])
	for i < len(s.text) {
		c := s.text[i]
		switch {
		case c == '"':
			*v = jsonValue{from: from, to: i + 1, kind: jsonString, escaped: true, text: b.String()}
			s.pos = i + 1
			return
		case c < ' ':
			s.fail(i, i+1, "a control character in a string").Expected(`an escape such as \n`)
			return
		case c != '\\':
			b.WriteByte(c)
			i++
			continue
		case i+1 >= len(s.text):
			i++
			continue
		}
		if e, ok := jsonEscapes[s.text[i+1]]; ok {
			b.WriteByte(e)
			i += 2
			continue
		}
		r, n, ok := s.unicode(i)
		if !ok {
			s.fail(i, i+2, "%s is no escape", quote(s.text[i:min(i+2, len(s.text))])).Expected(`\" \\ \/ \b \f \n \r \t, or \u and four hexadecimal digits`)
			return
		}
		b.WriteRune(r)
		i += n
	}
	s.fail(from, from+1, "the string has no end").Expected(`another "`)
}

// unicode reads the escape \uXXXX at byte i, or two that are a pair.
func (s *jsonScanner) unicode(i int) (r rune, n int, ok bool) {
	unit := func(i int) (rune, bool) {
		if i+6 > len(s.text) || s.text[i:i+2] != `\u` {
			return 0, false
		}
		n, err := strconv.ParseUint(s.text[i+2:i+6], 16, 32)
		return rune(n), err == nil
	}
	r, ok = unit(i)
	if ok && utf16.IsSurrogate(r) {
		if low, ok := unit(i + 6); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, 12, true
			}
		}
		r = utf8.RuneError
	}
	return r, 6, ok
}

// enter goes one level deeper, if it is not too deep.
func (s *jsonScanner) enter() bool {
	if s.depth++; s.depth > maxJSONDepth {
		s.fail(s.pos, s.pos+1, "arrays and objects lie more than %d deep in each other", maxJSONDepth)
		return false
	}
	s.pos++
	return true
}

func (s *jsonScanner) array(v *jsonValue) {
	from := s.pos
	if !s.enter() {
		return
	}
	var list []jsonValue
	for s.peek() != ']' && s.err == nil {
		list = append(list, s.value())
		s.comma(']')
	}
	s.leave(v, jsonValue{from: from, kind: jsonArray, list: list})
}

func (s *jsonScanner) object(v *jsonValue) {
	from := s.pos
	if !s.enter() {
		return
	}
	o := jsonValue{from: from, kind: jsonObject}
	for s.peek() != '}' && s.err == nil {
		if s.peek() != '"' {
			s.fail(s.pos, s.pos+1, "unexpected %s in an object", s.here()).Expected(`a name in quotes, or }`)
			break
		}
		var key jsonValue
		s.str(&key)
		if s.peek() != ':' && s.err == nil {
			s.fail(s.pos, s.pos+1, "unexpected %s behind a name", s.here()).Expected(":")
		}
		if s.err != nil {
			break
		}
		s.pos++
		if o.get(key.text) != nil {
			s.fail(key.from, key.to, "%s is there twice", quote(clip(key.text))).Expected("each name once")
			break
		}
		o.keys = append(o.keys, jsonKey{key.from, key.to, key.text})
		o.list = append(o.list, s.value())
		s.comma('}')
	}
	s.leave(v, o)
}

// here names what stands at s.pos.
func (s *jsonScanner) here() string {
	if s.pos >= len(s.text) {
		return "end of the text"
	}
	_, n := utf8.DecodeRuneInString(s.text[s.pos:])
	return quote(s.text[s.pos : s.pos+n])
}

// comma reads the comma behind a value of an array or an object, if it is not the
// last.
func (s *jsonScanner) comma(end byte) {
	switch c := s.peek(); {
	case s.err != nil || c == end:
	case c != ',':
		s.fail(s.pos, s.pos+1, "unexpected %s behind a value", s.here()).Expected(", or %c", end)
	default:
		s.pos++
		if s.peek() == end {
			s.fail(s.pos, s.pos+1, "unexpected %s behind a comma", s.here()).Expected("a value")
		}
	}
}

// leave ends an array or an object.
func (s *jsonScanner) leave(v *jsonValue, value jsonValue) {
	s.depth--
	if s.err != nil {
		return
	}
	s.pos++
	value.to = s.pos
	*v = value
}
