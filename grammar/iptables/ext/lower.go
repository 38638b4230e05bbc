package ext

import (
	"net/netip"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// Lowering builds the statements of one rule. Nodes come from slabs, so that a
// hundred thousand rules are not a million allocations. It is not for use by
// several goroutines at once.
type Lowering struct {
	Context
	// Rule is the rule that is built; Lower functions may set its Comment.
	Rule *ast.Rule
	use  uint8

	stmts    []ast.Stmt // of the rule at hand
	uses     []ast.Use
	stmtSlab []ast.Stmt
	useSlab  []ast.Use
	matches  slab[ast.Match]
	payloads slab[ast.Payload]
	metas    slab[ast.Meta]
	cts      slab[ast.CT]
	ints     slab[ast.Int]
	prefixes slab[ast.Prefix]
	addrs    slab[ast.Addr]
	strs     slab[ast.String]
	ranges   slab[ast.Range]
	verdicts slab[ast.Verdict]
	rules    slab[ast.Rule]
	elems    slab[ast.Elem]
}

// slab hands out zeroed values from blocks.
type slab[T any] struct{ free []T }

func (s *slab[T]) get() *T {
	if len(s.free) == 0 {
		s.free = make([]T, 128)
	}
	t := &s.free[0]
	s.free = s.free[1:]
	return t
}

// NewRule begins a rule.
func (l *Lowering) NewRule(c Context, span ast.Span) {
	l.Context = c
	l.Rule = l.rules.get()
	l.Rule.Span = span
	l.stmts, l.uses = l.stmts[:0], l.uses[:0]
	l.use = 0
}

// EndRule gives the rule the statements collected since NewRule.
func (l *Lowering) EndRule() *ast.Rule {
	l.Rule.Stmts = keep(&l.stmtSlab, l.stmts)
	l.Rule.Uses = keep(&l.useSlab, l.uses)
	return l.Rule
}

// keep copies list to the end of a slab, or of a new one if it is full.
func keep[T any](slab *[]T, list []T) []T {
	n := len(list)
	if n == 0 {
		return nil
	}
	if cap(*slab)-len(*slab) < n {
		*slab = make([]T, 0, max(1024, n))
	}
	at := len(*slab)
	*slab = append(*slab, list...)
	return (*slab)[at : at+n : at+n]
}

// Use lowers an extension's use.
func (l *Lowering) Use(u *Use) {
	if u.Ext.Name != "" && !u.Ext.Verdict {
		l.uses = append(l.uses, ast.Use{Span: u.Span, Name: u.Ext.Name, Target: u.Ext.Target})
		l.use = uint8(min(len(l.uses), 255))
	} else {
		l.use = 0
	}
	if u.Opaque() || u.Ext.Lower != nil && !u.Complete() {
		l.opaque(u)
		return
	}
	if u.Ext.Lower != nil {
		u.Ext.Lower(l, u)
		return
	}
	if !u.Ext.lowers {
		l.Extension(u)
		return
	}
	lowered := false
	for i := range u.Given {
		if g := &u.Given[i]; g.Option.Lower != nil {
			g.Option.Lower(l, g)
			lowered = true
		}
	}
	if !lowered && u.Ext.Bare != nil {
		u.Ext.Bare(l, u)
	}
}

// opaque lowers what can be lowered of a use that has opaque words, or lacks
// what it cannot do without.
func (l *Lowering) opaque(u *Use) {
	hidden := !u.Complete()
	for i := range u.Given {
		g := &u.Given[i]
		if !g.Opaque && g.Option.Lower != nil && u.Ext.Lower == nil {
			g.Option.Lower(l, g)
			continue
		}
		hidden = true
	}
	if hidden {
		var text []string
		for i := range u.Given {
			for _, w := range u.Given[i].Args {
				if w.Opaque {
					text = append(text, w.Text)
				}
			}
		}
		l.Add(&ast.Opaque{Span: u.Span, Text: strings.Join(text, " "), Action: u.Ext.Target})
	}
}

// Add appends a statement.
func (l *Lowering) Add(s ast.Stmt) { l.stmts = append(l.stmts, s) }

// UseIndex is what the Use field of statements made now must be.
func (l *Lowering) UseIndex() uint8 { return l.use }

// NewMatch makes a match without adding it.
func (l *Lowering) NewMatch(s ast.Span, left ast.Expr, op ast.Op, right ast.Expr) *ast.Match {
	m := l.matches.get()
	*m = ast.Match{Span: s, Left: left, Op: op, Right: right, Use: l.use}
	return m
}

// Match adds a match; with not, the operator is negated.
func (l *Lowering) Match(s ast.Span, left ast.Expr, op ast.Op, not bool, right ast.Expr) {
	if not {
		op = op.Negate()
	}
	l.Add(l.NewMatch(s, left, op, right))
}

// Payload makes a header field.
func (l *Lowering) Payload(s ast.Span, f ast.Field) *ast.Payload {
	e := l.payloads.get()
	*e = ast.Payload{Span: s, Field: f}
	return e
}

// Meta makes a metadata key.
func (l *Lowering) Meta(s ast.Span, k ast.MetaKey) *ast.Meta {
	e := l.metas.get()
	*e = ast.Meta{Span: s, Key: k}
	return e
}

// CT makes a conntrack key.
func (l *Lowering) CT(s ast.Span, k ast.CTKey, d ast.Dir) *ast.CT {
	e := l.cts.get()
	*e = ast.CT{Span: s, Key: k, Dir: d}
	return e
}

// Int makes a number.
func (l *Lowering) Int(s ast.Span, n uint64) *ast.Int {
	e := l.ints.get()
	*e = ast.Int{Span: s, Val: n}
	return e
}

// IntRange makes a number, or a range where lo and hi differ.
func (l *Lowering) IntRange(s ast.Span, lo, hi uint64) ast.Expr {
	if lo == hi {
		return l.Int(s, lo)
	}
	return l.Range(s, l.Int(s, lo), l.Int(s, hi))
}

// Range makes a range.
func (l *Lowering) Range(s ast.Span, lo, hi ast.Expr) *ast.Range {
	e := l.ranges.get()
	*e = ast.Range{Span: s, Lo: lo, Hi: hi}
	return e
}

// Str makes a text.
func (l *Lowering) Str(s ast.Span, text string) *ast.String {
	e := l.strs.get()
	*e = ast.String{Span: s, Val: text}
	return e
}

// Addr makes an address.
func (l *Lowering) Addr(s ast.Span, a netip.Addr) *ast.Addr {
	e := l.addrs.get()
	*e = ast.Addr{Span: s, Addr: a}
	return e
}

// Prefix makes a network.
func (l *Lowering) Prefix(s ast.Span, a netip.Addr, bits int) *ast.Prefix {
	e := l.prefixes.get()
	*e = ast.Prefix{Span: s, Prefix: netip.PrefixFrom(a, bits)}
	return e
}

// Set makes a written-out set of n values.
func (l *Lowering) Set(s ast.Span, keys ...ast.Expr) *ast.SetLit {
	set := &ast.SetLit{Span: s, Elems: make([]*ast.Elem, len(keys))}
	for i, k := range keys {
		e := l.elems.get()
		e.Span, e.Key = k.Source(), k
		set.Elems[i] = e
	}
	return set
}

// Verdict adds a verdict.
func (l *Lowering) Verdict(s ast.Span, k ast.VerdictKind, chain string) {
	v := l.verdicts.get()
	*v = ast.Verdict{Span: s, Kind: k, Chain: chain}
	l.Add(v)
}

// Extension adds the use as it is: each option by name, in the order of the
// declaration, with its value in canonical form.
func (l *Lowering) Extension(u *Use) {
	e := &ast.Extension{Span: u.Span, Name: u.Ext.Name, Target: u.Ext.Target, Use: l.use}
	for i := range u.Ext.Options {
		for j := range u.Given {
			g := &u.Given[j]
			if g.Option != &u.Ext.Options[i] {
				continue
			}
			o := ast.Option{Span: g.Span, Name: g.Option.Name, Not: g.Not}
			if g.Option.Arg != nil && len(g.Args) > 0 {
				var p Printer
				g.Option.Arg.Save(&p, &g.Value)
				o.Args = []ast.Expr{&ast.String{Span: g.ArgSpan(), Val: string(p.B)}}
			}
			e.Options = append(e.Options, o)
		}
	}
	l.Add(e)
}

// Field returns a Lower function for an option that compares a header field
// with a number or a range.
func Field(f ast.Field) func(*Lowering, *Given) {
	return func(l *Lowering, g *Given) {
		l.Match(g.Span, l.Payload(g.Name.Span, f), ast.OpEq, g.Not, l.IntRange(g.ArgSpan(), g.Lo, g.Hi))
	}
}

// MetaRange returns a Lower function for an option that compares a metadata key
// with a number or a range.
func MetaRange(k ast.MetaKey) func(*Lowering, *Given) {
	return func(l *Lowering, g *Given) {
		l.Match(g.Span, l.Meta(g.Name.Span, k), ast.OpEq, g.Not, l.IntRange(g.ArgSpan(), g.Lo, g.Hi))
	}
}

// Masked returns a Lower function for an option value/mask (Lo and Hi) on what
// left makes: left & mask == value, or left == value with a mask of all ones.
func Masked(ones uint64, left func(l *Lowering, s ast.Span) ast.Expr) func(*Lowering, *Given) {
	return func(l *Lowering, g *Given) {
		e := left(l, g.Name.Span)
		if g.Hi != ones {
			e = &ast.Binary{Span: g.Span, Op: ast.OpAnd, Left: e, Right: l.Int(g.ArgSpan(), g.Hi)}
		}
		l.Match(g.Span, e, ast.OpEq, g.Not, l.Int(g.ArgSpan(), g.Lo))
	}
}
