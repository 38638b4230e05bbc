package su

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/suppress"
)

// SuppressionWithoutReason finds suppressions that do not say why.
var SuppressionWithoutReason = check.New(check.Check{
	Code: "SU001", Slug: "suppression-without-reason", Severity: check.Warning, Since: "0.1.0",
	Title: "suppression that does not say why",
	Text: `A comment suppresses a finding and gives no reason. Whoever reads the ruleset next
year cannot tell whether the finding was looked into or only silenced, and nobody will
dare to take the comment out. The reason stands behind two hyphens:

    # ctlint:ignore CT004 -- the helper is assigned by port, in the raw table

The finding is suppressed all the same.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
# ctlint:ignore CT010
-A INPUT -m state --state ESTABLISHED -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
# ctlint:ignore CT010 -- the appliance that reads this file only knows -m state
-A INPUT -m state --state ESTABLISHED -j ACCEPT
COMMIT
`}},
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{suppress.Analyzer},
		Run: func(pass *analysis.Pass) (any, error) {
			for _, d := range suppress.Of(pass) {
				if d.Reason == "" {
					check.Report(pass, d, "the suppression gives no reason; write it behind the checks: -- why it is meant so")
				}
			}
			return nil, nil
		},
	},
})
