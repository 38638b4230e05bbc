package nft

import (
	"maps"
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// scope is where a piece of text stands: what its names and its variables mean.
// It does not change once it is made, so that text may be read later, and by
// several goroutines, as it was meant where it stands.
type scope struct {
	ruleset *ast.Ruleset
	family  ast.Family
	// table is that of the text; nil for a variable's value outside of one.
	table *ast.Table
	chain *ast.Chain
	vars  *variables
	// seq is how many definitions stood above the text: those that came
	// after it are not seen.
	seq int
}

// variables are those of a block: the whole script, a table, a chain. The
// definitions of a name are in the order in which they were made.
type variables struct {
	outer *variables
	names map[string][]*variable
}

// variable is a definition of a variable.
type variable struct {
	name     string
	nameSpan ast.Span
	// text is the value as it is written, its first byte at base.
	text string
	base uint32
	// scope is where the value stands: its own variables are looked up there.
	scope *scope
	seq   int
	// gone says that this is no definition, but that undefine took it back.
	gone bool
}

// variable returns the definition that $name means, or nil. Inner blocks hide
// outer ones; of several definitions in a block, which redefine makes, the last
// one above the text counts.
func (s *scope) variable(name string) *variable {
	for b := s.vars; b != nil; b = b.outer {
		all := b.names[name]
		for i := len(all) - 1; i >= 0; i-- {
			if v := all[i]; v.seq < s.seq {
				if v.gone {
					break
				}
				return v
			}
		}
	}
	return nil
}

// variableNames returns the names of all variables that may be used, sorted.
func (s *scope) variableNames() []string {
	set := map[string]bool{}
	for b := s.vars; b != nil; b = b.outer {
		for name := range b.names {
			if s.variable(name) != nil {
				set[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}
