package ext

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// The physdev match (iptables-extensions(8), physdev): the ports of the bridge
// that hands a packet to the IP stack.
var _ = match(Ext{
	Name: "physdev",
	Options: []Option{
		{Name: "physdev-is-in", Not: true},
		{Name: "physdev-in", Arg: Interface, Not: true},
		{Name: "physdev-is-out", Not: true},
		{Name: "physdev-out", Arg: Interface, Not: true},
		{Name: "physdev-is-bridged", Not: true},
	},
	OneOf: []string{"physdev-is-in", "physdev-in", "physdev-is-out", "physdev-out", "physdev-is-bridged"},
	Check: checkPhysdev,
	Lower: lowerPhysdev,
	Listed: []Listed{
		{"PHYSDEV match", "-m physdev"},
		{"PHYSDEV match --physdev-is-in", "-m physdev --physdev-is-in"},
		{"PHYSDEV match --physdev-in $1", "-m physdev --physdev-in $1"},
		{"PHYSDEV match --physdev-is-out", "-m physdev --physdev-is-out"},
		{"PHYSDEV match --physdev-out $1", "-m physdev --physdev-out $1"},
		{"PHYSDEV match --physdev-is-bridged", "-m physdev --physdev-is-bridged"},
	},
})

// checkPhysdev says what the kernel refuses: in OUTPUT no bridge has chosen a
// port yet, unless the rule is about bridged packets (physdev_mt_check).
func checkPhysdev(c *Context, u *Use) *grammar.Error {
	if g := u.Get("physdev-is-bridged"); g != nil && !g.Not {
		return nil
	}
	for _, name := range []string{"physdev-out", "physdev-is-out"} {
		if g := u.Get(name); g != nil {
			return misplaced(c, g, ast.HookPrerouting, ast.HookInput, ast.HookForward, ast.HookPostrouting)
		}
	}
	return nil
}

// lowerPhysdev lowers the names of ports. A packet that no bridge has seen has
// none, and what is negated then holds; but one that a bridge has seen, and will
// not send out of a port, fails ! --physdev-out. So that option, and those that
// only ask whether there is a port, stay what they are.
func lowerPhysdev(l *Lowering, u *Use) {
	port := func(g *Given, k ast.MetaKey) {
		right := l.Str(g.ArgSpan(), strings.TrimSuffix(g.Text, "+"))
		right.Wildcard = strings.HasSuffix(g.Text, "+")
		l.MatchOrAbsent(g.Span, l.Meta(g.Name.Span, k), ast.OpEq, g.Not, right)
	}
	in, out := u.Get("physdev-in"), u.Get("physdev-out")
	if in != nil {
		port(in, ast.MetaPhysIn)
	}
	if out != nil && out.Not {
		out = nil
	}
	if out != nil {
		port(out, ast.MetaPhysOut)
	}
	l.ExtensionOf(u, func(g *Given) bool { return g != in && g != out })
}
