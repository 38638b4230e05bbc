package ext

import "github.com/ctlint/ctlint/ast"

// The REDIRECT target (iptables-extensions(8), REDIRECT; libxt_NAT and
// xt_REDIRECT).
var _ = target(Ext{
	Name:   "REDIRECT",
	Tables: []string{"nat"},
	Hooks:  []ast.Hook{ast.HookPrerouting, ast.HookOutput},
	Options: []Option{
		{Name: "to-ports", Arg: natPortRange},
		natRandom,
	},
	Lower:  lowerNAT(ast.Redirect, "to-ports"),
	Listed: []Listed{{"redir ports $1", "--to-ports $1"}, {"random", "--random"}},
})
