package ext

import (
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// plain is an option as iptables-save prints it. Extensions whose canonical form
// is not simply their options in order make a list of them, which is printed and
// lowered alike.
type plain struct {
	ast.Span // of the option that says it; invalid for a default
	name     string
	not      bool
	arg      string // as it is printed; empty for a flag
}

// plainOf makes an option of what a rule gives, if it does.
func plainOf(g *Given, name, arg string) plain {
	if g == nil {
		return plain{name: name, arg: arg}
	}
	return plain{Span: g.Span, name: name, not: g.Not, arg: arg}
}

// plainNum is plainOf for a number.
func plainNum(g *Given, name string, n uint64) plain {
	return plainOf(g, name, uintText(n))
}

// savePlain returns the Save and Lower functions of an extension whose canonical
// form list makes. It must do with what is there: a rule with an error in it is
// printed too.
func savePlain(list func(u *Use) []plain) (func(*Printer, *Use), func(*Lowering, *Use)) {
	save := func(p *Printer, u *Use) {
		for _, o := range list(u) {
			p.Flag(o.not, o.name)
			if o.arg != "" {
				p.Word(o.arg)
			}
		}
	}
	lower := func(l *Lowering, u *Use) { l.plain(u, list(u)) }
	return save, lower
}

// plain adds an extension with the options of its canonical form.
func (l *Lowering) plain(u *Use, list []plain) {
	e := &ast.Extension{Span: u.Span, Name: u.Ext.Name, Target: u.Ext.Target, Use: l.use}
	for _, o := range list {
		if !o.Valid() { // a default, which the whole use implies
			o.Span = u.Span
		}
		opt := ast.Option{Span: o.Span, Name: o.name, Not: o.not}
		if o.arg != "" {
			opt.Args = []ast.Expr{&ast.String{Span: o.Span, Val: o.arg}}
		}
		e.Options = append(e.Options, opt)
	}
	l.Add(e)
}

// num returns the number that the rule gives an option, or def.
func (u *Use) num(name string, def uint64) uint64 {
	if g := u.Get(name); g != nil && len(g.Args) > 0 {
		return g.Lo
	}
	return def
}

// bare returns a text as the stock tool prints it with %s: without quotes. One
// that could not be read again so is quoted, which the tool forgets.
func bare(s string) string {
	if s != "" && !strings.ContainsAny(s, blanks+`"`) && s[0] != '-' && s != "!" {
		return s
	}
	var p Printer
	p.Quote(s)
	return string(p.B)
}

func uintText(n uint64) string { return strconv.FormatUint(n, 10) }

// saveBare prints a text argument by [bare].
func saveBare(p *Printer, v *Value) { p.Word(bare(v.Text)) }
