package semantics

import (
	"github.com/ctlint/ctlint/ast"
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
//
// What a way or a rule does is found when it is needed, and only as far as it is:
// w.Accepts().And(web) costs what is said about web, while w.Accepts().Some() asks
// about all packets. So a set should be made small first, and then looked at.
type Set struct {
	way  *Way
	node bdd.Node
	// asks, if it is not 0, says that the set is still to be found: it is what the
	// way or the rule does, as far as mode says, with the packets in node.
	asks asked
	rule *ast.Rule
	mode mode
}

// mode says which packets of a set are meant that depends on what is unknown.
type mode uint8

const (
	asItIs mode = iota
	may
	must
)

func (m mode) apply(st *bdd.Store, n bdd.Node) bdd.Node {
	switch m {
	case may:
		return st.Exists(n, unknowns)
	case must:
		return st.ForAll(n, unknowns)
	}
	return n
}

// force finds the set, if that is still to be done.
func (s Set) force() Set {
	if s.asks == 0 || s.way == nil || !s.node.OK() {
		return s
	}
	defer s.way.host.ask()()
	return Set{way: s.way, node: s.found()}
}

// found returns the set's node; the host is locked.
func (s Set) found() bdd.Node {
	if s.asks == 0 || !s.node.OK() {
		return s.node
	}
	st := s.way.host.space.store
	within := st.Exists(s.node, unknowns)
	n := s.way.answer(question{s.asks, s.rule, within})
	return st.And(s.mode.apply(st, n), s.node)
}

// glimpses is how many packets are tried before it is found out what all do.
const glimpses = 3

// glimpse returns a part of the set that is not empty if the set is not; part says
// that it need not be all of it. A few packets of a set are mostly enough to see that
// there are some.
func (s Set) glimpse() (of Set, part bool) {
	if s.asks == 0 || s.way == nil || !s.node.OK() {
		return s, false
	}
	q := question{s.asks, s.rule, bdd.True}
	done := s.way.host.ask()
	q.within = s.way.host.space.store.Exists(s.node, unknowns)
	_, known := s.way.answers[q]
	if !known {
		for i := range glimpses {
			n := s.way.glimpse(q, i)
			if n == bdd.False || !n.OK() {
				break
			}
			if m := s.within(n).found(); m.OK() && m != bdd.False {
				done()
				return Set{way: s.way, node: m}, true
			}
		}
		if n, ok := s.way.find(q); ok && s.mode != must {
			m := bdd.False
			if n != bdd.False {
				m = s.within(n).found()
			}
			if n == bdd.False || m.OK() && m != bdd.False {
				done()
				return Set{way: s.way, node: m}, n != bdd.False
			}
		}
	}
	done()
	return s.force(), false
}

// within returns the part of s that lies in n.
func (s Set) within(n bdd.Node) Set {
	s.node = s.way.host.space.store.And(s.node, n)
	return s
}

// Known reports whether the set could be computed.
func (s Set) Known() bool {
	s = s.force()
	return s.way != nil && s.node.OK()
}

// Way returns the way that the set's packets are on; nil for the zero Set.
func (s Set) Way() *Way { return s.way }

// of makes the set that an operation gives.
func (s Set) of(op func(st *bdd.Store, n bdd.Node) bdd.Node) Set {
	if s.way == nil {
		return s
	}
	defer s.way.host.ask()()
	n := s.found()
	if !n.OK() {
		return Set{way: s.way, node: bdd.Bad}
	}
	return Set{way: s.way, node: op(s.way.host.space.store, n)}
}

// fits reports whether two sets are of one host, or of hosts that were made together.
func (s Set) fits(t Set) bool {
	return s.way != nil && t.way != nil && s.way.host.common == t.way.host.common
}

// And returns the packets that are in both sets.
func (s Set) And(t Set) Set {
	if !s.fits(t) {
		return Set{way: s.way, node: bdd.Bad}
	}
	defer s.way.host.ask()()
	switch {
	case s.asks == 0:
		n := t.within(s.node)
		n.way = s.way
		if t.asks != 0 && t.way != s.way {
			return Set{way: s.way, node: n.onItsWay(t.way)}
		}
		return n
	case t.asks == 0:
		return s.within(t.node)
	}
	// Both are still to be found: the second is, among those of the first.
	n := s.found()
	u := t.within(n)
	return Set{way: s.way, node: u.found()}
}

// onItsWay finds a set that is about another way than the one it is to be of.
func (s Set) onItsWay(w *Way) bdd.Node {
	s.way = w
	return s.found()
}

// Or returns the packets that are in one of the sets.
func (s Set) Or(t Set) Set {
	if !s.fits(t) {
		return Set{way: s.way, node: bdd.Bad}
	}
	return s.of(func(st *bdd.Store, n bdd.Node) bdd.Node { return st.Or(n, t.found()) })
}

// Minus returns the packets that are in s and not in t.
func (s Set) Minus(t Set) Set {
	if !s.fits(t) {
		return Set{way: s.way, node: bdd.Bad}
	}
	if t.asks == 0 {
		defer s.way.host.ask()()
		return s.within(bdd.Not(t.node))
	}
	return s.of(func(st *bdd.Store, n bdd.Node) bdd.Node { return st.Diff(n, t.within(n).found()) })
}

// Not returns the packets of the way's universe that are not in s.
func (s Set) Not() Set {
	if s.way == nil {
		return s
	}
	return s.way.Universe().Minus(s)
}

// Empty reports whether there is surely no packet in the set, however what is
// unknown may be.
func (s Set) Empty() bool {
	s, _ = s.glimpse()
	return s.way != nil && s.node == bdd.False
}

// Some reports whether there may be a packet in the set. It is not the opposite of
// [Set.Empty]: of a set that is not known both are false.
func (s Set) Some() bool {
	s, _ = s.glimpse()
	return s.way != nil && s.node.OK() && s.node != bdd.False
}

// Equal reports whether both sets are surely the same, and depend on what is unknown
// in the same manner.
func (s Set) Equal(t Set) bool {
	if !s.fits(t) {
		return false
	}
	s, t = s.force(), t.force()
	return s.node.OK() && s.node == t.node
}

// Covers reports whether all packets of t are surely in s.
func (s Set) Covers(t Set) bool {
	if !s.fits(t) {
		return false
	}
	defer s.way.host.ask()()
	n := t.found()
	yes, ok := s.way.host.space.store.Implies(n, s.within(n).found())
	return yes && ok
}

// Disjoint reports whether there is surely no packet in both sets.
func (s Set) Disjoint(t Set) bool { return s.And(t).Empty() }

// Meets reports whether there may be a packet in both sets; like [Set.Some] it is
// not the opposite of [Set.Disjoint] where a set is not known.
func (s Set) Meets(t Set) bool { return s.And(t).Some() }

// May returns the packets that may be in the set, as what is unknown may be. A
// finding about packets that may be dropped would be a guess; one that no packet may
// be accepted is not.
func (s Set) May() Set { return s.as(may) }

// Must returns the packets that are in the set however what is unknown is.
func (s Set) Must() Set { return s.as(must) }

func (s Set) as(m mode) Set {
	if s.way == nil {
		return s
	}
	defer s.way.host.ask()()
	st := s.way.host.space.store
	switch {
	case s.asks == 0:
		s.node = m.apply(st, s.node)
	case s.mode != asItIs:
		s.node = m.apply(st, s.node) // what it is within; the rest is certain already
	case st.Exists(s.node, unknowns) == s.node:
		s.mode = m
	default:
		return Set{way: s.way, node: m.apply(st, s.found())}
	}
	return s
}

// unknowns are the variables of conditions and numbers that cannot be known.
var unknowns = func() *bdd.Vars {
	v := bdd.NewVars()
	v.AddFrom(drawnBase)
	return v
}()

// Certain reports whether the set does not depend on anything unknown.
func (s Set) Certain() bool {
	s = s.force()
	return s.Known() && s.May().node == s.node
}

// Project returns what the set says of some fields alone: the packets that have
// the values of these fields with some packet of the set. The interfaces, the
// protocol and the ports mean the same in both families, so projections of sets of
// different ways may be compared.
func (s Set) Project(fields ...Field) Set {
	return s.of(func(st *bdd.Store, n bdd.Node) bdd.Node { return st.Exists(n, s.way.host.space.allBut(fields)) })
}

// Without returns the set with some fields left open: the packets that are in it if
// these fields are chosen well.
func (s Set) Without(fields ...Field) Set {
	return s.of(func(st *bdd.Store, n bdd.Node) bdd.Node {
		v := bdd.NewVars()
		for _, f := range fields {
			s.way.host.space.fields[f].AddTo(v)
		}
		return st.Exists(n, v)
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
	if s = s.force(); !s.Known() {
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
	if s = s.force(); !s.Known() {
		return 0
	}
	defer s.way.host.ask()()
	return s.way.host.space.store.Share(s.node)
}
