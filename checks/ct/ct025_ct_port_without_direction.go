package ct

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// CTPortWithoutDirection finds matches on the addresses of connections that hold for
// both directions.
var CTPortWithoutDirection = check.New(check.Check{
	Code: "CT025", Slug: "ct-port-without-direction", Severity: check.Warning, Packets: true,
	Title: "ports of a connection match both directions",
	Text: `--ctorigdstport and its like ask for what the first packet of the connection had, and so they hold for every packet of it,
the replies as well (iptables-extensions(8), conntrack: --ctdir). A rule that is meant for what goes to a
service then also takes what comes back from it: it accepts replies from any address that --ctorigdst does not say, marks or logs them, and in FORWARD it makes a hole both ways.
It does no harm where ESTABLISHED packets have been accepted before, or where the rule asks for NEW.

It is computed over all packets: there are replies that come to the rule and meet all its conditions for certain.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -p tcp -m conntrack --ctorigdstport 80 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain forward {
		type filter hook forward priority filter; policy drop;
		meta l4proto tcp ct original proto-dst 80 accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p tcp -m conntrack --ctorigdstport 80 -j ACCEPT
COMMIT
`}, {File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -p tcp -m conntrack --ctorigdstport 80 --ctdir ORIGINAL -j ACCEPT
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
`}},
	Fix:     check.Unsafe,
	FixText: "The rule asks for the direction of the first packet (--ctdir ORIGINAL, ct direction original), too, so that replies need a rule of their own.",
	Since:   "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, reach.Analyzer},
		Run:      ctPortWithoutDirection,
	},
})

func ctPortWithoutDirection(pass *analysis.Pass) (any, error) {
	seen := map[*ast.Rule]bool{}
	for _, w := range waysOf(reach.Of(pass), graph.Of(pass), ast.HookInput, ast.HookForward, ast.HookOutput) {
		replies := w.where(semantics.Fields{State: ast.StateEstablished, Dir: ast.DirReply, Whole: true})
		for _, r := range w.filtering() {
			if seen[r] || !asksForTuplePort(r) || !(accepts(r) || drops(r)) {
				continue
			}
			p, ok := replies.And(w.Rule(r).Match).Must().Witness()
			if !ok {
				continue
			}
			seen[r] = true
			options := []check.Option{check.Witness(p.String())}
			t := w.table(r)
			if e, ok := addCondition(ruleset.Of(pass), linesAreRules(t), t.Xtables, r, "-m conntrack --ctdir ORIGINAL", "ct direction original"); ok {
				options = append(options, check.UnsafeFix("ask for the original direction", e))
			}
			does := "accepts"
			if drops(r) {
				does = "drops"
			}
			check.Report(pass, r, fmt.Sprintf("the ports of the first packet are those of the whole connection, so this rule %s replies, too; ask for the original direction, or accept ESTABLISHED packets before", does), options...)
		}
	}
	return nil, nil
}

// asksForTuplePort reports whether a rule asks for a port that the connection's first
// packet had, and for no direction.
func asksForTuplePort(r *ast.Rule) bool {
	asks := false
	for _, s := range r.Stmts {
		m, ok := s.(*ast.Match)
		if !ok {
			continue
		}
		c, ok := m.Left.(*ast.CT)
		if !ok {
			continue
		}
		switch c.Key {
		case ast.CTDirection:
			return false
		case ast.CTProtoSrc, ast.CTProtoDst:
			asks = true
		default:
		}
	}
	return asks
}
