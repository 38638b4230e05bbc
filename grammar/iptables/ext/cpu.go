package ext

import "github.com/ctlint/ctlint/ast"

// The cpu match (iptables-extensions(8), cpu).
var _ = match(Ext{
	Name:    "cpu",
	Options: []Option{{Name: "cpu", Arg: Uint(0, allOnes), Not: true, Required: true, Lower: MetaRange(ast.MetaCPU)}},
	Listed:  []Listed{{"cpu $1", "-m cpu --cpu $1"}},
})
