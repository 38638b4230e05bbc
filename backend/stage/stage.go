// Package stage brings packets about: it turns a packet that somebody reasons
// about, with the state that conntrack is to give it, into bytes, and into the
// connections that must be there for the kernel to see it so.
package stage

import (
	"fmt"
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/sandbox"
	"github.com/ctlint/ctlint/backend/wire"
	"github.com/ctlint/ctlint/semantics"
)

// Probe returns what brings the packet about. It completes the packet with what
// follows from that: its length and TTL, and what conntrack knows of its
// connection. A packet in a state that it cannot be in is an error.
func Probe(p *semantics.Packet) (sandbox.Probe, error) {
	if p.State == 0 {
		p.State = Natural(p)
	}
	if !slices.Contains(States(p), p.State) {
		return sandbox.Probe{}, fmt.Errorf("nothing makes conntrack find this so: %s", p)
	}
	if p.TTL == 0 {
		p.TTL = wire.DefaultTTL
	}
	probe := sandbox.Probe{Hook: p.Hook, Iif: p.Iif, Oif: p.Oif, Mark: p.Mark, Cast: sandbox.Cast(p.PktType)}
	if p.Mark != 0 && p.Hook != ast.HookOutput {
		return probe, fmt.Errorf("a packet that comes in has no mark, nor has %s", p)
	}
	if p.Hook != ast.HookOutput && p.Iif != "lo" {
		if p.MAC == ([6]byte{}) {
			p.MAC = nobody
		}
		probe.Source = p.MAC[:]
	}
	var quote []byte
	if wire.IsError(p) {
		about := quoted(p)
		b, err := wire.Encode(&about, nil)
		if err != nil {
			return probe, err
		}
		quote = b
		if p.State == ast.StateRelated {
			f := flow(&about)
			f.Mark = p.CTMark
			probe.Flows = []sandbox.Flow{f}
			p.Orig, p.HasOrig, p.Dir = tuple(&about), true, ast.DirReply
			p.Status = answered
		}
	} else {
		probe.Flows = flows(p)
	}
	b, err := wire.Encode(p, quote)
	probe.Packet, p.Length = b, uint32(len(b))
	return probe, err
}

// nobody is where frames come from that say nothing of it: a number that is locally
// administered.
var nobody = [6]byte{2, 0, 0, 1, 0, 0}

// answered is the status of a connection that the sandbox makes.
const answered = ast.StatusSeenReply | ast.StatusAssured | ast.StatusConfirmed

// flows returns the connections that give the packet its state.
func flows(p *semantics.Packet) []sandbox.Flow {
	switch p.State {
	case ast.StateNew:
		p.Orig, p.HasOrig, p.Dir = tuple(p), true, ast.DirOriginal
	case ast.StateEstablished:
		first := *p
		if _, ok := answers[icmpKind{p.Proto, p.ICMPType}]; ok {
			p.Dir = ast.DirReply
		} else if _, ok := requests[icmpKind{p.Proto, p.ICMPType}]; ok {
			p.Dir = ast.DirOriginal
		}
		if p.Dir == ast.DirReply {
			first.Saddr, first.Daddr, first.Sport, first.Dport = p.Daddr, p.Saddr, p.Dport, p.Sport
			first.ICMPType = answers[icmpKind{p.Proto, p.ICMPType}]
		} else {
			p.Dir = ast.DirOriginal
		}
		p.Orig, p.HasOrig, p.Status = tuple(&first), true, answered
		return []sandbox.Flow{flow(&first)}
	case ast.StateRelated:
		// Some other connection between the two has announced it, such as
		// that of FTP's commands.
		master := sandbox.Flow{Proto: protoTCP, Saddr: p.Saddr, Daddr: p.Daddr, Sport: 40021, Dport: 21}
		f := flow(p)
		f.Fresh, f.Master = true, &master
		p.Orig, p.HasOrig, p.Dir, p.Status = tuple(p), true, ast.DirOriginal, ast.StatusExpected|ast.StatusConfirmed
		return []sandbox.Flow{f}
	}
	return nil
}

func tuple(p *semantics.Packet) semantics.Tuple {
	return semantics.Tuple{Saddr: p.Saddr, Daddr: p.Daddr, Sport: p.Sport, Dport: p.Dport}
}

// flow returns the connection that the packet begins.
func flow(p *semantics.Packet) sandbox.Flow {
	f := sandbox.Flow{Proto: p.Proto, Saddr: p.Saddr, Daddr: p.Daddr, Mark: p.CTMark}
	if ports[p.Proto] {
		f.Sport, f.Dport = p.Sport, p.Dport
	}
	if reply, ok := requests[icmpKind{p.Proto, p.ICMPType}]; ok {
		f.ICMPType, f.ICMPCode, f.ICMPID, f.ReplyType = p.ICMPType, p.ICMPCode, wire.ICMPID, reply
	}
	return f
}

// quoted returns the packet that an ICMP error is about: one that its receiver
// sent.
func quoted(p *semantics.Packet) semantics.Packet {
	q := semantics.Packet{Saddr: p.Daddr, Daddr: p.Saddr, Proto: protoUDP, Sport: 40000, Dport: 53}
	if p.HasOrig {
		q.Saddr, q.Daddr, q.Sport, q.Dport = p.Orig.Saddr, p.Orig.Daddr, p.Orig.Sport, p.Orig.Dport
	}
	return q
}
