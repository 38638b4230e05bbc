package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

const losesBase = "they take a base port, lose it, and cannot read what they save"

func TestDNATTarget(t *testing.T) {
	in := func(cases ...exttest.Case) {
		t.Helper()
		for i := range cases {
			cases[i].Table = "nat"
			if cases[i].Chain == "" {
				cases[i].Chain = "PREROUTING"
			}
		}
		exttest.Run(t, cases)
	}
	const v4, v6 = ast.FamilyIP, ast.FamilyIP6
	in(
		exttest.Case{Family: v4, Rule: "-j DNAT --to-destination 192.0.2.1", AST: `(dnat addr=192.0.2.1)`},
		exttest.Case{Family: v4, Rule: "-j DNAT --persistent --random --to 192.0.2.1-192.0.2.9", Save: "-j DNAT --to-destination 192.0.2.1-192.0.2.9 --random --persistent",
			AST: `(dnat addr=192.0.2.1-192.0.2.9 flags=[random persistent])`},
		exttest.Case{Family: v4, Rule: "-p tcp -j DNAT --to-destination 192.0.2.1-192.0.2.9:0x50-100",
			Save: "-p tcp -j DNAT --to-destination 192.0.2.1-192.0.2.9:80-100", AST: `(match meta.l4proto == 6) (dnat addr=192.0.2.1-192.0.2.9 port=80-100)`},
		exttest.Case{Family: v4, Rule: "-p udp -j DNAT --to-destination :domain", Save: "-p udp -j DNAT --to-destination :53", AST: `(match meta.l4proto == 17) (dnat port=53)`},
		exttest.Case{Family: v4, Rule: "-p tcp -j DNAT --to-destination 192.0.2.1:1000-2000/ftp-data",
			Save: "-p tcp -j DNAT --to-destination 192.0.2.1:1000-2000/20", AST: `(match meta.l4proto == 6) (dnat addr=192.0.2.1 port=1000-2000 base=20)`},
		exttest.Case{Family: v4, Rule: "-p tcp -j DNAT --to-destination 192.0.2.1:10-10/80", Stock: "they save 10/80, which they cannot read"},
		exttest.Case{Family: v4, Rule: "-j DNAT --to-destination 192.0.2.9-192.0.2.1", AST: `(target DNAT to-destination="192.0.2.9-192.0.2.1")`},
		exttest.Case{Family: v4, Rule: "! -p tcp -j DNAT --to-destination 192.0.2.1:80"},
		exttest.Case{Family: v4, Rule: "-p icmp -j DNAT --to-destination 192.0.2.1:7"},
		exttest.Case{Family: v6, Rule: "-j DNAT --to-destination [2001:db8::1-2001:DB8::9]", Save: "-j DNAT --to-destination 2001:db8::1-2001:db8::9",
			AST: `(dnat addr=2001:db8::1-2001:db8::9)`},
		exttest.Case{Family: v6, Rule: "-p tcp -j DNAT --to-destination [2001:db8::1]:ssh", Save: "-p tcp -j DNAT --to-destination [2001:db8::1]:22",
			AST: `(match meta.l4proto == 6) (dnat addr=2001:db8::1 port=22)`},
		exttest.Case{Family: v6, Rule: "-p tcp -j DNAT --to-destination [2001:db8::1-2001:db8::9]:80-90/5000"},
		// Without brackets, what looks like a port is a part of the address.
		exttest.Case{Family: v6, Rule: "-p tcp -j DNAT --to-destination 2001:db8::1:80", AST: `(match meta.l4proto == 6) (dnat addr=2001:db8::1:80)`},
		exttest.Case{Family: v6, Rule: "-j DNAT --to-destination ::192.0.2.1"},

		exttest.Case{Family: v4, Rule: "-j DNAT", Err: "DNAT has no --to-destination"},
		exttest.Case{Family: v4, Rule: "-j DNAT --to-destination 192.0.2.1:80", Err: "no protocol that has ports; expected -p tcp, udp, sctp or dccp before it"},
		exttest.Case{Family: v4, Rule: "-j DNAT --to-destination 192.0.2.1:80 -p tcp", Err: "before it"},
		exttest.Case{Family: v6, Rule: "-p ipv6-icmp -j DNAT --to-destination [2001:db8::1]:80", Err: "no protocol that has ports"},
		exttest.Case{Family: v4, Rule: "-j DNAT --to-destination 192.0.2.1 --to-destination 192.0.2.2", Err: "given twice"},
		exttest.Case{Family: v4, Rule: "-p tcp -j DNAT --to-destination 192.0.2.1:1-65536", Err: `"65536" is no port here`},
		exttest.Case{Family: v4, Rule: "-p tcp -j DNAT --to-destination 192.0.2.1:1-2/0", Err: `"0" is no port here; expected a number from 1`},
		exttest.Case{Family: v4, Rule: "-p tcp -j DNAT --to-destination 192.0.2.1:080", Err: `"080" is no port here`},
		exttest.Case{Family: v4, Rule: "-p tcp -j DNAT --to-destination 192.0.2.1:sssh", Err: `did you mean "ssh"`},
		exttest.Case{Family: v4, Rule: "-p tcp -j DNAT --to-destination 192.0.2.1:ssh-80", Err: `"ssh-80" is no port`},
		exttest.Case{Family: v4, Rule: "-p tcp -j DNAT --to-destination 192.0.2.1:90-80", Err: "the port range 90-80 is reversed"},
		exttest.Case{Family: v4, Rule: "-p tcp -j DNAT --to-destination 192.0.2.1:10/80", Err: `unexpected "/"`},
		exttest.Case{Family: v4, Rule: "-p tcp -j DNAT --to-destination [192.0.2.1]:80", Err: "brackets"},
		exttest.Case{Family: v4, Rule: "-j DNAT --to-destination 192.0.2.0/24", Err: `unexpected "/"`},
		exttest.Case{Family: v4, Rule: "-j DNAT --to-destination localhost", Err: `unexpected "localhost"`},
		exttest.Case{Family: v4, Rule: "-j DNAT --to-destination 2001:db8::1", Err: "is no IPv4 address"},
		exttest.Case{Family: v6, Rule: "-j DNAT --to-destination 192.0.2.1", Err: "is no IPv6 address"},
		exttest.Case{Family: v4, Rule: "-j DNAT --to-destination 192.0.2.1 --random-fully", Err: "unknown option"},
		exttest.Case{Family: v4, Rule: "-j DNAT --to-destination 192.0.2.1", Chain: "POSTROUTING", Err: "cannot stand in chain POSTROUTING"},
	)
}

