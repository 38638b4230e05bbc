package bdd

import "math/big"

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
