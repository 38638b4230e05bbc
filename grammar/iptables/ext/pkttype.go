package ext

import "github.com/ctlint/ctlint/ast"

// The pkttype match (iptables-extensions(8), pkttype; PACKET_HOST and so on of
// if_packet.h).
var _ = match(Ext{
	Name: "pkttype",
	Options: []Option{{
		Name: "pkt-type", Not: true, Required: true, Lower: MetaRange(ast.MetaPkttype),
		Arg: OneName("a packet type", true, Name{"unicast", 0}, Name{"broadcast", 1}, Name{"multicast", 2}, Name{"otherhost", 3},
			Name{"host", 0}, Name{"bcast", 1}, Name{"mcast", 2}),
	}},
	Listed: []Listed{{"PKTTYPE = $1", "-m pkttype --pkt-type $1"}, {"PKTTYPE != $1", "-m pkttype ! --pkt-type $1"}},
})
