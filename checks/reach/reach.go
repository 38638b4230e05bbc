// Package reach knows which packets come to each rule of a host, and what becomes
// of them: the packet sets of package semantics for the host that is checked. What
// it says is so for all packets, in the kernel's terms; what cannot be known is kept
// apart, so that no check guesses.
//
// A check requires [Analyzer] and asks [Of] for the facts:
//
//	for _, w := range reach.Of(pass).Ways() {
//		for r := range w.Rules() {
//			sets := w.Rule(r)
//			if sets.Reach.Empty() {
//				// no packet of this way comes to the rule
//			}
//		}
//	}
//
// A rule may be on several ways (input, forward and output, IPv4 and IPv6), and be
// good for something on one of them: [Facts.Rule] looks at all.
package reach

import (
	"reflect"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/config"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// Analyzer has the *[Facts] of the host as its result.
var Analyzer = &analysis.Analyzer{
	Name:             "reach",
	Doc:              "find out which packets come to each rule\n\nThe result is a *reach.Facts, which may be asked by several checks at once.",
	Requires:         []*analysis.Analyzer{config.Analyzer, ruleset.Analyzer, graph.Analyzer},
	ResultType:       reflect.TypeFor[*Facts](),
	RunDespiteErrors: true,
	Run: func(pass *analysis.Pass) (any, error) {
		return New(ruleset.Of(pass), graph.Of(pass), config.For(pass).Budget), nil
	},
}

// Of returns the facts of a pass whose analyzer requires [Analyzer].
func Of(pass *analysis.Pass) *Facts { return pass.ResultOf[Analyzer].(*Facts) }

// Facts are what a host's rules do with packets. Nothing is computed before it is
// asked for, and nothing twice. All methods may be called by several goroutines at
// once.
type Facts struct {
	// Host is the sets of all ways.
	*semantics.Host
	ruleset  *ruleset.Host
	graph    *graph.Graph
	families []ast.Family
	places   func() map[*ast.Rule]ruleset.Place
}

// New returns the facts of a host.
func New(h *ruleset.Host, g *graph.Graph, o semantics.Options) *Facts {
	f := &Facts{ruleset: h, graph: g}
	var rulesets []*ast.Ruleset
	has := map[ast.Family]bool{}
	for _, s := range h.Sources {
		rulesets = append(rulesets, s.Ruleset)
		for _, t := range s.Ruleset.Tables {
			has[ast.FamilyIP] = has[ast.FamilyIP] || t.Family.IPv4() && t.Family != ast.FamilyBridge
			has[ast.FamilyIP6] = has[ast.FamilyIP6] || t.Family.IPv6() && t.Family != ast.FamilyBridge
		}
	}
	for _, family := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
		if has[family] {
			f.families = append(f.families, family)
		}
	}
	f.Host = semantics.NewHost(rulesets, o)
	f.places = sync.OnceValue(func() map[*ast.Rule]ruleset.Place {
		places := map[*ast.Rule]ruleset.Place{}
		for p := range h.Rules() {
			places[p.Rule] = p
		}
		return places
	})
	return f
}

// hooks name the ways.
var hooks = []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput}

// Families returns the families of which the host has tables: ip, ip6 or both.
func (f *Facts) Families() []ast.Family { return f.families }

// Ways returns the ways that are not cut short by the budget, of the families that
// the host has tables of, whether or not any rule is on them. [Facts.CutShort] tells
// of the others.
func (f *Facts) Ways() []*semantics.Way { return f.ways(true) }

// CutShort returns the ways that could not be evaluated within the budget. Nothing
// may be claimed about their packets.
func (f *Facts) CutShort() []*semantics.Way { return f.ways(false) }

func (f *Facts) ways(known bool) (out []*semantics.Way) {
	for _, family := range f.families {
		for _, h := range hooks {
			if w := f.Way(family, h); w.Known() == known {
				out = append(out, w)
			}
		}
	}
	return out
}

// Place returns where a rule stands.
func (f *Facts) Place(r *ast.Rule) ruleset.Place { return f.places()[r] }

// Use is what a rule is good for, on all ways.
type Use uint8

const (
	// Unsure says that it could not be found out.
	Unsure Use = iota
	// Used rules match packets that come to them.
	Used
	// NotReached rules stand in no chain that packets come to, or below rules that
	// decide all of them.
	NotReached
	// Decided rules are reached by packets, but earlier rules have decided all
	// those that they match.
	Decided
	// Impossible rules have conditions that no packet of a way they are on meets.
	Impossible
)

func (u Use) String() string {
	return [...]string{"unsure", "used", "not reached", "decided", "impossible"}[u]
}

// Rule returns what a rule is good for.
func (f *Facts) Rule(r *ast.Rule) Use {
	if r.Bad || len(f.CutShort()) > 0 {
		return Unsure
	}
	t := f.Place(r).Table
	reached, possible, unsure := false, false, false
	for _, w := range f.Ways() {
		if !w.Passes(r) {
			continue
		}
		sets := w.Rule(r)
		switch {
		case !sets.Reach.Known() || !sets.Match.Known():
			unsure = true
		case sets.Match.Some():
			return Used
		}
		reached = reached || sets.Reach.Some()
		possible = possible || !w.Holds(t, r.Stmts...).Empty()
	}
	switch {
	case unsure:
		return Unsure
	case !reached:
		return NotReached
	case !possible:
		return Impossible
	}
	return Decided
}
