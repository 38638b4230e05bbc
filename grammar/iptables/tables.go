package iptables

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// builtin is a chain that the kernel itself makes in a table.
type builtin struct {
	name string
	hook ast.Hook
	prio int32
}

// The built-in tables and their chains, with the priorities of
// enum nf_ip_hook_priorities.
var builtinTables = map[string][]builtin{
	"filter": {
		{"INPUT", ast.HookInput, 0}, {"FORWARD", ast.HookForward, 0}, {"OUTPUT", ast.HookOutput, 0},
	},
	"nat": {
		{"PREROUTING", ast.HookPrerouting, -100}, {"INPUT", ast.HookInput, 100},
		{"OUTPUT", ast.HookOutput, -100}, {"POSTROUTING", ast.HookPostrouting, 100},
	},
	"mangle": {
		{"PREROUTING", ast.HookPrerouting, -150}, {"INPUT", ast.HookInput, -150}, {"FORWARD", ast.HookForward, -150},
		{"OUTPUT", ast.HookOutput, -150}, {"POSTROUTING", ast.HookPostrouting, -150},
	},
	"raw": {
		{"PREROUTING", ast.HookPrerouting, -300}, {"OUTPUT", ast.HookOutput, -300},
	},
	"security": {
		{"INPUT", ast.HookInput, 50}, {"FORWARD", ast.HookForward, 50}, {"OUTPUT", ast.HookOutput, 50},
	},
}

// builtinHook returns the hook of a built-in chain's name.
func builtinHook(name string) ast.Hook {
	switch name {
	case "INPUT":
		return ast.HookInput
	case "FORWARD":
		return ast.HookForward
	case "OUTPUT":
		return ast.HookOutput
	case "PREROUTING":
		return ast.HookPrerouting
	case "POSTROUTING":
		return ast.HookPostrouting
	}
	return ast.HookNone
}

// makeBuiltin gives a chain of a built-in name its hook, type and priority, and
// reports whether the table has such a chain.
func makeBuiltin(table string, c *ast.Chain) bool {
	i := slices.IndexFunc(builtinTables[table], func(b builtin) bool { return b.name == c.Name })
	if i < 0 {
		return false
	}
	b := builtinTables[table][i]
	c.Hook, c.Priority, c.Type = b.hook, b.prio, ast.ChainFilter
	switch {
	case table == "nat":
		c.Type = ast.ChainNAT
	case table == "mangle" && b.hook == ast.HookOutput:
		c.Type = ast.ChainRoute
	}
	return true
}

// isBuiltin reports whether the kernel itself makes the chain in the table.
func isBuiltin(table, chain string) bool {
	return slices.ContainsFunc(builtinTables[table], func(b builtin) bool { return b.name == chain })
}
