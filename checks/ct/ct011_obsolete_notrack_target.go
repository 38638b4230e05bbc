package ct

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/grammar/load"
)

// ObsoleteNotrackTarget finds uses of the NOTRACK target.
var ObsoleteNotrackTarget = check.New(check.Check{
	Code: "CT011", Slug: "obsolete-notrack-target", Severity: check.Info,
	Title: "the NOTRACK target instead of CT --notrack",
	Text: `The NOTRACK target is "equivalent with -j CT --notrack" (iptables-extensions(8),
NOTRACK). The kernel module of that name is gone since Linux 3.8; xt_CT answers to the
name for the sake of old rulesets.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -p udp -m udp --dport 53 -j NOTRACK
-A OUTPUT -p udp -m udp --sport 53 -j NOTRACK
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -p udp -m udp --dport 53 -j CT --notrack
-A OUTPUT -p udp -m udp --sport 53 -j CT --notrack
COMMIT
`}},
	Fix:     check.Safe,
	FixText: "NOTRACK becomes CT --notrack.",
	Since:   "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer},
		Run:      obsoleteNotrackTarget,
	},
})

func obsoleteNotrackTarget(pass *analysis.Pass) (any, error) {
	h := ruleset.Of(pass)
	for s, t := range h.Tables() {
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				if r.Part > 1 || len(r.Uses) == 0 {
					continue
				}
				if u := &r.Uses[len(r.Uses)-1]; u.Target && u.Name == "NOTRACK" {
					reportNotrack(pass, h, s, u)
				}
			}
		}
	}
	return nil, nil
}

func reportNotrack(pass *analysis.Pass, h *ruleset.Host, s *load.Source, u *ast.Use) {
	var options []check.Option
	// A listing cannot be loaded, and in a script the name may come out of a
	// variable.
	if s.IPTables != nil && s.IPTables.Dialect != iptables.Listing && h.Text(u) == u.Name {
		options = append(options, check.Fix("write CT --notrack", edit.Replace(u, "CT --notrack")))
	}
	check.Report(pass, u, "-j NOTRACK is the old name of -j CT --notrack", options...)
}
