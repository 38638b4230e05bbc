package ext

import (
	"errors"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ctlint/ctlint/grammar"
)

// language is the small language of an argument that has structure. It keeps
// the trees of the texts that it read last, for the same few rates and
// expressions stand in rule after rule; a tree is shared, so nobody may change
// it.
type language[T any] struct {
	what   string // what is expected, for messages
	parser *participle.Parser[T]
	trees  memo[*T]
}

// newLanguage makes a language of the grammar that T is, and its tokens.
func newLanguage[T any](what string, tokens lexer.Definition) *language[T] {
	return &language[T]{what: what, parser: participle.MustBuild[T](participle.Lexer(tokens))}
}

// parse reads a word.
func (l *language[T]) parse(w Word) (*T, *grammar.Error) {
	tree, err := l.trees.get(w.Text, func(text string) (*T, error) { return l.parser.ParseString("", text) })
	if err != nil {
		return nil, l.error(err, w)
	}
	return tree, nil
}

// error makes an error of ours of one of participle's.
func (l *language[T]) error(err error, w Word) *grammar.Error {
	var unexpected *participle.UnexpectedTokenError
	var at participle.Error
	switch {
	case w.Text == "":
		return grammar.Errorf(w.Span, "the argument is empty").Expected("%s", l.what)
	case errors.As(err, &unexpected) && unexpected.Unexpected.EOF():
		return grammar.Errorf(w.Sub(len(w.Text)-1, len(w.Text)), "%q ends too early", w.Text).Expected("%s", l.what)
	case errors.As(err, &unexpected):
		return tokenError(w, unexpected.Unexpected, "unexpected %q", unexpected.Unexpected.Value).Expected("%s", l.what)
	case errors.As(err, &at):
		i := min(at.Position().Offset, len(w.Text)-1)
		return grammar.Errorf(w.Sub(i, i+1), "unexpected %q", w.Text[i:]).Expected("%s", l.what)
	}
	return grammar.Errorf(w.Span, "%q is not valid here", w.Text).Expected("%s", l.what)
}

// tokenError returns an error at a token of a word.
func tokenError(w Word, t lexer.Token, format string, args ...any) *grammar.Error {
	return grammar.Errorf(w.Sub(t.Pos.Offset, t.Pos.Offset+len(t.Value)), format, args...)
}
