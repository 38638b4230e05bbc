package rd

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// UndefinedChain finds jumps to chains that are not there.
var UndefinedChain = check.New(check.Check{
	Code: "RD009", Slug: "undefined-chain", Severity: check.Error,
	Title: "jump to a chain that does not exist",
	Text: `A rule jumps to a chain that its table does not have, or is appended to one.
The kernel refuses the table when it is loaded, with all of its rules; on a boot
that leaves the host without a firewall. iptables-restore --test does not tell, as
it does not ask the kernel (iptables-restore(8)). A target whose name is misspelt
is taken for a chain, too.

A script that only adds to chains which others have made, and declares none of a
table itself, is left alone.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:services - [0:0]
-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m state --state NEW -j service
-A services -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}, {File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -j services
-A services -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:services - [0:0]
-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m state --state NEW -j services
-A services -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer},
		Run:      undefinedChain,
	},
})

func undefinedChain(pass *analysis.Pass) (any, error) {
	for _, t := range graph.Of(pass).Tables {
		if !complete(t) {
			continue
		}
		for _, c := range t.Chains {
			if c.Implicit && !c.Base() {
				check.Report(pass, c.NameSpan, fmt.Sprintf("a rule for chain %s, which nothing in table %s declares%s", c.Name, t.Name, declareHint(t, c)))
			}
		}
		for _, call := range t.Undefined {
			check.Report(pass, call.Node, fmt.Sprintf("jump to chain %s, which table %s does not have%s", call.Name, t.Name, jumpHint(t, call)))
		}
	}
	return nil, nil
}

// complete reports whether the source is all that the table will be: a save
// file always is, as iptables-restore flushes the table first; commands are if
// they make any of the table's chains.
func complete(t *graph.Table) bool {
	save := t.Source.IPTables != nil && t.Source.IPTables.Dialect == iptables.Save
	return save || t.Declared()
}

func declareHint(t *graph.Table, c *graph.Chain) string {
	var names []string
	for _, o := range t.Chains {
		if !o.Implicit || o.Base() {
			names = append(names, o.Name)
		}
	}
	return did(grammar.Near(c.Name, names))
}

func jumpHint(t *graph.Table, call graph.Call) string {
	var names []string
	for _, c := range t.Chains {
		if !c.Base() {
			names = append(names, c.Name)
		}
	}
	if t.Xtables {
		names = append(names, ext.Names(true, t.Family)...)
	}
	return did(grammar.Near(call.Name, names))
}

func did(near string) string {
	if near == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", near)
}
