package ct

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// MissingEstablished finds default-deny chains that drop the replies of
// connections which the ruleset lets begin.
var MissingEstablished = check.New(check.Check{
	Code: "CT001", Slug: "missing-established", Severity: check.Error, Packets: true,
	Title: "replies to accepted connections are dropped",
	Text: `A chain that denies by default drops the replies of connections that the ruleset
lets begin: out (the replies come in at INPUT), in (they leave at OUTPUT) or
through (they cross FORWARD the other way). Such a connection never comes about:
names are not resolved, downloads hang.

Accept what conntrack calls ESTABLISHED, before anything is dropped
(iptables-extensions(8), conntrack; nft(8), CONNTRACK EXPRESSIONS). A ruleset
without state that lets the replies in by their ports is left alone: the check
sends the first packet, then the reply, and reports a reply that dies. Which addresses
and interfaces are the host's own is not known; so nothing is said where there is a rule
that lets such replies pass for some of them, and nothing of an IPv6 chain that accepts
nothing at all.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}},
	Fix:     check.Unsafe,
	FixText: "Inserts a rule that accepts RELATED,ESTABLISHED as the first of the chain.",
	Since:   "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, flows.Analyzer},
		Run:      missingEstablished,
	},
})

func missingEstablished(pass *analysis.Pass) (any, error) {
	for _, f := range flows.Of(pass).Families {
		for _, hook := range []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput} {
			var found []flows.Dead
			for _, d := range f.Dead {
				if d.Reply.Hook == hook && d.State == nil {
					found = append(found, d)
				}
			}
			if len(found) > 0 && !(f.Family == ast.FamilyIP6 && closed(f, hook)) {
				reportMissing(pass, f, found)
			}
		}
	}
	return nil, nil
}

// closed reports whether nothing is accepted at a hook but what comes from lo or
// goes there: so IPv6 is turned off where nobody uses it.
func closed(f *flows.Family, h ast.Hook) bool {
	return !anyRule(f, h, func(_ *graph.Table, _ *graph.Chain, r *ast.Rule) bool {
		return endsInAccept(r) && !isLoopbackAccept(r)
	})
}

// reportMissing reports the replies that die at one hook, at the place where the
// first of them does.
func reportMissing(pass *analysis.Pass, f *flows.Family, dead []flows.Dead) {
	d := dead[0]
	at := analysis.Range(d.Chain.NameSpan)
	switch {
	case d.Rule != nil:
		at = d.Rule
	case d.Chain.PolicySpan.Valid():
		at = d.Chain.PolicySpan
	}
	options := []check.Option{check.Witness(d.Reply.String()), check.Related(d.Chain.NameSpan, "the connection begins "+d.First.String())}
	name := d.Chain.Name
	if c := filterChain(f, d.Reply.Hook); c != nil {
		name = c.Name
		if len(c.Rules) > 0 {
			if e, ok := insertBefore(ruleset.Of(pass), c.Table, c.Rules[0], stateLine(c, "RELATED,ESTABLISHED", ast.VerdictAccept)); ok {
				options = append(options, check.UnsafeFix("accept established packets first", e))
			}
		}
	}
	check.Report(pass, at, fmt.Sprintf("replies to connections that the ruleset lets %s are dropped (%s): nothing in chain %s accepts them as ESTABLISHED; put a rule that does first",
		direction[d.First.Hook], protocols(dead), name), options...)
}

var direction = map[ast.Hook]string{ast.HookOutput: "out", ast.HookInput: "in", ast.HookForward: "through"}

// protocols names the protocols of the dead replies.
func protocols(dead []flows.Dead) string {
	var names []string
	for _, p := range []struct {
		n    uint8
		name string
	}{{protoTCP, "tcp"}, {protoUDP, "udp"}} {
		if slices.ContainsFunc(dead, func(d flows.Dead) bool { return d.Reply.Proto == p.n }) {
			names = append(names, p.name)
		}
	}
	return strings.Join(names, ", ")
}
