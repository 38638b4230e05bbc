package ct

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/semantics"
)

// exemption is a rule that keeps packets of a way from conntrack.
type exemption struct {
	way  *hostWay
	rule *ast.Rule
	// packets are those, other than of lo, that it keeps from it.
	packets semantics.Set
}

// exemptionsOf returns the rules that keep packets from conntrack, for each way that
// they are on. Those that are for SYN alone are left out: SYNPROXY wants them so.
func exemptionsOf(f *reach.Facts, g *graph.Graph) (out []exemption) {
	served := map[*ast.Rule]bool{}
	for _, w := range waysOf(f, g, ast.HookInput, ast.HookForward, ast.HookOutput) {
		for r := range w.Rules() {
			if !exempts(r) {
				continue
			}
			x := exemption{way: w, rule: r}
			x.packets = w.where(semantics.Fields{State: ast.StateUntracked, Whole: true}).And(w.Rule(r).Match).Must()
			ack := w.where(semantics.Fields{Proto: protoTCP, TCPFlags: ast.TCPAck, TCPMask: ast.TCPAck | ast.TCPSyn})
			tcp := w.where(semantics.Fields{Proto: protoTCP})
			if !x.packets.Some() || !x.packets.Meets(ack) && x.packets.Minus(tcp).Empty() {
				continue
			}
			// What is for services of the host itself is not for those that it
			// could forward to.
			if w.Hook == ast.HookInput && x.packets.Meets(w.Accepts().May()) {
				served[r] = true
			} else if w.Hook == ast.HookForward && served[r] {
				continue
			}
			out = append(out, x)
		}
	}
	return out
}

func exempts(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		if _, ok := s.(*ast.Notrack); ok {
			return !r.Bad
		}
	}
	return false
}

// exchange is a packet that an exemption keeps from conntrack and that is accepted, and
// the one that answers it.
type exchange struct {
	first semantics.Witness
	reply semantics.Packet
	back  *hostWay
	// exempt is the rule that keeps the reply from conntrack as well; nil if none does.
	exempt *ast.Rule
	// dropped says that the reply is dropped for certain.
	dropped bool
}

// exchanges returns what becomes of the answers to packets that are exempt and
// accepted: of one for each protocol.
func (x exemption) exchanges(all []exemption) (out []exchange) {
	for _, f := range []semantics.Fields{
		{Proto: protoTCP, TCPFlags: ast.TCPSyn, TCPMask: 0xff, Sport: semantics.Ports{Lo: 1, Hi: 65535}},
		{Proto: protoUDP},
	} {
		first, ok := x.packets.And(x.way.where(f)).And(x.way.Accepts()).Must().Witness()
		if !ok {
			continue
		}
		e := exchange{first: first, reply: first.Packet.Reply()}
		// A segment that answers a SYN which conntrack has not seen is none that
		// begins a connection; a datagram is.
		e.reply.State, e.reply.Dir, e.reply.Status = ast.StateInvalid, ast.DirNone, 0
		e.reply.HasOrig, e.reply.HasAnswer, e.reply.Orig, e.reply.Answer = false, false, semantics.Tuple{}, semantics.Tuple{}
		if f.Proto == protoUDP {
			e.reply.State, e.reply.Dir = ast.StateNew, ast.DirOriginal
		}
		e.back = newWay(x.way.facts, x.way.graph, x.way.facts.Way(x.way.Family, replyHook[x.way.Hook]))
		exempt := e.reply
		exempt.State, exempt.Dir = ast.StateUntracked, ast.DirNone
		for _, y := range all {
			if y.way.Hook == e.back.Hook && y.way.Family == e.back.Family && y.packets.Contains(exempt) == semantics.Yes {
				e.exempt, e.reply = y.rule, exempt
				break
			}
		}
		e.dropped = e.back.Drops().Must().Contains(e.reply) == semantics.Yes
		out = append(out, e)
	}
	return out
}
