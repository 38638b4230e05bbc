package rd

import (
	"fmt"
	"path"

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
	Title: "chain that nothing jumps to, set or object that no rule uses",
	Text: `No rule jumps to the chain and no hook gives packets to it, so its rules do
nothing. Most often the jump was lost: the restrictions that were written into the
chain then do not hold.

Chains that a program makes whether they are jumped to or not, such as the canary
chains of Kubernetes or the logging chains of ufw, are left alone, and so are tables for
which the file declares no built-in chain: such a file is loaded into a ruleset that is
there already. So are the chains of a table with a verdict map that is filled while it
runs, and of one with a jump whose target only the running system knows. A rule that
could not be understood counts as a jump to each chain whose name stands in it.

In nft the same goes for sets, maps, flowtables and stateful objects that no rule of the
table uses: addresses that are put into a set which nothing looks up are not blocked.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:guests - [0:0]
-A INPUT -i lo -j ACCEPT
-A guests -p tcp -m tcp --dport 25 -j DROP
COMMIT
`}, {File: "rules.nft", Text: `#!/usr/sbin/nft -f
flush ruleset
table inet filter {
	set banned {
		type ipv4_addr
		elements = { 203.0.113.7 }
	}
	chain input {
		type filter hook input priority filter; policy accept;
		tcp dport 25 drop
	}
}
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
		if t.Unclear || !t.DeclaresBase() || filledLater(t) {
			continue
		}
		for _, c := range t.Chains {
			if c.Base() || c.Implicit || c.Anonymous || c.Called() || keptByProgram(c) {
				continue
			}
			check.Report(pass, c.NameSpan, fmt.Sprintf("nothing jumps to chain %s%s", c.Name, loss(c)), removal(host, c)...)
		}
		if !t.Xtables && t.Source.Dialect == load.NFT && !unread(t.Source) {
			unusedThings(pass, host, t)
		}
	}
	return nil, nil
}

// unusedThings reports the sets, maps, flowtables and objects that no rule uses.
func unusedThings(pass *analysis.Pass, h *ruleset.Host, t *graph.Table) {
	declared := declarations(t)
	if len(declared) == 0 {
		return
	}
	refs := referencesOf(h, t)
	used := map[thing]bool{}
	for _, u := range refs.uses {
		used[u.thing] = true
	}
	for _, d := range declared {
		if !used[d.thing] && !refs.maybe[d.name] {
			check.Report(pass, d.at, fmt.Sprintf("no rule uses %s %s", d.word(t), d.name))
		}
	}
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

// kept are the names of chains that a program makes whether they are jumped to or
// not: to have them at hand, or to see whether somebody has flushed the tables.
// Those whose jump may be lost, such as DOCKER-USER or ufw-before-input, are none
// of them. Where with is set, the table must have that chain, too.
var kept = []struct{ pattern, with, by string }{
	{"KUBE-*-CANARY", "", "kubelet and kube-proxy, to see that the tables were flushed"},
	{"KUBE-IPTABLES-HINT", "", "kubelet, to tell which iptables variant is in use (KEP-3178)"},
	{"KUBE-MARK-DROP", "", "kubelet up to KEP-3178, for others to jump to"},
	{"ufw*-logging-allow", "", "ufw"},
	{"ufw*-logging-deny", "", "ufw"},
	{"ufw*-skip-to-policy-*", "", "ufw"},
	{"ufw*-user-limit*", "", "ufw"},
	{"ufw*-user-logging-*", "", "ufw"},
	{"zone_*_ACCEPT", "", "OpenWrt's firewall"},
	{"zone_*_DROP", "", "OpenWrt's firewall"},
	{"zone_*_REJECT", "", "OpenWrt's firewall"},
	{"zone_*_MSSFIX", "", "OpenWrt's firewall"},
	{"shorewall", "", "Shorewall, to see that it has been started"},
	{"logdrop", "shorewall", "Shorewall"},
	{"logreject", "shorewall", "Shorewall"},
}

func keptByProgram(c *graph.Chain) bool {
	for _, k := range kept {
		if ok, _ := path.Match(k.pattern, c.Name); ok && (k.with == "" || c.Table.Chain(k.with) != nil) {
			return true
		}
	}
	return false
}
