package ext

import (
	"strconv"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// labelNames is where libnetfilter_conntrack looks the names of labels up.
const labelNames = "/etc/xtables/connlabel.conf"

// connLabel is the number of a bit (Value.Lo), or its name (Text).
var connLabel = &Arg{
	What: "the number of a label, 0 to 127, or a name of " + labelNames,
	Save: func(p *Printer, v *Value) {
		text := v.Text
		if text == "" {
			text = strconv.FormatUint(v.Lo, 10)
		}
		p.Word(`"` + text + `"`)
	},
}

func init() {
	connLabel.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		var ok bool
		if v.Lo, ok = number(w[0].Text, 0, 127); ok {
			return nil
		}
		if v.Lo, ok = numberOfName(labelNames, w[0].Text, 127); ok {
			v.Text = w[0].Text
			return nil
		}
		return grammar.Errorf(w[0].Span, "%q is no label", w[0].Text).Expected("%s", connLabel.What)
	}
}

// The connlabel match (iptables-extensions(8), connlabel).
var _ = match(Ext{
	Name: "connlabel",
	Options: []Option{
		{Name: "label", Arg: connLabel, Not: true, Required: true},
		{Name: "set"},
	},
	Lower: lowerConnLabel,
	Listed: []Listed{
		{"connlabel $1", "-m connlabel --label $1"}, {"connlabel $1 set", "-m connlabel --label $1 --set"},
		// Without -n, and if the label has a name.
		{"connlabel '$1'", "-m connlabel --label $1"}, {"connlabel '$1' set", "-m connlabel --label $1 --set"},
		{"connlabel ! '$1'", "-m connlabel ! --label $1"}, {"connlabel ! '$1' set", "-m connlabel ! --label $1 --set"},
	},
})

// lowerConnLabel lowers --set as what it does first: ct label set adds a label
// and leaves the others.
func lowerConnLabel(l *Lowering, u *Use) {
	g := u.Get("label")
	key := func() ast.Expr { return l.CT(g.Name.Span, ast.CTLabel, ast.DirNone) }
	if set := u.Get("set"); set != nil {
		l.Add(&ast.Assign{Span: set.Span, Left: key(), Right: labelBit(l, g), Use: l.UseIndex()})
	}
	l.MatchOrAbsent(g.Span, key(), ast.OpAny, g.Not, labelBit(l, g))
}

// labelBit makes the value of ct label that has only the one bit.
func labelBit(l *Lowering, g *Given) ast.Expr {
	if g.Lo < 64 {
		return l.Int(g.ArgSpan(), 1<<g.Lo)
	}
	b := make([]byte, 16)
	b[15-g.Lo/8] = 1 << (g.Lo % 8)
	return &ast.Big{Span: g.ArgSpan(), Bytes: b}
}
