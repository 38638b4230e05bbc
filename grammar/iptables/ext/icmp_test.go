package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestICMP(t *testing.T) {
	cases := []exttest.Case{
		{Rule: "-p icmp -m icmp --icmp-type 8"},
		{Rule: "-p 1 --icmp-type 8/0", Save: "-p icmp -m icmp --icmp-type 8/0"},
		{Rule: "-p icmp -m icmp ! --icmp-type 3/4"},
		{Rule: "-p icmp --icmp-type 0x3/010", Save: "-p icmp -m icmp --icmp-type 3/8"},
		{Rule: "-p icmp --icmp-type ECHO-REQ", Save: "-p icmp -m icmp --icmp-type 8"},
		{Rule: "-p icmp --icmp-type an", Save: "-p icmp -m icmp --icmp-type any"},
		{Rule: "-p icmp --icmp-type network-unr", Save: "-p icmp -m icmp --icmp-type 3/0"},
		{Rule: "-p icmp --icmp-type redirect", Save: "-p icmp -m icmp --icmp-type 5"},
		{Rule: "-p icmp -m icmp ! --icmp-type any"},
		{Rule: "-p icmp --icmp-type 255", Save: "-p icmp -m icmp --icmp-type any"},
		{Rule: "-p icmp --icmp-type 3/0:255", Save: "-p icmp -m icmp --icmp-type 3"},
		{Rule: "-p icmp --icmp-type 255/0:255", Save: "-p icmp -m icmp --icmp-type any"},
		{Rule: "-p icmp -m icmp --icmp-type 255/255", Stock: "iptables-save 1.8.9 takes it for any"},
		{Rule: "-p icmp -m icmp --icmp-type 3/1:3", Stock: "iptables-save leaves out the last code"},

		{Rule: "-p icmp --icmp-type echo", Err: "echo-reply or echo-request"},
		{Rule: "-p icmp --icmp-type p", Err: "ambiguous"},
		{Rule: `-p icmp --icmp-type ""`, Err: "not valid"},
		{Rule: "-p icmp --icmp-type echo-requst", Err: `did you mean "echo-request"?`},
		{Rule: "-p icmp --icmp-type 256", Err: `"256" is no type`},
		{Rule: "-p icmp --icmp-type 3:5", Err: "is no type"},
		{Rule: "-p icmp --icmp-type 3/256", Err: "is no code"},
		{Rule: "-p icmp --icmp-type 3/", Err: "is no code"},
		{Rule: "-p icmp --icmp-type 3/1-3", Err: "is no code"},
		{Rule: "-p icmp --icmp-type /3", Err: "is no type"},
		{Rule: "-p icmp --icmp-type echo-request/0", Err: "is no type"},
		{Rule: "-p icmp -m icmp", Err: "icmp has no --icmp-type"},
		{Rule: "-m icmp --icmp-type 8", Err: "needs a protocol"},
		{Rule: "-p icmp --icmp-type 8 --icmp-type 0", Err: "given twice"},
		{Rule: "-p icmpv6 --icmp-type 8", Err: "unknown option"},
	}
	for i := range cases {
		cases[i].Family = ast.FamilyIP
	}
	cases = append(cases, exttest.Case{Rule: "-p icmp -m icmp --icmp-type 8", Family: ast.FamilyIP6, Err: "is one of iptables alone"})
	exttest.Run(t, cases)
}

