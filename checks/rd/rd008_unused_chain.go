package rd

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/load"
)

// UnusedChain finds chains that nothing jumps to.
var UnusedChain = check.New(check.Check{
	Code: "RD008", Slug: "unused-chain", Severity: check.Warning,
	Title: "chain that nothing jumps to",
	Text: `No rule jumps to the chain and no hook gives packets to it, so its rules do
nothing. Most often the jump was lost: the restrictions that were written into the
chain then do not hold.

Chains that a program keeps on purpose, such as the canary chains of Kubernetes,
are left alone, and so are tables for which the file declares no built-in chain:
such a file is loaded into a ruleset that is there already. So are the chains of a
table with a verdict map that is filled while it runs, and of one with a jump whose
target only the running system knows. A rule that could not be understood counts
as a jump to each chain whose name stands in it.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:guests - [0:0]
-A INPUT -i lo -j ACCEPT
-A guests -p tcp -m tcp --dport 25 -j DROP
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:guests - [0:0]
-A INPUT -i lo -j ACCEPT
-A FORWARD -s 192.0.2.0/24 -j guests
-A guests -p tcp -m tcp --dport 25 -j DROP
COMMIT
`}},
	Fix: check.Unsafe,
	FixText: `The declaration of a chain without rules is removed from a save file. That is not
safe, as another program may come to fill the chain. A chain with rules is left: it
is more likely that the jump was lost than that the rules are not wanted.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer},
		Run:      unusedChain,
	},
})

func unusedChain(pass *analysis.Pass) (any, error) {
	host := ruleset.Of(pass)
	for _, t := range graph.Of(pass).Tables {
		if t.Unclear || !declaresBase(t) || filledLater(t) {
			continue
		}
		for _, c := range t.Chains {
			if c.Base() || c.Implicit || c.Anonymous || c.Called() || kept[c.Name] != "" {
				continue
			}
			check.Report(pass, c.NameSpan, fmt.Sprintf("nothing jumps to chain %s%s", c.Name, loss(c)), removal(host, c)...)
		}
	}
	return nil, nil
}

func loss(c *graph.Chain) string {
	switch n := len(c.Rules); n {
	case 0:
		return ", which is empty"
	case 1:
		return ", so its rule does nothing"
	default:
		return fmt.Sprintf(", so its %d rules do nothing", n)
	}
}

// removal returns the fix for a chain without rules.
func removal(h *ruleset.Host, c *graph.Chain) []check.Option {
	if len(c.Rules) > 0 || c.Table.Source.Dialect != load.Save {
		return nil
	}
	e, ok := edit.DeleteLines(h, c.Span)
	if !ok {
		return nil
	}
	return []check.Option{check.UnsafeFix("remove chain "+c.Name, e)}
}

// declaresBase reports whether the source declares a base chain of the table.
func declaresBase(t *graph.Table) bool {
	for _, c := range t.Chains {
		if c.Base() && !c.Implicit {
			return true
		}
	}
	return false
}

// filledLater reports whether the table has a verdict map that a rule looks up
// and whose elements come while it runs.
func filledLater(t *graph.Table) bool {
	for _, m := range t.Maps {
		if len(m.Uses) > 0 && len(m.Elems) == 0 {
			return true
		}
	}
	return false
}

// kept are the chains that a program keeps without a jump, most of them to see
// whether somebody has flushed the tables; and which program that is.
var kept = map[string]string{
	"KUBE-KUBELET-CANARY": "kubelet, to see that the tables were flushed",
	"KUBE-PROXY-CANARY":   "kube-proxy, likewise",
	"KUBE-IPTABLES-HINT":  "kubelet, to tell others which iptables variant is in use (KEP-3178)",
	"KUBE-MARK-DROP":      "kubelet, for others to jump to, up to KEP-3178",
	"shorewall":           "Shorewall, to see that it has been started",
}
