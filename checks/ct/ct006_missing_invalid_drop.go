package ct

import (
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
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
	Fix: check.Safe,
	FixText: `A rule that drops INVALID packets is put below the accept of lo and of established
packets at the top of the chain. What it drops belongs to no connection.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, flows.Analyzer},
		Run:      missingInvalidDrop,
	},
})

func missingInvalidDrop(pass *analysis.Pass) (any, error) {
	for _, f := range flows.Of(pass).Families {
		nat := doesNAT(f)
		seen := map[*ast.Rule]bool{}
		for _, hook := range []ast.Hook{ast.HookInput, ast.HookForward} {
			if !stateful(f, hook) {
				continue // without state on purpose, or no filter at all
			}
			by, p, ok := acceptedInvalid(f, hook, nat)
			if !ok || droppedBelow(f, p) {
				continue
			}
			if r := meantToDrop(f, hook); r != nil {
				if !seen[r] {
					seen[r] = true
					reportInvalid(pass, r, fmt.Sprintf("this rule asks for INVALID and for another state, which no packet has at once, so INVALID packets are accepted at %s", hook), p, nat)
				}
				continue
			}
			reportAccepted(pass, f, by, p, nat)
		}
	}
	return nil, nil
}

// reportAccepted reports what accepts an INVALID packet.
func reportAccepted(pass *analysis.Pass, f *flows.Family, by semantics.Step, p semantics.Packet, nat bool) {
	name := by.Chain.Name
	var options []check.Option
	if c := filterChain(f, p.Hook); c != nil {
		name = c.Name
		if e, ok := dropInvalid(ruleset.Of(pass), c); ok {
			options = append(options, check.Fix("drop INVALID packets", e))
		}
	}
	switch {
	case by.Rule != nil:
		reportInvalid(pass, by.Rule, fmt.Sprintf("INVALID packets are accepted by this rule, as nothing in chain %s drops them before", name), p, nat, options...)
	case by.Chain.PolicySpan.Valid():
		reportInvalid(pass, by.Chain.PolicySpan, fmt.Sprintf("chain %s accepts INVALID packets, as nothing drops them", name), p, nat, options...)
	default:
		reportInvalid(pass, by.Chain.NameSpan, fmt.Sprintf("chain %s accepts INVALID packets, as nothing drops them", name), p, nat, options...)
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

func reportInvalid(pass *analysis.Pass, at analysis.Range, message string, p semantics.Packet, nat bool, options ...check.Option) {
	options = append(options, check.Witness(p.String()))
	if nat {
		message += "; NAT leaves them as they are, so they leak or reset connections"
		options = append(options, check.At(check.Error))
	}
	check.Report(pass, at, message+"; drop them first", options...)
}

// acceptedInvalid returns a TCP segment that conntrack calls INVALID and the
// ruleset accepts at a hook, with what accepts it. Without NAT a policy that
// accepts is no finding of its own, and what is let in by its interface or address
// alone is trusted.
func acceptedInvalid(f *flows.Family, h ast.Hook, nat bool) (semantics.Step, semantics.Packet, bool) {
	for _, first := range f.FirstPackets(h) {
		p := first.Packet
		if p.Proto != protoTCP {
			continue
		}
		p.State, p.TCPFlags = ast.StateInvalid, ast.TCPAck
		d := semantics.Decide(f.Ruleset, p)
		if !d.Accepts() || d.State != ast.StateInvalid {
			continue
		}
		by, ok := accepting(f, &d, h)
		if !ok || !nat && (by.Rule == nil || h == ast.HookInput && !asksForPort(by.Rule)) {
			continue
		}
		return by, p, true
	}
	return semantics.Step{}, semantics.Packet{}, false
}

// accepting returns what accepts a packet at its hook, and not on the way there.
func accepting(f *flows.Family, d *semantics.Decision, h ast.Hook) (semantics.Step, bool) {
	for _, s := range d.By {
		if !s.Sure || s.Drop {
			continue
		}
		for _, t := range f.Tables() {
			if c := t.Chain(s.Chain.Name); c != nil && c.Chain == s.Chain && c.Hooks.Has(h) && filters(t, h) {
				return s, true
			}
		}
	}
	return semantics.Step{}, false
}

// filters reports whether a table has a chain that filters at a hook: one that
// only marks, before or behind it, decides nothing.
func filters(t *graph.Table, h ast.Hook) bool {
	for _, c := range t.Chains {
		if c.Hook == h && c.Type == ast.ChainFilter && c.Priority >= 0 {
			return true
		}
	}
	return false
}

// asksForPort reports whether a rule is for certain destination ports.
func asksForPort(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			if p, ok := s.Left.(*ast.Payload); ok && p.Field.Info().Name == "dport" {
				return true
			}
		case *ast.AnyOf:
			return true // multiport's --ports
		}
	}
	return false
}

// droppedBelow reports whether a rule would drop the INVALID packet if it came to
// it: then it stands too low, which is misordered-invalid-drop.
func droppedBelow(f *flows.Family, p semantics.Packet) bool {
	return anyRule(f, p.Hook, func(t *graph.Table, c *graph.Chain, r *ast.Rule) bool {
		if !asksForInvalid(r) || !denies(t, r) || semantics.Holds(f.Ruleset, t.Table, p, r) != semantics.Yes {
			return false
		}
		way, ok := c.WayFrom(p.Hook)
		return ok && !slices.ContainsFunc(way, func(w *ast.Rule) bool {
			return semantics.Holds(f.Ruleset, t.Table, p, w) == semantics.No
		})
	})
}

// meantToDrop returns a rule that denies what is INVALID and something else at
// once, which is nothing; or nil.
func meantToDrop(f *flows.Family, h ast.Hook) (found *ast.Rule) {
	anyRule(f, h, func(t *graph.Table, _ *graph.Chain, r *ast.Rule) bool {
		if asksForInvalid(r) && denies(t, r) && noState(r) {
			found = r
		}
		return found != nil
	})
	return found
}

// noState reports whether the state matches of a rule can never hold together.
func noState(r *ast.Rule) bool {
	all := uint64(ast.StateAll)
	for _, s := range r.Stmts {
		if m, ok := s.(*ast.Match); ok {
			if c, ok := m.Left.(*ast.CT); ok && c.Key == ast.CTState {
				if bits, known := flows.StateBits(m); known {
					all &= bits
				}
			}
		}
	}
	return all == 0
}

// asksForInvalid reports whether a state match of a rule holds for INVALID.
func asksForInvalid(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		if m, ok := s.(*ast.Match); ok {
			if c, ok := m.Left.(*ast.CT); ok && c.Key == ast.CTState {
				if bits, known := flows.StateBits(m); known && bits&ast.StateInvalid != 0 {
					return true
				}
			}
		}
	}
	return false
}

// denies reports whether a rule drops or rejects, or goes to a chain in which
// something may.
func denies(t *graph.Table, r *ast.Rule) bool {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Reject:
			return true
		case *ast.Verdict:
			switch s.Kind {
			case ast.VerdictDrop:
				return true
			case ast.VerdictJump, ast.VerdictGoto:
				c := t.Chain(s.Chain)
				return c != nil && c.Decides && !acceptsAll(c, maxAcceptDepth)
			default:
				return false
			}
		}
	}
	return false
}

// stateful reports whether a rule that packets of a hook may meet accepts them as
// established.
func stateful(f *flows.Family, h ast.Hook) bool {
	return anyRule(f, h, func(t *graph.Table, _ *graph.Chain, r *ast.Rule) bool {
		return acceptByState(t, r).states&ast.StateEstablished != 0
	})
}

// anyRule reports whether a rule that packets of a hook may meet, other than of
// chains that do NAT, is such a one.
func anyRule(f *flows.Family, h ast.Hook, is func(*graph.Table, *graph.Chain, *ast.Rule) bool) bool {
	for _, t := range f.Tables() {
		for _, c := range t.Chains {
			if !c.Hooks.Has(h) || c.Type == ast.ChainNAT || t.Xtables && t.Name == "nat" {
				continue
			}
			for _, r := range c.Rules {
				if is(t, c, r) {
					return true
				}
			}
		}
	}
	return false
}

// doesNAT reports whether any rule rewrites addresses.
func doesNAT(f *flows.Family) bool {
	for _, t := range f.Tables() {
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
