package ct

import "github.com/ctlint/ctlint/ast"

// stateBits returns the states in which a match on ct state holds; known is false
// if it does not say.
func stateBits(m *ast.Match) (bits uint64, known bool) {
	var mask uint64
	switch r := m.Right.(type) {
	case *ast.Int:
		mask = r.Val
	case *ast.SetLit:
		for _, e := range r.Elems {
			i, ok := e.Key.(*ast.Int)
			if !ok {
				return 0, false
			}
			mask |= i.Val
		}
	default:
		return 0, false
	}
	switch m.Op {
	case ast.OpAny, ast.OpEq:
		return mask & ast.StateAll, true
	case ast.OpNone, ast.OpNe:
		return ast.StateAll &^ mask, true
	default:
		return 0, false
	}
}
