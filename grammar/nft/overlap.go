package nft

import (
	"cmp"
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// interval is what an element of a map covers.
type interval struct {
	lo, hi ast.Expr
	elem   *ast.Elem
}

// checkOverlap notes elements of a map of which two cover the same key: the
// kernel refuses them, as it could not say which one counts. Of a set, nft
// merges them.
func (p *ruleParser) checkOverlap(set *ast.SetLit) {
	list := make([]interval, 0, len(set.Elems))
	for _, e := range set.Elems {
		if i, ok := intervalOf(e.Key); ok {
			i.elem = e
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b interval) int {
		c, ok := compareLeaves(a.lo, b.lo)
		if !ok {
			return cmp.Compare(leafKind(a.lo), leafKind(b.lo))
		}
		return c
	})
	for i := 1; i < len(list); i++ {
		a, b := list[i-1], list[i]
		if c, ok := compareLeaves(b.lo, a.hi); ok && c <= 0 {
			if b.elem.From < a.elem.From {
				a, b = b, a
			}
			if sameElem(a, b) {
				continue
			}
			p.warn(grammar.Placement, b.elem.Span, "the element covers keys that another element of the map covers too", "keys of its own")
			return
		}
	}
}

// sameElem reports whether two elements are one that is written twice, which the
// kernel takes.
func sameElem(a, b interval) bool {
	if a.lo != a.hi || b.lo != b.hi || !ast.Equal(a.lo, b.lo) {
		return false
	}
	if a.elem.Data != nil && b.elem.Data != nil {
		return ast.Equal(a.elem.Data, b.elem.Data)
	}
	return a.elem.Value != nil && b.elem.Value != nil && ast.Equal(a.elem.Value, b.elem.Value)
}

// leafKind tells values apart that cannot be compared.
func leafKind(e ast.Expr) int {
	switch e := e.(type) {
	case *ast.Addr:
		return e.Addr.BitLen()
	case *ast.Ether:
		return 1
	}
	return 0
}

func intervalOf(e ast.Expr) (interval, bool) {
	switch e := e.(type) {
	case *ast.Range:
		return interval{lo: e.Lo, hi: e.Hi}, true
	case *ast.Prefix:
		a := e.Prefix.Addr()
		return interval{lo: &ast.Addr{Addr: a}, hi: &ast.Addr{Addr: lastAddr(e)}}, true
	case *ast.Int, *ast.Addr, *ast.Ether, *ast.Big:
		return interval{lo: e, hi: e}, true
	}
	return interval{}, false
}
