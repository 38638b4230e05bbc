package nf

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
)

// NatChainFiltering finds what would filter in chains of type nat.
var NatChainFiltering = check.New(check.Check{
	Code: "NF006", Slug: "nat-chain-filtering", Severity: check.Error,
	Title: "filtering in a chain of type nat",
	Text: `A chain of type nat sees the first packet of a connection alone, and none of one
that is INVALID or UNTRACKED (nft(8), CHAINS, type nat; nf_nat_inet_fn). A drop there
does not stop a connection that is there already, such as that of an address which is
banned now, nor scans that conntrack takes for INVALID, and it stops nothing at all that
an earlier chain of type nat has translated. Where nothing translates or asks for the
connection, conntrack is off, and such a chain sees no packet. nft takes it without a word.
Drop in a chain of type filter; iptables refuses DROP in table nat (see
wrong-table-target).

A chain to which packets come from chains of other types, too, is left alone.`,
	Bad: []check.Example{{File: "rules.nft", Text: `#!/usr/sbin/nft -f
flush ruleset
table ip nat {
	chain prerouting {
		type nat hook prerouting priority dstnat; policy accept;
		ip saddr 203.0.113.0/24 drop
		iifname "eth0" tcp dport 443 dnat to 192.0.2.10
	}
}
`}, {File: "rules.nft", Text: `#!/usr/sbin/nft -f
flush ruleset
table ip nat {
	chain prerouting {
		type nat hook prerouting priority dstnat; policy drop;
		iifname "eth0" tcp dport 443 dnat to 192.0.2.10
	}
}
`}},
	Good: []check.Example{{File: "rules.nft", Text: `#!/usr/sbin/nft -f
flush ruleset
table ip nat {
	chain early {
		type filter hook prerouting priority dstnat - 1; policy accept;
		ip saddr 203.0.113.0/24 drop
	}
	chain prerouting {
		type nat hook prerouting priority dstnat; policy accept;
		iifname "eth0" tcp dport 443 dnat to 192.0.2.10
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer},
		Run:      natChainFiltering,
	},
})

func natChainFiltering(pass *analysis.Pass) (any, error) {
	for _, t := range graph.Of(pass).Tables {
		if t.Xtables {
			continue // iptables refuses it: wrong-table-target
		}
		nat, other := reachedByType(t)
		for _, c := range t.Chains {
			if !nat[c.Index] || other[c.Index] {
				continue
			}
			if c.Base() && c.Policy == ast.PolicyDrop && c.PolicySpan.Valid() {
				check.Report(pass, c.PolicySpan, "a chain of type nat sees the first packet of a connection alone, so this policy lets all others pass; use policy accept, and drop in a chain of type filter")
			}
			for _, r := range c.Rules {
				if at := filters(t, r); at != nil {
					check.Report(pass, at, "a chain of type nat sees the first packet of a connection alone, so packets of others pass by this rule; put it into a chain of type filter")
				}
			}
		}
	}
	return nil, nil
}

// reachedByType says of each chain, by its index, whether packets come to it from
// base chains of type nat, and from others.
func reachedByType(t *graph.Table) (nat, other []bool) {
	nat, other = make([]bool, len(t.Chains)), make([]bool, len(t.Chains))
	for _, b := range t.Chains {
		if !b.Base() {
			continue
		}
		reached := other
		if b.Type == ast.ChainNAT {
			reached = nat
		}
		todo := []*graph.Chain{b}
		for len(todo) > 0 {
			c := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if reached[c.Index] {
				continue
			}
			reached[c.Index] = true
			for _, call := range c.Calls {
				for to := range call.Targets() {
					todo = append(todo, to)
				}
			}
		}
	}
	return nat, other
}

// filters returns what of a rule drops or refuses packets.
func filters(t *graph.Table, r *ast.Rule) ast.Node {
	if r.Bad {
		return nil
	}
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Verdict:
			if s.Kind == ast.VerdictDrop {
				return s
			}
		case *ast.Reject:
			return s
		case *ast.VMap:
			for _, e := range elements(t, s.Map) {
				if v, ok := e.Data.(*ast.Verdict); ok && v.Kind == ast.VerdictDrop {
					if _, named := s.Map.(*ast.SetRef); named {
						return s
					}
					return v
				}
			}
		}
	}
	return nil
}
