package nft

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// reader walks the tree of one file.
type reader struct {
	*builder
	cutter
	name string
	up   *reader // that of the file which includes this one
}

// lexer cuts the file's text into tokens and takes over what it has found out.
func (r *reader) lexer(f frame) (*lexer.PeekingLexer, []Comment) {
	l := newLex(r.text, r.base, f)
	l.run()
	r.builder.errs = append(r.builder.errs, l.errs...)
	peeking, err := lexer.Upgrade(l)
	if err != nil {
		panic(err) // the lexer takes every text
	}
	return peeking, l.notes
}

// tree parses a file as what may stand in a block.
func tree[G any](r *reader, p *participle.Parser[G], f frame) (*G, []Comment) {
	l, comments := r.lexer(f)
	g, err := p.ParseFromLexer(l)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", r.name, err)) // the grammar takes every sequence of tokens
	}
	return g, comments
}

// script reads the file as a script and returns its comments.
func (r *reader) script(vars *variables) []Comment {
	s, comments := tree(r, scriptGrammar, frameScript)
	for i := range s.Items {
		r.item(&s.Items[i], vars)
	}
	return comments
}

func (r *reader) item(it *scriptItem, vars *variables) {
	switch {
	case it.Common != nil:
		r.common(it.Common, vars, func(sub *reader) []Comment { return sub.script(vars) })
	case it.Adds != nil:
		r.adds(it.Adds.text, vars)
	case it.Declare != nil:
		r.declaration(it.Declare, vars)
	case it.Command != nil:
		r.command(it.Command, vars)
	case it.Junk != nil:
		r.junk(it.Junk, "a command", commandWords)
	}
}

// common reads what may stand in every block. more reads an included file as
// more of the block.
func (r *reader) common(c *common, vars *variables, more func(*reader) []Comment) {
	switch {
	case c.Define != nil:
		r.define(c.Define, vars)
	case c.Include != nil:
		r.include(c.Include, more)
	}
}

// tok returns the span of a token.
func (r *reader) tok(t *tok) ast.Span {
	return r.span(t.Pos.Offset, endOf(t))
}

// endOf returns the offset at which a token ends.
func endOf(t *tok) int {
	if t.Pos.Column > 0 {
		return t.Pos.Offset + t.Pos.Column // one that is taken for another
	}
	return t.Pos.Offset + len(t.Value)
}

// toks returns the span of a list of tokens, or of what stands behind last if
// there are none.
func (r *reader) toks(ts []tok, last *tok) ast.Span {
	if len(ts) == 0 {
		return r.after(last)
	}
	return r.tok(&ts[0]).Join(r.tok(&ts[len(ts)-1]))
}

// after returns the place right behind a token, where something is missing.
func (r *reader) after(t *tok) ast.Span {
	end := endOf(t)
	if t.Type == lxBraced || t.Type == lxElems {
		end++
	}
	end = min(end, len(r.text)) // the braces may lack their end
	return r.span(end, end)
}

// missing tells of what should stand behind a token.
func (r *reader) missing(t *tok, want string, args ...any) {
	r.builder.failf(r.after(t), "nothing stands behind %s", describe(t)).Expected(want, args...)
}

// rest tells of tokens that do not belong to a statement.
func (r *reader) rest(ts []tok, want string, known ...string) {
	if len(ts) == 0 {
		return
	}
	if want == "" {
		want = "a newline or ;"
	}
	e := r.builder.failf(r.tok(&ts[0]), "unexpected %s", describe(&ts[0])).Expected("%s", want)
	e.Hint = grammar.Near(ts[0].Value, known)
}

// junk tells of a statement that begins with no word that could stand there.
func (r *reader) junk(j *junk, want string, known []string) {
	if t := &j.Words[0]; t.Type == lxBraced && len(j.Words) == 1 && t.Value == "" && !strings.HasPrefix(r.text[t.Pos.Offset:], "}") {
		return // the braces do not fit, which has been told
	}
	r.rest(j.Words, want, known...)
}

// describe names a token in a message.
func describe(t *tok) string {
	switch t.Type {
	case lxString:
		return "text " + clip(t.Value)
	case lxBraced, lxElems:
		return "{ }"
	}
	return quote(clip(t.Value))
}

// is tells of a missing =.
func (r *reader) is(is, after *tok) {
	if is == nil {
		r.missing(after, "=")
	}
}

// unquote returns the text of a word or of quoted text.
func unquote(t *tok) string {
	if t.Type == lxString {
		return strings.Trim(t.Value, `"`)
	}
	return t.Value
}

// comment reads a comment clause into to.
func (r *reader) comment(c *commentClause, to *string) {
	defer r.rest(c.Rest.toks, "")
	if c.Text == nil {
		r.missing(&c.Keyword, `text, such as "web servers"`)
		return
	}
	s := unquote(c.Text)
	switch {
	case *to != "":
		r.builder.failf(r.tok(c.Text), "there is a comment already").Expected("one comment")
	case len(s) > maxComment:
		r.builder.failf(r.tok(c.Text), "the comment is %d bytes long", len(s)).Expected("at most %d", maxComment)
	default:
		*to = s
	}
}

// maxComment is the longest comment of a table, a chain, a set or an object
// (NFTNL_UDATA_COMMENT_MAXLEN).
const maxComment = 128

// flags reads a list of flags, of which those in known may stand here.
func (r *reader) flags(c *flagsClause, known ...string) (flags []string) {
	want := oneOf(known)
	last := &c.Keyword
	wordNext := true
	for i := range c.Words {
		t := &c.Words[i]
		switch {
		case (t.Value != ",") != wordNext:
			if wordNext {
				r.rest(c.Words[i:], want)
			} else {
				r.rest(c.Words[i:], "a comma, a newline or ;")
			}
			return flags
		case wordNext:
			if !slices.Contains(known, t.Value) {
				e := r.builder.failf(r.tok(t), "unknown flag %s", quote(clip(t.Value))).Expected("%s", want)
				e.Hint = grammar.Near(t.Value, known)
			} else if !slices.Contains(flags, t.Value) {
				flags = append(flags, t.Value)
			}
		}
		last, wordNext = t, !wordNext
	}
	if wordNext && len(c.Rest.toks) == 0 {
		r.missing(last, "%s", want)
	}
	r.rest(c.Rest.toks, want)
	return flags
}

// oneOf writes a list of words: a, b or c.
func oneOf(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// sortedKeys returns the keys of a table of words.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
