package graph

import "github.com/ctlint/ctlint/ast"

// Effect is what a statement does with the packet on its way through a rule.
type Effect uint8

const (
	// Passes says that the next statement follows, whatever the packet.
	Passes Effect = iota
	// Asks says that the rule ends here for packets that the statement does not hold
	// for, and for the others the next statement follows.
	Asks
	// Final says that the packet is decided; it leaves the base chain.
	Final
	// Returns says that the packet goes back to the calling chain.
	Returns
	// Calls says that the packet goes to another chain.
	Calls
	// MayDecide says that nobody can tell; the packet may be decided, go to
	// another chain or back, or on to the next statement.
	MayDecide
)

// extensionTargets says what those targets do that stay an [ast.Extension] and do
// more than change something and let the rules go on (XT_CONTINUE in the
// kernel).
var extensionTargets = map[string]Effect{
	// net/ipv4/netfilter/ipt_CLUSTERIP.c drops what is for another node.
	"CLUSTERIP": MayDecide,
}

// EffectOf returns what a statement does.
func EffectOf(s ast.Stmt, xtables bool) Effect {
	switch s := s.(type) {
	case *ast.Match, *ast.AnyOf, *ast.Limit, *ast.Quota, *ast.ConnLimit:
		return Asks
	case *ast.Verdict:
		switch s.Kind {
		case ast.VerdictAccept, ast.VerdictDrop:
			return Final
		case ast.VerdictReturn:
			return Returns
		case ast.VerdictJump, ast.VerdictGoto:
			return Calls
		default:
			return Passes
		}
	case *ast.VMap:
		return MayDecide
	case *ast.Reject, *ast.NAT, *ast.Queue, *ast.Fwd:
		return Final // nft_nat_eval and its xtables kin accept what they translate
	case *ast.ObjRef:
		if s.Kind == ast.ObjectLimit || s.Kind == ast.ObjectQuota {
			return Asks
		}
		if s.Kind == ast.ObjectSynproxy {
			return MayDecide
		}
	case *ast.SetOp, *ast.Meter:
		return Asks // a full set ends the rule (nft_dynset_eval)
	case *ast.FlowAdd:
		return Asks // nft_flow_offload_eval breaks for what it cannot take
	case *ast.TProxy:
		if xtables {
			return Final
		}
		return Asks // nft_tproxy_eval breaks without a socket
	case *ast.Synproxy:
		return MayDecide
	case *ast.Extension:
		if !s.Target {
			return Asks
		}
		return extensionTargets[s.Name]
	case *ast.Opaque:
		if s.Action {
			return MayDecide
		}
		return Asks
	}
	return Passes
}

// Unconditional reports whether the rule does what it does with every packet:
// no statement before its last one asks for anything.
func Unconditional(r *ast.Rule, xtables bool) bool {
	if r.Bad {
		return false // what it asks for may not have been understood
	}
	for i, s := range r.Stmts {
		switch EffectOf(s, xtables) {
		case Asks:
			return false
		case MayDecide:
			return i == len(r.Stmts)-1
		case Passes, Final, Returns, Calls:
		}
	}
	return true
}

// decides computes [Chain.Decides] from the chains that c calls, which have it
// already.
func decides(c *Chain) bool {
	calls := c.Calls
	for i, r := range c.Rules {
		var mine []Call
		for len(calls) > 0 && calls[0].Index == i {
			mine, calls = append(mine, calls[0]), calls[1:]
		}
		sure := true
		for _, s := range r.Stmts {
			switch EffectOf(s, c.Table.Xtables) {
			case Passes:
			case Asks:
				sure = false
			case Final:
				if sure {
					return true
				}
			case Returns:
				return false
			case MayDecide:
				if _, ok := s.(*ast.Synproxy); !ok {
					return false
				}
			case Calls:
				call := mine[0]
				switch {
				case call.To == nil:
					return false
				case sure && call.To.Decides:
					return true
				case call.Goto && !call.To.Decides:
					return false
				}
			}
		}
	}
	return false
}
