package cli_test

import (
	"os"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/cmd/ctlint/cli"
)

// noComment is somebody's own check.
var noComment = check.New(check.Check{
	Code: "ACME001", Slug: "rule-without-comment", Severity: check.Warning,
	Title: "rule without a comment", Text: "At Acme every rule has a comment with its ticket.",
	Analyzer: &analysis.Analyzer{
		URL:      "https://example.org/firewall-rules",
		Requires: []*analysis.Analyzer{ruleset.Analyzer},
		Run: func(pass *analysis.Pass) (any, error) {
			for p := range ruleset.Of(pass).Rules() {
				if p.Rule.Comment == "" {
					check.Report(pass, p.Rule, "the rule has no comment with its ticket")
				}
			}
			return nil, nil
		},
	},
})

// A ctlint with a check of one's own. In a program of its own, main is
//
//	func main() { cli.Main(append(checks.All(), noComment)...) }
func Example() {
	c := cli.CLI{
		Checks: append(checks.All(), noComment),
		Stdin: strings.NewReader(`*filter
:INPUT DROP [0:0]
-A INPUT -i lo -m comment --comment ACME-17 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`),
		Stdout: os.Stdout,
		Stderr: os.Stderr,
	}
	c.Run([]string{"lint", "--select", "ACME", "-"})
	// Output:
	// <stdin>:4:1: warning: the rule has no comment with its ticket [ACME001 rule-without-comment]
	// 4 | -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
	//   | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
}
