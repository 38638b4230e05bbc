package nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// statements are the words that begin a statement which is no match, with what
// reads it from that word on.
var statements map[string]func(p *ruleParser, from int) ast.Stmt

// reserved are the words that begin a statement or an expression: no value that
// is not quoted can be one of them.
var reserved map[string]bool

func init() {
	verdict := func(p *ruleParser, _ int) ast.Stmt {
		if v := p.verdict(); v != nil {
			return v
		}
		return nil
	}
	statements = map[string]func(p *ruleParser, from int) ast.Stmt{
		"accept": verdict, "drop": verdict, "continue": verdict, "return": verdict, "jump": verdict, "goto": verdict,
		"counter": (*ruleParser).counterStmt, "last": (*ruleParser).lastStmt, "limit": (*ruleParser).limitStmt, "quota": (*ruleParser).quotaStmt,
		"log": (*ruleParser).logStmt, "reject": (*ruleParser).rejectStmt, "notrack": (*ruleParser).notrackStmt,
		"snat": (*ruleParser).natStmt, "dnat": (*ruleParser).natStmt, "masquerade": (*ruleParser).natStmt, "redirect": (*ruleParser).natStmt,
		"dup": (*ruleParser).dupStmt, "fwd": (*ruleParser).fwdStmt, "queue": (*ruleParser).queueStmt, "tproxy": (*ruleParser).tproxyStmt,
		"synproxy": (*ruleParser).synproxyStmt, "flow": (*ruleParser).flowStmt, "meter": (*ruleParser).meterStmt, "reset": (*ruleParser).resetStmt,
		"add": (*ruleParser).setStmt, "update": (*ruleParser).setStmt, "delete": (*ruleParser).setStmt, "set": (*ruleParser).oldSetStmt,
		"ct": (*ruleParser).ctStmt, "tunnel": (*ruleParser).tunnelStmt, "xt": (*ruleParser).xtStmt, "comment": (*ruleParser).commentStmt,
	}
	reserved = map[string]bool{}
	for w := range statements {
		reserved[w] = true
	}
	for w := range selectors {
		reserved[w] = true
	}
}

// parseStmt reads one statement. Without an error it returns nil for what is
// none: the comment of the rule.
func (p *ruleParser) parseStmt() ast.Stmt {
	if p.tok.kind == tokWord {
		if read, ok := statements[p.word()]; ok {
			return read(p, p.tok.from)
		}
		if _, ok := selectors[p.word()]; !ok && p.peek().kind != tokPunct {
			p.unknownStmt()
			return nil
		}
	}
	switch {
	case p.is(opDash) && option(p.text, p.tok.from) != "":
		p.failOption(p.tok.from, option(p.text, p.tok.from))
		return nil
	case p.is(opNot):
		p.unexpected("%s", meantStatements["not"])
		return nil
	}
	return p.expressionStmt()
}

// unknownStmt notes that no statement begins with the current word.
func (p *ruleParser) unknownStmt() {
	w := p.word()
	if meant := meantFor(w); meant != "" {
		p.unexpected("%s", meant)
		return
	}
	if metaKey(w) != ast.MetaNone {
		p.unexpected("meta %s", w)
		return
	}
	words := make([]string, 0, len(reserved))
	for w := range reserved {
		words = append(words, w)
	}
	p.unexpectedWord("a statement, or an expression such as ip saddr", words)
}

// verdict reads a verdict.
func (p *ruleParser) verdict() *ast.Verdict {
	from := p.tok.from
	if p.tok.kind != tokWord {
		p.unexpected("a verdict: accept, drop, continue, return, jump or goto")
		return nil
	}
	v := p.verdicts.get()
	switch p.word() {
	case "accept":
		v.Kind = ast.VerdictAccept
	case "drop":
		v.Kind = ast.VerdictDrop
	case "continue":
		v.Kind = ast.VerdictContinue
	case "return":
		v.Kind = ast.VerdictReturn
	case "jump":
		v.Kind = ast.VerdictJump
	case "goto":
		v.Kind = ast.VerdictGoto
	default:
		p.near("a verdict", "accept", "drop", "continue", "return", "jump", "goto")
		return nil
	}
	p.advance()
	if v.Kind == ast.VerdictJump || v.Kind == ast.VerdictGoto {
		if p.is(opLBrace) {
			v.Chain = p.chainBlock(from)
		} else {
			v.Chain = p.chainName()
		}
	}
	if p.failed {
		return nil
	}
	v.Span = p.since(from)
	return v
}

// chainName reads the name of a chain.
func (p *ruleParser) chainName() string {
	switch p.tok.kind {
	case tokVar:
		name := ""
		p.variable(func() ast.Expr {
			name = p.chainName()
			return nil
		})
		return name
	case tokWord, tokQuoted, tokTime:
		name := p.unquoted()
		if name == "" {
			break
		}
		p.advance()
		return name
	default:
	}
	p.unexpected("the name of a chain")
	return ""
}

