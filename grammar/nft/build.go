package nft

import (
	gotoken "go/token"
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// builder makes a ruleset of a script's tree, and of those of the files that it
// includes. It goes over the tree twice: first it notes what is declared, and
// then the rules and the elements are read, which may name what is declared
// below them.
type builder struct {
	fset    *gotoken.FileSet
	options Options
	file    *File
	ruleset *ast.Ruleset
	tables  map[tableKey]*tableBuild
	errs    []*grammar.Error
	// seq counts the definitions of variables.
	seq int
	// hidden says that a file could not be read which may define variables.
	hidden bool
	steps  []step
	jobs   []ruleJob
	parser ruleParser
}

// ident is a name and where it stands.
type ident struct {
	ast.Span
	text string
}

type tableKey struct {
	family ast.Family
	name   string
}

// tableBuild is a table that is being built.
type tableBuild struct {
	*ast.Table
	chains     map[string]*chainBuild
	sets       map[string]*ast.Set // those that are declared
	loose      map[string]*ast.Set // those that only have elements here
	objects    map[objectKey]*ast.Object
	flowtables map[string]*ast.Flowtable
	// declared says that a line declares the table.
	declared bool
	// anonymous counts the chains that are written in rules.
	anonymous int
	// scope is that of the last text that stood in the table but in no
	// chain: it is good for the next, too, if nothing was defined between.
	scope *scope
}

type objectKey struct {
	kind ast.ObjectKind
	name string
}

// chainBuild is a chain that is being built.
type chainBuild struct {
	*ast.Chain
	scope *scope
	table *tableBuild
	// epoch counts how often the chain has been flushed: rules of an
	// earlier one are not there any more.
	epoch int
	// front are rules that were inserted at the beginning, the first one
	// last.
	front []*ast.Rule
}

func newBuilder(fset *gotoken.FileSet, o Options) *builder {
	return &builder{fset: fset, options: o, ruleset: &ast.Ruleset{}, tables: map[tableKey]*tableBuild{}, hidden: o.Alone}
}

func (b *builder) fail(e *grammar.Error) { b.errs = append(b.errs, e) }

func (b *builder) failf(s ast.Span, format string, args ...any) *grammar.Error {
	e := grammar.Errorf(s, format, args...)
	b.fail(e)
	return e
}

// table returns the table of that family and name, which is added to the
// ruleset if it is not there: a script may speak of one that is loaded already.
func (b *builder) table(f ast.Family, name ident) *tableBuild {
	key := tableKey{f, name.text}
	t := b.tables[key]
	if t == nil {
		t = &tableBuild{
			Table:  &ast.Table{Span: name.Span, Family: f, Name: name.text, NameSpan: name.Span},
			chains: map[string]*chainBuild{}, sets: map[string]*ast.Set{}, loose: map[string]*ast.Set{}, objects: map[objectKey]*ast.Object{}, flowtables: map[string]*ast.Flowtable{},
		}
		b.tables[key] = t
		b.ruleset.Tables = append(b.ruleset.Tables, t.Table)
	}
	return t
}

// chain returns the chain of that name, which is added to the table if it is not
// there; no line has then declared it.
func (t *tableBuild) chain(name ident) *chainBuild {
	c := t.chains[name.text]
	if c == nil {
		c = &chainBuild{table: t, Chain: &ast.Chain{Span: name.Span, Name: name.text, NameSpan: name.Span, Implicit: true}}
		t.chains[name.text] = c
		t.Chains = append(t.Chains, c.Chain)
	}
	return c
}

// set returns the set or map of that name, which is added to the table if it is
// not there. Without its declaration its types are not known, and so rules do
// not see it.
func (t *tableBuild) set(name ident) *ast.Set {
	if s := t.sets[name.text]; s != nil {
		return s
	}
	s := t.loose[name.text]
	if s == nil {
		s = &ast.Set{Span: name.Span, Name: name.text, NameSpan: name.Span}
		t.loose[name.text] = s
		t.Sets = append(t.Sets, s)
	}
	return s
}

// declareSet returns the set or map of that name as one that is declared.
func (t *tableBuild) declareSet(name ident) *ast.Set {
	s := t.set(name)
	t.sets[name.text] = s
	delete(t.loose, name.text)
	return s
}

// scopeOf returns the scope of text that stands in a table, or in a chain of it.
func (b *builder) scopeOf(t *tableBuild, c *chainBuild, vars *variables) *scope {
	last := &t.scope
	if c != nil {
		last = &c.scope
	}
	if s := *last; s != nil && s.vars == vars && s.seq == b.seq && s.hidden == b.hidden {
		return s
	}
	s := &scope{table: t.Table, family: t.Family, sets: t.sets, vars: vars, seq: b.seq, hidden: b.hidden}
	if c != nil {
		s.chain = c.Chain
	}
	*last = s
	return s
}

// remove takes tables out of the ruleset.
func (b *builder) remove(gone func(*ast.Table) bool) {
	b.ruleset.Tables = slices.DeleteFunc(b.ruleset.Tables, func(t *ast.Table) bool {
		if !gone(t) {
			return false
		}
		delete(b.tables, tableKey{t.Family, t.Name})
		return true
	})
}
