package semantics

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// Types of ICMP and ICMPv6 messages by what conntrack makes of them
// (nf_conntrack_proto_icmp.c, nf_conntrack_proto_icmpv6.c): requests begin a
// connection, they and their replies are of an established one, errors are related
// to the connection whose packet they quote.
var icmpTypes = map[ast.Family]struct{ requests, replies, errors, untracked []int }{
	ast.FamilyIP: {
		requests: []int{8, 13, 15, 17}, replies: []int{0, 14, 16, 18}, errors: []int{3, 4, 5, 11, 12},
	},
	ast.FamilyIP6: {
		// Errors are all types below 128, and redirects. Neighbour and router
		// discovery and group management are not tracked (noct_valid_new).
		requests: []int{128, 139}, replies: []int{129, 140}, errors: append(upTo(127), 137),
		untracked: []int{130, 131, 132, 133, 134, 135, 136, 143},
	},
}

func upTo(n int) (out []int) {
	for i := range n + 1 {
		out = append(out, i)
	}
	return out
}

// natural returns the packets that there are at all on a way, as conntrack sees
// them if no rule keeps it from that.
func (c *compiler) natural() bdd.Node {
	s := c.store
	all := s.AndAll(c.anyway(), c.tcpStates(), c.icmpStates(), c.tracking())
	var untracked []bdd.Interval
	for _, t := range icmpTypes[c.family].untracked {
		untracked = append(untracked, point(t))
	}
	discovery := s.AndAll(c.transport(c.icmp()), s.Intervals(c.fields[FieldICMPType], untracked))
	// These are always UNTRACKED, and nothing else is. Without conntrack's
	// reassembly a later fragment has no ports, and so no connection.
	state := s.Ite(discovery, c.states(ast.StateUntracked), bdd.Not(c.states(ast.StateUntracked)))
	lone := s.Or(bdd.Not(c.flag(FieldFragment)), c.states(ast.StateInvalid|ast.StateUntracked))
	return s.AndAll(all, state, lone)
}

// anyway returns the packets that there are, whether conntrack looks at them or not.
func (c *compiler) anyway() bdd.Node {
	s := c.store
	n := s.AndAll(c.states(ast.StateAll), c.plain(), c.interfaces())
	if c.whole[c.family] {
		n = s.Diff(n, c.flag(FieldFragment))
	}
	if c.usesNH {
		if c.v4() {
			n = s.And(n, s.Value(c.fields[FieldNexthdr], bdd.U128{}))
		} else {
			// Hop-by-hop, routing, fragment, AH, destination, mobility, HIP, shim6.
			var headers []bdd.Interval
			for _, h := range []int{0, 43, 44, 51, 60, 135, 139, 140} {
				headers = append(headers, point(h))
			}
			n = s.And(n, s.Or(s.Equal(c.fields[FieldProto], c.fields[FieldNexthdr]), s.Intervals(c.fields[FieldNexthdr], headers)))
		}
	}
	return n
}

// plain sets what packets of other protocols do not have to 0, so that one packet
// is one assignment as far as can be. A later fragment has some bytes where the header
// would be.
func (c *compiler) plain() bdd.Node {
	s := c.store
	zero := func(f Field) bdd.Node { return s.Value(c.fields[f], bdd.U128{}) }
	has := func(what bdd.Node, fields ...Field) bdd.Node {
		n := bdd.True
		for _, f := range fields {
			n = s.And(n, zero(f))
		}
		return s.Or(what, n)
	}
	icmp := s.Or(c.proto(protoICMP), c.proto(protoICMPv6))
	return s.AndAll(has(c.proto(protoTCP), FieldTCPFlags), has(icmp, FieldICMPType, FieldICMPCode))
}

