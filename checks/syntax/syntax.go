// Package syntax reports what the parsers could not read. It is a check, so that
// its findings go the way of all others, but it stands outside of the catalogue:
// of a ruleset that is only half understood not much can be claimed, so it runs
// whichever checks are chosen.
package syntax

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar"
)

// Check reports syntax errors, as warnings text that other text takes back, and as
// infos what only the running system knows.
// Extensions in the wrong place (grammar.Placement) are the matter of
// wrong-table-target.
var Check = check.New(check.Check{
	Code: "SYNTAX", Slug: "syntax", Severity: check.Error,
	Title: "text that cannot be understood",
	Text: `A line that iptables-restore or nft would refuse, or that ctlint does not know.
The rule is left out of all claims about packets. iptables-restore loads nothing
of a table with such a line, and nft nothing of the whole file.

A second section of a table in a save file, which takes back what the first one has
loaded, is told as a warning; what only the running system knows, such as the
output of a command in a script, as an info.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
-A INPUT -p tcp --dport 22 -j ACEPT --log
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
-A INPUT -p tcp --dport 22 -j ACCEPT
COMMIT
`}},
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer},
		Run:      run,
	},
})

func run(pass *analysis.Pass) (any, error) {
	for _, s := range ruleset.Of(pass).Sources {
		for _, e := range s.Errors {
			switch e.Kind {
			case grammar.Syntax:
				check.Report(pass, e.Span, e.Error())
			case grammar.Lost:
				check.Report(pass, e.Span, e.Error(), check.At(check.Warning))
			case grammar.Placement: // that of wrong-table-target
			case grammar.RunTime, grammar.Unread:
				check.Report(pass, e.Span, e.Error(), check.At(check.Info))
			}
		}
	}
	return nil, nil
}
