package rd

import (
	"encoding/binary"
	"net/netip"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// number is a value of up to 128 bits: a number, an address.
type number struct{ hi, lo uint64 }

func (a number) less(b number) bool { return a.hi < b.hi || a.hi == b.hi && a.lo < b.lo }

var zero number

// ones returns the greatest number of so many bits.
func ones(n int) number {
	switch {
	case n >= 128:
		return number{^uint64(0), ^uint64(0)}
	case n > 64:
		return number{1<<(n-64) - 1, ^uint64(0)}
	case n == 64:
		return number{0, ^uint64(0)}
	}
	return number{0, 1<<n - 1}
}

// interval is the numbers from lo to hi; none if hi is less.
type interval struct{ lo, hi number }

func (a interval) empty() bool { return a.hi.less(a.lo) }

func (a interval) meets(b interval) bool {
	return !a.empty() && !b.empty() && !a.hi.less(b.lo) && !b.hi.less(a.lo)
}

// within reports whether all of a lies in b.
func (a interval) within(b interval) bool {
	return a.empty() || !a.lo.less(b.lo) && !b.hi.less(a.hi)
}

// intervalOf returns the numbers that a right-hand side stands for; false if they
// are not one interval, or not known.
func intervalOf(e ast.Expr) (interval, bool) {
	switch e := e.(type) {
	case *ast.Int:
		n := number{0, e.Val}
		return interval{n, n}, true
	case *ast.Addr:
		n := addrNumber(e.Addr)
		return interval{n, n}, true
	case *ast.Prefix:
		lo := addrNumber(e.Prefix.Addr())
		host := ones(e.Prefix.Addr().BitLen() - e.Prefix.Bits())
		return interval{lo, number{lo.hi | host.hi, lo.lo | host.lo}}, true
	case *ast.Ether:
		n := number{0, uint64(binary.BigEndian.Uint16(e.Addr[:2]))<<32 | uint64(binary.BigEndian.Uint32(e.Addr[2:]))}
		return interval{n, n}, true
	case *ast.Range:
		lo, ok1 := intervalOf(e.Lo)
		hi, ok2 := intervalOf(e.Hi)
		return interval{lo.lo, hi.hi}, ok1 && ok2
	}
	return interval{}, false
}

func addrNumber(a netip.Addr) number {
	if a.Is4() {
		b := a.As4()
		return number{0, uint64(binary.BigEndian.Uint32(b[:]))}
	}
	b := a.As16()
	return number{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

// values is what a match lets its left side be: one of the elements of set, if
// there is a set, else what one is; with not, anything else.
type values struct {
	match *ast.Match
	set   []*ast.Elem
	one   interval
	not   bool
	// names says that the values are texts, such as names of interfaces.
	names bool
	top   number // the greatest value that the left side can have
}

// valuesOf returns the values of a match; false if they are not known.
func valuesOf(m *ast.Match) (v values, ok bool) {
	v = values{match: m, top: ones(64)}
	width := ast.BitsOf(m.Left)
	if width > 0 {
		v.top = ones(width)
	}
	switch m.Op {
	case ast.OpEq:
	case ast.OpNe:
		v.not = true
	case ast.OpLt, ast.OpLe, ast.OpGt, ast.OpGe:
		return v.compared()
	default:
		return v, false
	}
	if s, ok := m.Right.(*ast.SetLit); ok {
		v.set = s.Elems
		if len(s.Elems) == 0 {
			return v, false
		}
		_, v.names = s.Elems[0].Key.(*ast.String)
		return v, v.understood()
	}
	if _, v.names = m.Right.(*ast.String); v.names {
		return v, true
	}
	v.one, ok = intervalOf(m.Right)
	return v, ok
}

// compared makes an interval of a comparison with a number.
func (v values) compared() (values, bool) {
	n, ok := m64(v.match.Right)
	if !ok || ast.BitsOf(v.match.Left) > 64 {
		return v, false
	}
	at := number{0, n}
	switch v.match.Op {
	case ast.OpLt:
		if v.one = (interval{zero, number{0, n - 1}}); n == 0 {
			v.one = nothing
		}
	case ast.OpLe:
		v.one = interval{zero, at}
	case ast.OpGt:
		if v.one = (interval{number{0, n + 1}, v.top}); n == ^uint64(0) {
			v.one = nothing
		}
	default:
		v.one = interval{at, v.top}
	}
	return v, true
}

var nothing = interval{number{0, 1}, zero}

func m64(e ast.Expr) (uint64, bool) {
	n, ok := e.(*ast.Int)
	if !ok {
		return 0, false
	}
	return n.Val, true
}

// understood reports whether all elements of the set are known.
func (v *values) understood() bool {
	for _, e := range v.set {
		if v.names {
			if _, ok := e.Key.(*ast.String); !ok {
				return false
			}
		} else if _, ok := intervalOf(e.Key); !ok {
			return false
		}
	}
	return true
}

// len returns how many intervals, or names, there are.
func (v *values) len() int { return max(1, len(v.set)) }

// interval returns one of the intervals.
func (v *values) interval(i int) interval {
	if v.set == nil {
		return v.one
	}
	in, _ := intervalOf(v.set[i].Key)
	return in
}

// name returns one of the names.
func (v *values) name(i int) *ast.String {
	e := v.match.Right
	if v.set != nil {
		e = v.set[i].Key
	}
	return e.(*ast.String)
}

// never reports whether no value is left.
func (v *values) never() bool {
	for i := range v.len() {
		switch {
		case v.names && v.not:
			if n := v.name(i); n.Wildcard && n.Val == "" {
				return true
			}
		case v.names:
			return false
		case v.not:
			if in := v.interval(i); in.lo == zero && !in.hi.less(v.top) {
				return true
			}
		case !v.interval(i).empty() && !v.top.less(v.interval(i).lo):
			return false
		}
	}
	return !v.not && !v.names
}

// maxPairs is how many pairs of elements are compared of two sets.
const maxPairs = 1 << 12

// excludes reports whether no value is one of both.
func (v *values) excludes(w *values) bool {
	if v.names != w.names || v.not && w.not || v.len()*w.len() > maxPairs {
		return false
	}
	if v.not {
		v, w = w, v
	}
	for i := range v.len() {
		if w.not && !v.inside(i, w) || !w.not && v.meets(i, w) {
			return false
		}
	}
	return true
}

// inside reports whether all of an element of v lies in one of those that w
// excludes.
func (v *values) inside(i int, w *values) bool {
	for k := range w.len() {
		if v.names && nameWithin(v.name(i), w.name(k)) || !v.names && v.interval(i).within(w.interval(k)) {
			return true
		}
	}
	return false
}

// meets reports whether an element of v shares a value with w.
func (v *values) meets(i int, w *values) bool {
	for k := range w.len() {
		if v.names && namesMeet(v.name(i), w.name(k)) || !v.names && v.interval(i).meets(w.interval(k)) {
			return true
		}
	}
	return false
}

func nameWithin(a, b *ast.String) bool {
	if b.Wildcard {
		return strings.HasPrefix(a.Val, b.Val)
	}
	return !a.Wildcard && a.Val == b.Val
}

func namesMeet(a, b *ast.String) bool { return nameWithin(a, b) || nameWithin(b, a) }

// maskedBits is a comparison of some bits of the left side with a value.
type maskedBits struct {
	left        ast.Expr
	mask, value number
	not         bool
}

// maskedOf returns the comparison that a match makes, be it under a mask or of
// all bits.
func maskedOf(m *ast.Match) (b maskedBits, ok bool) {
	if m.Op == ast.OpNone || m.Op == ast.OpAny {
		return testedBits(m)
	}
	if m.Op != ast.OpEq && m.Op != ast.OpNe {
		return b, false
	}
	b = maskedBits{left: m.Left, not: m.Op == ast.OpNe, mask: ones(128)}
	if a, ok := m.Right.(*ast.MaskedAddr); ok {
		b.mask, b.value = addrNumber(a.Mask), addrNumber(a.Addr)
		return b, true
	}
	if p, ok := m.Right.(*ast.Prefix); ok {
		n := p.Prefix.Addr().BitLen()
		host := ones(n - p.Prefix.Bits())
		b.mask, b.value = ones(n), addrNumber(p.Prefix.Addr())
		b.mask.hi, b.mask.lo = b.mask.hi&^host.hi, b.mask.lo&^host.lo
		return b, true
	}
	in, ok := intervalOf(m.Right)
	if !ok || in.lo != in.hi {
		return b, false
	}
	b.value = in.lo
	if and, ok := m.Left.(*ast.Binary); ok && and.Op == ast.OpAnd {
		n, ok := m64(and.Right)
		if !ok {
			return b, false
		}
		b.left, b.mask = and.Left, number{0, n}
	}
	return b, true
}

// testedBits returns the bits of a match that asks whether any of them is set, or
// none: tcp flags & syn == 0. Of several bits, any says nothing of a single one.
// States are contradictory-state's matter.
func testedBits(m *ast.Match) (b maskedBits, ok bool) {
	if c, isCT := m.Left.(*ast.CT); isCT && c.Key == ast.CTState {
		return b, false
	}
	n, ok := m64(m.Right)
	if !ok || n == 0 || m.Op == ast.OpAny && n&(n-1) != 0 {
		return b, false
	}
	b = maskedBits{left: m.Left, mask: number{0, n}}
	if m.Op == ast.OpAny {
		b.value = b.mask
	}
	return b, true
}

// never reports whether the value has bits that the mask takes away.
func (b *maskedBits) never() bool {
	return !b.not && (b.value.hi&^b.mask.hi != 0 || b.value.lo&^b.mask.lo != 0)
}

// excludes reports whether the two ask for different values of one bit, or for
// the same of the same bits and for another.
func (b *maskedBits) excludes(c *maskedBits) bool {
	hi, lo := b.mask.hi&c.mask.hi, b.mask.lo&c.mask.lo
	differ := (b.value.hi^c.value.hi)&hi|(b.value.lo^c.value.lo)&lo != 0
	switch {
	case !b.not && !c.not:
		return differ
	case b.not && c.not:
		return false
	case b.not:
		b, c = c, b
	}
	// b says all that c denies.
	return !differ && c.mask.hi&^b.mask.hi == 0 && c.mask.lo&^b.mask.lo == 0
}

// sameField reports whether two left sides are the same thing of a packet. Two
// fields that lie at the same place are: tcp dport and th dport.
func sameField(a, b ast.Expr) bool {
	switch a := a.(type) {
	case *ast.Payload, *ast.RawPayload:
		x, ok1 := place(a)
		y, ok2 := place(b)
		return ok1 && ok2 && x == y
	case *ast.Meta:
		b, ok := b.(*ast.Meta)
		return ok && a.Key == b.Key && a.Key != ast.MetaRandom && a.Key != ast.MetaTime
	case *ast.CT:
		b, ok := b.(*ast.CT)
		return ok && a.Key == b.Key && a.Dir == b.Dir && a.Family == b.Family && a.Key != ast.CTState
	case *ast.Exthdr:
		b, ok := b.(*ast.Exthdr)
		return ok && a.Header == b.Header && a.Field == b.Field
	case *ast.TCPOption:
		b, ok := b.(*ast.TCPOption)
		return ok && a.Kind == b.Kind && a.Field == b.Field && a.Block == b.Block && a.Raw == b.Raw && a.Offset == b.Offset && a.Len == b.Len
	case *ast.Fib:
		return ast.Equal(a, b)
	case *ast.Binary:
		b, ok := b.(*ast.Binary)
		if !ok || a.Op != b.Op {
			return false
		}
		m, ok1 := m64(a.Right)
		n, ok2 := m64(b.Right)
		return ok1 && ok2 && m == n && sameField(a.Left, b.Left)
	}
	return false
}

// header is a place in a packet.
type header struct {
	base        ast.Base
	tunnel      ast.Tunnel
	offset, len uint32
}

func place(e ast.Expr) (header, bool) {
	switch e := e.(type) {
	case *ast.Payload:
		f := e.Field.Info()
		return header{f.Base, e.Tunnel, uint32(f.Offset), uint32(f.Len)}, e.Field != ast.FieldNone
	case *ast.RawPayload:
		return header{e.Base, 0, e.Offset, e.Len}, true
	}
	return header{}, false
}

// presence returns whether a match wants something to be there, or not to be;
// false if it is not about that.
func presence(m *ast.Match) (there, ok bool) {
	b, ok := m.Right.(*ast.Bool)
	if !ok || m.Op != ast.OpEq && m.Op != ast.OpNe {
		return false, false
	}
	return b.Val == (m.Op == ast.OpEq), true
}
