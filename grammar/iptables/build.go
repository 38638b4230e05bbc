package iptables

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// builder makes a ruleset of command lines, as the kernel would have it after
// they have run.
type builder struct {
	ruleset *ast.Ruleset
	errs    *[]*grammar.Error
	tables  map[tableKey]*tableBuilder
	rules   int // that have been made
	// counted is up to where the lines of a save file have been counted.
	counted, line int
}

type tableKey struct {
	family ast.Family
	name   string
}

type tableBuilder struct {
	*ast.Table
	chains map[string]*ast.Chain
	line   int // of its head in a save file
}

func newBuilder(errs *[]*grammar.Error) *builder {
	return &builder{ruleset: &ast.Ruleset{}, errs: errs, tables: map[tableKey]*tableBuilder{}}
}

// table returns the table of that name, made if it is not there yet.
func (b *builder) table(f ast.Family, name string, at ast.Span) *tableBuilder {
	k := tableKey{f, name}
	t := b.tables[k]
	if t == nil {
		t = &tableBuilder{
			Table:  &ast.Table{Span: at, NameSpan: at, Name: name, Family: f, Xtables: true},
			chains: map[string]*ast.Chain{},
		}
		b.tables[k] = t
		b.ruleset.Tables = append(b.ruleset.Tables, t.Table)
	}
	t.Span = t.Span.Join(at)
	return t
}

// declare adds a chain.
func (t *tableBuilder) declare(name ext.Word, at ast.Span) *ast.Chain {
	c := &ast.Chain{Span: at, Name: name.Text, NameSpan: name.Span}
	makeBuiltin(t.Name, c)
	t.chains[name.Text] = c
	t.Chains = append(t.Chains, c)
	return c
}

// chain returns the chain that a rule is put into. One that no line declares is
// made; it is the kernel's own if it has a built-in name.
func (t *tableBuilder) chain(name ext.Word) *ast.Chain {
	c := t.chains[name.Text]
	if c == nil {
		c = t.declare(name, ast.Span{})
		c.Implicit = true
	}
	return c
}

// lowerLine makes the rules that a line means: one, or one for each pair of its
// addresses.
func lowerLine(l *ext.Lowering, c ext.Context, line *Line, emit func(*ast.Rule)) {
	src, dst := line.Base.Get("source"), line.Base.Get("destination")
	srcs, dsts := hosts(src), hosts(dst)
	ns, nd := max(1, len(srcs)), max(1, len(dsts))
	for i := range ns {
		for j := range nd {
			if ns > 1 {
				src.List = srcs[i : i+1]
			}
			if nd > 1 {
				dst.List = dsts[j : j+1]
			}
			l.NewRule(c, line.Span)
			lowerOne(l, line)
			r := l.EndRule()
			r.Counters, r.Bad = line.Counters, line.Bad
			if ns*nd > 1 {
				r.Part, r.Parts = uint16(i*nd+j+1), uint16(ns*nd)
			}
			emit(r)
		}
	}
	if ns > 1 {
		src.List = srcs
	}
	if nd > 1 {
		dst.List = dsts
	}
}

func hosts(g *ext.Given) []ext.Item {
	if g == nil || g.Opaque {
		return nil
	}
	return g.List
}

func lowerOne(l *ext.Lowering, line *Line) {
	l.Use(&line.Base)
	for i := range line.Uses {
		l.Use(&line.Uses[i])
	}
	for _, w := range line.Opaque {
		l.Add(&ast.Opaque{Span: w.Span, Text: w.Text})
	}
	if line.Bad {
		l.Add(&ast.Opaque{Span: line.Span, Action: true})
		return
	}
	switch {
	case line.Jump.Opaque:
		l.Add(&ast.Opaque{Span: line.Jump.Span, Text: line.Jump.Text, Action: true})
	case line.Target.Ext != nil:
		l.Use(&line.Target)
	case line.Goto:
		l.Verdict(line.Jump.Span, ast.VerdictGoto, line.Jump.Text)
	case line.Jump.Valid():
		l.Verdict(line.Jump.Span, ast.VerdictJump, line.Jump.Text)
	}
}
