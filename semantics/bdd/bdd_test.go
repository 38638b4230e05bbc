package bdd_test

import (
	"math/rand/v2"
	"testing"

	"github.com/ctlint/ctlint/semantics/bdd"
)

// width is how many variables the functions of these tests have: few enough to
// try all their assignments.
const width = 8

// table is a function as the list of its values.
type table [1 << width]bool

func bit(assignment, v int) bool { return assignment>>(width-1-v)&1 != 0 }

func check(t *testing.T, s *bdd.Store, n bdd.Node, want func(a int) bool, what string) {
	t.Helper()
	members := 0
	for a := range 1 << width {
		w := want(a)
		if w {
			members++
		}
		if got := s.Has(n, func(v int) bool { return bit(a, v) }); got != w {
			t.Fatalf("%s: %08b is a member: %v; want %v", what, a, got, w)
		}
	}
	if c := s.Count(n, width); c.Int64() != int64(members) {
		t.Fatalf("%s: Count is %v; want %d", what, c, members)
	}
}

// random returns a function that is made by random operations, and its values.
func random(s *bdd.Store, r *rand.Rand, depth int) (bdd.Node, table) {
	var out table
	if depth == 0 {
		v := r.IntN(width)
		for a := range out {
			out[a] = bit(a, v)
		}
		return s.Var(v), out
	}
	n, x := random(s, r, depth-1)
	m, y := random(s, r, depth-1)
	ops := []struct {
		n bdd.Node
		f func(a, b bool) bool
	}{
		{s.And(n, m), func(a, b bool) bool { return a && b }},
		{s.Or(n, m), func(a, b bool) bool { return a || b }},
		{s.Diff(n, m), func(a, b bool) bool { return a && !b }},
		{s.Xor(n, m), func(a, b bool) bool { return a != b }},
		{bdd.Not(s.Or(n, m)), func(a, b bool) bool { return !a && !b }},
	}
	op := ops[r.IntN(len(ops))]
	for a := range out {
		out[a] = op.f(x[a], y[a])
	}
	return op.n, out
}

// TestBruteForce holds the operations together with what they do to each
// assignment.
func TestBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	s := bdd.New(bdd.Budget{})
	for range 300 {
		n, x := random(s, r, 3)
		m, y := random(s, r, 3)
		c, z := random(s, r, 2)
		check(t, s, n, func(a int) bool { return x[a] }, "random")
		check(t, s, s.Ite(c, n, m), func(a int) bool {
			if z[a] {
				return x[a]
			}
			return y[a]
		}, "Ite")
		same := x == y
		if (n == m) != same {
			t.Fatalf("equal functions: %v; equal nodes: %v", same, n == m)
		}
		disjoint, implies := true, true
		for a := range x {
			disjoint = disjoint && (!x[a] || !y[a])
			implies = implies && (!x[a] || y[a])
		}
		if got, ok := s.Disjoint(n, m); got != disjoint || !ok {
			t.Fatalf("Disjoint is %v, %v", got, ok)
		}
		values, sat, ok := s.Common([]bdd.Node{n, m, c})
		common := s.AndAll(n, m, c)
		if !ok || sat != (common != bdd.False) || sat && !s.Has(common, func(v int) bool { return values[v] }) {
			t.Fatalf("Common is %v, %v", sat, ok)
		}
		if got, ok := s.Implies(n, m); got != implies || !ok {
			t.Fatalf("Implies is %v, %v", got, ok)
		}

		vars := bdd.NewVars()
		var mask int
		for range r.IntN(4) {
			v := r.IntN(width)
			vars.Add(v)
			mask |= 1 << (width - 1 - v)
		}
		if r.IntN(3) == 0 {
			v := 1 + r.IntN(width-1)
			vars.AddFrom(v)
			mask |= 1<<(width-v) - 1
		}
		each := func(a int, f func(b int)) {
			for b := range 1 << width {
				if a&^mask == b&^mask {
					f(b)
				}
			}
		}
		check(t, s, s.Exists(n, vars), func(a int) (found bool) {
			each(a, func(b int) { found = found || x[b] })
			return found
		}, "Exists")
		check(t, s, s.ForAll(n, vars), func(a int) bool {
			all := true
			each(a, func(b int) { all = all && x[b] })
			return all
		}, "ForAll")

		v, value := r.IntN(width), r.IntN(2) == 0
		check(t, s, s.Restrict(n, v, value), func(a int) bool {
			a &^= 1 << (width - 1 - v)
			if value {
				a |= 1 << (width - 1 - v)
			}
			return x[a]
		}, "Restrict")

		p := r.Perm(width)
		to := map[int]int{}
		for i, j := range p {
			to[i] = j
		}
		check(t, s, s.Rename(n, to), func(a int) bool {
			b := 0
			for i, j := range p {
				if bit(a, j) {
					b |= 1 << (width - 1 - i)
				}
			}
			return x[b]
		}, "Rename")

		if one, ok := s.One(n, func(int) bool { return r.IntN(2) == 0 }); ok != (n != bdd.False) {
			t.Fatalf("One is %v", ok)
		} else if ok && !s.Has(n, func(v int) bool { return one[v] }) {
			t.Fatalf("One is no member")
		}
		support := s.Support(n)
		for v := range width {
			depends := false
			for a := range x {
				depends = depends || x[a] != x[a^1<<(width-1-v)]
			}
			if support.Has(v) != depends {
				t.Fatalf("the support has %d: %v", v, support.Has(v))
			}
		}
	}
}

