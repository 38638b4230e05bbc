package ct

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// MissingRelated finds chains that accept established packets and drop the ICMP errors
// about them.
var MissingRelated = check.New(check.Check{
	Code: "CT005", Slug: "missing-related", Severity: check.Warning, Packets: true,
	Title: "ICMP errors about established connections are dropped",
	Text: `The ruleset accepts ESTABLISHED packets, but not the ICMP errors about them, which
conntrack calls RELATED: that a host or port cannot be reached, that a packet ran out of
hops. Connections then hang until they time out, where they could fail at once, and
traceroute shows nothing (RFC 1122, 3.2.2; RFC 4443, 3). Accept RELATED for ICMP: it lets in
nothing but errors that quote a packet of a known connection (iptables-extensions(8),
conntrack).
Where the errors that path MTU discovery needs are dropped as well, that is worse, and
icmp-frag-needed-blocked and icmpv6-ptb-blocked say it instead.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A INPUT -p icmp -m icmp --icmp-type fragmentation-needed -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT
COMMIT
`}, {File: "fw.nft", Text: `table ip6 filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established accept
		icmpv6 type { packet-too-big, nd-neighbor-solicit, nd-neighbor-advert } accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A INPUT -p icmp -m conntrack --ctstate RELATED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT
COMMIT
`}, {File: "fw.nft", Text: `table ip6 filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established accept
		icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, nd-neighbor-solicit, nd-neighbor-advert } accept
	}
}
`}},
	Fix:     check.Unsafe,
	FixText: "Puts a rule that accepts RELATED for ICMP below the one that accepts established packets.",
	Since:   "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, reach.Analyzer},
		Run:      missingRelated,
	},
})

// icmpErrors are the types of errors that tell of failures, and the message that path
// MTU discovery needs.
var icmpErrors = map[ast.Family]struct{ failures, tooBig semantics.Fields }{
	ast.FamilyIP: {
		failures: semantics.Fields{Proto: protoICMP, ICMPTypes: []uint8{3, 11}},
		tooBig:   semantics.Fields{Proto: protoICMP, ICMPTypes: []uint8{3}, ICMPCode: 4, HasCode: true},
	},
	ast.FamilyIP6: {
		failures: semantics.Fields{Proto: protoICMPv6, ICMPTypes: []uint8{1, 3}},
		tooBig:   semantics.Fields{Proto: protoICMPv6, ICMPTypes: []uint8{2}},
	},
}

func missingRelated(pass *analysis.Pass) (any, error) {
	for _, w := range waysOf(reach.Of(pass), graph.Of(pass), ast.HookInput, ast.HookForward) {
		if !w.stateful() {
			continue
		}
		r := w.established()[0]
		related := w.where(semantics.Fields{State: ast.StateRelated})
		tooBig := related.And(w.Where(icmpErrors[w.Way.Family].tooBig))
		failures := related.And(w.Where(icmpErrors[w.Way.Family].failures)).Minus(tooBig)
		may := w.Accepts().May()
		if failures.Meets(may) || !failures.Disjoint(may) || !tooBig.Meets(may) {
			continue
		}
		p, ok := witness(failures.And(w.Drops().Must()))
		if !ok {
			continue
		}
		options := []check.Option{check.Witness(p)}
		if e, ok := acceptErrors(ruleset.Of(pass), w, r); ok {
			options = append(options, check.UnsafeFix("accept RELATED for ICMP", e))
		}
		check.Report(pass, r, fmt.Sprintf("established packets are accepted at %s and ICMP errors about them are dropped, so connections hang that could fail at once; accept RELATED for ICMP, too", w.Hook), options...)
	}
	return nil, nil
}

// acceptErrors returns the edit that puts a rule for the errors below the one that
// accepts established packets.
func acceptErrors(h *ruleset.Host, w *hostWay, r *ast.Rule) (analysis.TextEdit, bool) {
	c := w.chain(r)
	if !linesAreRules(c.Table) || r.Parts > 1 || !r.Valid() {
		return analysis.TextEdit{}, false
	}
	line := "meta l4proto { icmp, ipv6-icmp } ct state related accept"
	switch {
	case c.Table.Xtables && w.Way.Family == ast.FamilyIP:
		line = "-A " + c.Name + " -p icmp -m conntrack --ctstate RELATED -j ACCEPT"
	case c.Table.Xtables:
		line = "-A " + c.Name + " -p ipv6-icmp -m conntrack --ctstate RELATED -j ACCEPT"
	case c.Table.Family == ast.FamilyIP:
		line = "meta l4proto icmp ct state related accept"
	case c.Table.Family == ast.FamilyIP6:
		line = "meta l4proto ipv6-icmp ct state related accept"
	}
	return edit.LineAfter(h, r, line)
}
