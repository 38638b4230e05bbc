// Package flows makes packets for checks that follow a connection with a helper or a
// proxy from step to step, in the concrete evaluator of package semantics: with
// addresses that no rule names, on interfaces that the rules do. What is to be said of
// all packets is asked of package reach.
package flows

import (
	"reflect"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// Analyzer has the *[Host] as its result. It is read-only.
var Analyzer = &analysis.Analyzer{
	Name:             "flows",
	Doc:              "make packets to try out\n\nThe result is a *flows.Host, which is read-only.",
	Requires:         []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer},
	ResultType:       reflect.TypeFor[*Host](),
	RunDespiteErrors: true,
	Run: func(pass *analysis.Pass) (any, error) {
		return newHost(ruleset.Of(pass), graph.Of(pass)), nil
	},
}

// Of returns the flows of a pass whose analyzer requires [Analyzer].
func Of(pass *analysis.Pass) *Host { return pass.ResultOf[Analyzer].(*Host) }

// Host is a host's rulesets by family.
type Host struct {
	Families []*Family
}

// Family is what a host does with the packets of one address family.
type Family struct {
	Family  ast.Family // ip or ip6
	Ruleset *ast.Ruleset

	tables    []*graph.Table
	addresses addresses
	names     map[ast.Hook][]string
}

func newHost(h *ruleset.Host, g *graph.Graph) *Host {
	out := &Host{}
	for _, f := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
		fam := &Family{Family: f, Ruleset: &ast.Ruleset{}}
		for _, t := range g.Tables {
			if t.Family == f || t.Family == ast.FamilyInet {
				fam.Ruleset.Tables = append(fam.Ruleset.Tables, t.Table)
				fam.tables = append(fam.tables, t)
			}
		}
		for _, s := range h.Sources {
			fam.Ruleset.IPSets = append(fam.Ruleset.IPSets, s.Ruleset.IPSets...)
		}
		if len(fam.tables) > 0 {
			fam.addresses = pickAddresses(fam.Ruleset, f)
			fam.findNames()
			out.Families = append(out.Families, fam)
		}
	}
	return out
}

// Tables returns the tables that see packets of the family.
func (f *Family) Tables() []*graph.Table { return f.tables }
