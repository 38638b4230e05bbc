package ext

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// listTree is the grammar of a list: elements joined by commas, none of them
// empty.
type listTree struct {
	Elems []*listNode `parser:"@@ ( Comma @@ )*"`
}

// looseTree is the grammar of a list that was made for strtok(3), which passes
// over empty elements.
type looseTree struct {
	Elems []*listNode `parser:"@@? ( Comma @@? )*"`
}

// listNode is an element: a word, or two with a separator between them of which
// either may be missing.
type listNode struct {
	Lo   *lexer.Token `parser:"( @Word"`
	Sep  *lexer.Token `parser:"  ( @Sep"`
	Hi   *lexer.Token `parser:"    @Word? )?"`
	Sep2 *lexer.Token `parser:"| @Sep"`
	Hi2  *lexer.Token `parser:"  @Word? )"`
}

// listElem is an element of a list as it is read: a word, or the words before
// and after a separator. A word that is missing is empty.
type listElem struct {
	lo, hi   string
	at, hiAt int // where lo and hi begin in the list's text
	pair     bool
}

// end returns where the element ends.
func (e *listElem) end() int {
	if e.pair {
		return e.hiAt + len(e.hi)
	}
	return e.at + len(e.lo)
}

// listGrammar reads lists of one kind. Rulesets repeat their lists, so what is
// read is kept by its text.
type listGrammar struct {
	sep   byte
	parse func(text string) ([]*listNode, error)

	mu   sync.RWMutex
	seen map[string][]listElem
}

// maxSeen bounds how many lists are kept. When it is reached, all are dropped.
const maxSeen = 4096

// newList returns the grammar of lists whose elements may be pairs with sep, a
// single byte, between them; none if sep is 0.
func newList(sep byte) *listGrammar {
	p := participle.MustBuild[listTree](participle.Lexer(listLexer{sep}))
	return &listGrammar{sep: sep, parse: func(text string) ([]*listNode, error) {
		t, err := p.ParseString("", text)
		if err != nil {
			return nil, err
		}
		return t.Elems, nil
	}}
}

// newLooseList returns the grammar of lists that may have empty elements, which
// mean nothing.
func newLooseList(sep byte) *listGrammar {
	p := participle.MustBuild[looseTree](participle.Lexer(listLexer{sep}))
	return &listGrammar{sep: sep, parse: func(text string) ([]*listNode, error) {
		t, err := p.ParseString("", text)
		if err != nil {
			return nil, err
		}
		return t.Elems, nil
	}}
}

// fewElems is how many elements a list usually has at the most.
const fewElems = 16

// read returns the elements of a list, which the caller must not change. want
// says what an element is. They are put into buf if the fast path can.
func (g *listGrammar) read(w Word, want string, buf []listElem) ([]listElem, *grammar.Error) {
	if elems, ok := g.split(buf, w.Text); ok {
		return elems, nil
	}
	g.mu.RLock()
	elems, ok := g.seen[w.Text]
	g.mu.RUnlock()
	if ok {
		return elems, nil
	}
	text := strings.Clone(w.Text) // what is kept must not keep the whole file
	nodes, err := g.parse(text)
	if err != nil {
		return nil, listError(w, err, want)
	}
	elems = make([]listElem, len(nodes))
	for i, n := range nodes {
		elems[i] = n.elem()
	}
	if len(elems) == 0 {
		return nil, grammar.Errorf(w.Span, "the list is empty").Expected("%s", want)
	}
	g.mu.Lock()
	if g.seen == nil || len(g.seen) >= maxSeen {
		g.seen = make(map[string][]listElem)
	}
	g.seen[text] = elems
	g.mu.Unlock()
	return elems, nil
}

// split is the fast path of the grammar: it splits a list all of whose words are
// there, as long as there is room in dst, and refuses any other.
func (g *listGrammar) split(dst []listElem, text string) ([]listElem, bool) {
	e := listElem{}
	start := 0
	for i := 0; ; i++ {
		end := i == len(text)
		switch {
		case !end && text[i] == g.sep && g.sep != 0:
			if e.pair || i == start {
				return nil, false
			}
			e.lo, e.at, e.pair, start = text[start:i], start, true, i+1
		case end || text[i] == ',':
			if i == start || len(dst) == cap(dst) {
				return nil, false
			}
			if e.pair {
				e.hi, e.hiAt = text[start:i], start
			} else {
				e.lo, e.at = text[start:i], start
			}
			if dst = append(dst, e); end {
				return dst, true
			}
			e, start = listElem{}, i+1
		}
	}
}

func (n *listNode) elem() listElem {
	var e listElem
	if n.Lo != nil {
		e.lo, e.at = n.Lo.Value, n.Lo.Pos.Offset
	}
	sep, hi := n.Sep, n.Hi
	if n.Sep2 != nil {
		sep, hi = n.Sep2, n.Hi2
		e.at = sep.Pos.Offset
	}
	if sep == nil {
		return e
	}
	e.pair, e.hiAt = true, sep.Pos.Offset+len(sep.Value)
	if hi != nil {
		e.hi = hi.Value
	}
	return e
}

