package bdd

// And returns the intersection of a and b.
func (s *Store) And(a, b Node) Node {
	switch {
	case a == Bad || b == Bad:
		return Bad
	case a == b || b == True:
		return a
	case a == True:
		return b
	case a == False || b == False || a == b^1:
		return False
	}
	if s.left--; s.left < 0 {
		return Bad
	}
	if a > b {
		a, b = b, a
	}
	// The cache may have moved when the result is there: look it up anew.
	h := hash(0, a, b)
	if e := &s.cache[h&uint32(len(s.cache)-1)]; e.a == a && e.b == b {
		return e.result
	}
	v := min(s.variable(a), s.variable(b))
	al, ah := s.cofactors(a, v)
	bl, bh := s.cofactors(b, v)
	lo := s.And(al, bl)
	if lo == Bad {
		return Bad
	}
	r := s.make(v, lo, s.And(ah, bh))
	if r != Bad {
		s.cache[h&uint32(len(s.cache)-1)] = entry{a, b, r}
	}
	return r
}

// Or returns the union of a and b.
func (s *Store) Or(a, b Node) Node { return Not(s.And(Not(a), Not(b))) }

// Diff returns what is in a and not in b.
func (s *Store) Diff(a, b Node) Node { return s.And(a, Not(b)) }

// Xor returns what is in one of a and b alone.
func (s *Store) Xor(a, b Node) Node { return s.Or(s.Diff(a, b), s.Diff(b, a)) }

// Ite returns what is in yes and in cond, or in no and not in cond.
func (s *Store) Ite(cond, yes, no Node) Node {
	return s.Or(s.And(cond, yes), s.Diff(no, cond))
}

// AndAll returns the intersection of all: True if there are none.
func (s *Store) AndAll(all ...Node) Node {
	return Not(s.OrAll(complements(all)...))
}

func complements(all []Node) []Node {
	out := make([]Node, len(all))
	for i, n := range all {
		out[i] = Not(n)
	}
	return out
}

// OrAll returns the union of all: False if there are none. It joins them in
// pairs, so that the cost of many small ones stays near the size of the result.
func (s *Store) OrAll(all ...Node) Node {
	switch len(all) {
	case 0:
		return False
	case 1:
		return all[0]
	}
	m := len(all) / 2
	return s.Or(s.OrAll(all[:m]...), s.OrAll(all[m:]...))
}

// Disjoint reports whether a and b have nothing in common. It makes no nodes,
// and stops at the first thing that they have in common. Without an answer, ok is
// false.
func (s *Store) Disjoint(a, b Node) (disjoint, ok bool) {
	if a == Bad || b == Bad {
		return false, false
	}
	d := descent{s: s, seen: map[[2]Node]struct{}{}}
	disjoint = d.disjoint(a, b)
	return disjoint, !d.lost
}

// Implies reports whether a lies in b. Without an answer, ok is false.
func (s *Store) Implies(a, b Node) (implies, ok bool) { return s.Disjoint(a, Not(b)) }

// descent looks for a common member of two sets. It remembers the pairs that have
// none.
type descent struct {
	s    *Store
	seen map[[2]Node]struct{}
	lost bool
}

func (d *descent) disjoint(a, b Node) bool {
	s := d.s
	switch {
	case a == False || b == False || a == b^1:
		return true
	case a == True || b == True || a == b:
		return false
	}
	if a > b {
		a, b = b, a
	}
	if e := &s.cache[hash(0, a, b)&uint32(len(s.cache)-1)]; e.a == a && e.b == b {
		return e.result == False
	}
	key := [2]Node{a, b}
	if _, ok := d.seen[key]; ok {
		return true
	}
	if s.left--; s.left < 0 {
		d.lost = true
		return false
	}
	v := min(s.variable(a), s.variable(b))
	al, ah := s.cofactors(a, v)
	bl, bh := s.cofactors(b, v)
	if !d.disjoint(al, bl) || !d.disjoint(ah, bh) {
		return false
	}
	d.seen[key] = struct{}{}
	return true
}
