package nft

import "github.com/ctlint/ctlint/ast"

// counterObject: counter name { packets 10 bytes 1400 }.
var counterObject = objectSpec{
	stmt: func() ast.Stmt { return &ast.Counter{} },
	settings: map[string]func(*config, *reader, *tok){
		"packets": func(c *config, r *reader, t *tok) {
			s := c.Stmt.(*ast.Counter)
			s.Packets, s.Span = c.counted(r, t, s.Span)
		},
		"bytes": func(c *config, r *reader, t *tok) {
			s := c.Stmt.(*ast.Counter)
			s.Bytes, s.Span = c.counted(r, t, s.Span)
		},
	},
}

func (c *config) counted(r *reader, keyword *tok, s ast.Span) (uint64, ast.Span) {
	n, at, _ := c.number(r, 64)
	return n, s.Join(r.tok(keyword)).Join(at)
}
