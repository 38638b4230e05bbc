package se

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/outside"
)

// InputBypassedByDNAT finds rules of INPUT for ports whose packets go through FORWARD.
var InputBypassedByDNAT = check.New(check.Check{
	Code: "SE011", Slug: "input-bypassed-by-dnat", Severity: check.Warning, Packets: true,
	Title: "a port that INPUT drops is published by DNAT",
	Text: `A rule of INPUT drops packets to a port, and a rule of nat sends those packets to another
host, or a container, before: they then pass FORWARD, never INPUT, and are accepted there (nf_nat; the
routing decision falls after PREROUTING). The port is open, although the ruleset says in so many
words that it is closed. That is how containers whose ports are published are reached past a
host's firewall. Drop the packets in FORWARD (DOCKER-USER), by --ctorigdstport, or do not publish
the port.

It is computed over all packets that begin a connection: those that DNAT translates, that are accepted in FORWARD for
certain, and that met the conditions of the rule in INPUT as they came.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.0.2.10:80
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i eth0 -p tcp -m tcp --dport 8080 -j DROP
-A FORWARD -d 192.0.2.10/32 -p tcp -m tcp --dport 80 -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.0.2.10:80
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -i eth0 -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP
-A FORWARD -d 192.0.2.10/32 -p tcp -m tcp --dport 80 -j ACCEPT
COMMIT
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{outside.Analyzer},
		Run:      inputBypassedByDNAT,
	},
})

func inputBypassedByDNAT(pass *analysis.Pass) (any, error) {
	h := outside.Of(pass)
	seen := map[*ast.Rule]bool{}
	for _, x := range publicationsOf(h) {
		open := x.packets.And(x.way.Accepts()).Must()
		in := h.Way(x.way.Family, ast.HookInput)
		if !open.Some() || !in.Known() {
			continue
		}
		for q := range in.Rules() {
			if accept, ok := verdictOf(q); !ok || accept || seen[q] || q.Bad || h.Graph.Chain(h.Place(q).Chain).Hooks.Has(ast.HookPrerouting) || !asksForDport(q) {
				continue
			}
			came, ok := asSent(q, x.way.Family, true, true)
			if !ok {
				continue
			}
			p, ok := open.And(x.way.Holds(h.Place(q).Table, came...)).Must().Witness()
			if !ok {
				continue
			}
			seen[q] = true
			check.Report(pass, q, fmt.Sprintf("packets to port %d never come here: DNAT sends them to %s, and FORWARD accepts them, so the port is open; drop them in FORWARD by --ctorigdstport %d, or do not publish it",
				p.Orig.Dport, p.Daddr, p.Orig.Dport), check.Witness(p.String()), check.Related(x.rule, "it is published here"))
		}
	}
	return nil, nil
}

// asksForDport reports whether a rule asks for destination ports, and not for all but
// some.
func asksForDport(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		if m, ok := s.(*ast.Match); ok && m.Op == ast.OpEq {
			if p, ok := m.Left.(*ast.Payload); ok && p.Field.Info().Name == "dport" {
				return true
			}
		}
	}
	return false
}
