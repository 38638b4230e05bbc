package ext

import "github.com/ctlint/ctlint/ast"

// osfGenre is the name of a system in pf.os(5); char genre[32] in struct
// nf_osf_info.
var osfGenre = &Arg{What: Text(31).What, Parse: Text(31).Parse, Save: saveBare}

// The osf match (iptables-extensions(8), osf): which operating system the SYN
// looks like. nft's osf takes the first fingerprint that fits, this one any that
// has the name, so it has no shape of nft's.
var _ = match(Ext{
	Name:   "osf",
	Family: V4,
	Protos: []uint8{ProtoTCP},
	Hooks:  []ast.Hook{ast.HookPrerouting, ast.HookInput, ast.HookForward},
	Options: []Option{
		{Name: "genre", Arg: osfGenre, Not: true, Required: true},
		{Name: "ttl", Arg: Uint(0, 2)},
		{Name: "log", Arg: Uint(0, 2)},
	},
	Listed: []Listed{{"OS fingerprint match $1", "-m osf --genre $1"}},
})
