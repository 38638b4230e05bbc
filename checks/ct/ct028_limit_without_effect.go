package ct

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/outside"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/semantics"
)

// LimitWithoutEffect finds rates that change nothing.
var LimitWithoutEffect = check.New(check.Check{
	Code: "CT028", Slug: "limit-without-effect", Severity: check.Error, Packets: true,
	Title: "rate limit that changes nothing",
	Text: `A rule accepts packets up to a rate, and those above it are accepted by a rule below, or
by the policy: limit is a match, so what exceeds it goes on to the next rule
(iptables-extensions(8), limit; nft(8), LIMIT STATEMENT). Drop the rest right
behind. The same holds for a rule that drops above a rate what is dropped in any case.

It is computed over all packets: all those that come to the rule and meet its other conditions are accepted (or dropped) for
certain, whether the rate holds or not. A rule that earlier ones leave no packet, such as
a limit below a plain accept, is shadowed-rule's or redundant-rule's matter. A limit on pings below a rule that accepts
ESTABLISHED packets is left alone: it sees the first packet of each ping, which is enough
against many of them.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -m limit --limit 3/min -j ACCEPT
-A INPUT -p tcp -m multiport --dports 22,80 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy accept;
		tcp dport 22 ct state new limit rate 3/minute accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -m limit --limit 3/min -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j DROP
-A INPUT -p tcp -m multiport --dports 22,80 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy accept;
		tcp dport 22 ct state new limit rate over 3/minute drop
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer, reach.Analyzer},
		Run:      limitWithoutEffect,
	},
})

func limitWithoutEffect(pass *analysis.Pass) (any, error) {
	f := reach.Of(pass)
	if len(f.CutShort()) > 0 {
		return nil, nil
	}
	ways := waysOf(f, graph.Of(pass), ast.HookInput, ast.HookForward, ast.HookOutput)
	done := map[*ast.Rule]bool{}
	for _, w := range ways {
		for _, r := range w.filtering() {
			rate, above := rateOf(r)
			if rate == nil || done[r] || !final(&ast.Rule{Stmts: without(r, rate)}) || accepts(r) == drops(r) || accepts(r) == above {
				continue
			}
			done[r] = true
			reportRate(pass, ways, r, rate)
		}
	}
	return nil, nil
}

// reportRate reports a rule whose rate makes no difference on any way.
func reportRate(pass *analysis.Pass, ways []*hostWay, r *ast.Rule, rate ast.Stmt) {
	var first semantics.Witness
	var by outside.Decider
	some := false
	for _, w := range ways {
		if !w.Passes(r) {
			continue
		}
		sets := w.Rule(r)
		met := sets.Reach.And(w.Holds(w.table(r).Table, without(r, rate)...)).May()
		fate := w.Drops()
		if accepts(r) {
			fate = w.Accepts()
		}
		if met.Empty() {
			continue
		}
		if !met.Known() || !fate.And(met).Must().Covers(met) {
			return
		}
		// The packet that the rate does not hold for, with what becomes of it.
		over := met.Minus(sets.Match)
		p, ok := over.Witness(w.where(semantics.Fields{State: ast.StateNew}))
		if !ok {
			continue
		}
		if !some {
			first, some = p, true
			if accepts(r) {
				by, _ = outside.Accepter(w.Way, p)
			} else {
				by, _ = outside.Dropper(p)
			}
		}
	}
	if !some || by.Chain == nil || by.Rule == r {
		return
	}
	options := []check.Option{check.Witness(first.String())}
	where := "the policy of chain " + by.Chain.Name
	if by.Rule != nil {
		where = "a rule below"
		options = append(options, check.Related(by.Rule, "it decides what is above the rate"))
	}
	if accepts(r) {
		check.Report(pass, r, "the rate changes nothing: "+where+" accepts what is above it; drop that right behind this rule", options...)
		return
	}
	check.Report(pass, r, "the rate changes nothing: "+where+" drops what is below it, too; accept that, or leave the rate out", options...)
}