// chainBlock reads the rules of a chain that is written where a rule goes to it,
// and returns the name that it gets: one that no text can say.
func (p *ruleParser) chainBlock(from int) string {
	if !p.enter() {
		return ""
	}
	c := &ast.Chain{Anonymous: true}
	open := p.tok.from
	lines, noDeps := p.lines, p.noDeps
	p.lines, p.noDeps = true, false
	p.advance()
	for !p.failed && !p.is(opRBrace) {
		if p.accept(opNewline) || p.accept(opSemicolon) {
			continue
		}
		if p.tok.kind == tokEnd {
			p.unexpected("}")
			break
		}
		r := p.parseRuleHere()
		c.Rules = append(c.Rules, r)
		if r.Bad {
			break
		}
	}
	p.lines, p.noDeps = lines, noDeps
	p.depth--
	if p.failed {
		return ""
	}
	p.advance()
	c.Span = p.since(open)
	c.NameSpan = p.at(from, from)
	// A bracket cannot be in a name; where the chain stands is its own.
	c.Name = "{" + uintText(uint64(p.base)+uint64(open)) + "}"
	p.anonymous = append(p.anonymous, c)
	return c.Name
}

// commentStmt reads the comment of a rule, which is the last of it.
func (p *ruleParser) commentStmt(int) ast.Stmt {
	text, s := p.comment()
	if p.failed {
		return nil
	}
	if p.rule.CommentSpan.Valid() {
		p.failf(s, "the rule has two comments")
		return nil
	}
	p.rule.Comment, p.rule.CommentSpan = text, s
	if !p.atEnd() {
		p.unexpected("the end of the statement behind the comment")
	}
	return nil
}

// comment reads the word comment and a text behind it.
func (p *ruleParser) comment() (string, ast.Span) {
	p.advance()
	if !p.isText() {
		p.unexpected("a text in quotes")
		return "", ast.Span{}
	}
	text, s := p.unquoted(), p.here()
	if len(text) > maxComment {
		p.failf(s, "the comment is %d bytes long", len(text)).Expected("at most %d", maxComment)
	}
	p.advance()
	return text, s
}

// isText reports whether the current token may stand for text: what is in
// quotes, and what nft's scanner takes for a string besides.
func (p *ruleParser) isText() bool {
	switch p.tok.kind {
	case tokQuoted, tokWord, tokTime, tokWild, tokAddr4, tokAddr6, tokEther:
		return true
	default:
		return false
	}
}

// duration reads a length of time, in milliseconds.
func (p *ruleParser) duration() uint64 {
	if p.tok.kind == tokTime || p.tok.kind == tokNumber || p.tok.kind == tokQuoted {
		if ms, ok := parseDuration(p.unquoted()); ok {
			p.advance()
			return ms
		}
	}
	if p.tok.kind == tokVar {
		var ms uint64
		p.variable(func() ast.Expr { ms = p.duration(); return nil })
		return ms
	}
	p.unexpected("a length of time such as 1d2h3m4s")
	return 0
}

// statefulStmt reads a statement that each element of a set may have; nil if
// none begins here.
func (p *ruleParser) statefulStmt() ast.Stmt {
	from := p.tok.from
	switch p.word() {
	case "counter":
		return p.counterStmt(from)
	case "limit":
		return p.limitStmt(from)
	case "quota":
		return p.quotaStmt(from)
	case "last":
		return p.lastStmt(from)
	case "ct":
		if t := p.peek(); t.kind == tokWord && p.text[t.from:t.to] == "count" {
			return p.ctStmt(from)
		}
	}
	return nil
}

// flags reads words of a list joined by commas, and returns them in the order of
// the list.
func (p *ruleParser) flags(what string, all ...string) []string {
	given := map[string]bool{}
	for {
		if p.tok.kind != tokWord || !contains(all, p.word()) {
			p.near(what, all...)
			return nil
		}
		given[p.word()] = true
		p.advance()
		if !p.accept(opComma) {
			break
		}
	}
	var out []string
	for _, w := range all {
		if given[w] {
			out = append(out, w)
		}
	}
	return out
}

func contains(words []string, w string) bool {
	for _, v := range words {
		if v == w {
			return true
		}
	}
	return false
}

// dataUnit is a unit of bytes, by its name.
func dataUnit(w string) (uint64, bool) {
	switch w {
	case "bytes":
		return 1, true
	case "kbytes":
		return 1 << 10, true
	case "mbytes":
		return 1 << 20, true
	}
	return 0, false
}

// cutUnit splits kbytes/second, which is one word, at its slash, and moves on
// behind what it returns.
func (p *ruleParser) cutWord() string {
	w := p.word()
	if i := strings.IndexByte(w, '/'); i > 0 {
		w = w[:i]
		p.pos = p.tok.from + i
	}
	return w
}
