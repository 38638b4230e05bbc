package ext

import "github.com/ctlint/ctlint/ast"

// within adds the match that left, which holds at most most, lies in lo to hi.
// A range that no value of left lies in becomes one that never matches, and its
// negation one that matches whenever left can be read at all.
func (l *Lowering) within(s, arg ast.Span, left ast.Expr, not bool, lo, hi, most uint64) {
	if hi = min(hi, most); lo > hi {
		lo, hi, not = 0, most, !not
	}
	l.Match(s, left, ast.OpEq, not, l.IntRange(arg, lo, hi))
}

// loaded adds the match that left, which holds at most most, can be read. It is
// what a match without options still asks for: a TCP header, and so no later
// fragment.
func (l *Lowering) loaded(s ast.Span, left ast.Expr, most uint64) {
	l.within(s, s, left, false, 0, most, most)
}

// anyOf adds the statement that one of several matches holds.
func (l *Lowering) anyOf(s ast.Span, matches ...*ast.Match) {
	a := &ast.AnyOf{Span: s, Use: l.use}
	for _, m := range matches {
		a.Alts = append(a.Alts, []ast.Stmt{m})
	}
	l.Add(a)
}

// only returns the use with those of its options that keep picks.
func (u *Use) only(keep func(*Given) bool) *Use {
	v := *u
	v.Given = nil
	for i := range u.Given {
		if keep(&u.Given[i]) {
			v.Given = append(v.Given, u.Given[i])
		}
	}
	return &v
}

// exists adds the match that something of the packet is there.
func (l *Lowering) exists(s ast.Span, left ast.Expr, not bool) {
	l.Match(s, left, ast.OpEq, false, &ast.Bool{Span: s, Val: !not})
}

// existsIn adds the match that something in the header with field f is there, or
// with not, that it is not. What is missing in a later fragment, which has no
// such header, is not missing there for xtables.
func (l *Lowering) existsIn(f ast.Field, s ast.Span, left ast.Expr, not bool) {
	if not {
		l.loaded(s, l.Payload(s, f), 1<<f.Info().Len-1)
	}
	l.exists(s, left, not)
}

// header returns what Ext.Bare needs for a match that looks into a header even
// without options: that field f of it can be read.
func header(f ast.Field) func(*Lowering, *Use) {
	most := uint64(1)<<f.Info().Len - 1
	return func(l *Lowering, u *Use) { l.loaded(u.Span, l.Payload(u.Span, f), most) }
}

// options lowers each option by its own Lower, and what the extension means
// without them if none is given. It is for extensions with more to say.
func (l *Lowering) options(u *Use) {
	if len(u.Given) == 0 {
		u.Ext.Bare(l, u)
	}
	for i := range u.Given {
		if g := &u.Given[i]; g.Option.Lower != nil {
			g.Option.Lower(l, g)
		}
	}
}

// ordered adds the options of a use as they are, like [Lowering.Extension], but
// in the order of given: it matters where one of them begins a new part.
func (l *Lowering) ordered(u *Use, given []Given) {
	e := &ast.Extension{Span: u.Span, Name: u.Ext.Name, Target: u.Ext.Target, Use: l.use}
	for i := range given {
		g := &given[i]
		o := ast.Option{Span: g.Span, Name: g.Option.Name, Not: g.Not}
		if g.Option.Arg != nil {
			var p Printer
			g.Option.Arg.Save(&p, &g.Value)
			o.Args = []ast.Expr{&ast.String{Span: g.ArgSpan(), Val: string(p.B)}}
		}
		e.Options = append(e.Options, o)
	}
	l.Add(e)
}
