// Package semantics knows what rulesets do with packets.
//
// # Sets
//
// A [Host] is the rulesets that are loaded together. [Host.Way] gives what becomes of
// all packets that come to it, go through it or begin at it, in one family:
//
//	h := semantics.NewHost(rulesets, semantics.Options{})
//	in := h.Way(ast.FamilyIP, ast.HookInput)
//	open := in.Accepts()      // what passes all base chains
//	in.Rule(rule).Match       // what comes to a rule and meets its conditions
//
// A [Set] is exact: it is computed over all packets, with all base chains of the way
// in their order (raw, conntrack, mangle, nat, filter), jumps, policies, verdict
// maps, marks that rules set, packets that rules keep from conntrack, and
// translated addresses. The packets are those that there are: one state each, TCP
// flags that go with it, ICMP types that conntrack tracks or does not.
// [Way.Where] makes a set of a description, [Way.Holds] one of conditions. Sets of a
// host are combined and compared:
//
//	ssh := in.Where(semantics.Fields{Proto: 6, Dport: semantics.Port(22), State: ast.StateNew})
//	if in.Drops().Must().Covers(ssh) { ... }
//
// What cannot be known (a string in the packet, a rate, what is in a set that rules
// fill) may be so or not. [Set.Must] are the packets that are in a set in any case,
// [Set.May] those that are in it in some case. A claim that packets are accepted or
// dropped is made about Must; that none is, about May. A set that could not be
// computed within the budget answers no to every question: see [Set.Known].
//
// [Set.Witness] picks a packet that a person finds plausible. [Set.Reply] turns a
// set of first packets into the replies to them, on the way back. [Set.Project]
// keeps some fields alone, so that IPv4 and IPv6 can be compared:
//
//	v4 := h.Way(ast.FamilyIP, ast.HookInput).Accepts().May().Project(semantics.FieldProto, semantics.FieldDport)
//
// Checks of ctlint have the host of their pass from package checks/reach.
//
// # Packets
//
// [Decide] runs one concrete [Packet] through a ruleset, with an answer of three
// values: what is unknown stays so.
package semantics
