package se

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/outside"
)

// WideOpenAccept finds rules that let everybody in to everything.
var WideOpenAccept = check.New(check.Check{
	Code: "SE005", Slug: "wide-open-accept", Severity: check.Error, Packets: true,
	Title: "rule that lets everybody in to every port",
	Text: `The rule accepts packets that begin connections from anywhere to any port, so all
rules below it, and the policy, decide nothing. Mostly a condition got lost: a port that was not
written because the protocol was left out, an interface, a source. A port that matches
as source or destination (multiport --ports, iptables-extensions(8)) is as good as none,
as whoever sends a packet chooses the source port.

It is computed over all packets that begin a connection, over TCP or UDP: more than half
of them are accepted, also below port 1024. From anywhere is from every interface, or
from one behind which strangers are: because connections go there and not back, because
sources are translated there, or because the configuration says so. What comes by an
interface that is named and trusted is left alone, and so are policies (default-accept),
rules that hold for ESTABLISHED as well (new-accepted-with-established), and rules that
only ask for a source port (sport-only-accept).`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m multiport --ports 80,443 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state vmap { established : accept, related : accept, invalid : drop }
		iifname "lan0" tcp dport { 22, 53 } accept
		iifname "wan0" counter accept comment "ssh"
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state vmap { established : accept, related : accept, invalid : drop }
		iifname "lan0" oifname "wan0" accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -i eth1 -j ACCEPT
-A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state vmap { established : accept, related : accept, invalid : drop }
		iifname "lan0" accept
		iifname "wan0" tcp dport 22 accept
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state vmap { established : accept, related : accept, invalid : drop }
		iifname "lan0" oifname "wan0" accept
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{outside.Analyzer},
		Run:      wideOpenAccept,
	},
})

func wideOpenAccept(pass *analysis.Pass) (any, error) {
	h := outside.Of(pass)
	seen := map[*ast.Rule]bool{}
	for _, w := range h.Ways() {
		if w.Hook != ast.HookInput {
			continue
		}
		if _, _, protos := byPolicy(h, w, h.Other(w), ""); len(protos) > 0 {
			continue // it would be open without the rule
		}
		for r := range w.Rules() {
			if seen[r] || h.Place(r).Chain.Type == ast.ChainNAT {
				continue
			}
			x, ok := h.Wide(w, r, "")
			if !ok || !x.WellKnown || x.BySport && !eitherPort(r) || statefulForAll(h, w, r) {
				continue
			}
			if d, ok := outside.Accepter(w, x.Witness); !ok || d.Rule != r {
				continue // a rule of a chain that packets pass on their way
			}
			seen[r] = true
			from := "anywhere"
			if x.Iif != "" {
				from = "all behind " + x.Iif
			}
			message := fmt.Sprintf("this rule lets in %s connections from %s to every port; ask for the ports, or the sources, that are meant", protocolNames(x.Protos), from)
			if x.BySport {
				message = fmt.Sprintf("this rule lets in %s connections from %s to every port, if they come from source port %d, which anyone can choose; ask for destination ports alone",
					protocolNames(x.Protos), from, x.Witness.Sport)
			}
			check.Report(pass, r, message, check.Witness(x.Witness.String()))
		}
	}
	return nil, nil
}

// eitherPort reports whether a rule asks for a port as source or destination.
func eitherPort(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		a, ok := s.(*ast.AnyOf)
		if !ok || a.Not {
			continue
		}
		for _, alt := range a.Alts {
			for _, x := range alt {
				if m, ok := x.(*ast.Match); ok {
					if p, ok := m.Left.(*ast.Payload); ok && p.Field.Info().Name == "dport" {
						return true
					}
				}
			}
		}
	}
	return false
}
