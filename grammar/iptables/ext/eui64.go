package ext

import "github.com/ctlint/ctlint/ast"

// The eui64 match (iptables-extensions(8), eui64): the lower half of the source
// address is made of the source's MAC address. It has no options, and no shape
// in nft.
var _ = match(Ext{
	Name:   "eui64",
	Family: V6,
	Hooks:  []ast.Hook{ast.HookPrerouting, ast.HookInput, ast.HookForward},
	Listed: []Listed{{"eui64", "-m eui64"}},
})
