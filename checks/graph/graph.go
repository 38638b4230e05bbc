// Package graph knows which chains of a ruleset call which: by jump and goto,
// in a rule or through a verdict map. It says which hooks give packets to a
// chain, which jumps go nowhere, which chains call each other in a circle. All
// of it is computed in time linear in the number of rules and elements, also
// for ten thousand chains that call each other.
package graph

import (
	"go/token"
	"iter"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/load"
)

// Analyzer has the *[Graph] of the host as its result. It is read-only.
var Analyzer = &analysis.Analyzer{
	Name:             "graph",
	Doc:              "find out which chains call which\n\nThe result is a *graph.Graph, which is read-only.",
	Requires:         []*analysis.Analyzer{ruleset.Analyzer},
	ResultType:       reflect.TypeFor[*Graph](),
	RunDespiteErrors: true,
	Run: func(pass *analysis.Pass) (any, error) {
		return New(ruleset.Of(pass)), nil
	},
}

// Of returns the graph of a pass whose analyzer requires [Analyzer].
func Of(pass *analysis.Pass) *Graph { return pass.ResultOf[Analyzer].(*Graph) }

// Graph is the call graph of a host's tables. Chains only ever call chains of
// their own table.
type Graph struct {
	Tables []*Table
	chains map[*ast.Chain]*Chain
}

// Table is a table with its call graph.
type Table struct {
	*ast.Table
	Source *load.Source
	Chains []*Chain // in the order of ast.Table's
	// Maps are the verdict maps that have a name, in the order of the
	// table's Sets.
	Maps []*Map
	// Undefined are the calls of chains that are not there, in the order of
	// the chains, then of the maps.
	Undefined []Call
	// Unclear says that a rule calls a chain whose name only the running
	// system knows; any chain may then be called.
	Unclear bool
	// Cycles are the groups of chains that call each other in a circle, each
	// in the order of the table; a chain that calls itself is one, too.
	Cycles [][]*Chain

	fset   *token.FileSet
	chains map[string]*Chain
	maps   map[string]*Map
}

// Chain is a chain with its calls.
type Chain struct {
	*ast.Chain
	Table *Table
	Index int // in the table's Chains
	// Calls are the calls of the chain's rules, in order.
	Calls []Call
	// Hooks are those whose packets may come into the chain.
	Hooks Hooks
	// Decides says that every packet that comes into the chain is decided
	// there or in a chain it calls: none falls off the end or returns. A base
	// chain's policy does not count.
	Decides bool

	callers []Call
	inMaps  []*Map
	cycle   int // 1 + the index in Table.Cycles
}

// Map is a verdict map that has a name.
type Map struct {
	*ast.Set
	// Calls are those of its elements.
	Calls []Call
	// Uses are the rules that look it up.
	Uses []Call
}

// Call is a jump or a goto. It is one of four kinds: a rule that names the
// chain, in a verdict or in a map that the rule writes out; a rule that looks up
// a map with a name, Map; an element of such a map, which has no From; and a rule
// that could not be understood and in which the chain's name stands, Maybe. The
// last kind keeps a chain from being taken for unused or unreachable, and makes
// no circle.
type Call struct {
	From  *Chain
	Rule  *ast.Rule
	Index int // of the rule in From
	// To is the chain that is called; nil if the table has none of that
	// name, and in a look-up of a Map.
	To   *Chain
	Name string
	Goto bool
	Map  *Map
	// Maybe says that the rule may be about something else.
	Maybe bool
	// Node is the verdict, or the look-up.
	Node ast.Node
}

// Targets returns the chains that the call may go to: one, none, or those of
// the Map.
func (c Call) Targets() iter.Seq[*Chain] {
	return func(yield func(*Chain) bool) {
		if c.To != nil && !yield(c.To) || c.Map == nil {
			return
		}
		for _, e := range c.Map.Calls {
			if e.To != nil && !yield(e.To) {
				return
			}
		}
	}
}

// Callers returns the calls of rules that may go to the chain: those that name
// it, then the look-ups of maps that hold it.
func (c *Chain) Callers() iter.Seq[Call] {
	return func(yield func(Call) bool) {
		for _, call := range c.callers {
			if !yield(call) {
				return
			}
		}
		for _, m := range c.inMaps {
			for _, call := range m.Uses {
				if !yield(call) {
					return
				}
			}
		}
	}
}

// Called reports whether a rule calls the chain, or a map holds it that a rule
// looks up.
func (c *Chain) Called() bool {
	for range c.Callers() {
		return true
	}
	return false
}

// Reached reports whether the kernel may ever give a packet to the chain.
func (c *Chain) Reached() bool { return c.Hooks != 0 }

// Cycle returns the chains with which c stands in a circle of calls, c among
// them; nil if it stands in none.
func (c *Chain) Cycle() []*Chain {
	if c.cycle == 0 {
		return nil
	}
	return c.Table.Cycles[c.cycle-1]
}

// Bases returns the base chains whose packets may come into the chain, in the
// order of the table; for a base chain it is among them. It takes time linear
// in the table for each call.
func (c *Chain) Bases() []*Chain {
	seen := make([]bool, len(c.Table.Chains))
	seen[c.Index] = true
	todo := []*Chain{c}
	for len(todo) > 0 {
		next := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for call := range next.Callers() {
			if from := call.From; !seen[from.Index] {
				seen[from.Index] = true
				todo = append(todo, from)
			}
		}
	}
	var out []*Chain
	for i, s := range seen {
		if s && c.Table.Chains[i].Base() {
			out = append(out, c.Table.Chains[i])
		}
	}
	return out
}

// Hooks is a set of hooks.
type Hooks uint16

// Has reports whether h is in the set.
func (s Hooks) Has(h ast.Hook) bool { return s&(1<<h) != 0 }

// Chain returns what the graph knows of a chain; nil if it is not the host's.
func (g *Graph) Chain(c *ast.Chain) *Chain { return g.chains[c] }

// Chain returns the chain of that name, or nil.
func (t *Table) Chain(name string) *Chain { return t.chains[name] }

// Map returns the verdict map of that name, or nil.
func (t *Table) Map(name string) *Map { return t.maps[name] }

// Declared reports whether the source declares any chain of the table itself.
// Where it does not, it most likely adds to a table that is loaded already.
func (t *Table) Declared() bool {
	for _, c := range t.Chains {
		if !c.Implicit {
			return true
		}
	}
	return false
}

// DeclaresBase reports whether the source declares a base chain of the table.
// Where it does not, packets may come in by jumps that are loaded already.
func (t *Table) DeclaresBase() bool {
	return slices.ContainsFunc(t.Chains, func(c *Chain) bool { return c.Base() && !c.Implicit })
}
