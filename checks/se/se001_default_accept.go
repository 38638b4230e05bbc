package se

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/outside"
	"github.com/ctlint/ctlint/semantics"
)

// DefaultAccept finds INPUT chains that let everything in that no rule names.
var DefaultAccept = check.New(check.Check{
	Code: "SE001", Slug: "default-accept", Severity: check.Warning, Packets: true,
	Title: "what no rule names is let in",
	Text: `The policy of the chain that filters what comes to the host is accept, and no rule
before its end drops the rest: every service that anybody starts on the host can be
reached until somebody remembers to write a rule. Deny by default and name what is
meant ("all traffic not explicitly permitted should be denied", NIST SP 800-41 rev. 1,
section 2.1). In nft a chain without a policy has policy accept (nft(8), CHAINS).

It is computed over all packets that begin a connection, over TCP or UDP, by an
interface that no rule names: more than half of them are let in, and a policy does it.
A chain that ends in a rule which drops or rejects is as good as policy drop. It is an
info where the chain has no rule at all, so that nobody takes it for a filter, and where
connections are denied by default on an interface that rules do name. FORWARD is
forward-open's matter, and a rule that accepts everything wide-open-accept's.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter;
		ct state vmap { established : accept, related : accept, invalid : drop }
		tcp dport { 22, 443 } accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -j REJECT --reject-with icmp-admin-prohibited
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state vmap { established : accept, related : accept, invalid : drop }
		tcp dport { 22, 443 } accept
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{outside.Analyzer},
		Run:      defaultAccept,
	},
})

func defaultAccept(pass *analysis.Pass) (any, error) {
	h := outside.Of(pass)
	seen := map[*ast.Chain]bool{}
	for _, w := range h.Ways() {
		if w.Hook != ast.HookInput {
			continue
		}
		d, packet, protos := byPolicy(h, w, h.Other(w), "")
		if len(protos) == 0 || seen[d.Base] {
			continue
		}
		seen[d.Base] = true
		what := "policy accept"
		if !d.Base.PolicySpan.Valid() {
			what = "no policy, which means accept,"
		}
		options := []check.Option{check.Witness(packet.String())}
		rest := "give it policy drop, or a last rule that drops"
		if !anyRule(h, w) {
			options = append(options, check.At(check.Info))
			rest = "if the host is to be filtered, give it rules and policy drop"
		} else if n := closedTo(h, w, protos); n != "" {
			options = append(options, check.At(check.Info))
			rest = fmt.Sprintf("only interfaces such as %s are closed: drop by default, and accept on those that are trusted", n)
		}
		check.Report(pass, d.Range(), fmt.Sprintf("chain %s has %s and lets in all %s connections that no rule names; %s",
			d.Base.Name, what, protocolNames(protos), rest), options...)
	}
	return nil, nil
}

// byPolicy returns the policy that lets most first packets pass, with a packet, and
// the protocols for which it does.
func byPolicy(h *outside.Host, w *semantics.Way, iif, oif string) (by outside.Decider, packet semantics.Witness, protos []uint8) {
	for _, proto := range outside.Protocols {
		d, x, ok := h.Default(w, proto, iif, oif)
		if !ok || d.Rule != nil || d.Base.Implicit || d.Base.Priority <= earlyFilter {
			continue
		}
		if len(protos) == 0 {
			by, packet = d, x
		}
		protos = append(protos, proto)
	}
	return by, packet, protos
}

// earlyFilter is the priority of mangle's chains (NF_IP_PRI_MANGLE): what stands there
// or before is not where packets are filtered.
const earlyFilter = -150

// anyRule reports whether a chain that filters packets of the way has any rule.
func anyRule(h *outside.Host, w *semantics.Way) bool {
	for _, c := range w.BaseChains() {
		if c.Hook == w.Hook && c.Type == ast.ChainFilter && c.Priority > earlyFilter && len(c.Rules) > 0 {
			return true
		}
	}
	return false
}

// closedTo returns an interface that rules name on which most connections are not
// let in; empty if there is none.
func closedTo(h *outside.Host, w *semantics.Way, protos []uint8) string {
	other := h.Other(w)
	for _, n := range h.Interfaces(w) {
		if n == other {
			continue
		}
		open := false
		for _, p := range protos {
			open = open || h.Open(w, p, n, "")
		}
		if !open {
			return n
		}
	}
	return ""
}

// protocolNames returns the names of protocols.
func protocolNames(protos []uint8) string {
	var out []string
	for _, p := range protos {
		out = append(out, map[uint8]string{6: "TCP", 17: "UDP"}[p])
	}
	return strings.Join(out, " and ")
}
