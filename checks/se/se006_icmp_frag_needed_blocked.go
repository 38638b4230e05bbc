package se

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/checks/outside"
	"github.com/ctlint/ctlint/semantics"
)

// ICMPFragNeededBlocked finds rulesets that break path MTU discovery of IPv4.
var ICMPFragNeededBlocked = check.New(check.Check{
	Code: "SE006", Slug: "icmp-frag-needed-blocked", Severity: check.Error, Packets: true,
	Title: "fragmentation-needed is dropped, although its connection is let through",
	Text: `A router that cannot forward a packet because it is too large says so with an ICMP
message, destination unreachable, fragmentation needed (type 3, code 4; RFC 1191).
Where it is dropped, the sender goes on to send large packets that never arrive:
connections open, and stall as soon as they carry more than a few bytes (RFC 2923,
section 2.1). Conntrack calls the message RELATED to the connection that it speaks of, so
accepting RELATED, or ICMP of type 3, is enough.

It is computed over all packets: there is an address, and interfaces, to which packets
of established TCP connections are accepted, while the messages about these
are dropped for certain even though they are RELATED, wherever they come from that no rule
names.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT
-A INPUT -p icmp -j DROP
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established accept
		iifname "lan0" accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT
-A INPUT -p icmp -m icmp --icmp-type 3 -j ACCEPT
-A INPUT -p icmp -j DROP
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established,related accept
		iifname "lan0" accept
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{flows.Analyzer, outside.Analyzer},
		Run:      icmpFragNeededBlocked,
	},
})

func icmpFragNeededBlocked(pass *analysis.Pass) (any, error) {
	h := outside.Of(pass)
	for _, w := range h.Ways() {
		if w.Family != ast.FamilyIP || w.Hook == ast.HookOutput || !w.Drops().Some() {
			continue
		}
		// Routers on the path have addresses that no rule names.
		router := host(stranger(pass, w))
		message := w.Where(semantics.Fields{State: ast.StateRelated, Proto: 1, ICMPTypes: []uint8{3}, ICMPCode: 4, HasCode: true, Whole: true, Unmarked: true, Src: router, NoStatus: ast.StatusSNAT | ast.StatusDNAT}).
			Minus(w.Where(semantics.Fields{Iif: "lo"}))
		dropped := outside.Surely(w.Drops(), message)
		if !dropped.Some() {
			continue
		}
		segment := w.Where(semantics.Fields{State: ast.StateEstablished, Proto: 6, Whole: true, Unmarked: true, Src: router, TCPFlags: ast.TCPAck, TCPMask: 0xff, NoStatus: ast.StatusSNAT | ast.StatusDNAT})
		alive := w.Accepts().And(segment).Must().Project(semantics.FieldIif, semantics.FieldOif, semantics.FieldDaddr)
		p, ok := dropped.And(alive).Witness()
		if !ok {
			continue
		}
		if d, ok := outside.Dropper(p); ok {
			check.Report(pass, d.Range(), fmt.Sprintf("%s drops ICMP fragmentation-needed even where it is RELATED to an accepted connection, so path MTU discovery fails and connections stall; accept RELATED packets, or ICMP type 3, before",
				what(d)), check.Witness(p.String()))
		}
	}
	return nil, nil
}
