package xt2nft

import (
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// u32 compares numbers of 32 bits at places of the packet, counted from its IP
// header. Masks and shifts are one mask on the bits of the packet, and values that
// are shifted back. Where a place depends on the length of the IPv4 header, there is
// an alternative for each length.
var _ = match("u32", func(w *rule, e *ast.Extension) []ast.Stmt {
	o := e.Option("u32")
	if o == nil {
		w.refuse(e.Span, "match u32: its tests are not known")
		return nil
	}
	var all, byLength []u32Test
	for s := range strings.SplitSeq(strings.Trim(text(e, "u32", ""), `"`), "&&") {
		t, why := parseU32(s)
		if why != "" {
			w.refuse(e.Span, "match u32: %s in %q", why, s)
			return nil
		}
		if t.behind {
			byLength = append(byLength, t)
		} else {
			all = append(all, t)
		}
	}
	var stmts []ast.Stmt
	for _, t := range all {
		stmts = append(stmts, t.match(e, 0))
	}
	w.how("the tests of u32 compare bits of the packet")
	if byLength != nil {
		if w.table.src.Family != ast.FamilyIP {
			w.refuse(e.Span, "match u32: it jumps over a header of IPv4, in IPv6")
			return nil
		}
		a := &ast.AnyOf{Span: e.Span, Use: e.Use}
		for words := uint64(5); words <= 15; words++ {
			alt := one(&ast.Match{Span: e.Span, Left: &ast.Payload{Span: e.Span, Field: ast.IPHdrlength}, Right: &ast.Int{Span: e.Span, Val: words}, Use: e.Use})
			for _, t := range byLength {
				alt = append(alt, t.match(e, 4*words))
			}
			a.Alts = append(a.Alts, alt)
		}
		stmts = append(stmts, a)
	}
	if o.Not {
		return one(&ast.AnyOf{Span: e.Span, Not: true, Alts: [][]ast.Stmt{stmts}, Use: e.Use})
	}
	return stmts
})

// u32Test is a test: that the bits of a mask, in the 32 bits at a place, are in one of
// some ranges.
type u32Test struct {
	at     uint64 // bytes
	behind bool   // counted from the end of the IPv4 header
	mask   uint64
	ranges [][2]uint64
}

// overHeader is how u32 jumps over the header of IPv4.
const overHeader = "0x0>>0x16&0x3c@"

func parseU32(s string) (t u32Test, why string) {
	location, values, ok := strings.Cut(s, "=")
	if !ok {
		return t, "there are no values"
	}
	if rest, ok := strings.CutPrefix(location, overHeader); ok {
		t.behind, location = true, rest
	}
	if strings.Contains(location, "@") {
		return t, "nft has no place that depends on the packet (@)"
	}
	number := func(s string) uint64 {
		n, err := strconv.ParseUint(s, 0, 32)
		if err != nil {
			why = "there is a number that is not known"
		}
		return n
	}
	// What is compared is the mask's bits, shifted to the right by shift, or to
	// the left if that is negative.
	const all = 0xffffffff
	t.mask = all
	shift := 0
	for i, n := range splitOps(location) {
		switch {
		case i == 0:
			t.at = number(n.arg)
		case n.op == "&" && shift >= 0:
			t.mask &= number(n.arg) << shift
		case n.op == "&":
			t.mask &= number(n.arg) >> -shift
		case n.op == ">>":
			shift += int(number(n.arg))
			if shift > 0 {
				t.mask &= all << min(shift, 32)
			}
		case n.op == "<<":
			shift -= int(number(n.arg))
			if shift < 0 {
				t.mask &= all >> min(-shift, 32)
			}
		}
	}
	for v := range strings.SplitSeq(values, ",") {
		first, last, ok := strings.Cut(v, ":")
		lo := number(first)
		hi := lo
		if ok {
			hi = number(last)
		}
		if shift >= 0 {
			lo, hi = lo<<min(shift, 32), hi<<min(shift, 32)
		} else {
			size := uint64(1) << min(-shift, 32)
			lo, hi = (lo+size-1)/size, hi/size
		}
		if hi = min(hi, all); lo <= hi {
			t.ranges = append(t.ranges, [2]uint64{lo, hi})
		}
	}
	if why == "" && t.ranges == nil {
		why = "no packet has such a value"
	}
	return t, why
}

type u32Op struct{ op, arg string }

// splitOps splits a location: the first number, and operations with one each.
func splitOps(s string) (out []u32Op) {
	op := ""
	for {
		i := strings.IndexAny(s, "&<>")
		if i < 0 {
			return append(out, u32Op{op, s})
		}
		out = append(out, u32Op{op, s[:i]})
		n := 1
		if s[i] != '&' {
			n = 2
		}
		op, s = s[i:i+n], s[i+n:]
	}
}

func (t *u32Test) match(e *ast.Extension, header uint64) ast.Stmt {
	num := func(n uint64) ast.Expr { return &ast.Int{Span: e.Span, Val: n} }
	var left ast.Expr = &ast.RawPayload{Span: e.Span, Base: ast.BaseNetwork, Offset: uint32(8 * (header + t.at)), Len: 32}
	if t.mask != 0xffffffff {
		left = &ast.Binary{Span: e.Span, Op: ast.OpAnd, Left: left, Right: num(t.mask)}
	}
	set := &ast.SetLit{Span: e.Span}
	for _, r := range joined(t.ranges) {
		key := num(r[0])
		if r[0] != r[1] {
			key = &ast.Range{Span: e.Span, Lo: num(r[0]), Hi: num(r[1])}
		}
		set.Elems = append(set.Elems, &ast.Elem{Span: e.Span, Key: key})
	}
	m := &ast.Match{Span: e.Span, Left: left, Right: set, Use: e.Use}
	if len(set.Elems) == 1 {
		m.Right = set.Elems[0].Key
	}
	return m
}
