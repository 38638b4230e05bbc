package nft

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// limitObject: limit name { rate over 10 mbytes/second burst 1 mbytes }.
var limitObject = objectSpec{
	stmt:     func() ast.Stmt { return &ast.Limit{} },
	required: []string{"rate"},
	settings: map[string]func(*config, *reader, *tok){"rate": limitRate},
}

func limitRate(c *config, r *reader, keyword *tok) {
	s := c.Stmt.(*ast.Limit)
	s.Span = r.tok(keyword)
	defer func() { s.Span = s.Span.Join(r.tok(c.last)) }()
	c.toks = splitWords(c.toks, '/')
	if !c.accept("until") {
		s.Over = c.accept("over")
	}
	var ok bool
	if s.Rate, _, ok = c.number(r, 64); !ok {
		c.toks = nil
		return
	}
	if len(c.toks) > 0 && c.toks[0].Value != "/" {
		if s.RateUnit, s.Bytes = c.unit(r), true; s.RateUnit == "" {
			return
		}
	}
	if !c.accept("/") {
		r.missingOr(c.toks, c.last, "/ and second, minute, hour, day or week")
		c.toks = nil
		return
	}
	units := []string{"second", "minute", "hour", "day", "week"}
	unit := c.word(r, oneOf(units))
	if unit == nil {
		return
	}
	if s.Unit = oneIn(unit.Value, units); s.Unit == "" {
		e := r.builder.failf(r.tok(unit), "%s is no unit of time", quote(clip(unit.Value))).Expected("%s", oneOf(units))
		e.Hint = grammar.Near(unit.Value, units)
	}
	if !c.accept("burst") {
		return
	}
	if s.Burst, _, ok = c.number(r, 32); !ok {
		c.toks = nil
		return
	}
	if s.Bytes {
		s.BurstUnit = c.unit(r)
	} else if !c.accept("packets") {
		r.missingOr(c.toks, c.last, "packets", "packets")
		c.toks = nil
	}
}

// unit reads a unit of data.
func (c *config) unit(r *reader) string {
	t := c.word(r, "bytes, kbytes or mbytes")
	if t == nil {
		return ""
	}
	if _, ok := byteUnits[t.Value]; !ok {
		e := r.builder.failf(r.tok(t), "%s is no unit of data", quote(clip(t.Value))).Expected("bytes, kbytes or mbytes")
		e.Hint = grammar.Near(t.Value, sortedKeys(byteUnits))
		c.toks = nil
		return ""
	}
	return t.Value
}

// oneIn returns s if it is one of the words, else "".
func oneIn(s string, words []string) string {
	for _, w := range words {
		if w == s {
			return s
		}
	}
	return ""
}
