package semantics

import "github.com/ctlint/ctlint/ast"

// Nodes returns how many nodes the sets of a host have.
func Nodes(h *Host) int { return h.space.store.Len() }

// Visits returns how many visits to a chain are told apart, and whether all could be.
func Visits(w *Way, t *ast.Table, chain string) (count int, known bool) {
	v := w.walker.callsOf(t).visitsOf()
	return v.count[t.Chain(chain)], v.known
}
