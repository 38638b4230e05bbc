//go:build linux

// Package admit says which rules admit the flows that conntrack knows: the packets
// that flow now, and those that would begin the flow again.
package admit

import (
	"net/netip"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/conntrack"
	"github.com/ctlint/ctlint/semantics"
)

// Router knows the ways to addresses.
type Router interface {
	// To returns the way that packets to an address take.
	To(addr netip.Addr) (Route, error)
}

// Flow is what becomes of a flow's packets.
type Flow struct {
	// Original and Reply are packets of the two directions as they come now,
	// New is the first packet of such a flow, if it came today.
	Original, Reply, New Way
	// Unrouted says that there is no way to an end of the flow: nothing is
	// known of its packets then.
	Unrouted bool
}

// Way is what becomes of a packet: at one hook, or, between two addresses of this
// host, at two.
type Way struct {
	Packets   []semantics.Packet
	Decisions []semantics.Decision
}

// Accepted reports whether the packet is accepted for certain.
func (w *Way) Accepted() bool {
	for i := range w.Decisions {
		if !w.Decisions[i].Accepts() {
			return false
		}
	}
	return len(w.Decisions) > 0
}

// Dropped reports whether the packet is dropped for certain.
func (w *Way) Dropped() bool {
	for i := range w.Decisions {
		if w.Decisions[i].Drops() {
			return true
		}
	}
	return false
}

// Orphan reports whether the flow lives only because it is established: its packets
// may pass, but the first one of such a flow would be dropped.
func (f *Flow) Orphan() bool {
	return !f.Unrouted && f.New.Dropped() && !f.Original.Dropped() && !f.Reply.Dropped()
}

// Explain says what a ruleset does with a flow. Packets are where the routes of now
// lead them, and have the addresses that filters see: those that DNAT has made, and
// those that SNAT has not made yet.
func Explain(rs *ast.Ruleset, f *conntrack.Flow, routes Router) (*Flow, error) {
	// What comes from the client goes to whom the server really is: whoever
	// answers.
	client, server := f.Orig.Src, f.Reply.Src
	toServer, err := routes.To(server)
	if err != nil {
		return nil, err
	}
	toClient, err := routes.To(client)
	if err != nil {
		return nil, err
	}
	out := &Flow{}
	if toServer.Interface == "" || toClient.Interface == "" {
		out.Unrouted = true
		return out, nil
	}
	original := semantics.Packet{
		Saddr: client, Daddr: server, Proto: f.Orig.Proto,
		Sport: f.Orig.SrcPort, Dport: f.Reply.SrcPort,
		ICMPType: f.Orig.ICMPType, ICMPCode: f.Orig.ICMPCode,
		State: ast.StateEstablished, Status: uint32(f.Status), CTMark: f.Mark, Dir: ast.DirOriginal,
		Orig: semantics.Tuple{Saddr: f.Orig.Src, Daddr: f.Orig.Dst, Sport: f.Orig.SrcPort, Dport: f.Orig.DstPort}, HasOrig: true,
	}
	reply := original
	reply.Saddr, reply.Daddr, reply.Sport, reply.Dport = server, client, original.Dport, original.Sport
	reply.ICMPType, reply.ICMPCode = f.Reply.ICMPType, f.Reply.ICMPCode
	reply.Dir = ast.DirReply
	first := original
	first.State, first.CTMark = ast.StateNew, 0
	first.Status &^= uint32(conntrack.StatusSeenReply | conntrack.StatusAssured | conntrack.StatusConfirmed)
	if f.Status&conntrack.StatusExpected != 0 {
		first.State = ast.StateRelated // a helper would expect it again
	}
	if f.Status&conntrack.StatusSeenReply == 0 {
		// Until there is a reply, packets are new.
		original.State = first.State
	}
	if f.Orig.Proto == conntrack.TCP {
		original.TCPFlags, reply.TCPFlags, first.TCPFlags = ast.TCPAck, ast.TCPAck, ast.TCPSyn
		if original.State != ast.StateEstablished {
			original.TCPFlags = ast.TCPSyn
		}
	}
	out.Original = way(rs, original, toClient, toServer)
	out.Reply = way(rs, reply, toServer, toClient)
	out.New = way(rs, first, toClient, toServer)
	return out, nil
}

// way runs a packet through the hooks between two ends.
func way(rs *ast.Ruleset, p semantics.Packet, from, to Route) Way {
	var w Way
	at := func(h ast.Hook, iif, oif string) {
		p := p
		p.Hook, p.Iif, p.Oif = h, iif, oif
		w.Packets = append(w.Packets, p)
		w.Decisions = append(w.Decisions, semantics.Decide(rs, p))
	}
	switch {
	case from.Local && to.Local:
		at(ast.HookOutput, "", to.Interface)
		at(ast.HookInput, to.Interface, "")
	case from.Local:
		at(ast.HookOutput, "", to.Interface)
	case to.Local:
		at(ast.HookInput, from.Interface, "")
	default:
		at(ast.HookForward, from.Interface, to.Interface)
	}
	return w
}
