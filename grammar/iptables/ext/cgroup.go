package ext

import "github.com/ctlint/ctlint/ast"

// The cgroup match (iptables-extensions(8), cgroup): the class (cgroup v1) or
// the path (cgroup v2) of the process that owns the packet's socket.
var _ = match(Ext{
	Name:  "cgroup",
	Hooks: []ast.Hook{ast.HookInput, ast.HookOutput, ast.HookPostrouting},
	Options: []Option{
		{Name: "path", Arg: Text(511), Not: true, Excl: []string{"cgroup"}}, // char path[512] in struct xt_cgroup_info_v2
		{Name: "cgroup", Arg: Uint(0, allOnes), Not: true},
	},
	OneOf: []string{"path", "cgroup"},
	Lower: func(l *Lowering, u *Use) {
		if g := u.Get("cgroup"); g != nil {
			MetaRange(ast.MetaCgroup)(l, g)
			return
		}
		// socket cgroupv2 also looks for sockets that the packet has not
		// met yet, so it would match more.
		l.Extension(u)
	},
	Listed: []Listed{{"cgroup $1", "-m cgroup --cgroup $1"}, {"cgroup /", "-m cgroup --path /"}, {"cgroup /$1", "-m cgroup --path /$1"}},
})
