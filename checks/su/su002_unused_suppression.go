package su

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
)

// UnusedSuppression finds suppressions that suppress nothing. Only the driver knows
// what else was found, so the driver reports it; run by another one, the check is
// quiet.
var UnusedSuppression = check.New(check.Check{
	Code: "SU002", Slug: "unused-suppression", Severity: check.Warning, Since: "0.1.0",
	Title: "suppression that suppresses nothing",
	Text: `A comment or an entry of the configuration suppresses a check that finds nothing
there. Most likely the rule was repaired or has moved, and what was meant for it now
waits for another one, whose fault it will hide.

It is only told of checks that ran, and not where the text cannot be read as a whole.
Of checks that compare the files of a host it is told where all of them are seen.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
# ctlint:ignore SYNTAX -- our iptables is patched for --grin
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}},
	Fix:     check.Safe,
	FixText: `A comment of the text that suppresses nothing at all is removed. The comment of a rule stays, as it is a part of what is loaded.`,
	Analyzer: &analysis.Analyzer{
		Run: func(*analysis.Pass) (any, error) { return nil, nil },
	},
})
