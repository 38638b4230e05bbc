package ext

import "github.com/ctlint/ctlint/ast"

// The MARK target (iptables-extensions(8), MARK; xt_MARK revision 2): the mark
// becomes (mark & ^mask) ^ value, whichever option says it.
var _ = target(Ext{
	Name:    "MARK",
	Options: apart(setMarkOptions()...),
	OneOf:   markNames(),
	Listed: []Listed{
		{"MARK set $1", "--set-mark $1"}, {"MARK and $1", "--and-mark $1"}, {"MARK or $1", "--or-mark $1"},
		{"MARK xor $1", "--xor-mark $1"}, {"MARK xset $1", "--set-xmark $1"},
	},
})

func setMarkOptions() []Option {
	var out []Option
	for _, m := range markOptions {
		out = append(out, Option{Name: m.name, Arg: m.arg, Save: saveSetMark, Lower: lowerMark})
	}
	return out
}

func saveSetMark(p *Printer, g *Given) {
	value, mask, _ := xmarkOf(g)
	p.Flag(false, "set-xmark")
	p.xmark(value, mask)
}

func lowerMark(l *Lowering, g *Given) {
	value, mask, _ := xmarkOf(g)
	l.assignMark(g.Span, value, mask)
}

// assignMark sets the packet's mark to (mark & ^mask) ^ value.
func (l *Lowering) assignMark(s ast.Span, value, mask uint64) {
	right := l.xmarked(s, l.Meta(s, ast.MetaMark), value, mask, allOnes)
	l.Add(&ast.Assign{Span: s, Left: l.Meta(s, ast.MetaMark), Right: right, Use: l.UseIndex()})
}
