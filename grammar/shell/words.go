package shell

import (
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"github.com/ctlint/ctlint/ast"
)

// field is a word after expansion and splitting.
type field struct {
	ast.Span
	text Text
	// multi says that something in it is neither known nor quoted, so that it
	// may turn out as no word, one or several.
	multi bool
	// glob says that it is a pattern for files' names.
	glob bool
}

// fields collects the fields that words expand to.
type fields struct {
	m    *machine
	ifs  string
	out  []field
	cur  field
	open bool // a field has begun
	ws   bool // a blank of IFS stands right before
}

// words2fields expands words as the shell does for a command: each may become
// several, or none.
func (m *machine) words2fields(words []*syntax.Word) []field {
	f := fields{m: m, ifs: m.ifs()}
	for _, w := range words {
		if len(f.out) > maxWords {
			m.exhaust(m.src.node(w))
			break
		}
		if b := braced(w); b != nil {
			f.braces(w, b)
			continue
		}
		f.word(w, false)
	}
	return f.out
}

// ifs returns the characters that words are split at (IFS in sh(1)).
func (m *machine) ifs() string {
	if v := m.vars["IFS"]; v != nil && !v.unset {
		if s, ok := v.text.Known(); ok {
			return s
		}
	}
	return " \t\n"
}

// word expands a word and ends it. With value, literals are taken from the tree
// and not from the text: that of a word that brace expansion has made.
func (f *fields) word(w *syntax.Word, value bool) {
	start := len(f.out)
	for _, p := range w.Parts {
		f.part(p, value)
	}
	f.end()
	if len(f.out) == start+1 && !value {
		f.out[start].Span = f.m.src.node(w)
	}
}

// add appends to the word at hand, without splitting.
func (f *fields) add(at ast.Span, t Text) {
	f.open, f.ws = true, false
	f.cur.Span = f.cur.Span.Join(at)
	for _, p := range t {
		f.cur.text = f.cur.text.add(p)
	}
}

func (f *fields) end() {
	if f.open {
		f.out = append(f.out, f.cur)
	}
	f.cur, f.open = field{}, false
}

// split appends an expansion that is not in quotes: it ends words where it has
// a character of IFS.
func (f *fields) split(at ast.Span, t Text) {
	for _, p := range t {
		if p.Unknown != nil {
			f.add(at, Text{p})
			f.cur.multi = true
			continue
		}
		begin := -1
		for i := 0; i < len(p.Text); i++ {
			c := p.Text[i]
			if strings.IndexByte(f.ifs, c) < 0 {
				if begin < 0 {
					begin = i
				}
				continue
			}
			if begin >= 0 {
				f.add(at, known(at, p.Text[begin:i]))
				begin = -1
			}
			f.delimit(at, c == ' ' || c == '\t' || c == '\n')
		}
		if begin >= 0 {
			f.add(at, known(at, p.Text[begin:]))
		}
	}
}

// delimit ends a word at a character of IFS. Blanks count together; any other
// ends a word each time, be it empty.
func (f *fields) delimit(at ast.Span, blank bool) {
	switch {
	case f.open:
		f.end()
		f.ws = blank
	case blank:
	case f.ws:
		f.ws = false
	default:
		f.out = append(f.out, field{Span: at})
	}
}

