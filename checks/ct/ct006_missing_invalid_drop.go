package ct

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// MissingInvalidDrop finds chains that accept INVALID packets because nothing
// drops them.
var MissingInvalidDrop = check.New(check.Check{
	Code: "CT006", Slug: "missing-invalid-drop", Severity: check.Warning, Packets: true,
	Title: "INVALID packets are accepted further down",
	Text: `A packet that conntrack cannot put into a connection is INVALID: segments outside of
the window, stray resets, replies to nothing. A rule that accepts by port alone
takes them, too. Drop them at the top of the chain.

It is an error where the ruleset does NAT: NAT does not touch INVALID packets
(iptables(8), nat table; nf_nat in the kernel), so they leave with inside addresses,
or are answered by the gateway itself with a reset that kills a healthy connection.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}, {File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT
COMMIT
`}},
	Fix: check.Safe,
	FixText: `A rule that drops INVALID packets is put below the accept of lo and of established
packets at the top of the chain. What it drops belongs to no connection.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, strayPaths},
		Run:      missingInvalidDrop,
	},
})

func missingInvalidDrop(pass *analysis.Pass) (any, error) {
	seen := map[*ast.Rule]bool{}
	for _, s := range straysOf(pass) {
		if s.tooLow != nil {
			continue // that is misordered-invalid-drop
		}
		if r := s.meantToDrop(); r != nil {
			if !seen[r] {
				seen[r] = true
				s.report(pass, r, fmt.Sprintf("this rule asks for INVALID and for another state, which no packet has at once, so INVALID packets are accepted at %s", s.Hook), "drop them first")
			}
			continue
		}
		reportAccepted(pass, s)
	}
	return nil, nil
}

// reportAccepted reports what accepts INVALID packets.
func reportAccepted(pass *analysis.Pass, s *strays) {
	name := s.chain.Name
	var options []check.Option
	if c := s.filterChain(); c != nil {
		name = c.Name
		if e, ok := dropInvalid(ruleset.Of(pass), c); ok {
			options = append(options, check.Fix("drop INVALID packets", e))
		}
	}
	const todo = "drop them first"
	switch {
	case s.by != nil:
		s.report(pass, s.by, fmt.Sprintf("INVALID packets are accepted by this rule, as nothing in chain %s drops them before", name), todo, options...)
	case s.chain.PolicySpan.Valid():
		s.report(pass, s.chain.PolicySpan, fmt.Sprintf("chain %s accepts INVALID packets, as nothing drops them", name), todo, options...)
	default:
		s.report(pass, s.chain.NameSpan, fmt.Sprintf("chain %s accepts INVALID packets, as nothing drops them", name), todo, options...)
	}
}

// dropInvalid returns the edit that puts a rule which drops INVALID packets into
// a chain, above the first rule that may accept them.
func dropInvalid(h *ruleset.Host, c *graph.Chain) (analysis.TextEdit, bool) {
	for _, r := range c.Rules {
		a := acceptByState(c.Table, r)
		if isLoopbackAccept(r) || a.direct && a.states&ast.StateEstablished != 0 && a.states&ast.StateInvalid == 0 {
			continue
		}
		return insertBefore(h, c.Table, r, stateLine(c, "INVALID", ast.VerdictDrop))
	}
	return analysis.TextEdit{}, false
}