// interfaces says which interfaces a packet has on its way.
func (c *compiler) interfaces() bdd.Node {
	s := c.store
	one := func(f Field, there bool) bdd.Node {
		if there {
			return s.Range(c.fields[f], bdd.U64(nameOther), bdd.U64(uint64(len(c.names.codes)-1)))
		}
		return s.Value(c.fields[f], bdd.U64(nameNone))
	}
	n := s.And(one(FieldIif, c.hook != ast.HookOutput), one(FieldOif, c.hook == ast.HookOutput || c.hook == ast.HookForward || c.hook == ast.HookPostrouting))
	for _, f := range []Field{FieldPhysIn, FieldPhysOut} {
		n = s.And(n, s.AtMost(c.fields[f], bdd.U64(uint64(len(c.names.codes)-1))))
	}
	return n
}

// tracking says what goes with each state: its directions and its status.
func (c *compiler) tracking() bdd.Node {
	s := c.store
	back := c.flag(FieldDir)
	status := c.fields[FieldStatus]
	implies := func(a, b bdd.Node) bdd.Node { return s.Or(bdd.Not(a), b) }
	return s.AndAll(
		// Only packets of a connection have a status and a direction.
		implies(bdd.Not(c.connected()), s.And(s.Value(status, bdd.U128{}), bdd.Not(back))),
		// A new connection has seen no reply, and is not expected: what is
		// expected begins as RELATED (resolve_normal_ct).
		implies(c.states(ast.StateNew), s.And(bdd.Not(back), s.Masked(status, bdd.U128{}, bdd.U64(ast.StatusExpected|ast.StatusSeenReply|ast.StatusAssured)))),
		implies(c.states(ast.StateEstablished), c.allBits(status, ast.StatusSeenReply|ast.StatusConfirmed)),
		// What is related is an error of a connection, or begins one that was
		// expected.
		implies(s.Diff(c.states(ast.StateRelated), c.errors()), s.And(bdd.Not(back), c.allBits(status, ast.StatusExpected))),
	)
}

func (c *compiler) allBits(f bdd.Field, mask uint64) bdd.Node {
	return c.store.Masked(f, bdd.U64(mask), bdd.U64(mask))
}

// tcpStates says which flags go with which state. Flags that make no sense are
// INVALID (tcp_valid_flags), and only SYN, or ACK in the middle of a stream, begins
// a connection (tcp_conntracks).
func (c *compiler) tcpStates() bdd.Node {
	s := c.store
	const asked = ast.TCPFin | ast.TCPSyn | ast.TCPRst | ast.TCPAck | ast.TCPUrg
	flags := func(all ...uint64) bdd.Node {
		n := bdd.False
		for _, f := range all {
			n = s.Or(n, s.Masked(c.fields[FieldTCPFlags], bdd.U64(f), bdd.U64(asked)))
		}
		return n
	}
	begins := flags(ast.TCPSyn, ast.TCPSyn|ast.TCPUrg, ast.TCPAck, ast.TCPAck|ast.TCPUrg)
	valid := s.Or(begins, flags(ast.TCPSyn|ast.TCPAck, ast.TCPRst, ast.TCPRst|ast.TCPAck, ast.TCPFin|ast.TCPAck, ast.TCPFin|ast.TCPAck|ast.TCPUrg))
	tcp := c.transport(protoTCP)
	return s.And(
		s.Or(bdd.Not(s.And(tcp, c.states(ast.StateNew|ast.StateRelated))), begins),
		s.Or(bdd.Not(s.And(tcp, c.states(ast.StateEstablished))), valid))
}

// icmpStates says which types of ICMP go with which state.
func (c *compiler) icmpStates() bdd.Node {
	s := c.store
	t := icmpTypes[c.family]
	types := func(lists ...[]int) bdd.Node {
		var in []bdd.Interval
		for _, l := range lists {
			for _, t := range l {
				in = append(in, point(t))
			}
		}
		return s.Intervals(c.fields[FieldICMPType], in)
	}
	icmp := c.transport(c.icmp())
	when := func(state uint64, n bdd.Node) bdd.Node { return s.Or(bdd.Not(s.And(icmp, c.states(state))), n) }
	back := c.flag(FieldDir)
	return s.AndAll(
		when(ast.StateNew, types(t.requests)),
		when(ast.StateEstablished, s.Ite(back, types(t.replies), types(t.requests))),
		when(ast.StateRelated, types(t.errors)))
}