func TestSNATTarget(t *testing.T) {
	const v4, v6 = ast.FamilyIP, ast.FamilyIP6
	exttest.Run(t, []exttest.Case{
		{Table: "nat", Chain: "POSTROUTING", Family: v4, Rule: "-p tcp -j SNAT --persistent --random-fully --random --to-source 192.0.2.1:ssh",
			Save: "-p tcp -j SNAT --to-source 192.0.2.1:22 --random --random-fully --persistent",
			AST:  `(match meta.l4proto == 6) (snat addr=192.0.2.1 port=22 flags=[random fully-random persistent])`},
		{Table: "nat", Chain: "INPUT", Family: v6, Rule: "-p sctp -j SNAT --to-source [2001:db8::1]:1024-2047",
			AST: `(match meta.l4proto == 132) (snat addr=2001:db8::1 port=1024-2047)`},
		{Table: "nat", Chain: "POSTROUTING", Family: v4, Rule: "-p dccp -j SNAT --to-source :10-20", AST: `(match meta.l4proto == 33) (snat port=10-20)`},
		{Table: "nat", Chain: "POSTROUTING", Family: v4, Rule: "-p tcp -j SNAT --to-source 192.0.2.1:10-20/30", Err: "a base port", Stock: losesBase},
		{Table: "nat", Chain: "PREROUTING", Family: v4, Rule: "-j SNAT --to-source 192.0.2.1", Err: "cannot stand in chain PREROUTING"},
		{Table: "filter", Chain: "INPUT", Family: v4, Rule: "-j SNAT --to-source 192.0.2.1", Err: "cannot stand in table filter"},
	})
}

func TestMasqueradeTarget(t *testing.T) {
	const table, chain = "nat", "POSTROUTING"
	exttest.Run(t, []exttest.Case{
		{Table: table, Chain: chain, Rule: "-j MASQUERADE", AST: `(masquerade)`},
		{Table: table, Chain: chain, Rule: "-j MASQUERADE --random-fully --random", Save: "-j MASQUERADE --random --random-fully",
			AST: `(masquerade flags=[random fully-random])`},
		{Table: table, Chain: chain, Rule: "-p tcp -j MASQUERADE --to-ports 1024-2047", AST: `(match meta.l4proto == 6) (masquerade port=1024-2047)`},
		{Table: table, Chain: chain, Family: ast.FamilyIP, Rule: "-p udp -j MASQUERADE --to-ports 0"},
		{Table: table, Chain: chain, Family: ast.FamilyIP, Rule: "-j MASQUERADE --to-ports 10", Err: "no protocol that has ports"},
		{Table: table, Chain: chain, Family: ast.FamilyIP, Rule: "-p tcp -j MASQUERADE --to-ports :10", Err: `unexpected ":"`},
		{Table: table, Chain: chain, Family: ast.FamilyIP, Rule: "-p tcp -j MASQUERADE --to-ports 10:20", Err: `unexpected ":"`},
		{Table: table, Chain: chain, Family: ast.FamilyIP, Rule: "-p tcp -j MASQUERADE --to-ports 10-20/30", Err: "a base port", Stock: losesBase},
		{Table: table, Chain: chain, Family: ast.FamilyIP, Rule: "-j MASQUERADE --persistent", Err: "unknown option"},
		{Table: table, Chain: "OUTPUT", Family: ast.FamilyIP, Rule: "-j MASQUERADE", Err: "cannot stand in chain OUTPUT"},
	})
}

