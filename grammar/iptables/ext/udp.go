package ext

import "github.com/ctlint/ctlint/ast"

// The udp match (iptables-extensions(8), udp).
var _ = match(Ext{
	Name:   "udp",
	Protos: []uint8{ProtoUDP},
	Loads:  true,
	Options: []Option{
		{Name: "sport", Aliases: []string{"source-port"}, Arg: PortRange, Not: true, Save: savePorts, Lower: Field(ast.UDPSport)},
		{Name: "dport", Aliases: []string{"destination-port"}, Arg: PortRange, Not: true, Save: savePorts, Lower: Field(ast.UDPDport)},
	},
	Listed: []Listed{
		{"udp", "-m udp"},
		{"udp dpt:$1", "-m udp --dport $1"}, {"udp dpts:$1", "-m udp --dport $1"},
		{"udp spt:$1", "-m udp --sport $1"}, {"udp spts:$1", "-m udp --sport $1"},
	},
})
