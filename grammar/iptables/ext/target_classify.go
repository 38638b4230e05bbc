package ext

import (
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// tcHandle is a handle of tc(8), major:minor, always in hexadecimal
// (Value.Lo, as TC_H_MAKE joins the two).
var tcHandle = &Arg{
	What: "major:minor, each from 0 to ffff in hexadecimal",
	Save: func(p *Printer, v *Value) {
		pad := func(n uint64) string {
			s := strconv.FormatUint(n, 16)
			return strings.Repeat("0", 4-len(s)) + s
		}
		p.Word(pad(v.Lo>>16) + ":" + pad(v.Lo&0xffff))
	},
}

func init() {
	tcHandle.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		major, minor, _ := strings.Cut(w[0].Text, ":")
		i, ok1 := hexNumber(major)
		j, ok2 := hexNumber(minor)
		if !ok1 || !ok2 {
			return tcHandle.Bad(w[0])
		}
		v.Lo = i<<16 | j
		v.Hi = v.Lo
		return nil
	}
}

func hexNumber(s string) (uint64, bool) {
	if rest, ok := strings.CutPrefix(strings.ToLower(s), "0x"); ok {
		s = rest
	}
	n, err := strconv.ParseUint(s, 16, 16)
	return n, err == nil
}

// The CLASSIFY target (iptables-extensions(8), CLASSIFY; xt_CLASSIFY).
var _ = target(Ext{
	Name:    "CLASSIFY",
	Hooks:   []ast.Hook{ast.HookForward, ast.HookOutput, ast.HookPostrouting},
	Options: []Option{{Name: "set-class", Arg: tcHandle, Required: true, Lower: lowerClass}},
	Listed:  []Listed{{"CLASSIFY set $1", "--set-class $1"}},
})

func lowerClass(l *Lowering, g *Given) {
	l.Add(&ast.Assign{Span: g.Span, Left: l.Meta(g.Name.Span, ast.MetaPriority), Right: l.Int(g.ArgSpan(), g.Lo), Use: l.UseIndex()})
}