// listError makes an error of ours of one of participle's.
func listError(w Word, err error, want string) *grammar.Error {
	var unexpected *participle.UnexpectedTokenError
	if !errors.As(err, &unexpected) {
		return grammar.Errorf(w.Span, "%v", err).Expected("%s", want)
	}
	t := unexpected.Unexpected
	switch {
	case w.Text == "":
		return grammar.Errorf(w.Span, "the list is empty").Expected("%s", want)
	case t.EOF():
		return grammar.Errorf(w.Sub(len(w.Text)-1, len(w.Text)), "the list ends too early").Expected("%s after the comma", want)
	}
	at := t.Pos.Offset
	return grammar.Errorf(w.Sub(at, at+len(t.Value)), "unexpected %q in the list", t.Value).Expected("%s", want)
}

const (
	tokWord lexer.TokenType = -iota - 2
	tokSep
	tokComma
)

// listLexer splits a list at its commas and separators. Whatever else stands in
// it is part of a word: what a word may be, the kinds of argument say.
type listLexer struct{ sep byte }

func (listLexer) Symbols() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{"EOF": lexer.EOF, "Word": tokWord, "Sep": tokSep, "Comma": tokComma}
}

func (d listLexer) Lex(name string, r io.Reader) (lexer.Lexer, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return d.LexString(name, string(b))
}

func (d listLexer) LexString(_, s string) (lexer.Lexer, error) {
	return &listLex{text: s, sep: d.sep}, nil
}

type listLex struct {
	text string
	sep  byte
	at   int
}

func (l *listLex) Next() (lexer.Token, error) {
	pos := lexer.Position{Offset: l.at, Line: 1, Column: l.at + 1}
	if l.at == len(l.text) {
		return lexer.EOFToken(pos), nil
	}
	t := lexer.Token{Pos: pos}
	end := l.at + 1
	switch c := l.text[l.at]; {
	case c == ',':
		t.Type = tokComma
	case c == l.sep && c != 0:
		t.Type = tokSep
	default:
		t.Type = tokWord
		for end < len(l.text) && l.text[end] != ',' && (l.sep == 0 || l.text[end] != l.sep) {
			end++
		}
	}
	t.Value, l.at = l.text[l.at:end], end
	return t, nil
}

var (
	plainList = newList(0)
	pairList  = newList(':')
	looseList = newLooseList(0)
)

// unknownName is the error that a word is none of the names of a table.
func unknownName(at ast.Span, word, what string, table []Name) *grammar.Error {
	names := make([]string, len(table))
	for i := range table {
		names[i] = table[i].Name
	}
	e := grammar.Errorf(at, "%q is no %s", word, what).Expected("%s", strings.Join(names, ", "))
	e.Hint = grammar.Near(word, names)
	return e
}

// next begins element i of a list: a new word, or a comma in it.
func (p *Printer) next(i int) {
	if i == 0 {
		p.space()
	} else {
		p.B = append(p.B, ',')
	}
}

// PortList is a list of ports, names of services and ranges a:b of them, with
// both ends and the lower one first (Value.List). It has at most most ports; a
// range counts as two.
func PortList(most int) *Arg {
	a := &Arg{What: portWhat + ", or a range a:b of them; or several, joined by commas"}
	a.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		var buf [fewElems]listElem
		elems, err := pairList.read(w[0], portWhat, buf[:0])
		if err != nil {
			return err
		}
		n := 0
		for i := range elems {
			e := &elems[i]
			it := Item{Span: w[0].Sub(e.at, e.end())}
			if it.Lo, err = portWord(c, w[0], e.at, e.lo, false, 0); err != nil {
				return err
			}
			it.Hi = it.Lo
			n++
			if e.pair {
				n++
				if it.Hi, err = portWord(c, w[0], e.hiAt, e.hi, false, 0); err != nil {
					return err
				}
				if it.Lo >= it.Hi {
					return grammar.Errorf(it.Span, "%s is no range of ports", w[0].Text[e.at:e.end()]).Expected("the lower port first")
				}
			}
			if n > most {
				return grammar.Errorf(it.Span, "the list has more than %d ports", most).Expected("at most %d; a range counts as two", most)
			}
			v.List = append(v.List, it)
		}
		return nil
	}
	a.Save = func(p *Printer, v *Value) {
		for i := range v.List {
			p.next(i)
			p.B = strconv.AppendUint(p.B, v.List[i].Lo, 10)
			if v.List[i].Lo != v.List[i].Hi {
				p.B = append(p.B, ':')
				p.B = strconv.AppendUint(p.B, v.List[i].Hi, 10)
			}
		}
	}
	return a
}
