package bdd

import (
	"maps"
	"math/big"
	"slices"
)

// One returns a member of n: the values of the variables that it depends on; the
// others may be what they like. False has none. Where both values are possible,
// prefer chooses; nil chooses 0.
func (s *Store) One(n Node, prefer func(v int) bool) (values map[int]bool, ok bool) {
	if n == Bad || n == False {
		return nil, false
	}
	values = map[int]bool{}
	for n != True {
		v := int(s.variable(n))
		l, h := s.Branch(n)
		value := l == False
		if l != False && h != False && prefer != nil {
			value = prefer(v)
		}
		values[v] = value
		if n = l; value {
			n = h
		}
	}
	return values, true
}

// Cube returns the assignments that have the values.
func (s *Store) Cube(values map[int]bool) Node {
	r := True
	for _, v := range slices.Backward(slices.Sorted(maps.Keys(values))) {
		if values[v] {
			r = s.make(uint32(v), False, r)
		} else {
			r = s.make(uint32(v), r, False)
		}
	}
	return r
}

// Has reports whether an assignment is a member of n.
func (s *Store) Has(n Node, value func(v int) bool) bool {
	for n > False {
		l, h := s.Branch(n)
		if value(int(s.variable(n))) {
			n = h
		} else {
			n = l
		}
	}
	return n == True
}

// Count returns how many assignments of the variables 0 to vars-1 are members of
// n, which depends on no others. It is nil for [Bad].
func (s *Store) Count(n Node, vars int) *big.Int {
	if n == Bad {
		return nil
	}
	// memo holds how many assignments of the variables from a node's own on
	// are members.
	memo := map[Node]*big.Int{}
	var walk func(n Node) *big.Int
	level := func(n Node) int {
		if n <= False {
			return vars
		}
		return int(s.variable(n))
	}
	walk = func(n Node) *big.Int {
		switch n {
		case True:
			return big.NewInt(1)
		case False:
			return new(big.Int)
		}
		if c, ok := memo[n]; ok {
			return c
		}
		l, h := s.Branch(n)
		c := new(big.Int)
		for _, b := range []Node{l, h} {
			c.Add(c, new(big.Int).Lsh(walk(b), uint(level(b)-level(n)-1)))
		}
		memo[n] = c
		return c
	}
	return new(big.Int).Lsh(walk(n), uint(level(n)))
}

// Share returns the part of all assignments that are members of n, from 0 to 1. What
// is smaller than any number may be 0.
func (s *Store) Share(n Node) float64 {
	// A node and its complement are kept apart: 1 less the one is no good number for
	// the other, as sets of packets are tiny parts of what could be written.
	memo := map[Node]float64{False: 0, True: 1}
	var walk func(n Node) float64
	walk = func(n Node) float64 {
		share, ok := memo[n]
		if !ok {
			lo, hi := s.Branch(n)
			share = (walk(lo) + walk(hi)) / 2
			memo[n] = share
		}
		return share
	}
	if n == Bad {
		return 0
	}
	return walk(n)
}

// Common returns a member that all functions have in common, as [Store.One] does,
// without making a node for what they have in common, which may be far larger than
// they are. Without an answer, ok is false; sat is false if there surely is none.
func (s *Store) Common(all []Node) (values map[int]bool, sat, ok bool) {
	c := common{s: s, values: map[int]bool{}, seen: map[string]struct{}{}}
	sat = c.search(all)
	return c.values, sat && !c.lost, !c.lost
}

// common looks for a common member. It remembers the functions that have none.
type common struct {
	s      *Store
	values map[int]bool
	seen   map[string]struct{}
	key    []byte
	lost   bool
}

func (c *common) search(all []Node) bool {
	left := make([]Node, 0, len(all))
	for _, n := range all {
		switch n {
		case True:
		case False:
			return false
		case Bad:
			c.lost = true
			return false
		default:
			left = append(left, n)
		}
	}
	slices.Sort(left)
	left = slices.Compact(left)
	v := uint32(terminal)
	for i, n := range left {
		if i > 0 && n == left[i-1]^1 {
			return false
		}
		v = min(v, c.s.variable(n))
	}
	if len(left) == 0 {
		return true
	}
	if c.s.left -= len(left); c.s.left < 0 {
		c.lost = true
		return false
	}
	c.key = c.key[:0]
	for _, n := range left {
		c.key = append(c.key, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
	}
	key := string(c.key)
	if _, ok := c.seen[key]; ok {
		return false
	}
	next := make([]Node, len(left))
	for _, value := range []bool{false, true} {
		for i, n := range left {
			lo, hi := c.s.cofactors(n, v)
			if next[i] = lo; value {
				next[i] = hi
			}
		}
		if c.search(next) {
			c.values[int(v)] = value
			return true
		}
		if c.lost {
			return false
		}
	}
	c.seen[key] = struct{}{}
	return false
}
