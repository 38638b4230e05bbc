package nft

import (
	"maps"
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// scope is what surrounds a rule, a set or an expression: the table that it is
// in, and the variables that it may use. The script's parser makes it; it does
// not change from then on, so that text may be read later, and by several
// goroutines, as it was meant where it stands.
type scope struct {
	// table and family are those of the table; without a table, only the
	// family counts. chain is nil outside of a chain.
	table  *ast.Table
	family ast.Family
	chain  *ast.Chain
	// sets are the sets and maps of the table by name; nil: they are looked
	// up in the table.
	sets map[string]*ast.Set
	vars *variables
	// seq is how many definitions stand above the text: later ones are not
	// seen.
	seq int
	// hidden says that a file could not be read which may define variables.
	hidden bool
}

// variables are those of a block: the whole script, a table, a chain. The
// definitions of a name are in the order in which they were made.
type variables struct {
	outer *variables
	names map[string][]*define
}

// define is a variable: define name = value.
type define struct {
	ast.Span // of the name
	name     string
	text     string // of the value
	base     uint32 // the position of the text's first byte
	// scope is where the variables in the value are looked up.
	scope *scope
	seq   int
	// gone says that this is where an undefine takes the name away.
	gone bool
}

// define returns the variable of that name, or nil. Inner blocks hide outer
// ones; of several definitions in a block, which redefine makes, the last one
// above the text counts.
func (sc *scope) define(name string) *define {
	for b := sc.vars; b != nil; b = b.outer {
		all := b.names[name]
		n, _ := slices.BinarySearchFunc(all, sc.seq, func(d *define, seq int) int { return d.seq - seq })
		if n > 0 && !all[n-1].gone {
			return all[n-1]
		}
	}
	return nil
}

// defineNames returns the names of all variables that may be used, sorted.
func (sc *scope) defineNames() []string {
	set := map[string]bool{}
	for b := sc.vars; b != nil; b = b.outer {
		for name := range b.names {
			if !set[name] && sc.define(name) != nil {
				set[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// set returns the set or map of that name, or nil.
func (sc *scope) set(name string) *ast.Set {
	switch {
	case sc.sets != nil:
		return sc.sets[name]
	case sc.table != nil:
		return sc.table.Set(name)
	}
	return nil
}

// familyOf returns the family of the rules in a scope.
func (sc *scope) familyOf() ast.Family {
	if sc.table != nil {
		return sc.table.Family
	}
	return sc.family
}
