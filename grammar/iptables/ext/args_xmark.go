package ext

import (
	"strconv"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// xmark is a [MarkMask] that is printed with its mask even if that is all ones:
// what targets set a mark to.
var xmark = &Arg{
	What:  MarkMask.What,
	Parse: func(c *Context, w []Word, v *Value) *grammar.Error { return MarkMask.Parse(c, w, v) },
	Save:  func(p *Printer, v *Value) { p.xmark(v.Lo, v.Hi) },
}

func appendHex(b []byte, n uint64) []byte { return strconv.AppendUint(append(b, "0x"...), n, 16) }

func (p *Printer) xmark(value, mask uint64) {
	p.Hex(value)
	p.B = append(p.B, '/')
	p.B = appendHex(p.B, mask)
}

// markOption are the options that set a mark, each a way to write value/mask:
// the bits of the mask are cleared, then value is XORed.
var markOptions = []struct {
	name string
	arg  *Arg
	as   func(value, mask uint64) (uint64, uint64)
}{
	{"set-xmark", xmark, func(v, m uint64) (uint64, uint64) { return v, m }},
	{"set-mark", xmark, func(v, m uint64) (uint64, uint64) { return v, v | m }},
	{"and-mark", Uint(0, allOnes), func(v, _ uint64) (uint64, uint64) { return 0, allOnes &^ v }},
	{"or-mark", Uint(0, allOnes), func(v, _ uint64) (uint64, uint64) { return v, v }},
	{"xor-mark", Uint(0, allOnes), func(v, _ uint64) (uint64, uint64) { return v, 0 }},
}

// markNames are the names of these options.
func markNames() []string {
	var out []string
	for i := range markOptions {
		out = append(out, markOptions[i].name)
	}
	return out
}

// xmarkOf returns the value and mask that an option means, if it is one of them.
func xmarkOf(g *Given) (value, mask uint64, ok bool) {
	for i := range markOptions {
		if markOptions[i].name == g.Option.Name {
			value, mask = markOptions[i].as(g.Lo, g.Hi)
			return value, mask, true
		}
	}
	return 0, 0, false
}

// apart makes options exclude each other.
func apart(options ...Option) []Option {
	for i := range options {
		for _, o := range options[i+1:] {
			options[i].Excl = append(options[i].Excl, o.Name)
		}
	}
	return options
}

// bits makes the operation of two expressions on bits.
func (l *Lowering) bits(op ast.BinaryOp, left, right ast.Expr) ast.Expr {
	return &ast.Binary{Span: left.Source().Join(right.Source()), Op: op, Left: left, Right: right}
}

// xmarked makes (old & ^mask) ^ value of width bits in the shortest form.
func (l *Lowering) xmarked(s ast.Span, old ast.Expr, value, mask, ones uint64) ast.Expr {
	switch {
	case mask == ones:
		return l.Int(s, value)
	case value == 0:
		return l.bits(ast.OpAnd, old, l.Int(s, ones&^mask))
	case value == mask:
		return l.bits(ast.OpOr, old, l.Int(s, value))
	case mask == 0:
		return l.bits(ast.OpXor, old, l.Int(s, value))
	}
	return l.bits(ast.OpXor, l.bits(ast.OpAnd, old, l.Int(s, ones&^mask)), l.Int(s, value))
}
