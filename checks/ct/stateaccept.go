package ct

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/checks/graph"
)

// stateAccept is what a rule accepts by the state of packets.
type stateAccept struct {
	// states are those that are accepted; 0 if the rule does not accept, or
	// does not look at the state.
	states uint64
	// The other conditions of the rule: on interfaces, on the protocol, on
	// anything else.
	byInterface, byProtocol, narrow bool
	// tcp and udp say that the protocols, if the rule names some, hold these.
	tcp, udp bool
	// direct says that the rule itself accepts, and not a chain it goes to.
	direct bool
}

// acceptByState returns what a rule accepts by state: by a verdict, by a map of
// states, or in a chain that it goes to and that accepts everything.
func acceptByState(t *graph.Table, r *ast.Rule) stateAccept {
	a := stateAccept{states: ast.StateAll}
	asks := false
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			if c, ok := s.Left.(*ast.CT); ok && c.Key == ast.CTState {
				bits, known := flows.StateBits(s)
				if !known {
					return stateAccept{}
				}
				a.states &= bits
				asks = true
				continue
			}
			a.condition(s)
		case *ast.AnyOf:
			if bits := statesOfAny(s); bits != 0 {
				a.states &= bits
				asks = true
				continue
			}
			a.narrow = true
		case *ast.VMap:
			c, ok := s.Key.(*ast.CT)
			if !ok || c.Key != ast.CTState {
				return stateAccept{}
			}
			a.states &= statesOfMap(t, s.Map)
			a.direct = true
			return a
		case *ast.Verdict:
			switch {
			case !asks:
				return stateAccept{}
			case s.Kind == ast.VerdictAccept:
				a.direct = true
				return a
			case s.Kind == ast.VerdictJump || s.Kind == ast.VerdictGoto:
				if acceptsAll(t.Chain(s.Chain), maxAcceptDepth) {
					return a
				}
			}
			return stateAccept{}
		case *ast.Limit, *ast.Quota, *ast.ConnLimit, *ast.Opaque:
			a.narrow = true
		case *ast.Extension:
			a.narrow = a.narrow || !s.Target
		}
	}
	return stateAccept{}
}

// condition notes what a match that is not on the state asks for.
func (a *stateAccept) condition(m *ast.Match) {
	if k, ok := m.Left.(*ast.Meta); ok {
		switch k.Key {
		case ast.MetaIif, ast.MetaIifname, ast.MetaOif, ast.MetaOifname:
			a.byInterface = true
			return
		case ast.MetaNfproto, ast.MetaProtocol:
			return
		case ast.MetaL4proto:
			a.byProtocol = true
			not := m.Op == ast.OpNe
			a.tcp, a.udp = holdsInt(m.Right, protoTCP) != not, holdsInt(m.Right, protoUDP) != not
			return
		default:
		}
	}
	a.narrow = true
}

// Numbers of protocols (IANA).
const (
	protoICMP   = 1
	protoICMPv6 = 58
	protoTCP    = 6
	protoUDP    = 17
	protoGRE    = 47
)

// holdsInt reports whether a number is a value, or one of a written-out set.
func holdsInt(e ast.Expr, n uint64) bool {
	switch e := e.(type) {
	case *ast.Int:
		return e.Val == n
	case *ast.Range:
		lo, ok := e.Lo.(*ast.Int)
		hi, is := e.Hi.(*ast.Int)
		return ok && is && lo.Val <= n && n <= hi.Val
	case *ast.SetLit:
		for _, x := range e.Elems {
			if holdsInt(x.Key, n) {
				return true
			}
		}
	}
	return false
}

// statesOfAny returns the states of packets for which alternatives hold whatever
// else the packets are: --ctstate ESTABLISHED,DNAT holds for all ESTABLISHED.
func statesOfAny(s *ast.AnyOf) (bits uint64) {
	if s.Not {
		return 0
	}
	for _, alt := range s.Alts {
		if len(alt) != 1 {
			continue
		}
		if m, ok := alt[0].(*ast.Match); ok {
			if c, ok := m.Left.(*ast.CT); ok && c.Key == ast.CTState {
				b, _ := flows.StateBits(m)
				bits |= b
			}
		}
	}
	return bits
}

// statesOfMap returns the states that a map accepts.
func statesOfMap(t *graph.Table, m ast.Expr) (bits uint64) {
	var elems []*ast.Elem
	switch m := m.(type) {
	case *ast.SetLit:
		elems = m.Elems
	case *ast.SetRef:
		if set := t.Map(m.Name); set != nil {
			elems = set.Elems
		}
	}
	for _, e := range elems {
		key, ok := e.Key.(*ast.Int)
		v, is := e.Data.(*ast.Verdict)
		if !ok || !is {
			continue
		}
		if v.Kind == ast.VerdictAccept || v.Kind != ast.VerdictDrop && acceptsAll(t.Chain(v.Chain), maxAcceptDepth) {
			bits |= key.Val
		}
	}
	return bits
}

const (
	// maxAcceptDepth is how deep calls are followed to find out whether a
	// chain accepts everything.
	maxAcceptDepth = 3
	// maxAcceptRules is how many of its rules are looked at: such chains log,
	// mark, and accept.
	maxAcceptRules = 8
)

// acceptsAll reports whether a chain, which may be nil, accepts every packet.
func acceptsAll(c *graph.Chain, depth int) bool {
	if c == nil || depth == 0 {
		return false
	}
	for i, r := range c.Rules {
		if i == maxAcceptRules || r.Bad {
			return false
		}
		sure := true
		for _, s := range r.Stmts {
			switch graph.EffectOf(s, c.Table.Xtables) {
			case graph.Asks:
				sure = false
			case graph.Passes:
			case graph.Final:
				v, ok := s.(*ast.Verdict)
				if !ok || v.Kind != ast.VerdictAccept {
					return false
				}
				if sure {
					return true
				}
			case graph.Calls:
				v := s.(*ast.Verdict)
				return sure && acceptsAll(c.Table.Chain(v.Chain), depth-1)
			default: // it returns, or nobody knows
				return false
			}
		}
	}
	return false
}
