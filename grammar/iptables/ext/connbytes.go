package ext

import (
	"math"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

var countRange = UintRange(0, math.MaxUint64)

// connBytes is the argument of --connbytes (Value.Lo and Hi): unlike elsewhere,
// a number alone is a range without an upper end.
var connBytes = &Arg{
	What: "a number, or a range a:b of numbers",
	Parse: func(c *Context, w []Word, v *Value) *grammar.Error {
		err := countRange.Parse(c, w, v)
		if !strings.Contains(w[0].Text, ":") {
			v.Hi = math.MaxUint64
		}
		return err
	},
	// iptables-save prints 0:0 as 0, which is another range.
	Save: func(p *Printer, v *Value) {
		p.Uint(v.Lo)
		if v.Hi != math.MaxUint64 {
			p.B = strconv.AppendUint(append(p.B, ':'), v.Hi, 10)
		}
	},
}

var (
	connDirs  = OneName("a direction", false, Name{"original", uint64(ast.DirOriginal)}, Name{"reply", uint64(ast.DirReply)}, Name{"both", uint64(ast.DirNone)})
	connModes = OneName("a mode", false, Name{"packets", uint64(ast.CTPackets)}, Name{"bytes", uint64(ast.CTBytes)}, Name{"avgpkt", uint64(ast.CTAvgpkt)})
)

// The connbytes match (iptables-extensions(8), connbytes).
var _ = match(Ext{
	Name: "connbytes",
	Options: []Option{
		{Name: "connbytes", Arg: connBytes, Not: true, Required: true, Save: func(p *Printer, g *Given) {
			p.Flag(connBytesNot(g), g.Option.Name)
			connBytes.Save(p, &g.Value)
		}},
		{Name: "connbytes-mode", Arg: connModes, Required: true},
		{Name: "connbytes-dir", Arg: connDirs, Required: true},
	},
	Lower: lowerConnBytes,
	Listed: []Listed{{
		"connbytes $1 connbytes mode $2 connbytes direction $3",
		"-m connbytes --connbytes $1 --connbytes-mode $2 --connbytes-dir $3",
	}},
})

// connBytesNot reports whether the range is negated. The kernel's structure has
// no bit for that: the ends of a negated range are exchanged (struct
// xt_connbytes_info, count), so one of a single number is not negated, whatever
// the rule says.
func connBytesNot(g *Given) bool { return g.Not && g.Lo != g.Hi }

func lowerConnBytes(l *Lowering, u *Use) {
	g, mode, dir := u.Get("connbytes"), u.Get("connbytes-mode"), u.Get("connbytes-dir")
	left := l.CT(mode.ArgSpan(), ast.CTKey(mode.Lo), ast.Dir(dir.Lo))
	if g.Hi == math.MaxUint64 && g.Lo != g.Hi {
		l.Match(u.Span, left, ast.OpGe, connBytesNot(g), l.Int(g.ArgSpan(), g.Lo))
		return
	}
	l.Match(u.Span, left, ast.OpEq, connBytesNot(g), l.IntRange(g.ArgSpan(), g.Lo, g.Hi))
}
