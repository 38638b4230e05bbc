package su

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/config"
	"github.com/ctlint/ctlint/checks/suppress"
	"github.com/ctlint/ctlint/grammar"
)

// MalformedSuppression finds suppressions of checks that there are not.
var MalformedSuppression = check.New(check.Check{
	Code: "SU003", Slug: "malformed-suppression", Severity: check.Warning, Since: "0.1.0",
	Title: "suppression that names no check",
	Text: `A comment should suppress a finding, but names no check, or one that there is not. It
suppresses nothing. Checks are named by their code or their slug, one by one: a
comment for all checks of a family would hide what nobody has thought of yet.

    # ctlint:ignore CT004, unused-chain -- both wait for the VPN of next week`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
# ctlint:ignore CT0010 -- the appliance that reads this file only knows -m state
-A INPUT -m state --state ESTABLISHED -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		tcp dport 22 accept # ctlint:ignore -- management
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
# ctlint:ignore CT010 -- the appliance that reads this file only knows -m state
-A INPUT -m state --state ESTABLISHED -j ACCEPT
COMMIT
`}},
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{config.Analyzer, suppress.Analyzer},
		Run:      malformed,
	},
})

func malformed(pass *analysis.Pass) (any, error) {
	known := config.For(pass).Known
	for _, d := range suppress.Of(pass) {
		if len(d.Checks) == 0 {
			check.Report(pass, d, "the suppression names no check; expected codes or slugs, such as ctlint:ignore CT004 -- why it is meant so")
		}
		for _, n := range d.Checks {
			if len(known) == 0 || slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, n.Text) }) {
				continue
			}
			message := "no check is called " + n.Text
			if near := grammar.Near(n.Text, known); near != "" {
				message += "; did you mean " + near + "?"
			} else {
				message += "; expected a code or a slug, as ctlint checks lists them"
			}
			check.Report(pass, n, message)
		}
	}
	return nil, nil
}
