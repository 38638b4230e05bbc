package semantics

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// value is what an expression gives for a packet.
type value struct {
	kind valueKind
	n    uint64
	addr netip.Addr
	s    string
	list []value // of a concatenation
}

type valueKind uint8

const (
	// absent: the packet has no such thing, so a match fails whatever its
	// operator is.
	absent valueKind = iota
	// unsure: it has one, and which is not known.
	unsure
	number
	address
	text
	concat
)

func num(n uint64) value { return value{kind: number, n: n} }

// env is what a condition may look at besides the packet.
type env struct {
	*Packet
	ruleset *ast.Ruleset
	table   *ast.Table
	// tracked says that conntrack has seen the packet.
	tracked bool
	// exempt says that notrack has kept the packet from conntrack.
	exempt bool
	// What an earlier rule may have changed.
	markUnsure, ctMarkUnsure, stateUnsure, dscpUnsure, sourceUnsure bool
}

// match tells whether a condition holds.
func (e *env) match(m *ast.Match) Truth {
	left := e.value(m.Left)
	if b, ok := m.Right.(*ast.Bool); ok { // presence
		if left.kind == unsure {
			return Unknown
		}
		if f, ok := m.Left.(*ast.Fib); ok && !f.Check {
			return Unknown
		}
		t := truth((left.kind != absent) == b.Val)
		if m.Op == ast.OpNe {
			return t.Not()
		}
		return t
	}
	switch left.kind {
	case absent:
		return No
	case unsure:
		return Unknown
	}
	switch m.Op {
	case ast.OpEq:
		return e.in(left, m.Right)
	case ast.OpNe:
		return e.in(left, m.Right).Not()
	}
	right := e.value(m.Right)
	if right.kind != number || left.kind != number {
		return Unknown
	}
	switch m.Op {
	case ast.OpLt:
		return truth(left.n < right.n)
	case ast.OpGt:
		return truth(left.n > right.n)
	case ast.OpLe:
		return truth(left.n <= right.n)
	case ast.OpGe:
		return truth(left.n >= right.n)
	case ast.OpAny:
		return truth(left.n&right.n != 0)
	default: // ast.OpNone
		return truth(left.n&right.n == 0)
	}
}

// in tells whether a value is the right-hand side, or in it if that is a range,
// a prefix or a set.
func (e *env) in(v value, right ast.Expr) Truth {
	switch r := right.(type) {
	case *ast.Range:
		lo, hi := e.value(r.Lo), e.value(r.Hi)
		if lo.kind != v.kind || hi.kind != v.kind {
			return Unknown
		}
		return truth(compare(v, lo) >= 0 && compare(v, hi) <= 0)
	case *ast.Prefix:
		if v.kind != address {
			return Unknown
		}
		return truth(r.Prefix.Contains(v.addr))
	case *ast.MaskedAddr:
		if v.kind != address || v.addr.Is4() != r.Addr.Is4() {
			return Unknown
		}
		a, m, w := v.addr.AsSlice(), r.Mask.AsSlice(), r.Addr.AsSlice()
		for i := range a {
			if a[i]&m[i] != w[i] {
				return No
			}
		}
		return Yes
	case *ast.String:
		if v.kind != text {
			return Unknown
		}
		if r.Wildcard {
			return truth(strings.HasPrefix(v.s, r.Val))
		}
		return truth(v.s == r.Val)
	case *ast.SetLit:
		return e.inElems(v, r.Elems)
	case *ast.SetRef:
		return e.inSet(v, r)
	case *ast.Concat:
		if v.kind != concat || len(v.list) != len(r.Parts) {
			return Unknown
		}
		t := Yes
		for i := range r.Parts {
			t = min(t, e.in(v.list[i], r.Parts[i]))
		}
		return t
	}
	w := e.value(right)
	if w.kind != v.kind {
		return Unknown
	}
	return truth(compare(v, w) == 0)
}

func (e *env) inElems(v value, elems []*ast.Elem) Truth {
	t := No
	for _, el := range elems {
		if el.Key == nil {
			return Yes // the catch-all element
		}
		in := e.in(v, el.Key)
		if el.NoMatch && in != No {
			return Unknown
		}
		t = max(t, in)
	}
	return t
}

// inSet tells whether a value is in a named set. One that rules or users fill
// while it is in force is unknown.
func (e *env) inSet(v value, r *ast.SetRef) Truth {
	var s *ast.Set
	if r.IPSet {
		i := slices.IndexFunc(e.ruleset.IPSets, func(s *ast.Set) bool { return s.Name == r.Name })
		if i < 0 {
			return Unknown
		}
		s = e.ruleset.IPSets[i]
	} else if s = e.table.Set(r.Name); s == nil {
		return Unknown
	}
	if s.IPSet != "" || isDynamic(s) {
		return Unknown
	}
	return e.inElems(v, s.Elems)
}

// isDynamic reports whether rules or time change what is in a set.
func isDynamic(s *ast.Set) bool {
	return slices.Contains(s.Flags, "dynamic") || slices.Contains(s.Flags, "timeout")
}

func compare(a, b value) int {
	switch a.kind {
	case address:
		return a.addr.Compare(b.addr)
	case text:
		return strings.Compare(a.s, b.s)
	case concat:
		if slices.EqualFunc(a.list, b.list, func(x, y value) bool { return x.kind == y.kind && compare(x, y) == 0 }) {
			return 0
		}
		return 1
	}
	return cmp.Compare(a.n, b.n)
}