// TestICMPNames holds every name to the number that the stock tool makes of it.
func TestICMPNames(t *testing.T) {
	names(t, ast.FamilyIP, "-p icmp -m icmp --icmp-type",
		"any", "any", "echo-reply", "0", "pong", "0", "destination-unreachable", "3", "network-unreachable", "3/0", "host-unreachable", "3/1",
		"protocol-unreachable", "3/2", "port-unreachable", "3/3", "fragmentation-needed", "3/4", "source-route-failed", "3/5",
		"network-unknown", "3/6", "host-unknown", "3/7", "network-prohibited", "3/9", "host-prohibited", "3/10",
		"TOS-network-unreachable", "3/11", "TOS-host-unreachable", "3/12", "communication-prohibited", "3/13",
		"host-precedence-violation", "3/14", "precedence-cutoff", "3/15", "source-quench", "4", "redirect", "5",
		"network-redirect", "5/0", "host-redirect", "5/1", "TOS-network-redirect", "5/2", "TOS-host-redirect", "5/3",
		"echo-request", "8", "ping", "8", "router-advertisement", "9", "router-solicitation", "10", "time-exceeded", "11", "ttl-exceeded", "11",
		"ttl-zero-during-transit", "11/0", "ttl-zero-during-reassembly", "11/1", "parameter-problem", "12", "ip-header-bad", "12/0",
		"required-option-missing", "12/1", "timestamp-request", "13", "timestamp-reply", "14", "address-mask-request", "17", "address-mask-reply", "18")
	names(t, ast.FamilyIP6, "-p ipv6-icmp -m icmp6 --icmpv6-type",
		"destination-unreachable", "1", "no-route", "1/0", "communication-prohibited", "1/1", "beyond-scope", "1/2", "address-unreachable", "1/3",
		"port-unreachable", "1/4", "failed-policy", "1/5", "reject-route", "1/6", "packet-too-big", "2", "time-exceeded", "3", "ttl-exceeded", "3",
		"ttl-zero-during-transit", "3/0", "ttl-zero-during-reassembly", "3/1", "parameter-problem", "4", "bad-header", "4/0",
		"unknown-header-type", "4/1", "unknown-option", "4/2", "echo-request", "128", "ping", "128", "echo-reply", "129", "pong", "129",
		"router-solicitation", "133", "router-advertisement", "134", "neighbour-solicitation", "135", "neighbor-solicitation", "135",
		"neighbour-advertisement", "136", "neighbor-advertisement", "136", "redirect", "137")
}

const noMLD = "iptables 1.8.9 does not know the names of MLD yet"

func TestICMP6(t *testing.T) {
	cases := []exttest.Case{
		{Rule: "-p ipv6-icmp -m icmp6 --icmpv6-type 1/0"},
		{Rule: "-p icmpv6 -m icmpv6 --icmpv6-type ping", Save: "-p ipv6-icmp -m icmp6 --icmpv6-type 128"},
		{Rule: "-p 58 -m ipv6-icmp --icmpv6-type 2", Save: "-p ipv6-icmp -m icmp6 --icmpv6-type 2"},
		{Rule: "-p IPV6-ICMP --icmpv6-type neighbor-s", Save: "-p ipv6-icmp -m icmp6 --icmpv6-type 135"},
		{Rule: "-p ipv6-icmp -m icmp6 ! --icmpv6-type 3/1"},
		{Rule: "-p ipv6-icmp -m icmp6 --icmpv6-type 255"},
		{Rule: "-p ipv6-icmp -m icmp6 --icmpv6-type 255/0"},
		{Rule: "-p ipv6-icmp --icmpv6-type mld-listener-query", Save: "-p ipv6-icmp -m icmp6 --icmpv6-type 130", Stock: noMLD},
		{Rule: "-p ipv6-icmp --icmpv6-type mld-listener-report", Save: "-p ipv6-icmp -m icmp6 --icmpv6-type 131", Stock: noMLD},
		{Rule: "-p ipv6-icmp --icmpv6-type mld-listener-done", Save: "-p ipv6-icmp -m icmp6 --icmpv6-type 132", Stock: noMLD},
		{Rule: "-p ipv6-icmp --icmpv6-type mld-listener-reduction", Save: "-p ipv6-icmp -m icmp6 --icmpv6-type 132", Stock: noMLD},

		{Rule: "-p ipv6-icmp --icmpv6-type any", Err: "is no type"},
		{Rule: "-p ipv6-icmp --icmpv6-type neighbo", Err: "ambiguous"},
		{Rule: "-p ipv6-icmp -m icmp6", Err: "has no --icmpv6-type"},
		{Rule: "-m icmpv6", Err: "needs a protocol"},
		{Rule: "-m icmp6 --icmpv6-type 1", Err: "needs a protocol"},
		{Rule: "-p ipv6-icmp -m icmpv6 --icmpv6-type 1 --icmpv6-type 2", Err: "given twice"},
		{Rule: "-p ipv6-icmp --icmp-type 8", Err: "unknown option"},
		{Rule: "-p icmp6 --icmpv6-type 1", Err: "unknown protocol"},
	}
	for i := range cases {
		cases[i].Family = ast.FamilyIP6
	}
	cases = append(cases, exttest.Case{Rule: "-p icmpv6 -m icmp6 --icmpv6-type 1", Family: ast.FamilyIP, Err: "is one of ip6tables alone"})
	exttest.Run(t, cases)
}
