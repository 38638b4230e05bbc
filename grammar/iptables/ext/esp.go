package ext

import "github.com/ctlint/ctlint/ast"

// The esp match (iptables-extensions(8), esp).
var _ = match(Ext{
	Name:   "esp",
	Protos: []uint8{ProtoESP},
	Loads:  true,
	Options: []Option{
		{Name: "espspi", Arg: spiRange, Not: true, Save: saveFull(1<<32 - 1), Lower: Field(ast.ESPSPI)},
	},
	Bare:   header(ast.ESPSPI),
	Listed: listed("esp", "-m esp", spiForms("espspi")...),
})
