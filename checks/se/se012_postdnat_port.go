package se

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/outside"
)

// PostDNATPort finds rules of FORWARD that ask for what the packet had before DNAT.
var PostDNATPort = check.New(check.Check{
	Code: "SE012", Slug: "postdnat-port", Severity: check.Warning, Packets: true,
	Title: "FORWARD asks for the published port, but sees the translated one",
	Text: `DNAT changes the destination's address and port in PREROUTING, before the packet comes to FORWARD
(iptables(8), nat table; NF_IP_PRI_NAT_DST). A rule of FORWARD that asks for the published
port, or address, never sees it: what it is for is dropped, and the service cannot be
reached. Ask for the port of the inner host, or for the published one by --ctorigdstport (ct original proto-dst in
nft).

It is computed over all packets that begin a connection: all that a DNAT rule translates are dropped, and some of them
met the conditions of an accepting rule of FORWARD before they were translated, and do not now.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -i eth0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.0.2.10:80
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i eth0 -d 192.0.2.10/32 -p tcp -m tcp --dport 8080 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table ip gate {
	chain prerouting {
		type nat hook prerouting priority dstnat; policy accept;
		iifname "wan0" tcp dport 8443 dnat to 192.0.2.20:443
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established,related accept
		tcp dport 8443 accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -i eth0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.0.2.10:80
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i eth0 -d 192.0.2.10/32 -p tcp -m tcp --dport 80 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table ip gate {
	chain prerouting {
		type nat hook prerouting priority dstnat; policy accept;
		iifname "wan0" tcp dport 8443 dnat to 192.0.2.20:443
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established,related accept
		ct original proto-dst 8443 accept
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{outside.Analyzer},
		Run:      postDNATPort,
	},
})

func postDNATPort(pass *analysis.Pass) (any, error) {
	h := outside.Of(pass)
	seen := map[*ast.Rule]bool{}
	for _, x := range publicationsOf(h) {
		if !x.way.Drops().Must().Covers(x.packets) {
			continue
		}
		for q := range x.way.Rules() {
			if accept, ok := verdictOf(q); !ok || !accept || seen[q] || q.Bad || h.Graph.Chain(h.Place(q).Chain).Hooks.Has(ast.HookPrerouting) {
				continue
			}
			t := h.Place(q).Table
			now := x.way.Holds(t, q.Stmts...)
			for _, v := range []struct {
				port, address bool
				what          string
			}{{true, false, "port"}, {false, true, "address"}, {true, true, "address and port"}} {
				before, ok := asSent(q, x.way.Family, v.port, v.address)
				if !ok {
					continue
				}
				p, ok := x.packets.And(x.way.Holds(t, before...)).Minus(now.May()).Must().Witness()
				if !ok {
					continue
				}
				seen[q] = true
				check.Report(pass, q, fmt.Sprintf("this rule asks for the published %s, but DNAT has made %s:%d of %s:%d before packets come here, so they are dropped; ask for the translated one, or by --ctorigdstport and --ctorigdst",
					v.what, p.Daddr, p.Dport, p.Orig.Daddr, p.Orig.Dport), check.Witness(p.String()), check.Related(x.rule, "it is translated here"))
				break
			}
		}
	}
	return nil, nil
}
