package ext

import "github.com/ctlint/ctlint/ast"

// The socket match (iptables-extensions(8), socket): whether a socket of this
// host would take the packet.
var _ = match(Ext{
	Name:    "socket",
	Hooks:   []ast.Hook{ast.HookPrerouting, ast.HookInput},
	Options: []Option{{Name: "transparent"}, {Name: "nowildcard"}, {Name: "restore-skmark"}},
	Lower:   lowerSocket,
	Listed: []Listed{
		{"socket", "-m socket"}, {"socket --transparent", "-m socket --transparent"},
		{"socket --nowildcard", "-m socket --nowildcard"}, {"socket --restore-skmark", "-m socket --restore-skmark"},
	},
})

// lowerSocket lowers what is asked of the socket: not bound to any address,
// unless --nowildcard says that it does not matter; transparent; and then its
// mark goes to the packet.
func lowerSocket(l *Lowering, u *Use) {
	is := func(s ast.Span, key string, op ast.Op, n uint64) {
		l.Match(s, &ast.Socket{Span: s, Key: key}, op, false, l.Int(s, n))
	}
	transparent := u.Get("transparent")
	switch any := u.Get("nowildcard"); {
	case any == nil:
		is(u.Span, "wildcard", ast.OpEq, 0)
	case transparent == nil:
		is(any.Span, "wildcard", ast.OpLe, 1) // that there is one
	}
	if transparent != nil {
		is(transparent.Span, "transparent", ast.OpEq, 1)
	}
	if g := u.Get("restore-skmark"); g != nil {
		l.Add(&ast.Assign{Span: g.Span, Left: l.Meta(g.Span, ast.MetaMark), Right: &ast.Socket{Span: g.Span, Key: "mark"}, Use: l.UseIndex()})
	}
}
