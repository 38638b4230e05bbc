package semantics

import (
	"github.com/ctlint/ctlint/semantics/bdd"
)

// Set is a set of packets of a [Way]. Where something cannot be known (a string in
// the packet, a rate, a set that is filled at run time), it is a set of packets
// for each way in which that may be: [Set.May] and [Set.Must] are what it is at
// most and at least. Sets that are compared should say which of both is meant.
//
// A set that could not be computed within the budget is not [Set.Known]. Every
// report about it is false, and every set made of it is not known, so that a claim
// which rests on a true report, or on a witness, rests on what is so. The zero Set
// is not known.
type Set struct {
	way  *Way
	node bdd.Node
}

// Known reports whether the set could be computed.
func (s Set) Known() bool { return s.way != nil && s.node.OK() }

// Way returns the way that the set's packets are on; nil for the zero Set.
func (s Set) Way() *Way { return s.way }

// of makes the set that an operation gives.
func (s Set) of(op func(st *bdd.Store) bdd.Node) Set {
	if !s.Known() {
		return Set{s.way, bdd.Bad}
	}
	defer s.way.host.ask()()
	return Set{s.way, op(s.way.host.space.store)}
}

func (s Set) with(t Set, op func(st *bdd.Store) bdd.Node) Set {
	if !t.Known() || s.Known() && s.way.host.space != t.way.host.space {
		return Set{s.way, bdd.Bad}
	}
	return s.of(op)
}

// And returns the packets that are in both sets.
func (s Set) And(t Set) Set {
	return s.with(t, func(st *bdd.Store) bdd.Node { return st.And(s.node, t.node) })
}

// Or returns the packets that are in one of the sets.
func (s Set) Or(t Set) Set {
	return s.with(t, func(st *bdd.Store) bdd.Node { return st.Or(s.node, t.node) })
}

// Minus returns the packets that are in s and not in t.
func (s Set) Minus(t Set) Set {
	return s.with(t, func(st *bdd.Store) bdd.Node { return st.Diff(s.node, t.node) })
}

// Not returns the packets of the way's universe that are not in s.
func (s Set) Not() Set {
	return s.of(func(st *bdd.Store) bdd.Node { return st.Diff(s.way.real, s.node) })
}

// Empty reports whether there is surely no packet in the set, however what is
// unknown may be.
func (s Set) Empty() bool { return s.Known() && s.node == bdd.False }

// Some reports whether there may be a packet in the set. It is not the opposite of
// [Set.Empty]: of a set that is not known both are false.
func (s Set) Some() bool { return s.Known() && s.node != bdd.False }

// Equal reports whether both sets are surely the same, and depend on what is unknown
// in the same manner.
func (s Set) Equal(t Set) bool {
	return s.Known() && t.Known() && s.way.host.space == t.way.host.space && s.node == t.node
}

// Covers reports whether all packets of t are surely in s.
func (s Set) Covers(t Set) bool {
	return s.ask(t, func(st *bdd.Store) (bool, bool) { return st.Implies(t.node, s.node) })
}

// Disjoint reports whether there is surely no packet in both sets.
func (s Set) Disjoint(t Set) bool {
	return s.ask(t, func(st *bdd.Store) (bool, bool) { return st.Disjoint(s.node, t.node) })
}

// Meets reports whether there may be a packet in both sets; like [Set.Some] it is
// not the opposite of [Set.Disjoint] where a set is not known.
func (s Set) Meets(t Set) bool {
	return s.ask(t, func(st *bdd.Store) (bool, bool) {
		d, ok := st.Disjoint(s.node, t.node)
		return !d, ok
	})
}

func (s Set) ask(t Set, f func(st *bdd.Store) (yes, ok bool)) bool {
	if !s.Known() || !t.Known() || s.way.host.space != t.way.host.space {
		return false
	}
	defer s.way.host.ask()()
	yes, ok := f(s.way.host.space.store)
	return yes && ok
}

// May returns the packets that may be in the set, as what is unknown may be. A
// finding about packets that may be dropped would be a guess; one that no packet may
// be accepted is not.
func (s Set) May() Set {
	return s.of(func(st *bdd.Store) bdd.Node { return st.Exists(s.node, unknowns) })
}

// Must returns the packets that are in the set however what is unknown is.
func (s Set) Must() Set {
	return s.of(func(st *bdd.Store) bdd.Node { return st.ForAll(s.node, unknowns) })
}

// unknowns are the variables of conditions that cannot be known.
var unknowns = func() *bdd.Vars {
	v := bdd.NewVars()
	v.AddFrom(freeBase)
	return v
}()

// Certain reports whether the set does not depend on anything unknown.
func (s Set) Certain() bool { return s.Known() && s.May().node == s.node }

// Project returns what the set says of some fields alone: the packets that have
// the values of these fields with some packet of the set. The interfaces, the
// protocol and the ports mean the same in both families, so projections of sets of
// different ways may be compared.
func (s Set) Project(fields ...Field) Set {
	return s.of(func(st *bdd.Store) bdd.Node { return st.Exists(s.node, s.way.host.space.allBut(fields)) })
}

// Without returns the set with some fields left open: the packets that are in it if
// these fields are chosen well.
func (s Set) Without(fields ...Field) Set {
	return s.of(func(st *bdd.Store) bdd.Node {
		v := bdd.NewVars()
		for _, f := range fields {
			s.way.host.space.fields[f].AddTo(v)
		}
		return st.Exists(s.node, v)
	})
}

// allBut returns all variables but those of some fields.
func (s *space) allBut(fields []Field) *bdd.Vars {
	keep := map[Field]bool{}
	for _, f := range fields {
		keep[f] = true
	}
	v := bdd.NewVars()
	last := 0
	for f := range numFields {
		if !keep[f] {
			s.fields[f].AddTo(v)
		}
		last = max(last, s.fields[f].Bit(s.fields[f].Width-1))
	}
	v.AddFrom(last + 1)
	return v
}

// Depends reports whether the set depends on a field at all; of one that is not
// known it says that it does.
func (s Set) Depends(f Field) bool {
	if !s.Known() {
		return true
	}
	defer s.way.host.ask()()
	support := s.way.host.space.store.Support(s.node)
	field := s.way.host.space.fields[f]
	for i := range field.Width {
		if support.Has(field.Bit(i)) {
			return true
		}
	}
	return false
}

// Share returns how large a part of all that could be written in its fields the set
// is, to tell larger sets from smaller ones; 0 for one that is not known.
func (s Set) Share() float64 {
	if !s.Known() {
		return 0
	}
	defer s.way.host.ask()()
	return s.way.host.space.store.Share(s.node)
}
