package se

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/config"
	"github.com/ctlint/ctlint/checks/outside"
	"github.com/ctlint/ctlint/semantics"
)

// ManagementLockout finds servers that nobody can log in to.
var ManagementLockout = check.New(check.Check{
	Code: "SE004", Slug: "management-lockout", Severity: check.Error, Packets: true,
	Title: "no way in to manage the host",
	Text: `The host serves others, denies the rest, and accepts no new connection to a management
port from anywhere, by any interface but lo, in IPv4 or in IPv6. When the ruleset is loaded,
the session that loads it may live on as ESTABLISHED; the next one cannot be opened, and
the way back leads through a console. The management port is 22 (sshd(8)); the
configuration names others (management-ports).

It is computed over all packets: that none may be accepted, whatever is in sets that rules
fill, and whatever else is unknown. A host that takes no connection at all is a client, and
is left alone; so is one that takes TCP connections to a port which is no well-known
service's, as that may be where its sshd listens.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m multiport --dports 80,443 -m conntrack --ctstate NEW -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
		ct state established,related accept
		udp dport 53 accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -s 192.0.2.0/28 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -p tcp -m multiport --dports 80,443 -m conntrack --ctstate NEW -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
		ct state established,related accept
		iifname "wg0" accept
		udp dport 53 accept
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{config.Analyzer, outside.Analyzer},
		Run:      managementLockout,
	},
})

// services are ports of TCP that well-known services other than remote shells listen
// on (IANA).
var services = []uint16{
	20, 21, 25, 37, 43, 53, 70, 79, 80, 88, 110, 111, 113, 119, 123, 135, 139, 143, 179, 389, 443, 445, 464, 465, 515, 548, 554, 563, 587, 631, 636, 853, 873, 989, 990, 993, 995,
	1433, 1521, 1935, 2049, 3128, 3306, 3478, 5060, 5061, 5222, 5223, 5269, 5349, 5432, 5672, 6379, 6443, 6667, 6697, 8000, 8008, 8080, 8443, 8888, 9100, 9200, 11211, 27017,
}

func managementLockout(pass *analysis.Pass) (any, error) {
	h := outside.Of(pass)
	ports := config.For(pass).ManagementPorts
	if len(ports) == 0 || len(h.CutShort()) > 0 || !slices.Contains(h.Families(), ast.FamilyIP) {
		return nil, nil // IPv4 is not filtered, or not known
	}
	var at *semantics.Way
	serves := false
	for _, w := range h.Ways() {
		if w.Hook != ast.HookInput {
			continue
		}
		if at == nil {
			at = w
		}
		away := w.Universe().Minus(w.Where(semantics.Fields{Iif: "lo"})).Minus(w.Where(semantics.Fields{State: ast.StateEstablished | ast.StateRelated | ast.StateInvalid}))
		tcp := semantics.Fields{Proto: 6, Whole: true, TCPFlags: ast.TCPSyn, TCPMask: ast.TCPSyn | ast.TCPAck | ast.TCPRst | ast.TCPFin}
		syn := w.Where(tcp).And(away)
		accepted := w.Accepts().And(syn).May()
		for _, p := range ports {
			tcp.Dport = semantics.Port(p)
			if !accepted.Known() || !accepted.Disjoint(w.Where(tcp)) {
				return nil, nil
			}
		}
		unusual := accepted
		for _, p := range services {
			tcp.Dport = semantics.Port(p)
			unusual = unusual.Minus(w.Where(tcp))
		}
		if !unusual.Empty() {
			return nil, nil
		}
		udp := w.Accepts().And(outside.First(w, 17, "", "").And(away)).May()
		serves = serves || accepted.Some() || servesUDP(w, udp)
	}
	if at == nil || !serves {
		return nil, nil
	}
	syn := outside.First(at, 6, h.Other(at), "").And(at.Where(semantics.Fields{Proto: 6, Dport: semantics.Port(ports[0])}))
	p, ok := at.Drops().And(syn).Must().Witness()
	if !ok {
		return nil, nil
	}
	d, ok := outside.Dropper(p)
	if !ok || d.Base.Implicit {
		return nil, nil
	}
	var names []string
	for _, p := range ports {
		names = append(names, fmt.Sprint(p))
	}
	check.Report(pass, d.Range(), fmt.Sprintf("no new connection to the management port (tcp %s) is accepted from anywhere, so whoever loads this is locked out; accept it from where the host is managed",
		strings.Join(names, ", ")), check.Witness(p.String()))
	return nil, nil
}

// clientPorts are ports of UDP that clients listen on for what is not an answer to
// one address: DHCP, DHCPv6, SSDP, mDNS, LLMNR, NetBIOS, NTP.
var clientPorts = []uint16{67, 68, 123, 137, 138, 546, 547, 1900, 5353, 5355}

// servesUDP reports whether connections to a service of UDP are among packets.
func servesUDP(w *semantics.Way, udp semantics.Set) bool {
	for _, p := range clientPorts {
		udp = udp.Minus(w.Where(semantics.Fields{Proto: 17, Dport: semantics.Port(p)}))
	}
	return udp.And(w.Where(semantics.Fields{Proto: 17, Dport: semantics.Ports{Lo: 1, Hi: 1023}})).Some()
}
