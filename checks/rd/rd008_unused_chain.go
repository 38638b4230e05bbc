package rd

import (
	"fmt"
	"path"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
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
table with a verdict map that is filled while it runs.`,
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
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer},
		Run:      unusedChain,
	},
})

func unusedChain(pass *analysis.Pass) (any, error) {
	for _, t := range graph.Of(pass).Tables {
		if !declaresBase(t) || filledLater(t) {
			continue
		}
		for _, c := range t.Chains {
			if c.Base() || c.Implicit || c.Called() || keptEmpty(c) {
				continue
			}
			check.Report(pass, c.NameSpan, fmt.Sprintf("nothing jumps to chain %s%s", c.Name, loss(c)))
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

// kept are the chains that a program keeps though nothing jumps to them, and
// they have no rules: to see whether somebody has flushed the tables, or to have
// them at hand.
var kept = []struct{ name, by string }{
	{"KUBE-KUBELET-CANARY", "kubelet: pkg/kubelet/kubelet_network_linux.go"},
	{"KUBE-PROXY-CANARY", "kube-proxy: pkg/proxy/iptables/proxier.go"},
	{"KUBE-MARK-DROP", "kubelet before 1.28, kept for old kube-proxies"},
	{"shorewall", "Shorewall's mark that it has started the firewall"},
}

func keptEmpty(c *graph.Chain) bool {
	for _, k := range kept {
		if ok, _ := path.Match(k.name, c.Name); ok {
			return true
		}
	}
	return false
}
