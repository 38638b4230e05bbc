package semantics

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// stateCodes are the states of packets; a state's place is its value in FieldState.
var stateCodes = [...]uint32{ast.StateNew, ast.StateEstablished, ast.StateRelated, ast.StateInvalid, ast.StateUntracked}

// states returns the set of packets whose state is one of the bits.
func (s *space) states(bits uint64) bdd.Node {
	var in []bdd.Interval
	for i, b := range stateCodes {
		if bits&uint64(b) != 0 {
			in = append(in, point(i))
		}
	}
	return s.store.Intervals(s.fields[FieldState], in)
}
