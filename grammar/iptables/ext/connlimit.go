package ext

import (
	"github.com/ctlint/ctlint/ast"
)

// The connlimit match (iptables-extensions(8), connlimit). What its options
// leave unsaid, iptables-save says.
var (
	_ = match(connLimit(V4, 32))
	_ = match(connLimit(V6, 128))
)

func connLimit(f Family, bits int) Ext {
	return Ext{
		Name:   "connlimit",
		Family: f,
		Options: []Option{
			{Name: "connlimit-upto", Arg: Uint(0, allOnes), Not: true, Excl: []string{"connlimit-above"}},
			{Name: "connlimit-above", Arg: Uint(0, allOnes), Not: true},
			{Name: "connlimit-mask", Arg: MaskLen},
			{Name: "connlimit-saddr", Excl: []string{"connlimit-daddr"}},
			{Name: "connlimit-daddr"},
		},
		OneOf: []string{"connlimit-upto", "connlimit-above"},
		Save: func(p *Printer, u *Use) {
			for _, o := range connLimitOptions(u, bits) {
				p.Flag(false, o.Name)
				for _, a := range o.Args {
					p.Word(a.(*ast.String).Val)
				}
			}
		},
		// A set of connections by address, and its name, are for the
		// whole ruleset to make, so this stays what it is.
		Lower: func(l *Lowering, u *Use) {
			l.Add(&ast.Extension{Span: u.Span, Name: u.Ext.Name, Options: connLimitOptions(u, bits), Use: l.UseIndex()})
		},
		Listed: []Listed{
			{"#conn src/$1 > $2", "-m connlimit --connlimit-above $2 --connlimit-mask $1 --connlimit-saddr"},
			{"#conn src/$1 <= $2", "-m connlimit --connlimit-upto $2 --connlimit-mask $1 --connlimit-saddr"},
			{"#conn dst/$1 > $2", "-m connlimit --connlimit-above $2 --connlimit-mask $1 --connlimit-daddr"},
			{"#conn dst/$1 <= $2", "-m connlimit --connlimit-upto $2 --connlimit-mask $1 --connlimit-daddr"},
			// Old releases, which looked at the source alone.
			{"#conn/$1 > $2", "-m connlimit --connlimit-above $2 --connlimit-mask $1"},
			{"#conn/$1 <= $2", "-m connlimit --connlimit-upto $2 --connlimit-mask $1"},
		},
	}
}

// connLimitOptions returns the options in canonical form: the limit without !,
// the mask, and which address counts.
func connLimitOptions(u *Use, bits int) []ast.Option {
	text := func(s ast.Span, a *Arg, v *Value) []ast.Expr {
		var p Printer
		a.Save(&p, v)
		return []ast.Expr{&ast.String{Span: s, Val: string(p.B)}}
	}
	limit, name := u.Get("connlimit-upto"), "connlimit-upto"
	if limit == nil {
		limit = u.Get("connlimit-above")
	}
	if (limit.Option.Name == "connlimit-above") != limit.Not {
		name = "connlimit-above"
	}
	mask, side := u.Get("connlimit-mask"), u.Get("connlimit-daddr")
	options := []ast.Option{
		{Span: limit.Span, Name: name, Args: text(limit.ArgSpan(), limit.Option.Arg, &limit.Value)},
		{Span: u.Span, Name: "connlimit-mask", Args: text(u.Span, MaskLen, &Value{Bits: bits})},
		{Span: u.Span, Name: "connlimit-saddr"},
	}
	if mask != nil {
		options[1].Span, options[1].Args = mask.Span, text(mask.ArgSpan(), MaskLen, &mask.Value)
	}
	if side != nil {
		options[2] = ast.Option{Span: side.Span, Name: side.Option.Name}
	}
	return options
}
