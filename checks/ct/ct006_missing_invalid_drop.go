package ct

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/semantics"
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
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{flows.Analyzer},
		Run:      missingInvalidDrop,
	},
})

func missingInvalidDrop(pass *analysis.Pass) (any, error) {
	for _, f := range flows.Of(pass).Families {
		nat := doesNAT(f.Ruleset)
		for _, hook := range []ast.Hook{ast.HookInput, ast.HookForward} {
			base := baseChain(f.Ruleset, hook)
			if base == nil || !stateful(f.Ruleset, hook) {
				continue // without state on purpose, or no filter at all
			}
			if d, p, ok := acceptedInvalid(f, hook); ok {
				reportInvalid(pass, base, d, p, nat)
			}
		}
	}
	return nil, nil
}

func reportInvalid(pass *analysis.Pass, base *ast.Chain, by semantics.Step, p semantics.Packet, nat bool) {
	at := analysis.Range(base.NameSpan)
	message := fmt.Sprintf("chain %s accepts INVALID packets, as nothing drops them", base.Name)
	switch {
	case by.Rule != nil:
		at = by.Rule
		message = fmt.Sprintf("INVALID packets are accepted by this rule, as nothing in chain %s drops them before", base.Name)
	case by.Chain.PolicySpan.Valid():
		at = by.Chain.PolicySpan
	}
	options := []check.Option{check.Witness(p.String())}
	if nat {
		message += "; NAT leaves them as they are, so they leak or reset connections"
		options = append(options, check.At(check.Error))
	}
	check.Report(pass, at, message+"; drop them first", options...)
}

// acceptedInvalid returns a TCP segment that conntrack calls INVALID and the
// ruleset accepts at a hook, with what accepts it.
func acceptedInvalid(f *flows.Family, h ast.Hook) (semantics.Step, semantics.Packet, bool) {
	for _, p := range f.FirstPackets(h) {
		if p.Proto != 6 {
			continue
		}
		p.State, p.TCPFlags = ast.StateInvalid, ast.TCPAck
		d := semantics.Decide(f.Ruleset, p)
		if !d.Accepts() {
			continue
		}
		for _, s := range d.By {
			if s.Sure && !s.Drop && (s.Chain.Hook == h || s.Rule != nil) && s.Chain.Priority >= 0 {
				return s, p, true
			}
		}
	}
	return semantics.Step{}, semantics.Packet{}, false
}

// stateful reports whether a rule that packets of a hook may meet looks at their
// state.
func stateful(rs *ast.Ruleset, h ast.Hook) bool {
	for _, t := range rs.Tables {
		for _, c := range t.Chains {
			if c.Base() && c.Hook != h {
				continue
			}
			for _, r := range c.Rules {
				if flows.AcceptsState(r, ast.StateEstablished) {
					return true
				}
			}
		}
	}
	return false
}

// doesNAT reports whether any rule rewrites addresses.
func doesNAT(rs *ast.Ruleset) bool {
	for _, t := range rs.Tables {
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				for _, s := range r.Stmts {
					if n, ok := s.(*ast.NAT); ok && n.Kind != ast.NATNone {
						return true
					}
				}
			}
		}
	}
	return false
}