func TestField(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	s := bdd.New(bdd.Budget{})
	for range 400 {
		f := bdd.Field{First: 1 + r.IntN(2), Stride: 1, Width: 5}
		if r.IntN(3) == 0 {
			f = bdd.Field{First: r.IntN(2), Stride: 2, Width: 4}
		}
		limit := 1 << f.Width
		get := func(a int) uint64 { return f.Get(func(v int) bool { return bit(a, v) }).Lo }
		x, y := uint64(r.IntN(limit+2)), uint64(r.IntN(limit+2))
		check(t, s, s.Value(f, bdd.U64(x)), func(a int) bool { return get(a) == x }, "Value")
		check(t, s, s.AtMost(f, bdd.U64(x)), func(a int) bool { return get(a) <= x }, "AtMost")
		check(t, s, s.AtLeast(f, bdd.U64(x)), func(a int) bool { return get(a) >= x }, "AtLeast")
		check(t, s, s.Range(f, bdd.U64(x), bdd.U64(y)), func(a int) bool { return x <= get(a) && get(a) <= y }, "Range")
		check(t, s, s.Any(f, bdd.U64(x)), func(a int) bool { return get(a)&x != 0 }, "Any")
		check(t, s, s.Masked(f, bdd.U64(x&y), bdd.U64(y)), func(a int) bool { return get(a)&y == x&y }, "Masked")
		n := r.IntN(f.Width + 1)
		low := f.Width - n
		v := x & uint64(limit-1)
		check(t, s, s.Prefix(f, bdd.U64(v), n), func(a int) bool { return get(a)>>low == v>>low }, "Prefix")
		var in []bdd.Interval
		for range r.IntN(5) {
			in = append(in, bdd.Interval{Lo: bdd.U64(uint64(r.IntN(limit))), Hi: bdd.U64(uint64(r.IntN(limit)))})
		}
		check(t, s, s.Intervals(f, in), func(a int) bool {
			for _, i := range in {
				if i.Lo.Lo <= get(a) && get(a) <= i.Hi.Lo {
					return true
				}
			}
			return false
		}, "Intervals")
	}
	a, b := bdd.Field{First: 0, Stride: 2, Width: 4}, bdd.Field{First: 1, Stride: 2, Width: 4}
	check(t, s, s.Equal(a, b), func(x int) bool {
		at := func(v int) bool { return bit(x, v) }
		return a.Get(at) == b.Get(at)
	}, "Equal")
	// A wide field costs what its bits cost.
	wide := bdd.Field{First: 0, Stride: 1, Width: 128}
	n := s.Range(wide, bdd.U128{Hi: 5, Lo: 9}, bdd.U128{Hi: 1 << 62, Lo: 3})
	if size := s.Size(n); size > 260 {
		t.Errorf("a range of 128 bits has %d nodes", size)
	}
}

// TestBudget has the parity of pairs that lie far apart, which no small diagram
// holds: an answer that is not there must be seen to be missing.
func TestBudget(t *testing.T) {
	for name, b := range map[string]bdd.Budget{"nodes": {Nodes: 5000}, "steps": {Steps: 5000}} {
		t.Run(name, func(t *testing.T) {
			s := bdd.New(b)
			n := bdd.True
			for i := range 40 {
				n = s.And(n, bdd.Not(s.Xor(s.Var(i), s.Var(i+40))))
			}
			if n.OK() || !s.Exhausted() {
				t.Fatalf("%d nodes, and no end", s.Len())
			}
			for what, m := range map[string]bdd.Node{
				"Not": bdd.Not(n), "And": s.And(n, bdd.False), "Or": s.Or(bdd.True, n), "Ite": s.Ite(n, bdd.True, bdd.True),
				"Exists": s.Exists(n, bdd.NewVars(1)), "Restrict": s.Restrict(n, 1, true), "Rename": s.Rename(n, map[int]int{1: 2}),
			} {
				if m.OK() {
					t.Errorf("%s of what is not known is known", what)
				}
			}
			if _, ok := s.Disjoint(n, bdd.False); ok {
				t.Error("Disjoint is sure")
			}
			if _, ok := s.One(n, nil); ok {
				t.Error("what is not known has a member")
			}
			if s.Count(n, 80) != nil {
				t.Error("what is not known has a size")
			}
		})
	}
}

func BenchmarkFirstMatch(b *testing.B) {
	for range b.N {
		s := bdd.New(bdd.Budget{})
		r := rand.New(rand.NewPCG(5, 6))
		src, dst := bdd.Field{First: 0, Stride: 1, Width: 32}, bdd.Field{First: 32, Stride: 1, Width: 32}
		port := bdd.Field{First: 64, Stride: 1, Width: 16}
		left := bdd.True
		for range 1000 {
			m := s.And(s.Prefix(src, bdd.U64(uint64(r.Uint32())), 8+r.IntN(25)), s.Prefix(dst, bdd.U64(uint64(r.Uint32())), 8+r.IntN(25)))
			m = s.And(m, s.Value(port, bdd.U64(uint64(r.IntN(1000)))))
			left = s.Diff(left, m)
		}
	}
}
