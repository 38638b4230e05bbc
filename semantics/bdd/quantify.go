package bdd

import "slices"

// Exists returns the assignments that become members of n if the variables in vars
// are chosen well: the projection of n to the others.
func (s *Store) Exists(n Node, vars *Vars) Node {
	return s.project(n, vars, func(lo, hi Node) Node { return s.Or(lo, hi) })
}

// ForAll returns the assignments that are members of n whatever the variables in
// vars are.
func (s *Store) ForAll(n Node, vars *Vars) Node { return Not(s.Exists(Not(n), vars)) }

// project removes variables from n, joining what is below them.
func (s *Store) project(n Node, vars *Vars, join func(lo, hi Node) Node) Node {
	if n == Bad || n <= False || vars.empty() {
		return n
	}
	memo := map[Node]Node{}
	var walk func(n Node) Node
	walk = func(n Node) Node {
		if n <= False || s.variable(n) > vars.last {
			return n
		}
		if r, ok := memo[n]; ok {
			return r
		}
		if s.left--; s.left < 0 {
			return Bad
		}
		v := s.variable(n)
		l, h := s.Branch(n)
		var r Node
		switch in := vars.Has(int(v)); {
		case in && v >= vars.tail:
			// All that follows is projected away, too: a node that is
			// not False has a member.
			return True
		case in:
			lo := walk(l)
			if lo == True || lo == Bad {
				r = lo
			} else {
				r = join(lo, walk(h))
			}
		default:
			r = s.make(v, walk(l), walk(h))
		}
		if r != Bad {
			memo[n] = r
		}
		return r
	}
	return walk(n)
}

// Vars is a set of variables.
type Vars struct {
	bits []uint64
	last uint32
	// tail is the first variable from which on all others are in the set;
	// terminal if there is none.
	tail uint32
}

// NewVars returns a set of variables.
func NewVars(vars ...int) *Vars {
	s := &Vars{tail: terminal}
	for _, v := range vars {
		s.Add(v)
	}
	return s
}

// Add puts a variable into the set.
func (s *Vars) Add(v int) {
	for len(s.bits) <= v/64 {
		s.bits = append(s.bits, 0)
	}
	s.bits[v/64] |= 1 << (v % 64)
	if s.last != terminal {
		s.last = max(s.last, uint32(v))
	}
}

// AddFrom puts v and all variables after it into the set, however many there come
// to be.
func (s *Vars) AddFrom(v int) { s.tail, s.last = min(s.tail, uint32(v)), terminal }

// Has reports whether v is in the set.
func (s *Vars) Has(v int) bool {
	return uint32(v) >= s.tail || v/64 < len(s.bits) && s.bits[v/64]>>(v%64)&1 != 0
}

func (s *Vars) empty() bool { return len(s.bits) == 0 && s.tail == terminal }

// Restrict returns n with a variable set to a value.
func (s *Store) Restrict(n Node, v int, value bool) Node {
	return s.RestrictAll(n, map[int]bool{v: value})
}

// RestrictAll returns n with variables set to values.
func (s *Store) RestrictAll(n Node, values map[int]bool) Node {
	if n == Bad {
		return Bad
	}
	memo := map[Node]Node{}
	var walk func(n Node) Node
	walk = func(n Node) Node {
		if n <= False {
			return n
		}
		if r, ok := memo[n]; ok {
			return r
		}
		if s.left--; s.left < 0 {
			return Bad
		}
		v := s.variable(n)
		l, h := s.Branch(n)
		var r Node
		if value, ok := values[int(v)]; ok {
			if value {
				l = h
			}
			r = walk(l)
		} else {
			r = s.make(v, walk(l), walk(h))
		}
		if r != Bad {
			memo[n] = r
		}
		return r
	}
	return walk(n)
}

// Rename returns n with variables replaced by others, each by another one: a
// permutation may change the order.
func (s *Store) Rename(n Node, to map[int]int) Node {
	if n == Bad {
		return Bad
	}
	memo := map[Node]Node{}
	var walk func(n Node) Node
	walk = func(n Node) Node {
		if n <= False {
			return n
		}
		if r, ok := memo[n]; ok {
			return r
		}
		if s.left--; s.left < 0 {
			return Bad
		}
		v := int(s.variable(n))
		if w, ok := to[v]; ok {
			v = w
		}
		l, h := s.Branch(n)
		r := s.Ite(s.Var(v), walk(h), walk(l))
		if r != Bad {
			memo[n] = r
		}
		return r
	}
	return walk(n)
}

// Support returns the variables that n depends on.
func (s *Store) Support(n Node) *Vars {
	out := NewVars()
	if n == Bad {
		return out
	}
	seen := map[uint32]bool{}
	var walk func(n Node)
	walk = func(n Node) {
		if n <= False || seen[n.index()] {
			return
		}
		seen[n.index()] = true
		out.Add(int(s.variable(n)))
		l, h := s.Branch(n)
		walk(l)
		walk(h)
	}
	walk(n)
	return out
}

// Size returns how many nodes n is made of.
func (s *Store) Size(n Node) int {
	if n == Bad {
		return 0
	}
	seen := map[uint32]bool{0: true}
	var walk func(n Node)
	walk = func(n Node) {
		if seen[n.index()] {
			return
		}
		seen[n.index()] = true
		l, h := s.Branch(n)
		walk(l)
		walk(h)
	}
	walk(n)
	return len(seen)
}

// Clone returns a copy.
func (s *Vars) Clone() *Vars {
	c := *s
	c.bits = slices.Clone(s.bits)
	return &c
}
