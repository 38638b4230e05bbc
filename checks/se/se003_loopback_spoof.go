package se

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/outside"
	"github.com/ctlint/ctlint/semantics"
)

// LoopbackSpoof finds rules that trust the address of the host itself, whatever
// interface it comes from.
var LoopbackSpoof = check.New(check.Check{
	Code: "SE003", Slug: "loopback-spoof", Severity: check.Info, Packets: true,
	Title: "the loopback address is trusted on every interface",
	Text: `Packets from 127.0.0.0/8, or ::1, are let in because of that address, although they come by
another interface than lo, where no other source gets as far. Nobody but the
host itself may have such an address (RFC 1122, section 3.2.1.3; RFC 4291, section
2.5.3), so whoever sends one is lying. The kernel drops them as martians, unless route_localnet is
set, as some container engines do (ip-sysctl; CVE-2020-8558): then a rule like this lets neighbours into
services that are for the host alone. Trust the interface, not the address.

It is computed over all packets that begin a connection: those from such an address by
another interface than lo that are accepted for certain, while from no other address
they would be.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -s 127.0.0.0/8 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ip6 saddr ::1 accept
		tcp dport 22 accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -s 127.0.0.0/8 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
		tcp dport 22 accept
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{outside.Analyzer},
		Run:      loopbackSpoof,
	},
})

func loopbackSpoof(pass *analysis.Pass) (any, error) {
	h := outside.Of(pass)
	seen := map[*ast.Rule]bool{}
	for _, w := range h.Ways() {
		if w.Hook != ast.HookInput {
			continue
		}
		lo := w.Where(semantics.Fields{Iif: "lo"})
		from := w.Where(semantics.Fields{Src: loopbackNets[w.Family]})
		for _, proto := range outside.Protocols {
			first := outside.First(w, proto, "", "").Minus(lo)
			accepted := w.Accepts().And(first)
			others := accepted.Minus(from).May().Without(semantics.FieldSaddr)
			trusted := accepted.And(from).Must().Minus(others)
			p, ok := trusted.Witness()
			if !ok {
				continue
			}
			d, ok := outside.Accepter(w, p)
			if !ok || d.Rule == nil || seen[d.Rule] {
				continue
			}
			seen[d.Rule] = true
			check.Report(pass, d.Rule, fmt.Sprintf("packets from %s are let in here by interfaces other than lo, where they are forged; ask for the interface lo instead", loopbackNets[w.Family]),
				check.Witness(p.String()))
		}
	}
	return nil, nil
}
