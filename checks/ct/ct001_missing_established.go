package ct

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
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
without state that lets the replies in by their ports is left alone: the check takes all
first packets that are accepted, turns them round, makes them ESTABLISHED, and reports
those that are dropped. Which addresses and interfaces are the host's own is not known; so
nothing is said where some of them let the replies of a service pass, and nothing of an
IPv6 chain that accepts nothing at all. A chain without any state rule that serves the
Internet must let its replies in from there, too. Where IPv4 has the rule and IPv6
does not, ipv6-missing-established says so.`,
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
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, reach.Analyzer, replyPaths},
		Run:      missingEstablished,
	},
})

func missingEstablished(pass *analysis.Pass) (any, error) {
	for _, p := range replyPathsOf(pass) {
		if p.Way.Family == ast.FamilyIP6 && (p.closed() || p.onlyIPv6(pass)) {
			continue
		}
		// What a rule drops above the one that accepts it is misordered-established.
		missing := *p
		for _, r := range p.drops {
			if dropped := p.droppedBy(r); p.below(dropped) != nil {
				missing.dead = missing.dead.Minus(dropped)
			}
		}
		if missing.dead.Some() {
			reportMissing(pass, &missing)
		}
	}
	return nil, nil
}

// closed reports whether nothing is accepted on the way but what comes from lo: so
// IPv6 is turned off where nobody uses it.
func (w *hostWay) closed() bool {
	return w.Accepts().May().And(w.away).Empty()
}

// onlyIPv6 reports whether the replies die in IPv6, and IPv4 has a rule for them:
// that is ipv6-missing-established, or family-limited-established.
func (p *replyPath) onlyIPv6(pass *analysis.Pass) bool {
	w := reach.Of(pass).Way(ast.FamilyIP, p.Hook)
	return w.Known() && newWay(p.facts, p.graph, w).stateful()
}

// reportMissing reports the replies that die on a way, at the place where one of
// them does.
func reportMissing(pass *analysis.Pass, p *replyPath) {
	c := p.filterChain()
	if c == nil {
		c = p.graph.Chain(p.BaseChains()[0])
	}
	at := analysis.Range(c.NameSpan)
	if c.PolicySpan.Valid() {
		at = c.PolicySpan
	}
	packets := p.dead
	for _, r := range p.drops {
		if dropped := p.droppedBy(r); dropped.Some() {
			at, packets = r, dropped
			break
		}
	}
	reply, ok := packets.Witness()
	if !ok {
		return
	}
	options := []check.Option{check.Witness(reply.String()), check.Related(c.NameSpan, "the connection begins "+p.firstOf(&reply.Packet))}
	if len(c.Rules) > 0 {
		if e, ok := insertBefore(ruleset.Of(pass), c.Table, c.Rules[0], stateLine(c, "RELATED,ESTABLISHED", ast.VerdictAccept)); ok {
			options = append(options, check.UnsafeFix("accept established packets first", e))
		}
	}
	check.Report(pass, at, fmt.Sprintf("replies to connections that the ruleset lets %s are dropped (%s): nothing in chain %s accepts them as ESTABLISHED; put a rule that does first",
		direction[p.first.Hook], p.protocols(), c.Name), options...)
}

var direction = map[ast.Hook]string{ast.HookOutput: "out", ast.HookInput: "in", ast.HookForward: "through"}

// protocols names the protocols of the dead replies.
func (p *replyPath) protocols() string {
	var names []string
	for _, x := range []struct {
		n    uint8
		name string
	}{{protoTCP, "tcp"}, {protoUDP, "udp"}} {
		if p.dead.Meets(p.Where(semantics.Fields{Proto: x.n})) {
			names = append(names, x.name)
		}
	}
	return strings.Join(names, ", ")
}
