package nft

import "github.com/ctlint/ctlint/ast"

// resetStmt reads reset tcp option NAME.
func (p *ruleParser) resetStmt(from int) ast.Stmt {
	p.advance()
	at := p.tok.from
	if !p.acceptWord("tcp") || !p.acceptWord("option") {
		p.unexpected("tcp option, and the name of one")
		return nil
	}
	kind, block, ok := p.tcpOptionKind()
	if !ok {
		return nil
	}
	e := &ast.TCPOption{Span: p.since(at), Kind: kind, Block: block}
	return &ast.Reset{Span: p.since(from), Target: e}
}

// xtStmt reads xt TYPE NAME, as nft lists an extension of xtables that it cannot
// say in its own words. What it does is not said.
func (p *ruleParser) xtStmt(from int) ast.Stmt {
	p.advance()
	if !p.isWord("match") && !p.isWord("target") && !p.isWord("watcher") {
		p.near("a type of extension", "match", "target", "watcher")
		return nil
	}
	e := &ast.Extension{Target: !p.isWord("match")}
	p.advance()
	if p.tok.kind != tokWord && p.tok.kind != tokQuoted {
		p.unexpected("the name of an extension")
		return nil
	}
	e.Name = p.unquoted()
	p.advance()
	e.Span = p.since(from)
	return e
}
