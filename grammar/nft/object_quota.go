package nft

import (
	"math/bits"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// quotaObject: quota name { over 100 mbytes used 5 mbytes }.
var quotaObject = objectSpec{
	stmt: func() ast.Stmt { return &ast.Quota{} },
	settings: map[string]func(*config, *reader, *tok){
		"over": func(c *config, r *reader, t *tok) {
			s := c.Stmt.(*ast.Quota)
			s.Over = true
			s.Bytes, s.Span = c.bytes(r, t, s.Span)
		},
		"until": func(c *config, r *reader, t *tok) {
			s := c.Stmt.(*ast.Quota)
			s.Bytes, s.Span = c.bytes(r, t, s.Span)
		},
		"0": func(c *config, r *reader, t *tok) {
			s := c.Stmt.(*ast.Quota)
			c.toks = append([]tok{*t}, c.toks...)
			s.Bytes, s.Span = c.bytes(r, t, s.Span)
		},
		"used": func(c *config, r *reader, t *tok) {
			s := c.Stmt.(*ast.Quota)
			s.Used, s.Span = c.bytes(r, t, s.Span)
		},
	},
}

// byteUnits are the units of amounts of data.
var byteUnits = map[string]uint64{"bytes": 1, "kbytes": 1 << 10, "mbytes": 1 << 20}

// bytes reads an amount of data: a number and its unit.
func (c *config) bytes(r *reader, keyword *tok, s ast.Span) (uint64, ast.Span) {
	n, at, ok := c.number(r, 64)
	s = s.Join(r.tok(keyword)).Join(at)
	if !ok {
		c.toks = nil
		return 0, s
	}
	unit := c.word(r, "bytes, kbytes or mbytes")
	if unit == nil {
		return 0, s
	}
	s = s.Join(r.tok(unit))
	factor, ok := byteUnits[unit.Value]
	if !ok {
		e := r.builder.failf(r.tok(unit), "%s is no unit of data", quote(clip(unit.Value))).Expected("bytes, kbytes or mbytes")
		e.Hint = grammar.Near(unit.Value, sortedKeys(byteUnits))
		return 0, s
	}
	hi, lo := bits.Mul64(n, factor)
	if hi != 0 {
		r.builder.failf(at, "%d %s is too much", n, unit.Value).Expected("less than 2^64 bytes")
	}
	return lo, s
}
