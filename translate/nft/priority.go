package nft

import (
	"strconv"

	"github.com/ctlint/ctlint/ast"
)

// standard is a priority with a name (nft(8), Standard priority names).
type standard struct {
	name string
	n    int32
	// hook is the only hook where the name is known; HookNone: in all.
	hook ast.Hook
}

var (
	inetPriorities = []standard{
		{"raw", -300, 0}, {"mangle", -150, 0}, {"dstnat", -100, ast.HookPrerouting}, {"filter", 0, 0},
		{"security", 50, 0}, {"srcnat", 100, ast.HookPostrouting},
	}
	bridgePriorities = []standard{
		{"dstnat", -300, ast.HookPrerouting}, {"filter", -200, 0}, {"out", 100, ast.HookOutput}, {"srcnat", 300, ast.HookPostrouting},
	}
	otherPriorities = []standard{{"filter", 0, 0}}
)

// standardPriorities are the named priorities of a family.
func standardPriorities(f ast.Family) []standard {
	switch f {
	case ast.FamilyIP, ast.FamilyIP6, ast.FamilyInet:
		return inetPriorities
	case ast.FamilyBridge:
		return bridgePriorities
	}
	return otherPriorities
}

// nearPriority is how far from a named priority nft still prints its name.
const nearPriority = 10

// priority prints a priority: by name, if one is near.
func (p *printer) priority(f ast.Family, h ast.Hook, n int32) {
	for _, s := range standardPriorities(f) {
		d := n - s.n
		if s.hook != ast.HookNone && s.hook != h || d < -nearPriority || d > nearPriority {
			continue
		}
		p.text(s.name)
		switch {
		case d > 0:
			p.text(" + ")
		case d < 0:
			p.text(" - ")
			d = -d
		default:
			return
		}
		p.b = strconv.AppendInt(p.b, int64(d), 10)
		return
	}
	p.b = strconv.AppendInt(p.b, int64(n), 10)
}
