package bdd

import (
	"math/bits"
	"slices"
)

// U128 is a number of up to 128 bits: an IPv6 address is the widest value there
// is.
type U128 struct{ Hi, Lo uint64 }

// U64 returns n as a U128.
func U64(n uint64) U128 { return U128{Lo: n} }

// Compare returns -1, 0 or 1, as a is less than, equal to or greater than b.
func (a U128) Compare(b U128) int {
	switch {
	case a == b:
		return 0
	case a.Hi < b.Hi || a.Hi == b.Hi && a.Lo < b.Lo:
		return -1
	}
	return 1
}

// Bit returns bit i, counted from the least significant one.
func (a U128) Bit(i int) bool {
	if i >= 64 {
		return a.Hi>>(i-64)&1 != 0
	}
	return a.Lo>>i&1 != 0
}

// WithBit returns a with bit i set.
func (a U128) WithBit(i int) U128 {
	if i >= 64 {
		a.Hi |= 1 << (i - 64)
	} else {
		a.Lo |= 1 << i
	}
	return a
}

// And returns the bits that a and b have both.
func (a U128) And(b U128) U128 { return U128{a.Hi & b.Hi, a.Lo & b.Lo} }

// Or returns the bits that a or b has.
func (a U128) Or(b U128) U128 { return U128{a.Hi | b.Hi, a.Lo | b.Lo} }

// Next returns a + 1.
func (a U128) Next() U128 {
	lo, carry := bits.Add64(a.Lo, 1, 0)
	return U128{a.Hi + carry, lo}
}

// Prev returns a - 1.
func (a U128) Prev() U128 {
	lo, borrow := bits.Sub64(a.Lo, 1, 0)
	return U128{a.Hi - borrow, lo}
}

// Ones returns the number whose lowest n bits are set.
func Ones(n int) U128 {
	switch {
	case n >= 128:
		return U128{^uint64(0), ^uint64(0)}
	case n >= 64:
		return U128{1<<(n-64) - 1, ^uint64(0)}
	}
	return U128{0, 1<<n - 1}
}

// Field is a whole number that is kept in variables: its most significant bit in
// First, the next in First+Stride, and so on. Two fields with a stride of 2 may
// interleave, which keeps the set of their equal values small.
type Field struct {
	First, Stride, Width int
}

// Bit returns the variable of a bit, counted from the most significant one.
func (f Field) Bit(i int) int { return f.First + i*f.Stride }

// Max returns the greatest value of the field.
func (f Field) Max() U128 { return Ones(f.Width) }

// Vars returns the variables of the field.
func (f Field) Vars() *Vars {
	s := NewVars()
	f.AddTo(s)
	return s
}

// AddTo puts the variables of the field into a set.
func (f Field) AddTo(s *Vars) {
	for i := range f.Width {
		s.Add(f.Bit(i))
	}
}

// Interval is all numbers from Lo to Hi, both included.
type Interval struct{ Lo, Hi U128 }

// Value returns the set in which the field has a value; it is empty if the value
// is too great for the field.
func (s *Store) Value(f Field, v U128) Node { return s.Masked(f, v, Ones(128)) }

// Prefix returns the set in which the first n bits of the field are those of v.
func (s *Store) Prefix(f Field, v U128, n int) Node {
	r := True
	for i := n - 1; i >= 0; i-- {
		r = s.decide(f, i, v.Bit(f.Width-1-i), r)
	}
	return r
}

// Masked returns the set in which the field has the bits of v wherever mask has
// ones.
func (s *Store) Masked(f Field, v, mask U128) Node {
	if v.And(mask) != v.And(mask.And(f.Max())) {
		return False
	}
	r := True
	for i := f.Width - 1; i >= 0; i-- {
		if bit := f.Width - 1 - i; mask.Bit(bit) {
			r = s.decide(f, i, v.Bit(bit), r)
		}
	}
	return r
}

// decide puts the question for one bit above n.
func (s *Store) decide(f Field, i int, bit bool, n Node) Node {
	if bit {
		return s.make(uint32(f.Bit(i)), False, n)
	}
	return s.make(uint32(f.Bit(i)), n, False)
}

// Any returns the set in which the field has one of the bits of mask.
func (s *Store) Any(f Field, mask U128) Node { return Not(s.Masked(f, U128{}, mask.And(f.Max()))) }

// AtMost returns the set in which the field is at most v.
func (s *Store) AtMost(f Field, v U128) Node { return s.Range(f, U128{}, v) }

// AtLeast returns the set in which the field is at least v.
func (s *Store) AtLeast(f Field, v U128) Node {
	if v.Compare(f.Max()) > 0 {
		return False
	}
	return s.Range(f, v, f.Max())
}

// Range returns the set in which the field lies between lo and hi, both included.
func (s *Store) Range(f Field, lo, hi U128) Node { return s.Intervals(f, []Interval{{lo, hi}}) }

// Intervals returns the set in which the field lies in one of the intervals, which
// may overlap and be in any order.
func (s *Store) Intervals(f Field, in []Interval) Node {
	var sorted []Interval
	for _, x := range in {
		if x.Lo.Compare(f.Max()) <= 0 && x.Lo.Compare(x.Hi) <= 0 {
			if x.Hi.Compare(f.Max()) > 0 {
				x.Hi = f.Max()
			}
			sorted = append(sorted, x)
		}
	}
	slices.SortFunc(sorted, func(a, b Interval) int { return a.Lo.Compare(b.Lo) })
	joined := sorted[:0]
	for _, x := range sorted {
		if n := len(joined); n > 0 && (x.Lo.Compare(joined[n-1].Hi) <= 0 || x.Lo == joined[n-1].Hi.Next()) {
			if x.Hi.Compare(joined[n-1].Hi) > 0 {
				joined[n-1].Hi = x.Hi
			}
			continue
		}
		joined = append(joined, x)
	}
	return s.intervals(f, 0, U128{}, joined)
}

// intervals builds the set for the bits from i on, where the bits before are those
// of base. The intervals are sorted, and all meet what base stands for.
func (s *Store) intervals(f Field, i int, base U128, in []Interval) Node {
	if len(in) == 0 {
		return False
	}
	bit := f.Width - 1 - i // of the values
	last := base.Or(Ones(f.Width - i))
	if in[0].Lo.Compare(base) <= 0 && in[0].Hi.Compare(last) >= 0 {
		return True
	}
	mid := base.WithBit(bit)
	// below are those that begin before mid, above those that do not end there.
	below, _ := slices.BinarySearchFunc(in, mid, func(x Interval, m U128) int { return x.Lo.Compare(m) })
	above, _ := slices.BinarySearchFunc(in, mid, func(x Interval, m U128) int { return x.Hi.Compare(m) })
	lo := s.intervals(f, i+1, base, in[:below])
	hi := s.intervals(f, i+1, mid, in[above:])
	return s.make(uint32(f.Bit(i)), lo, hi)
}

// Equal returns the set in which two fields of one width have the same value. It
// is small only if they interleave.
func (s *Store) Equal(a, b Field) Node {
	r := True
	for i := a.Width - 1; i >= 0; i-- {
		x, y := s.Var(a.Bit(i)), s.Var(b.Bit(i))
		r = s.And(r, Not(s.Xor(x, y)))
	}
	return r
}

// Get returns the value of the field in an assignment.
func (f Field) Get(value func(v int) bool) U128 {
	var out U128
	for i := range f.Width {
		if value(f.Bit(i)) {
			out = out.WithBit(f.Width - 1 - i)
		}
	}
	return out
}
