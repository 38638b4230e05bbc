package ext

import "github.com/ctlint/ctlint/ast"

// icmp6Names are the names that ip6tables -p ipv6-icmp -h lists, aliases behind
// the name that they stand for (RFC 4443, RFC 4861, RFC 2710). Those of MLD came
// with iptables 1.8.10.
var icmp6Names = []icmpName{
	{"destination-unreachable", 1, -1}, {"no-route", 1, 0}, {"communication-prohibited", 1, 1}, {"beyond-scope", 1, 2},
	{"address-unreachable", 1, 3}, {"port-unreachable", 1, 4}, {"failed-policy", 1, 5}, {"reject-route", 1, 6},
	{"packet-too-big", 2, -1},
	{"time-exceeded", 3, -1}, {"ttl-exceeded", 3, -1}, {"ttl-zero-during-transit", 3, 0}, {"ttl-zero-during-reassembly", 3, 1},
	{"parameter-problem", 4, -1}, {"bad-header", 4, 0}, {"unknown-header-type", 4, 1}, {"unknown-option", 4, 2},
	{"echo-request", 128, -1}, {"ping", 128, -1}, {"echo-reply", 129, -1}, {"pong", 129, -1},
	{"mld-listener-query", 130, -1}, {"mld-listener-report", 131, -1}, {"mld-listener-done", 132, -1}, {"mld-listener-reduction", 132, -1},
	{"router-solicitation", 133, -1}, {"router-advertisement", 134, -1},
	{"neighbour-solicitation", 135, -1}, {"neighbor-solicitation", 135, -1},
	{"neighbour-advertisement", 136, -1}, {"neighbor-advertisement", 136, -1},
	{"redirect", 137, -1},
}

// The icmp6 match (iptables-extensions(8), icmp6). libxtables takes three names
// for it (xtables_find_match).
var (
	_ = icmp6("icmp6")
	_ = icmp6("icmpv6")
	_ = icmp6("ipv6-icmp")
)

func icmp6(name string) *Ext {
	e := Ext{
		Name:   name,
		Family: V6,
		Protos: []uint8{ProtoICMPv6},
		Loads:  true,
		SaveAs: "icmp6",
		Options: []Option{
			{Name: "icmpv6-type", Arg: icmpType(icmp6Names, -1), Not: true, Required: true, Lower: lowerICMP(ast.ICMPv6Type, ast.ICMPv6Code, -1)},
		},
	}
	if name == "icmp6" {
		e.Listed = listedICMP("ipv6-icmp", "-m icmp6", "--icmpv6-type", icmp6Names)
	}
	return match(e)
}
