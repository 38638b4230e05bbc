package nft

import (
	"fmt"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// ruleParser reads rules, the elements of sets, and single expressions. It keeps
// its buffers and slabs between them, so it is not for use by several goroutines
// at once.
type ruleParser struct {
	scanner
	nodes
	tok  token
	base uint32 // the position of the text's first byte
	last int    // where the token before tok ends
	sc   *scope

	errs []*grammar.Error
	// failed says that the text at hand has an error: the parser then sees
	// the end of the text until it begins a new one.
	failed bool
	depth  int // of brackets, and of variables in variables

	ruleState
	noDeps bool // the expression at hand stands in no rule
	// mask is that of the right-hand side just read.
	mask ast.Expr
	// elemBuf and partBuf collect elements and the parts of keys.
	elemBuf []*ast.Elem
	partBuf []ast.Expr

	// anonymous are the chains written out in rules (jump { ... }), in order.
	// Whoever owns the table adds them to it.
	anonymous []*ast.Chain
}

// ruleState is what is known of the rule at hand.
type ruleState struct {
	rule     *ast.Rule
	stmts    []ast.Stmt
	ctx      protoContext
	terminal ast.Stmt     // the statement that ends the rule, if one was read
	implied  []*ast.Match // by the statement at hand
	front    int          // how many of them stand at the beginning of stmts
}

// maxDepth bounds how deep brackets, and variables in variables, may lie in
// each other.
const maxDepth = 100

// begin makes p read another text.
func (p *ruleParser) begin(text string, base uint32, sc *scope) {
	p.scanner = scanner{text: text}
	p.base, p.sc, p.last = base, sc, 0
	p.failed, p.depth, p.mask = false, 0, nil
	p.tok = p.next()
}

// advance moves on to the next token.
func (p *ruleParser) advance() {
	p.last = p.tok.to
	if !p.failed {
		p.tok = p.next()
	}
}

// word returns the text of the current token.
func (p *ruleParser) word() string { return p.text[p.tok.from:p.tok.to] }

// is reports whether the current token is that piece of punctuation.
func (p *ruleParser) is(o op) bool { return p.tok.op == o && p.tok.kind == tokPunct }

// isWord reports whether the current token is that word.
func (p *ruleParser) isWord(w string) bool { return p.tok.kind == tokWord && p.word() == w }

// accept moves on if the current token is that piece of punctuation.
func (p *ruleParser) accept(o op) bool {
	if p.is(o) {
		p.advance()
		return true
	}
	return false
}

// acceptWord moves on if the current token is that word.
func (p *ruleParser) acceptWord(w string) bool {
	if p.isWord(w) {
		p.advance()
		return true
	}
	return false
}

// expect moves on behind a piece of punctuation that must stand here.
func (p *ruleParser) expect(o op) bool {
	if p.accept(o) {
		return true
	}
	p.unexpected("%s", opTexts[o])
	return false
}

// here is the span of the current token. At the end of the text it is that of
// the last token.
func (p *ruleParser) here() ast.Span {
	if p.tok.kind == tokEnd && p.last > 0 {
		return p.at(p.last, p.last)
	}
	return p.at(p.tok.from, p.tok.to)
}

func (p *ruleParser) at(from, to int) ast.Span {
	return ast.Span{From: p.base + uint32(from), To: p.base + uint32(to)}
}

// since is the span from an offset up to the end of the last token.
func (p *ruleParser) since(from int) ast.Span { return p.at(from, max(from, p.last)) }

// fail notes an error. The first one of a text counts; what follows from it is
// not told.
func (p *ruleParser) fail(e *grammar.Error) {
	if p.failed {
		return
	}
	p.failed = true
	p.errs = append(p.errs, e)
	p.tok = token{len(p.text), len(p.text), tokEnd, opNone}
	p.pos = len(p.text)
}

// failf notes an error at s.
func (p *ruleParser) failf(s ast.Span, format string, args ...any) failure {
	e := grammar.Errorf(s, format, args...)
	p.fail(e)
	return failure{e}
}

// failure is an error that was noted, to be added to.
type failure struct{ err *grammar.Error }

// Expected adds what was expected.
func (f failure) Expected(format string, args ...any) {
	f.err.Want = fmt.Sprintf(format, args...)
}

// warn notes an error that does not keep the rule from being understood.
func (p *ruleParser) warn(k grammar.Kind, s ast.Span, msg, want string) {
	if !p.failed {
		p.errs = append(p.errs, &grammar.Error{Span: s, Kind: k, Msg: msg, Want: want})
	}
}

// unexpected notes that the current token should be something else.
func (p *ruleParser) unexpected(want string, args ...any) {
	e := grammar.Errorf(p.here(), "unexpected %s", p.describe())
	if p.tok.kind == tokBad && p.word()[0] == '"' {
		e = grammar.Errorf(p.at(p.tok.from, p.tok.from+1), "the quoted text has no end").Expected("another \" in the same statement")
		p.fail(e)
		return
	}
	switch {
	case p.tok.op == opAnd && p.tok.from > 0 && p.text[p.tok.from-1] == '&':
		want, args = "%s", []any{meantStatements["&&"]}
	case p.tok.kind == tokPunct && p.tok.op == opAssign:
		want, args = "the value right behind the field, ==, or set to change it", nil
	}
	p.fail(e.Expected(want, args...))
}

// unexpectedWord is unexpected where one of a few words should stand: a near
// miss is told.
func (p *ruleParser) unexpectedWord(want string, words []string) {
	e := grammar.Errorf(p.here(), "unexpected %s", p.describe()).Expected("%s", want)
	if p.tok.kind == tokWord {
		e.Hint = grammar.Near(p.word(), words)
	}
	p.fail(e)
}

// describe names the current token.
func (p *ruleParser) describe() string {
	switch p.tok.kind {
	case tokEnd:
		return "end of the statement"
	case tokQuoted:
		return "text " + clip(p.word())
	case tokPunct:
		if p.tok.op == opNewline {
			return "end of the line"
		}
		return "\"" + p.word() + "\""
	case tokBad:
		return "character " + quote(p.word())
	default:
		return quote(clip(p.word()))
	}
}

// parseRule reads one rule: the statements up to the end of the text, with its
// comment. It always returns a rule; one with an error is Bad.
func (p *ruleParser) parseRule(text string, base uint32, sc *scope) *ast.Rule {
	p.begin(text, base, sc)
	p.noDeps = false
	return p.parseRuleHere()
}

// parseRuleHere reads a rule at the current token, up to the end of the text or
// of the statement.
func (p *ruleParser) parseRuleHere() *ast.Rule {
	outer := p.ruleState
	if outer.rule != nil {
		p.ruleState = ruleState{} // its buffers are in use
	}
	r := p.rules.get()
	p.rule, p.stmts, p.implied, p.terminal = r, p.stmts[:0], p.implied[:0], nil
	p.ctx.reset(p.sc.familyOf())
	from := p.tok.from
	for !p.atEnd() {
		p.statement()
	}
	r.Span = p.at(from, max(from, p.last))
	if p.failed {
		r.Span = p.at(from, len(p.text))
	}
	r.Stmts = keep(&p.stmtSlab, p.stmts)
	p.rule = nil
	if outer.rule != nil {
		p.ruleState = outer
	}
	return r
}

// atEnd reports whether the statement ends here.
func (p *ruleParser) atEnd() bool {
	if p.tok.kind == tokEnd {
		return true
	}
	if p.lines {
		return p.is(opNewline) || p.is(opSemicolon) || p.is(opRBrace)
	}
	return false
}

// statement reads one statement of the rule.
func (p *ruleParser) statement() {
	from, base, text := p.tok.from, p.base, p.text
	p.implied, p.front = p.implied[:0], 0
	n := len(p.stmts)
	s := p.parseStmt()
	if p.failed {
		// What was read before stands; of the rest nothing is known.
		p.stmts = p.stmts[:n+p.front]
		p.base, p.text = base, text
		p.rule.Bad = true
		p.stmts = append(p.stmts, &ast.Opaque{Span: p.at(from, len(text)), Text: clip(text[from:]), Action: true})
		return
	}
	if s == nil {
		return
	}
	for _, m := range p.implied {
		m.Span = s.Source()
	}
	if p.terminal != nil {
		p.warn(grammar.Placement, s.Source(), "this stands behind "+quote(clip(firstWord(p.text[p.terminal.Source().From-p.base:])))+", and so has no effect", "the end of the rule")
		p.terminal = nil // told once
	}
	if isTerminal(s) {
		p.terminal = s
	}
	p.stmts = append(p.stmts, s)
}

// isTerminal reports whether a statement ends the rule for nft, which then takes
// none behind it.
func isTerminal(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.Verdict:
		return s.Kind != ast.VerdictContinue
	case *ast.NAT, *ast.Reject, *ast.Queue, *ast.Fwd:
		return true
	}
	return false
}

func firstWord(text string) string {
	word, _, _ := strings.Cut(text, " ")
	return word
}
