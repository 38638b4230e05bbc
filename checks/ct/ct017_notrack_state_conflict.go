package ct

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
)

// NotrackStateConflict finds packets that are kept from conntrack and then die for want
// of a state.
var NotrackStateConflict = check.New(check.Check{
	Code: "CT017", Slug: "notrack-state-conflict", Severity: check.Error, Packets: true,
	Title: "untracked packets die for want of a state",
	Text: `A rule keeps packets from conntrack (-j CT --notrack, notrack). They are UNTRACKED then,
never NEW or ESTABLISHED (iptables-extensions(8), conntrack), and rules that accept by these states let them
die: the first packet, or the one that answers it. An answer that is tracked dies, too, where only its
first packet was exempt: conntrack sees a SYN,ACK out of nowhere, which is INVALID, or a
datagram that is NEW. Exempt both directions, in PREROUTING and in OUTPUT, and accept UNTRACKED packets in both.

It is computed over all packets: those that a rule exempts, that come to a rule which asks for NEW and would
accept them but for their state, and that are dropped for certain; and for each exemption an
accepted packet of TCP and of UDP with its answer. An exemption of SYN alone is SYNPROXY's (synproxy-incomplete).`,
	Bad: []check.Example{{File: "rules.v4", Text: `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -p udp -m udp --dport 53 -j CT --notrack
-A OUTPUT -p udp -m udp --sport 53 -j CT --notrack
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p udp -m udp --dport 53 -m conntrack --ctstate NEW -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain prerouting {
		type filter hook prerouting priority raw; policy accept;
		tcp dport 1234 notrack
	}
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		tcp dport 1234 accept
	}
	chain output {
		type filter hook output priority filter; policy drop;
		ct state established,related accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -p udp -m udp --dport 53 -j CT --notrack
-A OUTPUT -p udp -m udp --sport 53 -j CT --notrack
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p udp -m udp --dport 53 -m conntrack --ctstate NEW,UNTRACKED -j ACCEPT
COMMIT
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer, reach.Analyzer},
		Run:      notrackStateConflict,
	},
})

func notrackStateConflict(pass *analysis.Pass) (any, error) {
	all := exemptionsOf(reach.Of(pass), graph.Of(pass))
	seen := map[*ast.Rule]bool{}
	// First what comes in, and should have been accepted; then the answers.
	for _, x := range all {
		if x.way.Hook != ast.HookOutput {
			deadForNew(pass, x, seen)
		}
	}
	for _, x := range all {
		for _, e := range x.exchanges(all) {
			deadAnswer(pass, x, e, seen)
		}
	}
	for _, x := range all {
		deadForNew(pass, x, seen)
	}
	return nil, nil
}

// deadAnswer reports an answer to packets that a rule exempts, if it is dropped.
func deadAnswer(pass *analysis.Pass, x exemption, e exchange, seen map[*ast.Rule]bool) {
	at := x.rule
	if e.exempt != nil {
		at = e.exempt
	}
	if !e.dropped || seen[at] {
		return
	}
	seen[at], seen[x.rule] = true, true
	options := []check.Option{check.Witness(e.reply.String()), check.Related(x.rule, "this rule exempts what it answers: "+e.first.String())}
	if e.exempt != nil {
		check.Report(pass, at, fmt.Sprintf("the packets that this rule keeps from conntrack answer others that are let through, and die at %s, where nothing accepts them as UNTRACKED; accept them there", e.back.Hook), options...)
		return
	}
	check.Report(pass, at, fmt.Sprintf("the answers to the packets that this rule keeps from conntrack are tracked, so they are %s, never ESTABLISHED, and die at %s; exempt them, too, and accept UNTRACKED there",
		strings.Join(namesOf(e.reply.State), " or "), e.back.Hook), options...)
}

// deadForNew reports a rule whose exempt packets come to one that asks for NEW and is
// for them, and are dropped.
func deadForNew(pass *analysis.Pass, x exemption, seen map[*ast.Rule]bool) {
	dropped := x.way.Drops().And(x.packets).Must()
	if seen[x.rule] || !dropped.Some() {
		return
	}
	for _, q := range x.way.filtering() {
		t := x.way.table(q)
		a := acceptByState(t, q)
		if a.states&ast.StateNew == 0 || a.states&ast.StateUntracked != 0 {
			continue
		}
		p, ok := dropped.And(x.way.Rule(q).Reach).And(x.way.Holds(t.Table, withoutState(q)...)).Must().Witness()
		if !ok {
			continue
		}
		seen[x.rule] = true
		check.Report(pass, x.rule, "packets that this rule keeps from conntrack are dropped, as the rule that is for them accepts them only if they are NEW; accept UNTRACKED there, too",
			check.Witness(p.String()), check.Related(q, "it asks for "+strings.Join(namesOf(uint32(a.states)), ",")))
		return
	}
}

// withoutState returns the conditions of a rule that are not on the state.
func withoutState(r *ast.Rule) (out []ast.Stmt) {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			if isState(s.Left) {
				continue
			}
		case *ast.AnyOf:
			if statesOfAny(s) != 0 {
				continue
			}
		}
		out = append(out, s)
	}
	return out
}

// namesOf returns the names of states.
func namesOf(mask uint32) (out []string) {
	for _, x := range namedStates {
		if mask&x.bit != 0 {
			out = append(out, x.name)
		}
	}
	return out
}
