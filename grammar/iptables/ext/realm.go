package ext

import "github.com/ctlint/ctlint/ast"

// The realm match (iptables-extensions(8), realm): the realm of the packet's
// route.
var _ = match(Ext{
	Name:   "realm",
	Family: V4,
	Hooks:  []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput, ast.HookPostrouting},
	Options: []Option{{
		Name: "realm", Arg: NamedMark("realm", "/etc/iproute2/rt_realms", "cosmos"), Not: true, Required: true,
		Lower: Masked(allOnes, metaKey(ast.MetaRtclassid)),
	}},
	Listed: []Listed{{"realm $1", "-m realm --realm $1"}},
})
