package ext

import "github.com/ctlint/ctlint/ast"

// The udp match (iptables-extensions(8), udp). It is for UDP alone: UDP-Lite
// has a match of that name in the kernel (xt_tcpudp), but none in iptables, so
// its ports are for multiport to match.
var _ = match(Ext{
	Name:   "udp",
	Protos: []uint8{ProtoUDP},
	Loads:  true,
	Options: []Option{
		{Name: "sport", Aliases: []string{"source-port"}, Arg: PortRangeRC, Not: true, Save: savePorts, Lower: Field(ast.UDPSport)},
		{Name: "dport", Aliases: []string{"destination-port"}, Arg: PortRangeRC, Not: true, Save: savePorts, Lower: Field(ast.UDPDport)},
	},
	Bare:   header(ast.UDPSport),
	Listed: listedPorts("udp"),
})