// part expands a part of a word that is not in quotes.
func (f *fields) part(p syntax.WordPart, value bool) {
	m := f.m
	at := m.src.node(p)
	switch p := p.(type) {
	case *syntax.Lit:
		if value {
			f.add(at, known(at, unescaped(p.Value)))
			break
		}
		var t Text
		m.literal(&t, p, "")
		f.add(at, t)
		f.cur.glob = f.cur.glob || strings.ContainsAny(p.Value, "*?") && !strings.Contains(p.Value, `\`)
	case *syntax.SglQuoted:
		f.add(at, m.single(p))
	case *syntax.DblQuoted:
		f.double(p)
	case *syntax.ParamExp:
		if list, ok := m.list(p); ok {
			for i, t := range list {
				if i > 0 {
					f.end()
				}
				f.split(at, t.at(at))
			}
			break
		}
		f.split(at, m.param(p))
	case *syntax.CmdSubst:
		f.split(at, m.substitute(p))
	case *syntax.ArithmExp:
		f.split(at, m.arithExp(p))
	case *syntax.ProcSubst:
		f.add(at, m.process(p))
	case *syntax.ExtGlob:
		f.add(at, known(at, m.src.slice(p)))
		f.cur.glob = true
	default:
		f.add(at, Text{m.opaque(at, m.src.slice(p))})
	}
}

// double expands what stands in double quotes. It is one word, but for "$@" and
// "${list[@]}".
func (f *fields) double(q *syntax.DblQuoted) {
	m := f.m
	at := m.src.node(q)
	if len(q.Parts) != 1 {
		f.add(at, nil) // an empty word is a word
	} else if pe, ok := q.Parts[0].(*syntax.ParamExp); !ok {
		f.add(at, nil)
	} else if list, ok := m.list(pe); !ok || len(list) > 0 && !starred(pe) {
		f.add(at, nil)
	}
	for _, p := range q.Parts {
		pe, ok := p.(*syntax.ParamExp)
		if !ok {
			f.add(at, m.quotedPart(p))
			continue
		}
		list, ok := m.list(pe)
		switch {
		case !ok:
			f.add(at, m.param(pe))
			if name := pe.Param; name != nil && name.Value == "@" {
				f.cur.multi = true
			}
		case starred(pe):
			f.add(at, joined(list, m.src.node(pe), m.starSep()))
		default:
			for i, t := range list {
				if i > 0 {
					f.end()
				}
				f.add(at, t.at(m.src.node(pe)))
			}
		}
	}
}

// starSep is what "$*" joins with: the first character of IFS.
func (m *machine) starSep() string {
	ifs := m.ifs()
	if ifs == "" {
		return ""
	}
	return ifs[:1]
}

func starred(pe *syntax.ParamExp) bool {
	if pe.Param != nil && pe.Param.Value == "*" {
		return true
	}
	w, ok := pe.Index.(*syntax.Word)
	return ok && w.Lit() == "*"
}

func joined(list []Text, at ast.Span, sep string) Text {
	var out Text
	for i, t := range list {
		if i > 0 && sep != "" {
			out = out.add(Piece{Span: at, Text: sep})
		}
		for _, p := range t.at(at) {
			out = out.add(p)
		}
	}
	return out
}

// quotedPart expands a part of a text in double quotes or of a here-document,
// but for parameters that may be several words.
func (m *machine) quotedPart(p syntax.WordPart) Text {
	switch p := p.(type) {
	case *syntax.Lit:
		var t Text
		m.literal(&t, p, "$`\"\\")
		return t
	case *syntax.ParamExp:
		if list, ok := m.list(p); ok {
			return joined(list, m.src.node(p), " ")
		}
		return m.param(p)
	case *syntax.CmdSubst:
		return m.substitute(p)
	case *syntax.ArithmExp:
		return m.arithExp(p)
	case *syntax.SglQuoted:
		return m.single(p)
	case *syntax.DblQuoted:
		var t Text
		for _, q := range p.Parts {
			t = append(t, m.quotedPart(q)...)
		}
		return t
	case *syntax.ProcSubst:
		return m.process(p)
	}
	at := m.src.node(p)
	return known(at, m.src.slice(p))
}

// text expands a word that is not split: a value, the word of a case, the name
// of a file.
func (m *machine) text(w *syntax.Word) Text {
	if w == nil {
		return nil
	}
	var out Text
	for _, p := range w.Parts {
		if l, ok := p.(*syntax.Lit); ok {
			m.literal(&out, l, "")
			continue
		}
		for _, q := range m.quotedPart(p) {
			out = out.add(q)
		}
	}
	return out
}

// noEscapes is for a text in which a \ is nothing special.
const noEscapes = "none"

// literal appends the text of a literal. escapes are the characters that a \
// takes away from the shell; empty for all of them, as outside of quotes.
func (m *machine) literal(t *Text, l *syntax.Lit, escapes string) {
	m.raw(t, m.src.offset(l.Pos()), m.src.offset(l.End()), escapes)
}

// raw appends a part of the source, its escapes removed.
func (m *machine) raw(t *Text, from, to int, escapes string) {
	src := m.src
	if from >= to {
		return
	}
	raw := src.text[from:to]
	begin := 0
	flush := func(end int) {
		if end > begin {
			*t = append(*t, Piece{Span: src.span(from+begin, from+end), Text: raw[begin:end]})
		}
	}
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == 0: // the shell drops it
			flush(i)
			begin = i + 1
		case c != '\\' || i+1 == len(raw) || escapes == noEscapes:
		case continued(raw[i+1:]):
			flush(i)
			i += strings.IndexByte(raw[i:], '\n')
			begin = i + 1
		case escapes == "" || strings.IndexByte(escapes, raw[i+1]) >= 0:
			flush(i)
			begin = i + 1
			i++
		default:
			i++
		}
	}
	flush(len(raw))
}

