package ext

import "github.com/ctlint/ctlint/ast"

// The SNAT target (iptables-extensions(8), SNAT; libxt_NAT and xt_SNAT). The
// stock tool reads a base port here too and forgets it: --to-source
// 192.0.2.1:10-20/30 is saved as 192.0.2.1:10-20/0, which it refuses to read
// again. So a base port is an error.
var _ = target(Ext{
	Name:   "SNAT",
	Tables: []string{"nat"},
	Hooks:  []ast.Hook{ast.HookInput, ast.HookPostrouting},
	Options: []Option{
		{Name: "to-source", Arg: natSource, Required: true},
		natRandom,
		natRandomFully,
		natPersistent,
	},
	Lower: lowerNAT(ast.SNAT, "to-source"),
	Listed: []Listed{
		{"to:$1", "--to-source $1"}, {"random", "--random"}, {"random-fully", "--random-fully"}, {"persistent", "--persistent"},
	},
})
