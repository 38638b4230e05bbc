package bdd

import "math"

// Node is a function of the variables of a store, or the set of assignments for
// which the function is true.
type Node uint32

// The constants, and what an operation gives that has no answer.
const (
	True  Node = 0
	False Node = 1
	Bad   Node = math.MaxUint32
)

// OK reports whether the node is one, rather than [Bad].
func (n Node) OK() bool { return n != Bad }

// Not returns the complement of n.
func Not(n Node) Node {
	if n == Bad {
		return Bad
	}
	return n ^ 1
}

// index is the place of a node in the slab; complemented says that the edge
// turns its function around.
func (n Node) index() uint32      { return uint32(n) >> 1 }
func (n Node) complemented() Node { return n & 1 }

// node is a decision: lo where the variable is 0, hi where it is 1. The edge lo
// is never complemented, so that each function has one form.
type node struct {
	variable uint32
	lo, hi   Node
	last     uint32 // of the variables that it depends on
}

// terminal is the variable of the constants: it stands below all others.
const terminal = math.MaxUint32

// Budget limits what a store may spend. A zero field stands for the default.
type Budget struct {
	// Nodes is how many nodes there may be, of about 24 bytes each.
	Nodes int
	// Steps is how many steps all operations may take together; one takes
	// some tens of nanoseconds.
	Steps int
}

const (
	defaultNodes = 40 << 20
	defaultSteps = 1 << 30
	maxNodes     = math.MaxInt32 - 1 // what an edge can point at
)

// Store owns nodes.
type Store struct {
	nodes []node
	// table holds the indices of nodes by the hash of what they are; 0 is an
	// empty place.
	table []uint32
	mask  uint32
	cache []entry
	// projected are projections that have been computed, sets the numbers of the sets of
	// variables in them.
	projected []projection
	sets      map[string]uint32
	left      int // steps
	limit     int // nodes
}

// entry is a conjunction that has been computed. An empty one is that of True
// and True, which is never looked up.
type entry struct{ a, b, result Node }

// New returns an empty store.
func New(b Budget) *Store {
	if b.Nodes <= 0 {
		b.Nodes = defaultNodes
	}
	if b.Steps <= 0 {
		b.Steps = defaultSteps
	}
	const first = 1 << 12
	s := &Store{
		nodes: make([]node, 1, first/2), table: make([]uint32, first), mask: first - 1,
		cache: make([]entry, first), left: b.Steps, limit: min(b.Nodes, maxNodes),
	}
	s.nodes[0] = node{variable: terminal}
	return s
}

// Len returns how many nodes the store has.
func (s *Store) Len() int { return len(s.nodes) }

// Exhausted reports whether the budget has been used up.
func (s *Store) Exhausted() bool { return s.left <= 0 || len(s.nodes) >= s.limit }

// Left returns how many steps may still be taken.
func (s *Store) Left() int { return max(s.left, 0) }

// SetLeft says how many steps may still be taken, so that one question cannot use
// up what others need.
func (s *Store) SetLeft(steps int) { s.left = steps }

// Spend takes steps off the budget, for what is done between operations; it returns
// false if there are none left.
func (s *Store) Spend(steps int) bool {
	s.left -= steps
	return s.left > 0
}

func (s *Store) variable(n Node) uint32 { return s.nodes[n.index()].variable }

// Top returns the first variable that n depends on; false for a constant.
func (s *Store) Top(n Node) (variable int, ok bool) {
	if !n.OK() || n <= False {
		return 0, false
	}
	return int(s.variable(n)), true
}

// Branch returns what is left of n where its first variable is 0 and where it is
// 1.
func (s *Store) Branch(n Node) (lo, hi Node) {
	d := &s.nodes[n.index()]
	return d.lo ^ n.complemented(), d.hi ^ n.complemented()
}

// cofactors returns what is left of n where v, which no variable of n stands
// before, is 0 and where it is 1.
func (s *Store) cofactors(n Node, v uint32) (lo, hi Node) {
	d := &s.nodes[n.index()]
	if d.variable != v {
		return n, n
	}
	return d.lo ^ n.complemented(), d.hi ^ n.complemented()
}

func hash(v uint32, lo, hi Node) uint32 {
	h := uint64(v)*0x9e3779b97f4a7c15 ^ uint64(lo)*0xc2b2ae3d27d4eb4f ^ uint64(hi)*0x165667b19e3779f9
	h ^= h >> 29
	h *= 0xbf58476d1ce4e5b9
	return uint32(h >> 32)
}

// make returns the node that asks for v, which stands before all variables of lo
// and hi.
func (s *Store) make(v uint32, lo, hi Node) Node {
	if lo == Bad || hi == Bad {
		return Bad
	}
	if lo == hi {
		return lo
	}
	turn := lo.complemented()
	lo, hi = lo^turn, hi^turn
	i := hash(v, lo, hi) & s.mask
	for ; s.table[i] != 0; i = (i + 1) & s.mask {
		if d := &s.nodes[s.table[i]]; d.lo == lo && d.hi == hi && d.variable == v {
			return Node(s.table[i]<<1) ^ turn
		}
	}
	if len(s.nodes) >= s.limit {
		return Bad
	}
	at := uint32(len(s.nodes))
	s.nodes = append(s.nodes, node{v, lo, hi, max(v, s.nodes[lo.index()].last, s.nodes[hi.index()].last)})
	s.table[i] = at
	if at > s.mask/2 { // a fuller table is searched for long where a node is new
		s.grow()
	}
	return Node(at<<1) ^ turn
}

// maxCache bounds the cache of conjunctions; it loses the older of two that meet.
const maxCache = 1 << 22

// grow doubles the table.
func (s *Store) grow() {
	s.table = make([]uint32, 2*len(s.table))
	s.mask = uint32(len(s.table) - 1)
	for at := 1; at < len(s.nodes); at++ {
		d := &s.nodes[at]
		i := hash(d.variable, d.lo, d.hi) & s.mask
		for s.table[i] != 0 {
			i = (i + 1) & s.mask
		}
		s.table[i] = uint32(at)
	}
	if len(s.cache) < maxCache {
		old := s.cache
		s.cache = make([]entry, 2*len(old))
		for _, e := range old {
			if e.a != e.b {
				s.cache[hash(0, e.a, e.b)&uint32(len(s.cache)-1)] = e
			}
		}
	}
}

// Var returns the function that is the variable v.
func (s *Store) Var(v int) Node { return s.make(uint32(v), False, True) }

// Literal returns v, or its complement.
func (s *Store) Literal(v int, positive bool) Node {
	if positive {
		return s.Var(v)
	}
	return Not(s.Var(v))
}
