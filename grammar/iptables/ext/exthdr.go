package ext

import "github.com/ctlint/ctlint/ast"

// IPv6 extension headers. The kernel finds the first header of a type with
// ipv6_find_hdr both for ip6tables' matches and for nft, so where a match looks
// at single fields the two mean the same packets.

// extHeader returns what Ext.Bare needs for a match on a header: that it is
// there.
func extHeader(name string) func(*Lowering, *Use) {
	return func(l *Lowering, u *Use) { l.extExists(u.Span, name) }
}

func (l *Lowering) extExists(s ast.Span, name string) {
	l.exists(s, &ast.Exthdr{Span: s, Header: name}, false)
}

// extField returns a Lower function for an option that compares a field, which
// holds at most most, with a number or a range. The whole range says nothing
// but that the header is there.
func extField(header, field string, most uint64) func(*Lowering, *Given) {
	return func(l *Lowering, g *Given) {
		if g.Lo == 0 && g.Hi >= most && !g.Not {
			l.extExists(g.Span, header)
			return
		}
		l.within(g.Span, g.ArgSpan(), &ast.Exthdr{Span: g.Name.Span, Header: header, Field: field}, g.Not, g.Lo, g.Hi, most)
	}
}

// extZero returns a Lower function for a flag that asks for fields to be zero.
func extZero(header string, fields ...string) func(*Lowering, *Given) {
	return func(l *Lowering, g *Given) {
		for _, f := range fields {
			l.Match(g.Span, &ast.Exthdr{Span: g.Name.Span, Header: header, Field: f}, ast.OpEq, false, l.Int(g.Name.Span, 0))
		}
	}
}

// extLength lowers the length of a header in bytes: the header itself has it in
// units of unit bytes, less some. A length that no header can have matches
// none.
func (l *Lowering) extLength(g *Given, header, field string, unit, less uint64) {
	left := &ast.Exthdr{Span: g.Name.Span, Header: header, Field: field}
	n := g.Lo / unit
	if g.Lo%unit != 0 || n < less || n-less > 255 {
		l.within(g.Span, g.ArgSpan(), left, g.Not, 1, 0, 255)
		return
	}
	l.within(g.Span, g.ArgSpan(), left, g.Not, n-less, n-less, 255)
}
