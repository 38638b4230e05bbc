//go:build linux

package apply

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics"
)

// PacketChange is what a change does to packets of one kind.
type PacketChange struct {
	// Sign is + for packets that get through now, - for such that do no more, and ~ for
	// what changes otherwise.
	Sign string
	What string
	// Witness is one of them.
	Witness semantics.Witness
}

// PacketChanges are all that were found.
type PacketChanges struct {
	Found []PacketChange
	// Unknown are the ways of packets of which nothing is known.
	Unknown []*semantics.Way
}

// effects are the ways in which a packet may fare otherwise. All but those at times are
// so whatever cannot be known, such as rates and lists that packets fill.
var effects = []struct {
	sign, what string
	of         func(was, is *semantics.Way, these semantics.Set) semantics.Set
}{
	{"+", "accepted now, and was dropped", func(was, is *semantics.Way, these semantics.Set) semantics.Set {
		return these.And(was.Drops()).Must().And(these.And(is.Accepts()).Must())
	}},
	{"-", "dropped now, and was accepted", func(was, is *semantics.Way, these semantics.Set) semantics.Set {
		return these.And(was.Accepts()).Must().And(these.And(is.Drops()).Must())
	}},
	{"+", "accepted at times, and was always dropped", func(was, is *semantics.Way, these semantics.Set) semantics.Set {
		now := whole(is, these).And(is.Accepts())
		return these.And(was.Drops()).Must().And(now.May().Minus(now.Must()))
	}},
	{"-", "dropped at times, and was always accepted", func(was, is *semantics.Way, these semantics.Set) semantics.Set {
		now := whole(is, these).And(is.Drops())
		return these.And(was.Accepts()).Must().And(now.May().Minus(now.Must()))
	}},
	{"~", "rejected now, and was dropped in silence", func(was, is *semantics.Way, these semantics.Set) semantics.Set {
		return these.And(was.Drops().Minus(was.Rejects())).Must().And(these.And(is.Rejects()).Must())
	}},
	{"~", "dropped in silence now, and was rejected", func(was, is *semantics.Way, these semantics.Set) semantics.Set {
		return these.And(was.Rejects()).Must().And(these.And(is.Drops().Minus(is.Rejects())).Must())
	}},
}

// whole leaves later fragments out: to nft their bytes are ports by chance, so each rule
// on ports would be told of.
func whole(w *semantics.Way, these semantics.Set) semantics.Set {
	return these.And(w.Where(semantics.Fields{Whole: true}))
}

// told are the states of packets that are told of apart. For the rest there is a
// witness if these have none.
var told = []uint32{ast.StateNew, ast.StateEstablished}

// comparing is how much the comparison may cost: some seconds for thousands of rules that
// have little to do with each other. What is beyond that is told not to be known.
var comparing = semantics.Options{Nodes: 12 << 20, Steps: 16 << 20, Question: 4 << 20, Total: 48 << 20}

// PacketChanges compares what becomes of all packets before and after, with a witness of
// each kind of change.
func (p *Plan) PacketChanges() *PacketChanges {
	hosts := semantics.NewHosts(comparing, []*ast.Ruleset{p.Before.Ruleset.Ruleset}, []*ast.Ruleset{p.After.Ruleset.Ruleset})
	out := &PacketChanges{}
	for _, hook := range []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput} {
		for _, family := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
			was, is := hosts[0].Way(family, hook), hosts[1].Way(family, hook)
			if !was.Known() || !is.Known() {
				out.Unknown = append(out.Unknown, is)
				continue
			}
			known := true
			for _, e := range effects {
				found := false
				for _, state := range told {
					set := e.of(was, is, is.Where(semantics.Fields{State: state}))
					known = known && set.Known()
					if w, ok := set.Witness(); ok {
						found = true
						out.Found = append(out.Found, PacketChange{e.sign, e.what, w})
					}
				}
				if found {
					continue
				}
				set := e.of(was, is, is.Universe())
				known = known && set.Known()
				if w, ok := set.Witness(); ok {
					out.Found = append(out.Found, PacketChange{e.sign, e.what, w})
				}
			}
			if !known {
				out.Unknown = append(out.Unknown, is)
			}
		}
	}
	return out
}
