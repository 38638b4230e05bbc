package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestAddrtype(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m addrtype --src-type LOCAL", AST: "(match (fib [saddr] result=type) == 2)", Family: ast.FamilyIP},
		{Rule: "-m addrtype ! --dst-type any,LOC --limit-iface-in", Save: "-m addrtype ! --dst-type LOCAL,ANYCAST --limit-iface-in", AST: "(match (fib [daddr iif] result=type) != {2 4})", Family: ast.FamilyIP},
		{Rule: "-m addrtype --dst-type UN --src-type uni", Save: "-m addrtype --src-type UNICAST --dst-type UNSPEC", AST: "(match (fib [daddr] result=type) == 0) (match (fib [saddr] result=type) == 1)", Family: ast.FamilyIP},
		{Rule: "-m addrtype --src-type BLACKHOLE,UNREACHABLE,PROHIBIT,THROW,NAT,XRESOLVE", AST: "(match (fib [saddr] result=type) == {6 7 8 9 10 11})", Family: ast.FamilyIP},

		// For IPv6 the kernel asks other questions.
		{Rule: "-m addrtype --dst-type MULTICAST", AST: "(match ip6.daddr == ff00::/8)", Family: ast.FamilyIP6},
		{Rule: "-m addrtype ! --src-type UNICAST", AST: "(match ip6.saddr == {:: ::ffff:0.0.0.0/96 ff00::/8})", Family: ast.FamilyIP6},
		{Rule: "-m addrtype --dst-type UNSPEC,MULTICAST", AST: "(match ip6.daddr == ff00::/8) (match ip6.daddr == ::)", Family: ast.FamilyIP6},
		{Rule: "-m addrtype ! --dst-type LOCAL,MULTICAST", AST: "(none-of [(match ip6.daddr == ff00::/8) (match (fib [daddr] result=type) == 2)])", Family: ast.FamilyIP6},
		{Rule: "-m addrtype --dst-type LOCAL,ANYCAST --limit-iface-out", AST: "(match (fib [daddr oif] result=type) == {2 4})", Chain: "FORWARD", Family: ast.FamilyIP6},
		{Rule: "-m addrtype --dst-type UNREACHABLE", AST: "(match (fib [daddr] result=type) == {6 7 8 9})", Family: ast.FamilyIP6},
		{Rule: "-m addrtype --dst-type BROADCAST,LOCAL", Err: "ip6tables has no address type BROADCAST", Family: ast.FamilyIP6},
		{Rule: "-m addrtype --dst-type PROHIBIT", Err: "ip6tables has no address type PROHIBIT", Family: ast.FamilyIP6},

		{Rule: "-m addrtype --src-type REMOTE", Err: "none of the address types", Family: ast.FamilyIP},
		{Rule: "-m addrtype --src-type LOCAL,", Err: "none of the address types", Family: ast.FamilyIP},
		{Rule: "-m addrtype --limit-iface-in", Err: "one of --src-type, --dst-type", Family: ast.FamilyIP},
		{Rule: "-m addrtype --src-type LOCAL --limit-iface-in --limit-iface-out", Err: "cannot stand with", Family: ast.FamilyIP},
		{Rule: "-m addrtype --src-type LOCAL --limit-iface-out", Err: "--limit-iface-out cannot stand in chain INPUT", Family: ast.FamilyIP},
		{Rule: "-m addrtype --src-type LOCAL --limit-iface-in", Err: "--limit-iface-in cannot stand in chain OUTPUT", Chain: "OUTPUT", Family: ast.FamilyIP},
	})
}
