package nft

import "github.com/ctlint/ctlint/ast"

// scope is what surrounds a rule, a set or an expression: the table that it is
// in, and the variables that it may use. The script's parser fills it; the rule
// parser reads it, and several of them may do so at once.
type scope struct {
	parent *scope
	// table and family are those of the table; without a table, only the
	// family counts. chain is nil outside of a chain.
	table  *ast.Table
	family ast.Family
	chain  *ast.Chain
	// sets are the sets and maps of the table by name; nil: they are looked
	// up in the table.
	sets    map[string]*ast.Set
	defines map[string]*define
}

// define is a variable: define name = value.
type define struct {
	ast.Span // of the name
	name     string
	text     string // of the value
	base     uint32 // the position of the text's first byte
	// scope is where the variables in the value are looked up.
	scope *scope
}

// define returns the variable of that name, or nil.
func (sc *scope) define(name string) *define {
	for ; sc != nil; sc = sc.parent {
		if d := sc.defines[name]; d != nil {
			return d
		}
	}
	return nil
}

// defineNames returns the names of all variables that may be used.
func (sc *scope) defineNames() (names []string) {
	for ; sc != nil; sc = sc.parent {
		for n := range sc.defines {
			names = append(names, n)
		}
	}
	return names
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
