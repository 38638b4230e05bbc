package xt2nft

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/ctlint/ctlint/ast"
)

// connlimit counts the connections of an address or a network in a dynamic set,
// which counts them as xt_connlimit does (nf_conncount). Each rule has a count of
// its own.
var _ = match("connlimit", func(w *rule, e *ast.Extension) []ast.Stmt {
	count, err := strconv.ParseUint(text(e, "connlimit-upto", text(e, "connlimit-above", "")), 10, 32)
	bits, err2 := strconv.Atoi(text(e, "connlimit-mask", ""))
	if err != nil || err2 != nil {
		w.refuse(e.Span, "match connlimit: its numbers are not known")
		return nil
	}
	s := w.dynamic(fmt.Sprintf("connlimit%d", w.counts), e.Span, w.addrType())
	w.counts++
	s.Flags = []string{"dynamic"}
	w.how("connections are counted in set %s", s.Name)
	return one(&ast.SetOp{
		Span: e.Span, Verb: "add", Set: s.Name, Key: w.masked(e.Span, e.Option("connlimit-daddr") != nil, bits),
		Stmts: one(&ast.ConnLimit{Span: e.Span, Count: uint32(count), Over: e.Option("connlimit-above") != nil}),
	})
})

// dynamic declares a set that rules add elements to.
func (t *table) dynamic(name string, at ast.Span, key ...ast.Type) *ast.Set {
	s := &ast.Set{Span: at, NameSpan: at, Name: t.sets.fresh(name), Key: key, Flags: []string{"dynamic", "timeout"}}
	t.dst.Sets = append(t.dst.Sets, s)
	return s
}

// addrType is the type of the table's addresses.
func (t *table) addrType() ast.Type {
	if t.src.Family == ast.FamilyIP6 {
		return ast.TypeIPv6Addr
	}
	return ast.TypeIPv4Addr
}

// addr is the source or the destination of a packet.
func (t *table) addr(at ast.Span, dst bool) ast.Expr {
	f := [2][2]ast.Field{{ast.IPSaddr, ast.IPDaddr}, {ast.IP6Saddr, ast.IP6Daddr}}
	v6, side := 0, 0
	if t.src.Family == ast.FamilyIP6 {
		v6 = 1
	}
	if dst {
		side = 1
	}
	return &ast.Payload{Span: at, Field: f[v6][side]}
}

// masked is the source or the destination of a packet under a mask of so many
// bits.
func (t *table) masked(at ast.Span, dst bool, bits int) ast.Expr {
	full := netip.IPv6Unspecified()
	if t.src.Family == ast.FamilyIP {
		full = netip.IPv4Unspecified()
	}
	if bits >= full.BitLen() {
		return t.addr(at, dst)
	}
	b := full.AsSlice()
	for i := range bits {
		b[i/8] |= 0x80 >> (i % 8)
	}
	mask, _ := netip.AddrFromSlice(b)
	return t.under(at, dst, mask)
}

// under is the source or the destination of a packet under any mask.
func (t *table) under(at ast.Span, dst bool, mask netip.Addr) ast.Expr {
	a := t.addr(at, dst)
	ones := true
	for _, b := range mask.AsSlice() {
		ones = ones && b == 0xff
	}
	if ones {
		return a
	}
	return &ast.Binary{Span: at, Op: ast.OpAnd, Left: a, Right: &ast.Addr{Span: at, Addr: mask}}
}
