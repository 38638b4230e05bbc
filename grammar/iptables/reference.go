package iptables

import (
	"errors"
	"io"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// refRule is the rule grammar: the reference that [splitWords] is held to by
// FuzzFastPath. How many arguments an option takes is for the registry to say,
// so a word that looks like an option may still turn out to be an argument.
type refRule struct {
	Options []refOption `parser:"@@+"`
}

type refOption struct {
	Bang []lexer.Token `parser:"@(Bang?)"`
	Name []lexer.Token `parser:"@(Option)"`
	Args []lexer.Token `parser:"@((Bang? (Word | Quoted))*)"`
}

// The tokens of a rule.
const (
	tokWord lexer.TokenType = -iota - 2
	tokQuoted
	tokOption
	tokBang
)

var reference = participle.MustBuild[refRule](
	participle.Lexer(ruleLexer{}),
	participle.UseLookahead(2),
)

// parseReference reads a rule's line by the reference grammar, appending its
// words to dst.
func parseReference(dst []ext.Word, line string, base uint32) ([]ext.Word, *grammar.Error) {
	tree, err := reference.ParseString("", line)
	if err != nil {
		return dst, referenceError(err, line, base)
	}
	for _, o := range tree.Options {
		for _, toks := range [][]lexer.Token{o.Bang, o.Name, o.Args} {
			for _, t := range toks {
				w := ext.Word{Span: span(base, t.Pos.Offset, t.Pos.Offset+len(t.Value)), Text: t.Value}
				if strings.Contains(t.Value, `"`) {
					w.Text, w.Quoted = unquote(t.Value), t.Type == tokQuoted
				}
				dst = append(dst, w)
			}
		}
	}
	return dst, nil
}

// referenceError makes an error of ours of one of participle's.
func referenceError(err error, line string, base uint32) *grammar.Error {
	var own *grammar.Error
	if errors.As(err, &own) {
		own.From, own.To = own.From+base, own.To+base
		return own
	}
	var unexpected *participle.UnexpectedTokenError
	if errors.As(err, &unexpected) {
		t := unexpected.Unexpected
		if t.EOF() {
			at := len(strings.TrimRight(line, " \t"))
			return grammar.Errorf(span(base, max(at-1, 0), at), "the line ends too early").Expected("an option, such as -s, -p, -m or -j")
		}
		return grammar.Errorf(span(base, t.Pos.Offset, t.Pos.Offset+len(t.Value)), "unexpected %s", t.Value).Expected("an option, such as -s, -p, -m or -j")
	}
	return grammar.Errorf(span(base, 0, len(line)), "%v", err)
}

// ruleLexer makes the tokens of a rule's line. A token's value is its text as
// it stands, quotes included.
type ruleLexer struct{}

func (ruleLexer) Symbols() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{"EOF": lexer.EOF, "Word": tokWord, "Quoted": tokQuoted, "Option": tokOption, "Bang": tokBang}
}

func (d ruleLexer) Lex(name string, r io.Reader) (lexer.Lexer, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return d.LexString(name, string(b))
}

func (ruleLexer) LexString(_, s string) (lexer.Lexer, error) { return &ruleLex{line: s}, nil }

type ruleLex struct {
	line string
	at   int
}

func (l *ruleLex) Next() (lexer.Token, error) {
	for l.at < len(l.line) && (l.line[l.at] == ' ' || l.line[l.at] == '\t') {
		l.at++
	}
	start := l.at
	pos := lexer.Position{Offset: start, Line: 1, Column: start + 1}
	if start == len(l.line) {
		return lexer.EOFToken(pos), nil
	}
	end, err := wordEnd(l.line, start)
	if err != nil {
		return lexer.Token{}, err
	}
	l.at = end
	t := lexer.Token{Type: tokWord, Value: l.line[start:end], Pos: pos}
	switch {
	case t.Value[0] == '"':
		t.Type = tokQuoted
	case t.Value == "!":
		t.Type = tokBang
	case t.Value[0] == '-' && len(unquote(t.Value)) > 1:
		t.Type = tokOption
	}
	return t, nil
}

// wordEnd returns where the word that begins at i ends: at a blank, or after a
// closing quote.
func wordEnd(s string, i int) (int, error) {
	for j := i; j < len(s); j++ {
		switch s[j] {
		case ' ', '\t':
			return j, nil
		case 0:
			return 0, &grammar.Error{Span: ast.Span{From: uint32(j), To: uint32(j + 1)}, Msg: "a NUL byte", Want: "text"}
		case '"':
			for k := j + 1; k < len(s); k++ {
				switch s[k] {
				case '\\':
					k++
				case '"':
					return k + 1, nil
				case 0:
					return 0, &grammar.Error{Span: ast.Span{From: uint32(k), To: uint32(k + 1)}, Msg: "a NUL byte", Want: "text"}
				}
			}
			return 0, &grammar.Error{Span: ast.Span{From: uint32(j), To: uint32(len(s))}, Msg: "the quote is not closed", Want: `a " before the end of the line`}
		}
	}
	return len(s), nil
}

// unquote removes the quotes of a word, and inside of them the \ before a byte.
func unquote(raw string) string {
	head, quoted, has := strings.Cut(raw, `"`)
	if !has {
		return raw
	}
	quoted = strings.TrimSuffix(quoted, `"`)
	if !strings.Contains(quoted, `\`) {
		return head + quoted
	}
	var b strings.Builder
	b.WriteString(head)
	for i := 0; i < len(quoted); i++ {
		if quoted[i] == '\\' && i+1 < len(quoted) {
			i++
		}
		b.WriteByte(quoted[i])
	}
	return b.String()
}
