package ext

import "github.com/ctlint/ctlint/ast"

// The MASQUERADE target (iptables-extensions(8), MASQUERADE; libxt_NAT and
// xt_MASQUERADE).
var _ = target(Ext{
	Name:   "MASQUERADE",
	Tables: []string{"nat"},
	Hooks:  []ast.Hook{ast.HookPostrouting},
	Options: []Option{
		{Name: "to-ports", Arg: natPortRange},
		natRandom,
		natRandomFully,
	},
	Lower: lowerNAT(ast.Masquerade, "to-ports"),
	Listed: []Listed{
		{"masq ports: $1", "--to-ports $1"}, {"random", "--random"}, {"random-fully", "--random-fully"},
	},
})
