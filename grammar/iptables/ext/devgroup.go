package ext

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

var deviceGroup = NamedMark("device group", "/etc/iproute2/group", "default")

// The devgroup match (iptables-extensions(8), devgroup).
var _ = match(Ext{
	Name: "devgroup",
	Options: []Option{
		{Name: "src-group", Arg: deviceGroup, Not: true, Lower: lowerDeviceGroup(ast.MetaIifgroup)},
		{Name: "dst-group", Arg: deviceGroup, Not: true, Lower: lowerDeviceGroup(ast.MetaOifgroup)},
	},
	OneOf: []string{"src-group", "dst-group"},
	Check: func(c *Context, u *Use) *grammar.Error {
		if g := u.Get("src-group"); g != nil {
			if err := misplaced(c, g, ast.HookPrerouting, ast.HookInput, ast.HookForward); err != nil {
				return err
			}
		}
		if g := u.Get("dst-group"); g != nil {
			return misplaced(c, g, ast.HookForward, ast.HookOutput, ast.HookPostrouting)
		}
		return nil
	},
	Listed: []Listed{{"src-group $1", "-m devgroup --src-group $1"}, {"dst-group $1", "-m devgroup --dst-group $1"}},
})

// lowerDeviceGroup compares under the mask on both sides, as devgroup_mt does:
// unlike that of a mark, the bits of the value outside of it do not matter.
func lowerDeviceGroup(k ast.MetaKey) func(*Lowering, *Given) {
	masked := Masked(allOnes, metaKey(k))
	return func(l *Lowering, g *Given) {
		inside := *g
		inside.Lo &= g.Hi
		masked(l, &inside)
	}
}
