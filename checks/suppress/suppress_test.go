package suppress_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/checks/unit"
)

// everywhere finds every rule at its first word, and every chain at its name.
var everywhere = check.New(check.Check{
	Code: "TT001", Slug: "everywhere", Severity: check.Warning, Title: "made for a test", Text: "Made for a test.",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer},
		Run: func(pass *analysis.Pass) (any, error) {
			h := ruleset.Of(pass)
			for _, t := range h.Tables() {
				for _, c := range t.Chains {
					if c.NameSpan.Valid() {
						check.Report(pass, c.NameSpan, "chain")
					}
				}
			}
			for p := range h.Rules() {
				check.Report(pass, p.Rule, "rule")
			}
			return nil, nil
		},
	},
})

// TestPlaces has directives in all places, and says on which lines there is still a
// finding.
func TestPlaces(t *testing.T) {
	for _, c := range []struct{ name, file, text, left string }{
		{"none", "a.v4", "*filter\n:INPUT DROP [0:0]\n-A INPUT -j DROP\nCOMMIT\n", "2 3"},
		{"above a rule", "a.v4", "*filter\n:INPUT DROP [0:0]\n# ctlint:ignore TT001 -- x\n-A INPUT -j DROP\n-A INPUT -j DROP\nCOMMIT\n", "2 5"},
		{"by its slug, among others, in small letters", "a.v4", "*filter\n:INPUT DROP [0:0]\n# ctlint:ignore CT001,everywhere -- x\n-A INPUT -j DROP\n# ctlint:ignore tt001\n-A INPUT -j DROP\nCOMMIT\n", "2"},
		{"with blanks and comments between", "a.v4", "*filter\n:INPUT DROP [0:0]\n#ctlint:ignore TT001 -- x\n\n# more\n-A INPUT -j DROP\n-A INPUT -j DROP\nCOMMIT\n", "2 7"},
		{"above a chain", "a.v4", "*filter\n# ctlint:ignore TT001 -- x\n:INPUT DROP [0:0]\n-A INPUT -j DROP\nCOMMIT\n", "4"},
		{"of another check", "a.v4", "*filter\n:INPUT DROP [0:0]\n# ctlint:ignore TT002 -- x\n-A INPUT -j DROP\nCOMMIT\n", "2 4"},
		{"of the file", "a.v4", "*filter\n:INPUT DROP [0:0]\n-A INPUT -j DROP\n# ctlint:ignore-file TT001 -- x\nCOMMIT\n", ""},
		{"in the comment of a rule", "a.v4", "*filter\n:INPUT DROP [0:0]\n-A INPUT -m comment --comment \"ctlint:ignore=TT001 -- x\" -j DROP\n-A INPUT -m comment --comment ctlint:ignore=TT001 -j DROP\n-A INPUT -j DROP\nCOMMIT\n", "2 5"},
		{"with quotes in it", "a.v4", "*filter\n:INPUT DROP [0:0]\n-A INPUT -m comment --comment \"ctlint:ignore=TT001 -- \\\"x\\\"\" -j DROP\nCOMMIT\n", "2"},
		{"CRLF", "a.v4", "*filter\r\n:INPUT DROP [0:0]\r\n# ctlint:ignore TT001 -- x\r\n-A INPUT -j DROP\r\nCOMMIT\r\n", "2"},
		{"a byte order mark", "a.v4", "\ufeff# ctlint:ignore-file TT001 -- x\n*filter\n:INPUT DROP [0:0]\nCOMMIT\n", ""},
		{"no comment", "a.v4", "*filter\n:INPUT DROP [0:0]\n-A INPUT -m comment --comment \"no ctlint: ignore=TT001\" -j DROP\nCOMMIT\n", "2 3"},
		{"at the end", "a.v4", "*filter\n:INPUT DROP [0:0]\nCOMMIT\n# ctlint:ignore TT001 -- x", "2"},
		{"behind a rule", "a.nft", "table ip t {\n\tchain c {\n\t\taccept # ctlint:ignore TT001 -- x\n\t\taccept\n\t}\n}\n", "2 4"},
		{"behind a long rule", "a.nft", "table ip t {\n\tchain c {\n\t\ttcp dport { 1,\n\t\t\t2 } accept # ctlint:ignore TT001 -- x\n\t\taccept\n\t}\n}\n", "2 5"},
		{"above a long rule", "a.nft", "table ip t {\n\tchain c {\n\t\t# ctlint:ignore TT001 -- x\n\t\ttcp dport { 1,\n\t\t\t2 } accept\n\t\taccept\n\t}\n}\n", "2 6"},
		{"above a chain of nft, not its rules", "a.nft", "table ip t {\n\t# ctlint:ignore TT001 -- x\n\tchain c {\n\t\taccept\n\t}\n}\n", "4"},
		{"in the comment of a chain, not of its rules", "a.nft", "table ip t {\n\tchain c {\n\t\tcomment \"ctlint:ignore=TT001 -- x\"\n\t\taccept\n\t}\n}\n", "4"},
		{"in the comment of a rule of nft", "a.nft", "table ip t {\n\tchain c {\n\t\taccept comment \"ctlint:ignore=TT001 -- x\"\n\t\taccept\n\t}\n}\n", "2 4"},
		{"in a string", "a.nft", "table ip t {\n\tchain c {\n\t\tlog prefix \"x#ctlint:ignore TT001\"\n\t}\n}\n", "2 3"},
		{"in a script", "a.sh", "#!/bin/sh\n# ctlint:ignore TT001 -- x\niptables -A INPUT -j DROP\niptables -A INPUT -j DROP # ctlint:ignore TT001 -- x\niptables -A INPUT \\\n  -j DROP\n", "5"},
		{"above a command of two lines", "a.sh", "#!/bin/sh\n# ctlint:ignore TT001 -- x\niptables -A INPUT \\\n  -j DROP\niptables -A INPUT -j DROP\n", "5"},
		{"in a loop", "a.sh", "#!/bin/sh\nfor p in 1 2; do\n\t# ctlint:ignore TT001 -- x\n\tiptables -A INPUT -p tcp --dport $p -j DROP\ndone\n", ""},
		{"from nft list", "a.nft", "table ip t {\n\tchain c { # handle 1\n\t\taccept comment \"ctlint:ignore=TT001 -- x\" # handle 2\n\t}\n}\n", "2"},
		{"in a listing", "a.txt", "Chain INPUT (policy DROP)\ntarget     prot opt source               destination         \nACCEPT     all  --  anywhere             anywhere             /* ctlint:ignore=TT001 -- x */\nACCEPT     all  --  anywhere             anywhere            \n", "1 4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := driver.Options{Checks: []*check.Check{everywhere}, Overlay: map[string][]byte{c.file: []byte(c.text)}}
			lines := func() string {
				r, err := driver.Run([]unit.Unit{{Files: []string{c.file}}}, o)
				if err != nil || len(r.Errors) > 0 {
					t.Fatal(err, r.Errors)
				}
				var out []string
				for _, f := range r.Findings {
					out = append(out, fmt.Sprint(f.Pos.Line))
				}
				return strings.Join(slices.Compact(out), " ")
			}
			if got := lines(); got != c.left {
				t.Errorf("findings are left on lines %q; want %q", got, c.left)
			}
			if o.NoInlineIgnores = true; c.name != "none" && lines() == c.left && strings.Contains(c.text, "TT001 -- x") && !strings.Contains(c.text, "COMMIT\n#") {
				t.Error("without the directives nothing else is found")
			}
		})
	}
}
