package rd

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/graph"
)

// deed is what becomes of a packet at a rule. Two rejections, or two translations,
// that differ are different deeds.
type deed struct {
	kind deedKind
	// how tells deeds of one kind apart.
	how string
}

type deedKind uint8

const (
	mixed deedKind = iota // more than one, or not a fate at all
	accepts
	drops
	rejects
	translates
	returns
)

// verbs say of a rule what it does to packets.
var verbs = [...]string{mixed: "takes", accepts: "accepts", drops: "drops", rejects: "rejects", translates: "translates", returns: "sends back"}

// bare are the verbs behind would.
var bare = [...]string{mixed: "take", accepts: "accept", drops: "drop", rejects: "reject", translates: "translate", returns: "send back"}

// deedOfStmt returns what a statement does with all packets that come to it.
func deedOfStmt(s ast.Stmt) (deed, bool) {
	switch s := s.(type) {
	case *ast.Verdict:
		switch s.Kind {
		case ast.VerdictAccept:
			return deed{kind: accepts}, true
		case ast.VerdictDrop:
			return deed{kind: drops}, true
		case ast.VerdictReturn:
			return deed{kind: returns}, true
		default:
		}
	case *ast.Reject:
		return deed{rejects, string(ast.AppendMeaning(nil, s))}, true
	case *ast.NAT:
		return deed{translates, string(ast.AppendMeaning(nil, s))}, true
	}
	return deed{}, false
}

// ownDeed returns what a rule does with the packets it matches, if it does the same
// with all and leaves nothing else behind; not what the chains do that it calls.
func ownDeed(r *ast.Rule) deed {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match, *ast.AnyOf, *ast.Limit, *ast.Counter, *ast.Last:
		case *ast.ObjRef:
			if s.Kind != ast.ObjectCounter {
				return deed{}
			}
		case *ast.Extension:
			if s.Target || s.Name == "recent" {
				return deed{}
			}
		default:
			d, _ := deedOfStmt(s)
			return d
		}
	}
	return deed{}
}

// maxDeedDepth is how deep calls are followed to find out what a rule does.
const maxDeedDepth = 8

// deedOf returns what a rule does, also in the chains that it calls.
func (j *judge) deedOf(c *graph.Chain, index int) deed {
	return j.deedAt(c, index, maxDeedDepth)
}

func (j *judge) deedAt(c *graph.Chain, index, depth int) deed {
	if d := ownDeed(c.Rules[index]); d.kind != mixed {
		return d
	}
	call, ok := onlyCall(c, index)
	if !ok || depth == 0 || call.To == nil {
		return deed{}
	}
	var all deed
	for i, r := range call.To.Rules {
		if onlyLogs(r) {
			continue
		}
		d := j.deedAt(call.To, i, depth-1)
		if d.kind == mixed || d.kind == returns || all.kind != mixed && d != all {
			return deed{}
		}
		all = d
	}
	if !call.To.Decides {
		return deed{}
	}
	return all
}

// onlyCall returns the jump that a rule makes, if it does nothing else.
func onlyCall(c *graph.Chain, index int) (call graph.Call, ok bool) {
	for _, s := range c.Rules[index].Stmts {
		switch s := s.(type) {
		case *ast.Match, *ast.AnyOf, *ast.Limit, *ast.Counter:
		case *ast.Verdict:
		case *ast.Extension:
			if s.Target {
				return call, false
			}
		default:
			return call, false
		}
	}
	for _, x := range callsAt(c, index) {
		if x.Maybe || x.Map != nil || ok {
			return call, false
		}
		call, ok = x, true
	}
	return call, ok
}

// callsAt returns the calls of one rule.
func callsAt(c *graph.Chain, index int) []graph.Call {
	lo, hi := 0, len(c.Calls)
	for lo < hi {
		if mid := (lo + hi) / 2; c.Calls[mid].Index < index {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	for hi < len(c.Calls) && c.Calls[hi].Index == index {
		hi++
	}
	return c.Calls[lo:hi]
}
