package bdd

import (
	"encoding/binary"
	"slices"
)

// Exists returns the assignments that become members of n if the variables in vars
// are chosen well: the projection of n to the others.
func (s *Store) Exists(n Node, vars *Vars) Node {
	if n == Bad || n <= False || vars.empty() {
		return n
	}
	p := projector{s, vars, s.number(vars)}
	return p.project(n)
}

// ForAll returns the assignments that are members of n whatever the variables in
// vars are.
func (s *Store) ForAll(n Node, vars *Vars) Node { return Not(s.Exists(Not(n), vars)) }

// projection is the result of one; a set's number is never 0.
type projection struct {
	n      Node
	set    uint32
	result Node
}

// maxProjected bounds the cache of projections; it loses the older of two that meet.
const maxProjected = 1 << 20

// number returns the number of a set of variables.
func (s *Store) number(vars *Vars) uint32 {
	key := make([]byte, 0, 8*len(vars.bits)+4)
	for _, b := range vars.bits {
		key = binary.LittleEndian.AppendUint64(key, b)
	}
	key = binary.LittleEndian.AppendUint32(key, vars.tail)
	if s.sets == nil {
		s.sets = map[string]uint32{}
	}
	n, ok := s.sets[string(key)]
	if !ok {
		n = uint32(len(s.sets) + 1)
		s.sets[string(key)] = n
	}
	return n
}

// projector removes variables, joining what is below them.
type projector struct {
	*Store
	vars *Vars
	set  uint32
}

func (p *projector) project(n Node) Node {
	if n <= False {
		return n
	}
	d := &p.nodes[n.index()]
	v := d.variable
	if v > p.vars.last || d.last < p.vars.first {
		return n
	}
	if v >= p.vars.tail {
		// All that follows is projected away, too: a node that is not False has a
		// member.
		return True
	}
	// The cache grows while the result is found: look its place up anew.
	h := hash(p.set, n, n)
	if size := len(p.projected); size > 0 {
		if e := &p.projected[h&uint32(size-1)]; e.n == n && e.set == p.set {
			return e.result
		}
	}
	if p.left--; p.left < 0 {
		return Bad
	}
	l, h2 := p.Branch(n)
	var r Node
	if p.vars.Has(int(v)) {
		if r = p.project(l); r != True && r != Bad {
			r = p.Or(r, p.project(h2))
		}
	} else {
		r = p.make(v, p.project(l), p.project(h2))
	}
	if r != Bad {
		if want := min(len(p.cache), maxProjected); len(p.projected) < want {
			old := p.projected
			p.projected = make([]projection, want)
			for _, e := range old {
				if e.set != 0 {
					p.projected[hash(e.set, e.n, e.n)&uint32(want-1)] = e
				}
			}
		}
		p.projected[h&uint32(len(p.projected)-1)] = projection{n, p.set, r}
	}
	return r
}

// Vars is a set of variables.
type Vars struct {
	bits []uint64
	// first and last are where its variables begin and end.
	first, last uint32
	// tail is the first variable from which on all others are in the set;
	// terminal if there is none.
	tail uint32
}

// NewVars returns a set of variables.
func NewVars(vars ...int) *Vars {
	s := &Vars{first: terminal, tail: terminal}
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
	s.first = min(s.first, uint32(v))
	if s.last != terminal {
		s.last = max(s.last, uint32(v))
	}
}

// AddFrom puts v and all variables after it into the set, however many there come
// to be.
func (s *Vars) AddFrom(v int) {
	s.first, s.tail, s.last = min(s.first, uint32(v)), min(s.tail, uint32(v)), terminal
}

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