// unescaped removes the \ of a literal.
func unescaped(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// single returns the text in single quotes: '...' or $'...'.
func (m *machine) single(q *syntax.SglQuoted) Text {
	src := m.src
	from, to := src.offset(q.Left)+1, src.offset(q.Right)
	if q.Dollar {
		from++
	}
	if from >= to {
		return nil
	}
	raw := src.text[from:to]
	at := src.span(from, to)
	if q.Dollar && strings.IndexByte(raw, '\\') >= 0 {
		s, _, err := expand.Format(nil, raw, nil)
		if err != nil {
			return Text{m.opaque(at, raw)}
		}
		return known(at, s)
	}
	return known(at, strings.ReplaceAll(raw, "\x00", ""))
}

// opaque makes a piece of something that the machine does not follow.
func (m *machine) opaque(at ast.Span, text string) Piece {
	u := m.unknown("at:"+strconv.Itoa(int(at.From)), at, text, brief(text)+" is known only when the script runs")
	return Piece{Span: at, Text: text, Unknown: u}
}

// outputOf makes a piece of what a command writes.
func (m *machine) outputOf(at ast.Span) Piece {
	text := m.sourceText(at)
	u := m.unknown("at:"+strconv.Itoa(int(at.From)), at, text, "the output of "+brief(text)+" is known only when the script runs")
	return Piece{Span: at, Text: text, Unknown: u}
}

// brief cuts a text to what a message can hold.
func brief(s string) string {
	s, _, more := strings.Cut(s, "\n")
	if more || len(s) > 60 {
		return strings.ToValidUTF8(s[:min(len(s), 60)], "") + "..."
	}
	return s
}

// braced returns a word with its brace expansions split off; nil, if it has
// none. The word itself keeps its places.
func braced(w *syntax.Word) *syntax.Word {
	if !slices.ContainsFunc(w.Parts, func(p syntax.WordPart) bool {
		l, ok := p.(*syntax.Lit)
		return ok && strings.IndexByte(l.Value, '{') >= 0
	}) {
		return nil
	}
	b := &syntax.Word{Parts: slices.Clone(w.Parts)}
	if !syntax.SplitBraces(b) {
		return nil
	}
	return b
}

// braces expands a word with braces: {1..5}, {a,b}.
func (f *fields) braces(w, split *syntax.Word) {
	n := len(f.out)
	at := f.m.src.node(w)
	words, ok := spread(split.Parts, maxWords)
	if !ok {
		f.m.exhaust(at)
	}
	for _, parts := range words {
		f.word(&syntax.Word{Parts: parts}, true)
	}
	for i := n; i < len(f.out); i++ {
		f.out[i].Span = at
		f.out[i].text = f.out[i].text.at(at)
	}
}

// spread returns the words that parts with braces stand for, at most limit.
func spread(parts []syntax.WordPart, limit int) ([][]syntax.WordPart, bool) {
	out := [][]syntax.WordPart{nil}
	whole := true
	for _, p := range parts {
		b, isBrace := p.(*syntax.BraceExp)
		var alts [][]syntax.WordPart
		if !isBrace {
			alts = [][]syntax.WordPart{{p}}
		} else if b.Sequence {
			var ok bool
			alts, ok = sequence(b, limit)
			whole = whole && ok
		} else {
			for _, e := range b.Elems {
				a, ok := spread(e.Parts, limit)
				whole = whole && ok
				alts = append(alts, a...)
			}
		}
		if len(alts)*len(out) > limit {
			whole = false
			alts = alts[:max(1, limit/len(out))]
		}
		if len(alts) == 1 {
			for i := range out {
				out[i] = append(out[i], alts[0]...)
			}
			continue
		}
		next := make([][]syntax.WordPart, 0, len(out)*len(alts))
		for _, o := range out {
			for _, a := range alts {
				next = append(next, append(o[:len(o):len(o)], a...))
			}
		}
		out = next
	}
	return out, whole
}

// sequence returns the words of {a..b} or {a..b..step}.
func sequence(b *syntax.BraceExp, limit int) (out [][]syntax.WordPart, whole bool) {
	lo, hi := b.Elems[0].Lit(), b.Elems[1].Lit()
	x, err1 := strconv.Atoi(lo)
	y, err2 := strconv.Atoi(hi)
	chars := err1 != nil || err2 != nil
	if chars {
		if len(lo) == 0 || len(hi) == 0 {
			return [][]syntax.WordPart{nil}, true
		}
		x, y = int(lo[0]), int(hi[0])
	}
	step := 1
	if len(b.Elems) > 2 {
		if n, err := strconv.Atoi(b.Elems[2].Lit()); err == nil && n != 0 && n > -1<<31 && n < 1<<31 {
			step = max(n, -n)
		}
	}
	width := 0
	if !chars && (zeroPadded(lo) || zeroPadded(hi)) {
		width = max(len(lo), len(hi))
	}
	for n := x; ; {
		if len(out) >= limit {
			return out, false
		}
		s := string(rune(n))
		if !chars {
			s = strconv.Itoa(n)
			for len(s) < width {
				if n < 0 {
					s = "-0" + s[1:]
				} else {
					s = "0" + s
				}
			}
		}
		out = append(out, []syntax.WordPart{&syntax.Lit{ValuePos: b.Elems[0].Pos(), ValueEnd: b.Elems[0].Pos(), Value: s}})
		if x <= y {
			if uint64(y)-uint64(n) < uint64(step) {
				return out, true
			}
			n += step
		} else {
			if uint64(n)-uint64(y) < uint64(step) {
				return out, true
			}
			n -= step
		}
	}
}

func zeroPadded(s string) bool {
	s = strings.TrimPrefix(s, "-")
	return len(s) > 1 && s[0] == '0'
}
