package idiom

import (
	"net/netip"

	"github.com/ctlint/ctlint/ast"
)

// values are the values that a right side stands for, as the keys of a set; ok is
// false if it is not of a kind that a set may have.
func values(e ast.Expr) (keys []ast.Expr, ok bool) {
	switch e := e.(type) {
	case *ast.Int, *ast.Addr, *ast.Prefix, *ast.Ether:
		return []ast.Expr{e}, true
	case *ast.String:
		// The beginning of a name is an interval to nft, and may hold others.
		return []ast.Expr{e}, !e.Wildcard && e.Val != ""
	case *ast.Range:
		_, _, num := numbers(e)
		_, _, addr := addresses(e)
		return []ast.Expr{e}, num || addr
	case *ast.SetLit:
		for _, el := range e.Elems {
			if el.Key == nil || el.Data != nil || el.Value != nil || el.More != nil || el.NoMatch {
				return nil, false
			}
			k, ok := values(el.Key)
			if !ok || len(k) != 1 {
				return nil, false
			}
			keys = append(keys, k...)
		}
		return keys, len(keys) > 0
	}
	return nil, false
}

// numbers returns the ends of a number or a range of them.
func numbers(e ast.Expr) (lo, hi uint64, ok bool) {
	switch e := e.(type) {
	case *ast.Int:
		return e.Val, e.Val, true
	case *ast.Range:
		l, ok1 := e.Lo.(*ast.Int)
		h, ok2 := e.Hi.(*ast.Int)
		if ok1 && ok2 {
			return l.Val, h.Val, true
		}
	}
	return 0, 0, false
}

// addresses returns the ends of an address, a network or a range of addresses.
func addresses(e ast.Expr) (lo, hi netip.Addr, ok bool) {
	switch e := e.(type) {
	case *ast.Addr:
		return e.Addr, e.Addr, true
	case *ast.Prefix:
		b := e.Prefix.Addr().AsSlice()
		for i := e.Prefix.Bits(); i < 8*len(b); i++ {
			b[i/8] |= 0x80 >> (i % 8)
		}
		hi, _ = netip.AddrFromSlice(b)
		return e.Prefix.Addr(), hi, true
	case *ast.Range:
		l, ok1 := e.Lo.(*ast.Addr)
		h, ok2 := e.Hi.(*ast.Addr)
		if ok1 && ok2 {
			return l.Addr, h.Addr, true
		}
	}
	return lo, hi, false
}

// apart reports whether no packet has both of two values.
func apart(a, b ast.Expr) bool {
	if c, ok := a.(*ast.Concat); ok {
		d, ok := b.(*ast.Concat)
		if !ok || len(c.Parts) != len(d.Parts) {
			return false
		}
		for i := range c.Parts {
			if apart(c.Parts[i], d.Parts[i]) {
				return true
			}
		}
		return false
	}
	if l, h, ok := numbers(a); ok {
		x, y, ok := numbers(b)
		return ok && (h < x || y < l)
	}
	if l, h, ok := addresses(a); ok {
		x, y, ok := addresses(b)
		return ok && (h.Less(x) || y.Less(l))
	}
	switch a := a.(type) {
	case *ast.String:
		b, ok := b.(*ast.String)
		return ok && a.Val != b.Val
	case *ast.Ether:
		b, ok := b.(*ast.Ether)
		return ok && a.Addr != b.Addr
	}
	return false
}

// single reports whether a value is one, not an interval.
func single(e ast.Expr) bool {
	switch e.(type) {
	case *ast.Prefix, *ast.Range:
		return false
	}
	return true
}

// keys are the values of a set that is being made. Single numbers, addresses and
// texts are found by their text; intervals are few, and compared one by one.
type keys struct {
	list  []ast.Expr
	index map[string]bool
	wide  []ast.Expr
	ones  []ast.Expr
}

// mostWide is how many intervals a set may get, as each is compared with each.
const mostWide = 512

// add adds values that no packet has beside one of those that are there; it reports
// whether they were added.
func (k *keys) add(list []ast.Expr) bool {
	if k.index == nil {
		k.index = map[string]bool{}
	}
	for i, e := range list {
		narrow := narrow(e)
		switch {
		case narrow && k.index[ast.Dump(e)]:
			return false
		case !narrow && len(k.wide) >= mostWide:
			return false
		}
		for _, w := range k.wide {
			if !apart(w, e) {
				return false
			}
		}
		if !narrow {
			for _, o := range k.ones {
				if !apart(o, e) {
					return false
				}
			}
		}
		for _, o := range list[:i] {
			if !apart(o, e) {
				return false
			}
		}
	}
	for _, e := range list {
		k.list = append(k.list, e)
		if narrow(e) {
			k.index[ast.Dump(e)] = true
			k.ones = append(k.ones, e)
		} else {
			k.wide = append(k.wide, e)
		}
	}
	return true
}

func narrow(e ast.Expr) bool {
	if c, ok := e.(*ast.Concat); ok {
		for _, p := range c.Parts {
			if !single(p) {
				return false
			}
		}
		return true
	}
	return single(e)
}
