package ext

import "github.com/ctlint/ctlint/ast"

// savedOption is an option as iptables-save prints it, for targets whose saved
// form is not their options one by one.
type savedOption struct {
	ast.Span // of the option that says it
	name     string
	arg      string // empty for a flag
}

func (p *Printer) saved(options []savedOption) {
	for _, o := range options {
		p.Flag(false, o.name)
		if o.arg != "" {
			p.Word(o.arg)
		}
	}
}

// saved adds the use as an extension with the options of its saved form.
func (l *Lowering) saved(u *Use, options []savedOption) {
	e := &ast.Extension{Span: u.Span, Name: u.Ext.Name, Target: u.Ext.Target, Use: l.UseIndex()}
	for _, o := range options {
		opt := ast.Option{Span: o.Span, Name: o.name}
		if o.arg != "" {
			opt.Args = []ast.Expr{&ast.String{Span: o.Span, Val: o.arg}}
		}
		e.Options = append(e.Options, opt)
	}
	l.Add(e)
}

// argText returns a value as its kind of argument prints it.
func argText(a *Arg, v *Value) string {
	var p Printer
	a.Save(&p, v)
	return string(p.B)
}
