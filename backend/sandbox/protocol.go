package sandbox

import (
	"net"
	"net/netip"

	"github.com/ctlint/ctlint/ast"
)

// Interface is a device that the ruleset shall meet.
type Interface struct {
	Name string
	// Ethernet says that the device has addresses of Ethernet, such as
	// eth0; one such as ppp0 has none.
	Ethernet bool
	// Addrs are the device's own addresses.
	Addrs []netip.Prefix
}

// Network is what is around the ruleset.
type Network struct {
	// Interfaces are the devices but lo, which is always there.
	Interfaces []Interface
	// Sysctls are written on top of those that let any packet in, by their
	// names under /proc/sys, with slashes.
	Sysctls map[string]string
	// Conntrack says that connections are tracked, as they are where a
	// ruleset asks for one; results then have the states of packets.
	Conntrack bool
}

// Tool is a stock tool that loads a text.
type Tool uint8

// The tools.
const (
	NoTool Tool = iota
	NFT
	IPTablesLegacy
	IP6TablesLegacy
	IPTablesNFT
	IP6TablesNFT
	IPSet
)

// Text is a text for a tool.
type Text struct {
	Tool Tool
	Text string
}

// Probe is a packet to inject.
type Probe struct {
	// Hook is where the packet shall come to: input, forward or output.
	Hook ast.Hook
	// Iif is where it comes in, Oif where it goes out.
	Iif, Oif string
	// Packet is it, from its IP header on.
	Packet []byte
	// Mark is that of a packet at output.
	Mark uint32
	// Source is the Ethernet address that a packet at input or forward comes
	// from; none is one that nobody has.
	Source net.HardwareAddr
	Cast   Cast
	// Flows are the connections that there are before the packet comes.
	Flows []Flow
	// Before are packets that go before: unlike the packet itself they leave
	// what they open, a connection or what a helper expects. They are forwarded,
	// as those to this host would be answered by it.
	Before []Lead
}

// Lead is a packet that is forwarded before another.
type Lead struct {
	Iif, Oif string
	Packet   []byte
}

// Flow is a connection.
type Flow struct {
	Proto        uint8
	Saddr, Daddr netip.Addr // as its first packet had them
	Sport, Dport uint16
	// ICMPType, ICMPCode and ICMPID are those of the first packet, where the
	// protocol is ICMP or ICMPv6, and ReplyType is that of its answer.
	ICMPType, ICMPCode, ReplyType uint8
	ICMPID                        uint16
	// Fresh says that there has been no answer.
	Fresh bool
	Mark  uint32
	// Master is the connection that has announced this one: a packet of a
	// fresh one is RELATED then.
	Master *Flow
}

// Cast is to whom a frame is sent.
type Cast uint8

// The casts, with the numbers of PACKET_HOST, PACKET_BROADCAST and
// PACKET_MULTICAST.
const (
	Unicast Cast = iota
	Broadcast
	Multicast
)

// Result is what became of a probe.
type Result struct {
	// Err says why the packet could not be injected.
	Err string
	// Passed are the places that the packet came by, in order.
	Passed []Passage
}

// Passage is a packet at one of the two ends of a hook.
type Passage struct {
	Hook ast.Hook
	// Last tells the place behind all chains of the hook from that before
	// them.
	Last bool
	// State is the ast.State bit that conntrack gives the packet, if this is
	// behind conntrack and the network was to say it; else 0.
	State uint32
	// Mark is the packet's.
	Mark uint32
}

// Outcome is what became of a packet as a whole.
type Outcome uint8

// The outcomes.
const (
	// Lost: the packet did not come to the ruleset, or vanished between two
	// hooks; the network has taken it, not the ruleset.
	Lost Outcome = iota
	Accepted
	Dropped
)

func (o Outcome) String() string { return [...]string{"lost", "accepted", "dropped"}[o] }

// Outcome returns what became of the packet, and the hook where that was.
func (r *Result) Outcome() (Outcome, ast.Hook) {
	if len(r.Passed) == 0 {
		return Lost, ast.HookNone
	}
	p := r.Passed[len(r.Passed)-1]
	switch {
	case !p.Last:
		return Dropped, p.Hook
	case p.Hook == ast.HookInput || p.Hook == ast.HookPostrouting:
		return Accepted, p.Hook
	}
	return Lost, p.Hook
}

// request is what the sandbox's process is asked; one field is set.
type request struct {
	Network *Network
	Load    *Text
	Save    Tool
	Inject  []Probe
	Trace   *Probe
	Run     *command
}

// command is a tool's command line, with its standard input.
type command struct {
	Argv  []string
	Stdin string
}

// response is what it answers.
type response struct {
	Err     string
	Output  string
	Results []Result
	Lines   []string
	// Refusal is what a tool says that has failed; Missing says that it is not
	// installed.
	Refusal string
	Missing bool
}

// State returns the ast.State bit that conntrack gave the packet, where it was
// last seen; 0 if that is not known.
func (r *Result) State() uint32 {
	for i := len(r.Passed) - 1; i >= 0; i-- {
		if s := r.Passed[i].State; s != 0 {
			return s
		}
	}
	return 0
}
