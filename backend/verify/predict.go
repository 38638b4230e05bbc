package verify

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics"
)

// Predictor says what a ruleset does to a packet, and which of its rules match the
// packet.
type Predictor func(p semantics.Packet) (semantics.Decision, []semantics.Step)

// Predict is the prediction of all of package semantics: of the one that runs a
// packet, and of its sets. What one of them leaves open the other may know. Where
// they contradict each other the decision is neither accept nor drop.
func Predict(rs *ast.Ruleset) Predictor {
	host := semantics.NewHost([]*ast.Ruleset{rs}, semantics.Options{})
	return func(p semantics.Packet) (semantics.Decision, []semantics.Step) {
		d, path := semantics.DecidePath(rs, p)
		// A set knows a packet by its translation, which is not known here.
		way := host.Way(p.Family(), p.Hook)
		if !way.Known() || d.Translated {
			return d, path
		}
		accept, drop := way.Accepts().Contains(seen(p, &d)), way.Drops().Contains(seen(p, &d))
		if accept == semantics.No {
			d.Accept = false
		}
		if drop == semantics.No {
			d.Drop = false
		}
		return d, path
	}
}

// seen returns the packet as the filter chains of its way see it, which is how sets
// mean it.
func seen(p semantics.Packet, d *semantics.Decision) semantics.Packet {
	if d.State != 0 {
		p.State = d.State
	}
	if p.Fragment {
		// It is not put together with others: nobody tracks connections.
		p.State = ast.StateInvalid
	}
	if p.State == ast.StateUntracked || p.State == ast.StateInvalid {
		p.HasOrig, p.Status, p.Dir = false, 0, ast.DirOriginal
	}
	if p.Hook == ast.HookForward && p.TTL > 0 {
		p.TTL--
	}
	if p.HasOrig && !p.HasAnswer {
		p.Answer, p.HasAnswer = semantics.Tuple{Saddr: p.Orig.Daddr, Daddr: p.Orig.Saddr, Sport: p.Orig.Dport, Dport: p.Orig.Sport}, true
	}
	return p
}
