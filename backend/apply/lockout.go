//go:build linux

package apply

import (
	"fmt"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/admit"
	"github.com/ctlint/ctlint/backend/live"
	"github.com/ctlint/ctlint/semantics"
)

// Prediction is what becomes of an SSH session.
type Prediction struct {
	// Dropped are packets of it that are dropped, or may be where they are
	// established ones: the session is lost.
	Dropped []Doomed
	// Unsure are those of a new session that are dropped or not as it happens, such
	// as by a rate.
	Unsure []Doomed
	// Blind are chains that see its packets and were not looked at: those of devices.
	Blind []string
	// Unknown says why nothing is known; empty if something is.
	Unknown string
}

// Doomed is a packet with what drops it.
type Doomed struct {
	What   string // such as a new session, client to server
	Packet semantics.Packet
	By     string
}

// String returns it as a sentence.
func (d Doomed) String() string { return fmt.Sprintf("%s: %s: %s", d.What, &d.Packet, d.By) }

// Predict says what a ruleset does to the packets of a session, and to those of another
// one like it that begins then: what the client sends and what the server answers.
func (s Session) Predict(rs *live.Ruleset) (*Prediction, error) {
	flow, tracked := s.flow()
	if !tracked && !s.here() {
		return &Prediction{Unknown: "its connection does not end in this network namespace, nor go through it"}, nil
	}
	routes, err := admit.DialRoutes()
	if err != nil {
		return nil, err
	}
	defer func() { _ = routes.Close() }()
	now, err := admit.Explain(rs.Ruleset, flow, routes)
	if err != nil {
		return nil, err
	}
	if now.Unrouted {
		return &Prediction{Unknown: "there is no route to an end of its connection"}, nil
	}
	p := &Prediction{}
	for _, t := range rs.Tables {
		for _, c := range t.Chains {
			if c.Hook == ast.HookIngress || c.Hook == ast.HookEgress {
				p.Blind = append(p.Blind, t.Family.String()+" "+t.Name+" "+c.Name)
			}
		}
	}
	p.look(rs, "this session, client to server", &now.Original, false)
	p.look(rs, "this session, server to client", &now.Reply, false)
	p.look(rs, "a new session, client to server", &now.New, true)
	p.look(rs, "a new session, server to client", answered(rs.Ruleset, &now.Reply), true)
	return p, nil
}

// answered is what becomes of the packet with which the server answers the first one:
// SYN and ACK, of a connection that is established by it.
func answered(rs *ast.Ruleset, reply *admit.Way) *admit.Way {
	var w admit.Way
	for _, p := range reply.Packets {
		p.TCPFlags, p.CTMark = ast.TCPSyn|ast.TCPAck, 0
		p.Status &^= ast.StatusAssured
		w.Packets = append(w.Packets, p)
		w.Decisions = append(w.Decisions, semantics.Decide(rs, p))
	}
	return &w
}

// look notes packets that do not pass for certain.
func (p *Prediction) look(rs *live.Ruleset, what string, w *admit.Way, fresh bool) {
	for i := range w.Packets {
		d := &w.Decisions[i]
		if d.Accepts() {
			continue
		}
		x := Doomed{What: what, Packet: w.Packets[i], By: decider(rs, d)}
		if !d.Drops() && (fresh || d.Translated) {
			p.Unsure = append(p.Unsure, x)
		} else {
			p.Dropped = append(p.Dropped, x)
		}
	}
}

// decider says what drops a packet, or may.
func decider(rs *live.Ruleset, d *semantics.Decision) string {
	word := "dropped by "
	if !d.Drops() {
		word = "may be dropped by "
	}
	var by []string
	for _, s := range d.By {
		if !s.Drop {
			continue
		}
		chain := s.Chain.Name
		if t := rs.Table(s.Chain); t != nil {
			chain = t.Family.String() + " " + t.Name + " " + chain
		}
		if s.Rule == nil {
			by = append(by, "the policy of "+chain)
		} else {
			by = append(by, rs.Text(s.Rule)+" ("+chain+")")
		}
	}
	if by == nil {
		return "what becomes of it is not known"
	}
	return word + strings.Join(by, ", or ")
}
