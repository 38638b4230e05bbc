package nft

import (
	"strconv"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

type ruleParser struct {
	errs      []*grammar.Error
	anonymous []*ast.Chain
}

func (p *ruleParser) parseRule(text string, base uint32, sc *scope) *ast.Rule {
	s := ast.Span{From: base, To: base + uint32(len(text))}
	return &ast.Rule{Span: s, Stmts: []ast.Stmt{&ast.Opaque{Span: s, Text: text}}}
}

func (p *ruleParser) parseElems(text string, base uint32, set *ast.Set, sc *scope) {
	s := ast.Span{From: base, To: base + uint32(len(text))}
	set.Elems = append(set.Elems, &ast.Elem{Span: s, Key: &ast.Unknown{Span: s, Text: text}})
}

func (p *ruleParser) parseExprText(text string, base uint32, typ []ast.Type, sc *scope) ast.Expr {
	return &ast.Unknown{Text: text}
}

func clip(w string) string {
	if len(w) > 60 {
		return w[:60] + "..."
	}
	return w
}

func quote(w string) string { return strconv.Quote(w) }
