package nft

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// variable reads $name: read is called at the beginning of the variable's value
// and must read all of it. The nodes that it makes point at the text of the
// value. One that may be defined in a file that could not be read is unknown.
func (p *ruleParser) variable(read func() ast.Expr) ast.Expr {
	name := p.word()[1:]
	d := p.sc.define(name)
	if d == nil && p.sc.hidden {
		u := &ast.Unknown{Span: p.here(), Text: p.word()}
		p.advance()
		return u
	}
	if d == nil {
		e := grammar.Errorf(p.here(), "unknown variable $%s", clip(name)).Expected("one that a define gives a value")
		if near := grammar.Near(name, p.sc.defineNames()); near != "" {
			e.Hint = "$" + near
		}
		p.fail(e)
		return nil
	}
	if !p.enter() {
		return nil
	}
	at, outer, base, sc, last := p.tok, p.scanner, p.base, p.sc, p.last
	p.scanner, p.base, p.last = scanner{text: d.text}, d.base, 0
	if d.scope != nil {
		p.sc = d.scope
	}
	p.tok = p.next()
	e := read()
	if !p.failed && p.tok.kind != tokEnd {
		p.unexpected("the value of $%s to end here", name)
	}
	p.scanner, p.base, p.sc, p.last = outer, base, sc, last
	p.depth--
	if p.failed {
		p.pos = len(p.text)
		p.tok = token{len(p.text), len(p.text), tokEnd, opNone}
		return nil
	}
	p.tok = at
	p.advance()
	return e
}

// enter goes one level deeper, if it is not too deep.
func (p *ruleParser) enter() bool {
	if p.depth >= maxDepth {
		p.failf(p.here(), "brackets or variables lie more than %d deep in each other", maxDepth)
		return false
	}
	p.depth++
	return true
}
