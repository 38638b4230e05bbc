package ext

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// The SET target (iptables-extensions(8), SET; xt_set revision 3). Which fields
// of a packet it takes, the set's type says, which the rules do not tell; so it
// has no nft shape.
var _ = target(Ext{
	Name: "SET",
	Options: []Option{
		{Name: "add-set", Arg: SetDirs},
		{Name: "exist", Multi: true, Needs: []string{"add-set"}},
		{Name: "timeout", Arg: Uint(0, allOnes-1), Needs: []string{"add-set"}},
		{Name: "del-set", Arg: SetDirs},
		{Name: "map-set", Arg: SetDirs},
		{Name: "map-mark", Multi: true, Needs: []string{"map-set"}},
		{Name: "map-prio", Multi: true, Needs: []string{"map-set"}},
		{Name: "map-queue", Multi: true, Needs: []string{"map-set"}},
	},
	OneOf: []string{"add-set", "del-set", "map-set"},
	Check: checkSet,
	Save:  setSave,
	Lower: setLower,
	Listed: []Listed{
		{"add-set $1 $2", "--add-set $1 $2"}, {"exist", "--exist"}, {"timeout $1", "--timeout $1"}, {"del-set $1 $2", "--del-set $1 $2"},
		{"map-set $1 $2", "--map-set $1 $2"}, {"map-mark", "--map-mark"}, {"map-prio", "--map-prio"}, {"map-queue", "--map-queue"},
	},
})

// checkSet refuses what libxt_SET and set_target_v3_checkentry refuse.
func checkSet(c *Context, u *Use) *grammar.Error {
	g := u.Get("map-set")
	if g == nil {
		return nil
	}
	if !u.Has("map-mark") && !u.Has("map-prio") && !u.Has("map-queue") {
		return grammar.Errorf(g.Span, "--map-set does not say what to map").Expected("--map-mark, --map-prio or --map-queue")
	}
	if c.Table != "" && c.Table != "mangle" {
		return &grammar.Error{Span: g.Span, Kind: grammar.Placement, Msg: "--map-set cannot stand in table " + c.Table, Want: "table mangle"}
	}
	for _, name := range []string{"map-prio", "map-queue"} {
		if m := u.Get(name); m != nil {
			return misplaced(c, m, ast.HookForward, ast.HookOutput, ast.HookPostrouting)
		}
	}
	return nil
}

var setSave, setLower = savePlain(func(u *Use) []plain {
	var out []plain
	for i := range u.Ext.Options {
		o := &u.Ext.Options[i]
		if g := u.Get(o.Name); g != nil && o.Arg != nil {
			out = append(out, plainOf(g, o.Name, argText(o.Arg, &g.Value)))
		} else if g != nil {
			out = append(out, plainOf(g, o.Name, ""))
		}
	}
	return out
})
