// Package flows knows connections that a host's ruleset lets begin, and what
// becomes of the packets that answer them. It tries out packets that the rules
// themselves suggest; so what it finds is so, and what it does not find may
// still be.
package flows

import (
	"reflect"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// Analyzer has the *[Host] as its result. It is read-only.
var Analyzer = &analysis.Analyzer{
	Name:             "flows",
	Doc:              "try out connections and the replies to them\n\nThe result is a *flows.Host, which is read-only.",
	Requires:         []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer},
	ResultType:       reflect.TypeFor[*Host](),
	RunDespiteErrors: true,
	Run: func(pass *analysis.Pass) (any, error) {
		return newHost(ruleset.Of(pass), graph.Of(pass)), nil
	},
}

// Of returns the flows of a pass whose analyzer requires [Analyzer].
func Of(pass *analysis.Pass) *Host { return pass.ResultOf[Analyzer].(*Host) }

// Host is a host's rulesets by family, with the flows that were tried.
type Host struct {
	Families []*Family
}

// Family is what a host does with the packets of one address family.
type Family struct {
	Family  ast.Family // ip or ip6
	Ruleset *ast.Ruleset
	// Dead are connections that may begin while the packets that answer them
	// are dropped, whatever addresses and interfaces the host has; one for
	// each protocol and place where they die.
	Dead []Dead

	tables    []*graph.Table
	addresses addresses
	names     map[ast.Hook][]string
	first     map[ast.Hook][]First
	replies   map[ast.Hook][]candidate
	tried     map[place]int
	repairs   int // that may still be tried
}

// First is a packet that may begin a connection.
type First struct {
	semantics.Packet
	// Accepted says that the ruleset accepts it for certain, and lets
	// conntrack see it.
	Accepted bool

	// way are the rules that have shaped it; nil for a usual one.
	way   []*ast.Rule
	table *ast.Table
}

// Dead is a connection whose first packet is accepted and whose reply is not.
type Dead struct {
	First, Reply semantics.Packet
	// Chain is where the reply dies, Rule the rule that drops it; nil if it
	// is the chain's policy.
	Chain *ast.Chain
	Rule  *ast.Rule
	// State is the rule below that would accept the reply by its state, were
	// it not dropped before; nil if there is none.
	State *ast.Rule
}

func newHost(h *ruleset.Host, g *graph.Graph) *Host {
	out := &Host{}
	for _, f := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
		fam := &Family{Family: f, Ruleset: &ast.Ruleset{}, tried: map[place]int{}, repairs: maxRepairs}
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
			fam.try()
			out.Families = append(out.Families, fam)
		}
	}
	return out
}

// budget is how many rules all packets of a family may meet together, so that
// even the largest ruleset is tried in a fraction of a second.
const budget = 3 << 20

// try sends packets both ways.
func (f *Family) try() {
	rules := 1
	for _, t := range f.tables {
		for _, c := range t.Chains {
			rules += len(c.Rules)
		}
	}
	n := min(max(6, budget/rules), 256)
	f.findNames()
	f.first = map[ast.Hook][]First{}
	for _, hook := range []ast.Hook{ast.HookOutput, ast.HookInput, ast.HookForward} {
		f.first[hook] = f.firstPackets(hook, n)
		if !f.denies(replyHook(hook)) {
			continue
		}
		for i := range f.first[hook] {
			if p := &f.first[hook][i]; p.Accepted {
				f.tryReply(p)
			}
		}
	}
}

// FirstPackets returns packets that may begin a connection at a hook: usual ones,
// and such as the rules suggest. The ruleset need not accept them.
func (f *Family) FirstPackets(h ast.Hook) []First { return f.first[h] }

// Tables returns the tables that see packets of the family.
func (f *Family) Tables() []*graph.Table { return f.tables }

func replyHook(h ast.Hook) ast.Hook {
	switch h {
	case ast.HookOutput:
		return ast.HookInput
	case ast.HookInput:
		return ast.HookOutput
	default:
		return h
	}
}

// denies reports whether any chain of a hook may drop packets.
func (f *Family) denies(h ast.Hook) bool {
	for _, t := range f.tables {
		for _, c := range t.Chains {
			if c.Hook == h && (len(c.Rules) > 0 || c.Policy == ast.PolicyDrop) {
				return true
			}
		}
	}
	return false
}
