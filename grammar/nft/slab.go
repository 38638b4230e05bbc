package nft

import (
	"net/netip"

	"github.com/ctlint/ctlint/ast"
)

// slab hands out zeroed values from blocks, so that a hundred thousand rules
// are not a million allocations.
type slab[T any] struct{ free []T }

const slabSize = 128

func (s *slab[T]) get() *T {
	if len(s.free) == 0 {
		s.free = make([]T, slabSize)
	}
	t := &s.free[0]
	s.free = s.free[1:]
	return t
}

// grow makes sure that the next n values come from one block.
func (s *slab[T]) grow(n int) {
	if len(s.free) < n {
		s.free = make([]T, n)
	}
}

// keep copies list to the end of a slab, or of a new one if it is full.
func keep[T any](slab *[]T, list []T) []T {
	n := len(list)
	if n == 0 {
		return nil
	}
	if cap(*slab)-len(*slab) < n {
		*slab = make([]T, 0, max(1024, n))
	}
	at := len(*slab)
	*slab = append(*slab, list...)
	return (*slab)[at : at+n : at+n]
}

// nodes are the slabs of the nodes that rules and sets have many of.
type nodes struct {
	stmtSlab []ast.Stmt
	elemSlab []*ast.Elem
	rules    slab[ast.Rule]
	matches  slab[ast.Match]
	payloads slab[ast.Payload]
	metas    slab[ast.Meta]
	cts      slab[ast.CT]
	ints     slab[ast.Int]
	addrs    slab[ast.Addr]
	prefixes slab[ast.Prefix]
	ranges   slab[ast.Range]
	strs     slab[ast.String]
	ethers   slab[ast.Ether]
	concats  slab[ast.Concat]
	exprSlab []ast.Expr
	elems    slab[ast.Elem]
	sets     slab[ast.SetLit]
	refs     slab[ast.SetRef]
	verdicts slab[ast.Verdict]
	counters slab[ast.Counter]
}

func (n *nodes) int(s ast.Span, v uint64) *ast.Int {
	e := n.ints.get()
	e.Span, e.Val = s, v
	return e
}

func (n *nodes) addr(s ast.Span, a netip.Addr) *ast.Addr {
	e := n.addrs.get()
	e.Span, e.Addr = s, a
	return e
}

func (n *nodes) str(s ast.Span, text string) *ast.String {
	e := n.strs.get()
	e.Span, e.Val = s, text
	return e
}

func (n *nodes) payload(s ast.Span, f ast.Field) *ast.Payload {
	e := n.payloads.get()
	e.Span, e.Field = s, f
	return e
}

func (n *nodes) meta(s ast.Span, k ast.MetaKey) *ast.Meta {
	e := n.metas.get()
	e.Span, e.Key = s, k
	return e
}

func (n *nodes) prefix(s ast.Span, p netip.Prefix) *ast.Prefix {
	e := n.prefixes.get()
	e.Span, e.Prefix = s, p
	return e
}

func (n *nodes) rng(s ast.Span, lo, hi ast.Expr) *ast.Range {
	e := n.ranges.get()
	e.Span, e.Lo, e.Hi = s, lo, hi
	return e
}