func TestRedirectTarget(t *testing.T) {
	const table, chain = "nat", "PREROUTING"
	exttest.Run(t, []exttest.Case{
		{Table: table, Chain: chain, Rule: "-j REDIRECT", AST: `(redirect)`},
		{Table: table, Chain: chain, Rule: "-p tcp -j REDIRECT --to-port http --random", Save: "-p tcp -j REDIRECT --to-ports 80 --random",
			AST: `(match meta.l4proto == 6) (redirect port=80 flags=[random])`},
		{Table: table, Chain: "OUTPUT", Family: ast.FamilyIP6, Rule: "-p udp -j REDIRECT --to-ports 80-90", AST: `(match meta.l4proto == 17) (redirect port=80-90)`},
		{Table: table, Chain: chain, Family: ast.FamilyIP, Rule: "-p tcp -j REDIRECT --to-ports 80-90/5", Err: "a base port"},
		{Table: table, Chain: chain, Family: ast.FamilyIP, Rule: "-p tcp -j REDIRECT --to-ports 80 --to-ports 81", Err: "given twice"},
		{Table: table, Chain: chain, Family: ast.FamilyIP, Rule: "-j REDIRECT --random-fully", Err: "unknown option"},
		{Table: table, Chain: "INPUT", Family: ast.FamilyIP, Rule: "-j REDIRECT", Err: "cannot stand in chain INPUT"},
	})
}

func TestNetmapTarget(t *testing.T) {
	const table, wide = "nat", "iptables 1.8.9 takes any mask for a whole address that is no prefix, and any length above 32 for 32"
	exttest.Run(t, []exttest.Case{
		{Table: table, Chain: "PREROUTING", Family: ast.FamilyIP, Rule: "-j NETMAP --to 192.0.2.9/255.255.255.0", Save: "-j NETMAP --to 192.0.2.0/24",
			AST: `(dnat addr=192.0.2.0/24 flags=[prefix])`},
		{Table: table, Chain: "POSTROUTING", Family: ast.FamilyIP6, Rule: "-j NETMAP --to 2001:db8::1/64", Save: "-j NETMAP --to 2001:db8::/64",
			AST: `(snat addr=2001:db8::/64 flags=[prefix])`},
		{Table: table, Chain: "INPUT", Family: ast.FamilyIP, Rule: "-j NETMAP --to 192.0.2.9", Save: "-j NETMAP --to 192.0.2.9/32", AST: `(snat addr=192.0.2.9)`},
		{Table: table, Chain: "PREROUTING", Family: ast.FamilyIP, Rule: "-j NETMAP --to 0.0.0.0/0", AST: `(target NETMAP to="0.0.0.0/0")`},
		// Which of the two it is, the hook decides.
		{Table: table, Chain: "own", Family: ast.FamilyIP, Rule: "-j NETMAP --to 192.0.2.0/24", AST: `(target NETMAP to="192.0.2.0/24")`, Stock: "no such chain"},
		{Table: table, Chain: "PREROUTING", Family: ast.FamilyIP, Rule: "-j NETMAP --to 192.0.2.0/255.0.255.0", Save: "-j NETMAP --to 192.0.2.0/255.0.255.0",
			AST: `(target NETMAP to="192.0.2.0/255.0.255.0")`, Stock: wide},
		{Table: table, Chain: "PREROUTING", Family: ast.FamilyIP, Rule: "-j NETMAP --to gate.example", Save: "-j NETMAP --to gate.example/32",
			AST: `(target NETMAP to="gate.example/32")`, Stock: "they look the name up"},
		{Table: table, Chain: "PREROUTING", Family: ast.FamilyIP, Rule: "-j NETMAP --to 192.0.2.0/33", Err: `"33" is no mask`, Stock: wide},
		{Table: table, Chain: "PREROUTING", Family: ast.FamilyIP, Rule: "-j NETMAP --to 192.0.2.0/24,198.51.100.0/24", Err: "is no mask"},
		{Table: table, Chain: "PREROUTING", Rule: "-j NETMAP", Err: "NETMAP has no --to"},
		{Table: "filter", Chain: "INPUT", Family: ast.FamilyIP, Rule: "-j NETMAP --to 192.0.2.0/24", Err: "cannot stand in table filter"},
	})
}
