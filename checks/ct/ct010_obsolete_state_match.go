package ct

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/translate"
)

// ObsoleteStateMatch finds uses of the state match.
var ObsoleteStateMatch = check.New(check.Check{
	Code: "CT010", Slug: "obsolete-state-match", Severity: check.Warning,
	Title: "the state match instead of conntrack",
	Text: `The state match is a subset of conntrack (iptables-extensions(8), state). iptables
1.4.16 called it obsolete; today it is an alias that builds a conntrack match. Systems
that leave the alias or the old module out, as some routers do, refuse the ruleset.

Write -m conntrack --ctstate, which means the same.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
`}},
	Fix: check.Safe,
	FixText: `The match becomes -m conntrack --ctstate with the same states. Where the rule has a
conntrack match already, the states go there, if one option can say the same.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer},
		Run:      obsoleteStateMatch,
	},
})

func obsoleteStateMatch(pass *analysis.Pass) (any, error) {
	for _, s := range ruleset.Of(pass).Sources {
		if s.IPTables == nil {
			continue
		}
		uses := stateUses(s)
		switch {
		case len(uses) == 0: // the lines need not be read again
		case s.IPTables.Dialect == iptables.Listing: // shows what is loaded, and cannot be loaded itself
			for _, u := range uses {
				check.Report(pass, u, obsoleteState)
			}
		default:
			for _, r := range translate.Conntrack(s.IPTables) {
				reportState(pass, r)
			}
		}
	}
	return nil, nil
}

const obsoleteState = "-m state is obsolete, a subset of -m conntrack; write -m conntrack --ctstate"

func reportState(pass *analysis.Pass, r translate.Rewrite) {
	if len(r.Edits) == 0 {
		message := obsoleteState
		if r.Left != "" {
			message += "; " + r.Left
		}
		check.Report(pass, r.At, message)
		return
	}
	edits := make([]analysis.TextEdit, len(r.Edits))
	for i, e := range r.Edits {
		edits[i] = edit.Replace(e.Span, e.New)
	}
	check.Report(pass, r.At, obsoleteState, check.Fix("make it a conntrack match", edits...))
}

// stateUses returns the places where rules use the state match.
func stateUses(s *load.Source) (uses []*ast.Use) {
	for _, t := range s.Ruleset.Tables {
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				if r.Part > 1 {
					continue // the same words as those of part 1
				}
				for i := range r.Uses {
					if u := &r.Uses[i]; u.Name == "state" && !u.Target {
						uses = append(uses, u)
					}
				}
			}
		}
	}
	return uses
}
