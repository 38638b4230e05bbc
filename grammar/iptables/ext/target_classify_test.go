package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestClassifyTarget(t *testing.T) {
	const chain, v4 = "FORWARD", ast.FamilyIP
	exttest.Run(t, []exttest.Case{
		{Chain: chain, Rule: "-j CLASSIFY --set-class 0x1:A", Save: "-j CLASSIFY --set-class 0001:000a", AST: `(set meta.priority 65546)`},
		{Chain: chain, Family: v4, Rule: "-j CLASSIFY --set-class ffff:ffff"},
		{Chain: chain, Family: v4, Rule: "-j CLASSIFY", Err: "CLASSIFY has no --set-class"},
		{Chain: chain, Family: v4, Rule: "-j CLASSIFY --set-class 1", Err: "expected major:minor"},
		{Chain: chain, Family: v4, Rule: "-j CLASSIFY --set-class g:1", Err: "expected major:minor"},
		{Chain: chain, Family: v4, Rule: "-j CLASSIFY --set-class 0:10000", Err: "expected major:minor", Stock: "they use the lowest bits of what is too large"},
		{Chain: "INPUT", Family: v4, Rule: "-j CLASSIFY --set-class 1:1", Err: "cannot stand in chain INPUT; expected chain FORWARD or OUTPUT or POSTROUTING"},
	})
}

func TestChecksumTarget(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Table: "mangle", Chain: "POSTROUTING", Rule: "-j CHECKSUM --checksum-fill", AST: `(target CHECKSUM checksum-fill)`},
		{Table: "mangle", Chain: "POSTROUTING", Rule: "-j CHECKSUM", Err: "CHECKSUM has no --checksum-fill", Family: ast.FamilyIP},
		{Rule: "-j CHECKSUM --checksum-fill", Err: "cannot stand in table filter", Family: ast.FamilyIP},
	})
}

func TestSecmarkTarget(t *testing.T) {
	const table, v4 = "security", ast.FamilyIP
	exttest.Run(t, []exttest.Case{
		{Table: table, Rule: "-j SECMARK --selctx system_u:object_r:ssh_t:s0", AST: `(target SECMARK selctx="system_u:object_r:ssh_t:s0")`, Stock: "the kernel runs no SELinux"},
		{Table: table, Family: v4, Rule: "-j SECMARK", Err: "SECMARK has no --selctx"},
		{Family: v4, Rule: "-j SECMARK --selctx a", Err: "cannot stand in table filter; expected table mangle or security"},
		{Table: table, Rule: "-j CONNSECMARK --save", AST: `(target CONNSECMARK save)`},
		{Table: "mangle", Family: v4, Rule: "-j CONNSECMARK --restore", AST: `(target CONNSECMARK restore)`},
		{Table: table, Family: v4, Rule: "-j CONNSECMARK", Err: "one of --save, --restore"},
		{Table: table, Family: v4, Rule: "-j CONNSECMARK --save --restore", Err: "cannot stand with"},
		{Family: v4, Rule: "-j CONNSECMARK --save", Err: "cannot stand in table filter"},
	})
}

func TestClusteripTarget(t *testing.T) {
	const v4, gone, on = ast.FamilyIP, "the kernel has no CLUSTERIP any more", "-d 192.0.2.1/32 -i eth0 -j CLUSTERIP "
	exttest.Run(t, []exttest.Case{
		{Family: v4, Rule: on + "--new --hashmode sourceip --clustermac 1:0:5e:0:0:1 --total-nodes 2 --local-node 1",
			Save: on + "--new --hashmode sourceip --clustermac 01:00:5E:00:00:01 --total-nodes 2 --local-node 1 --hash-init 0", Stock: gone},
		{Family: v4, Rule: on + "--new --hashmode sourceip-sourceport-destport --clustermac 01:00:5E:00:00:01 --total-nodes 16 --local-node 16 --hash-init 4294967295",
			AST:   `(match ip.daddr == 192.0.2.1) (match meta.iifname == "eth0") (target CLUSTERIP new hashmode="sourceip-sourceport-destport" clustermac="01:00:5E:00:00:01" total-nodes="16" local-node="16" hash-init="4294967295")`,
			Stock: gone},
		{Family: v4, Rule: on[:len(on)-1], Stock: gone},
		{Family: v4, Rule: on + "--new --hashmode sourceip", Err: "--new needs --clustermac"},
		{Family: v4, Rule: on + "--hashmode sourceip", Err: "--hashmode needs --new"},
		{Family: v4, Rule: on + "--new --hashmode source", Err: "is no hash mode"},
		{Family: v4, Rule: on + "--new --clustermac 00:00:5e:00:00:01", Err: "expected a link-layer multicast address"},
		{Family: v4, Rule: on + "--new --total-nodes 17", Err: "expected a number from 1 to 16"},
		{Family: v4, Rule: on + "--new --hashmode sourceip --clustermac 01:00:5e:00:00:01 --total-nodes 2 --local-node 3", Err: "local node 3 of 2"},
	})
}

func TestNPTTarget(t *testing.T) {
	const table, v6 = "mangle", ast.FamilyIP6
	exttest.Run(t, []exttest.Case{
		{Table: table, Chain: "POSTROUTING", Family: v6, Rule: "-j SNPT --dst-pfx 2001:db8::/64 --src-pfx fd00::/ffff:ffff::", Save: "-j SNPT --src-pfx fd00::/32 --dst-pfx 2001:db8::/64",
			AST: `(target SNPT src-pfx="fd00::/32" dst-pfx="2001:db8::/64")`},
		{Table: table, Chain: "PREROUTING", Family: v6, Rule: "-j DNPT --src-pfx 2001:db8::/48 --dst-pfx fd00::/48", AST: `(target DNPT src-pfx="2001:db8::/48" dst-pfx="fd00::/48")`},
		{Table: table, Chain: "POSTROUTING", Family: v6, Rule: "-j SNPT --src-pfx fd00::/64", Err: "SNPT has no --dst-pfx"},
		{Table: table, Chain: "POSTROUTING", Family: v6, Rule: "-j SNPT --src-pfx fd00::1/64 --dst-pfx 2001:db8::/64", Err: "has bits outside of the prefix; expected fd00::/64"},
		{Table: table, Chain: "POSTROUTING", Family: v6, Rule: "-j SNPT --src-pfx fd00::/65 --dst-pfx 2001:db8::/64", Err: "cannot be translated"},
		{Table: table, Chain: "POSTROUTING", Family: v6, Rule: "-j SNPT --src-pfx fd00:: --dst-pfx 2001:db8::/64", Err: "cannot be translated"},
		{Table: table, Chain: "FORWARD", Family: v6, Rule: "-j SNPT --src-pfx fd00::/64 --dst-pfx 2001:db8::/64", Err: "cannot stand in chain FORWARD"},
		{Table: table, Chain: "INPUT", Family: v6, Rule: "-j DNPT --src-pfx fd00::/64 --dst-pfx 2001:db8::/64", Err: "cannot stand in chain INPUT"},
		{Table: table, Chain: "POSTROUTING", Family: ast.FamilyIP, Rule: "-j SNPT --src-pfx fd00::/64 --dst-pfx 2001:db8::/64", Err: `unknown target "SNPT"`},
	})
}
