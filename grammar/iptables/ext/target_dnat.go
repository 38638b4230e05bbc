package ext

import "github.com/ctlint/ctlint/ast"

// The DNAT target (iptables-extensions(8), DNAT; libxt_NAT and xt_DNAT revision
// 2). With a base port, the offset of the original port from the base is added
// to the first port of the range; nft has no such statement.
var _ = target(Ext{
	Name:   "DNAT",
	Tables: []string{"nat"},
	Hooks:  []ast.Hook{ast.HookPrerouting, ast.HookOutput},
	Options: []Option{
		{Name: "to-destination", Arg: natDestination, Required: true},
		natRandom,
		natPersistent,
	},
	Lower: lowerNAT(ast.DNAT, "to-destination"),
	Listed: []Listed{
		{"to:$1", "--to-destination $1"}, {"random", "--random"}, {"persistent", "--persistent"},
	},
})
