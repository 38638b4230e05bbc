package se

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/outside"
	"github.com/ctlint/ctlint/semantics"
)

// ForwardOpen finds FORWARD chains that let connections through from anywhere to
// anywhere.
var ForwardOpen = check.New(check.Check{
	Code: "SE009", Slug: "forward-open", Severity: check.Error, Packets: true,
	Title: "connections are let through from anywhere to anywhere",
	Text: `A policy or a rule of the chain that filters what goes through the host accepts new
connections from any interface to any other. The host is then a router for everybody
who can send it packets: from the Internet into an inner network or a VPN, between
networks that were to be kept apart, to containers. It takes no more than
net.ipv4.ip_forward, which container engines, VPN servers and virtual machines switch
on (sysctl document ip-sysctl, ip_forward). In nft a chain without a policy accepts
(nft(8), CHAINS).

It is computed over all packets that begin a connection, over TCP or UDP, between two
interfaces that no rule names: more than half of them pass. It is an info where the
ruleset filters nothing at all, neither here nor what comes to the host.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state vmap { established : accept, related : accept, invalid : drop }
		ct state new accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i eth1 -o eth0 -m conntrack --ctstate NEW -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain forward {
		type filter hook forward priority filter; policy accept;
		ct state vmap { established : accept, related : accept, invalid : drop }
		iifname "lan0" oifname "wan0" accept
		reject with icmpx admin-prohibited
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{outside.Analyzer},
		Run:      forwardOpen,
	},
})

func forwardOpen(pass *analysis.Pass) (any, error) {
	h := outside.Of(pass)
	seen := map[analysis.Range]bool{}
	for _, w := range h.Ways() {
		if w.Hook != ast.HookForward {
			continue
		}
		d, packet, protos := openForward(h, w)
		if len(protos) == 0 || seen[d.Range()] {
			continue
		}
		seen[d.Range()] = true
		options := []check.Option{check.Witness(packet.String())}
		switch {
		case d.Rule != nil:
			check.Report(pass, d.Range(), fmt.Sprintf("this rule lets new %s connections through from any interface to any other, so the host is a router for everybody; ask for the interfaces that are meant",
				protocolNames(protos)), options...)
		default:
			if !anyRule(h, w) && !filtersInput(h, w.Family) {
				options = append(options, check.At(check.Info))
			}
			what := "policy accept"
			if !d.Base.PolicySpan.Valid() {
				what = "no policy, which means accept,"
			}
			check.Report(pass, d.Range(), fmt.Sprintf("chain %s has %s and lets new %s connections through from any interface to any other; give it policy drop, and accept what is meant to pass",
				d.Base.Name, what, protocolNames(protos)), options...)
		}
	}
	return nil, nil
}

// openForward returns what lets most connections through between two interfaces that
// no rule names.
func openForward(h *outside.Host, w *semantics.Way) (by outside.Decider, packet semantics.Witness, protos []uint8) {
	other := h.Other(w)
	for _, proto := range outside.Protocols {
		d, x, ok := h.Default(w, proto, other, other)
		if !ok || d.Base.Implicit || d.Base.Priority <= earlyFilter || d.Rule != nil && statefulForAll(h, w, d.Rule) || len(protos) > 0 && d.Range() != by.Range() {
			continue
		}
		if len(protos) == 0 {
			by, packet = d, x
		}
		protos = append(protos, proto)
	}
	return by, packet, protos
}

// filtersInput reports whether connections to the host are filtered.
func filtersInput(h *outside.Host, f ast.Family) bool {
	w := h.Way(f, ast.HookInput)
	return !w.Known() || anyRule(h, w) || w.Drops().Some()
}

// statefulForAll reports whether a rule accepts by state alone, NEW as well as
// ESTABLISHED: that is new-accepted-with-established.
func statefulForAll(h *outside.Host, w *semantics.Way, r *ast.Rule) bool {
	asks := false
	for _, s := range r.Stmts {
		m, ok := s.(*ast.Match)
		if !ok {
			continue
		}
		switch k := m.Left.(type) {
		case *ast.CT:
			if k.Key != ast.CTState {
				return false
			}
			asks = true
		case *ast.Meta:
			switch k.Key {
			case ast.MetaIif, ast.MetaIifname, ast.MetaOif, ast.MetaOifname:
			default:
				return false
			}
		default:
			return false
		}
	}
	holds := w.Holds(h.Place(r).Table, r.Stmts...)
	return asks && holds.Meets(w.Where(semantics.Fields{State: ast.StateEstablished})) && holds.Meets(w.Where(semantics.Fields{State: ast.StateNew}))
}
