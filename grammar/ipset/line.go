package ipset

import (
	"io"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// restoreFile is the grammar of a file for ipset restore: a command in each
// line. All add lines that follow each other are one token, so that a million
// elements cost participle no more than one.
type restoreFile struct {
	Parts []restorePart `parser:"@@*"`
}

type restorePart struct {
	Adds *addRun      `parser:"( @@"`
	Line *lexer.Token `parser:"| @Line )"`
}

// addRun is a run of add lines, by its offsets in the file.
type addRun struct{ from, to int }

// Parse takes the token of a run. It is participle's hook for a node that reads
// its tokens itself.
func (r *addRun) Parse(lex *lexer.PeekingLexer) error {
	t := lex.Peek()
	if t.Type != tokAdds {
		return participle.NextMatch
	}
	lex.Next()
	r.from, r.to = t.Pos.Offset, t.Pos.Offset+len(t.Value)
	return nil
}

const (
	tokLine lexer.TokenType = -iota - 2
	tokAdds
)

var restoreGrammar = participle.MustBuild[restoreFile](participle.Lexer(restoreLexer{}))

// restoreLexer makes a token of each line that is neither blank nor a comment,
// but one of all add lines that follow each other.
type restoreLexer struct{}

func (restoreLexer) Symbols() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{"EOF": lexer.EOF, "Line": tokLine, "Adds": tokAdds}
}

func (d restoreLexer) Lex(name string, r io.Reader) (lexer.Lexer, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return d.LexString(name, string(b))
}

func (restoreLexer) LexString(_, s string) (lexer.Lexer, error) { return &restoreLex{text: s}, nil }

type restoreLex struct {
	text string
	at   int
}

func (l *restoreLex) Next() (lexer.Token, error) {
	for l.at < len(l.text) {
		start := l.at
		for isAdd(l.text[min(l.at, len(l.text)):]) {
			l.at = lineEnd(l.text, l.at) + 1
		}
		if l.at > start {
			l.at = min(l.at, len(l.text))
			return lexer.Token{Type: tokAdds, Value: l.text[start:l.at], Pos: lexer.Position{Offset: start}}, nil
		}
		from, to := l.at, lineEnd(l.text, l.at)
		l.at = to + 1
		for from < to && isBlank(l.text[from]) {
			from++
		}
		for from < to && isBlank(l.text[to-1]) {
			to--
		}
		if from < to && l.text[from] != '#' {
			return lexer.Token{Type: tokLine, Value: l.text[from:to], Pos: lexer.Position{Offset: from}}, nil
		}
	}
	return lexer.EOFToken(lexer.Position{Offset: len(l.text)}), nil
}

// isAdd reports whether a line adds an element, in the form that ipset save
// prints.
func isAdd(s string) bool { return len(s) > 4 && s[:4] == "add " }

// lineEnd returns where the line that byte at is in ends.
func lineEnd(s string, at int) int {
	if at >= len(s) {
		return len(s)
	}
	if n := strings.IndexByte(s[at:], '\n'); n >= 0 {
		return at + n
	}
	return len(s)
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f' }

// word is a word of a line, with its place in the file.
type word struct {
	ast.Span
	text string
}

// sub returns the place of bytes i to j of a word's text.
func (w word) sub(i, j int) ast.Span {
	if int(w.To-w.From) != len(w.text) {
		return w.Span // it had quotes
	}
	return ast.Span{From: w.From + uint32(i), To: w.From + uint32(j)}
}

// words splits a line as ipset does (build_argv): at blanks, but not inside of
// quotes, which may begin and end anywhere; a word of quotes alone is none.
func (f *File) words(dst []word, from, to int) ([]word, *grammar.Error) {
	for i := from; ; {
		for i < to && isBlank(f.Text[i]) {
			i++
		}
		if i >= to {
			return dst, nil
		}
		start, quoted, quotes := i, false, 0
		for i < to && (quoted || !isBlank(f.Text[i])) {
			if f.Text[i] == '"' {
				quoted = !quoted
				quotes++
			}
			i++
		}
		w := word{Span: f.span(start, i), text: f.Text[start:i]}
		switch {
		case quoted:
			return dst, grammar.Errorf(w.Span, "the quote is not closed").Expected(`a " before the end of the line`)
		case quotes == 2 && f.Text[start] == '"' && f.Text[i-1] == '"':
			w.text = f.Text[start+1 : i-1]
			w.Span = f.span(start+1, i-1)
		case quotes > 0:
			w.text = strings.ReplaceAll(w.text, `"`, "")
		}
		if w.text != "" {
			dst = append(dst, w)
		}
	}
}
