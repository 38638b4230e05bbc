package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestMarkTarget(t *testing.T) {
	const v4 = ast.FamilyIP
	exttest.Run(t, []exttest.Case{
		{Rule: "-j MARK --set-mark 0x10/0xf", Save: "-j MARK --set-xmark 0x10/0x1f", AST: `(set meta.mark (^ (& meta.mark 0xffffffe0) 0x10))`},
		{Family: v4, Rule: "-j MARK --set-xmark 0x10/0xf", AST: `(set meta.mark (^ (& meta.mark 0xfffffff0) 0x10))`},
		{Family: v4, Rule: "-j MARK --set-mark 010", Save: "-j MARK --set-xmark 0x8/0xffffffff", AST: `(set meta.mark 0x8)`},
		{Family: v4, Rule: "-j MARK --and-mark 0x10", Save: "-j MARK --set-xmark 0x0/0xffffffef", AST: `(set meta.mark (& meta.mark 0x10))`},
		{Family: v4, Rule: "-j MARK --or-mark 0x10", Save: "-j MARK --set-xmark 0x10/0x10", AST: `(set meta.mark (| meta.mark 0x10))`},
		{Family: v4, Rule: "-j MARK --xor-mark 0x10", Save: "-j MARK --set-xmark 0x10/0x0", AST: `(set meta.mark (^ meta.mark 0x10))`},
		{Family: v4, Rule: "-j MARK --or-mark 4294967295", Save: "-j MARK --set-xmark 0xffffffff/0xffffffff", AST: `(set meta.mark 0xffffffff)`},
		{Family: v4, Rule: "-j MARK --set-mark 0", Save: "-j MARK --set-xmark 0x0/0xffffffff", AST: `(set meta.mark 0x0)`},
		{Family: v4, Rule: "-j MARK", Err: "one of --set-xmark, --set-mark, --and-mark, --or-mark, --xor-mark"},
		{Family: v4, Rule: "-j MARK --set-mark 4294967296", Err: "expected a number of 32 bits"},
		{Family: v4, Rule: "-j MARK --set-mark 1/", Err: "expected a number of 32 bits"},
		{Family: v4, Rule: "-j MARK --and-mark 1/1", Err: "expected a number from 0 to 4294967295"},
		{Family: v4, Rule: "-j MARK --set-mark 1 --and-mark 2", Err: "--set-mark cannot stand with --and-mark"},
		{Family: v4, Rule: "-j MARK ! --set-mark 1", Err: "cannot be negated"},
	})
}

func TestConnmarkTarget(t *testing.T) {
	const table, chain, v4 = "mangle", "FORWARD", ast.FamilyIP
	exttest.Run(t, []exttest.Case{
		{Table: table, Chain: chain, Rule: "-j CONNMARK --restore-mark", Save: "-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff", AST: `(set meta.mark ct.mark)`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CONNMARK --save", Save: "-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff", AST: `(set ct.mark meta.mark)`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CONNMARK --mask 0xff --save-mark", Save: "-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff",
			AST: `(set ct.mark (^ (& ct.mark 0xffffff00) (& meta.mark 0xff)))`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CONNMARK --restore-mark --right-shift-mark 8 --ctmask 0xff00 --nfmask 0xff",
			Save: "-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff00 --right-shift-mark 8",
			AST:  `(set meta.mark (^ (& meta.mark 0xffffff00) (>> (& ct.mark 0xff00) 0x8)))`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CONNMARK --save-mark --nfmask 0 --ctmask 0xf", Save: "-j CONNMARK --save-mark --nfmask 0x0 --ctmask 0xf",
			AST: `(set ct.mark (& ct.mark 0xfffffff0))`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CONNMARK --set-mark 0x16/0x12", Save: "-j CONNMARK --set-xmark 0x16/0x16", AST: `(set ct.mark (| ct.mark 0x16))`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CONNMARK --set-xmark 0x16/0x12 --left-shift-mark 4", AST: `(set ct.mark (<< (^ (& ct.mark 0xffffffed) 0x16) 0x4))`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CONNMARK --set-mark 1 --left-shift-mark 31", Save: "-j CONNMARK --set-xmark 0x1/0xffffffff --left-shift-mark 31",
			AST: `(set ct.mark 0x80000000)`},
		// A letter after two dashes is a name cut short, not a short option.
		{Table: table, Chain: chain, Family: v4, Rule: "-j CONNMARK --x 0x10", Save: "-j CONNMARK --set-xmark 0x10/0x0"},
		{Table: table, Chain: chain, Family: v4, Rule: "--s 192.0.2.1 -j CONNMARK --save-mark", Err: `option "--s" is ambiguous`},
		// What stands later wins: a mask before the mark does nothing.
		{Table: table, Chain: chain, Family: v4, Rule: "-j CONNMARK --ctmask 0xff --set-mark 1", Save: "-j CONNMARK --set-xmark 0x1/0xffffffff", AST: `(set ct.mark 0x1)`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CONNMARK --set-mark 1 --ctmask 0xff", Save: "-j CONNMARK --set-xmark 0x1/0xff", AST: `(set ct.mark (^ (& ct.mark 0xffffff00) 0x1))`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CONNMARK --left-shift-mark 3 --save-mark --right-shift-mark 2",
			Save: "-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff --right-shift-mark 2", AST: `(set ct.mark (>> meta.mark 0x2))`},

		{Table: table, Chain: chain, Family: v4, Rule: "-j CONNMARK --nfmask 1", Err: "no option that says what to do"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CONNMARK --save-mark --restore-mark", Err: "--save-mark cannot stand with --restore-mark"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CONNMARK --save-mark --mask 1 --ctmask 2", Err: "--ctmask cannot stand with --mask"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CONNMARK --save-mark --left-shift-mark 32", Err: "expected a number from 0 to 31"},
	})
}

func TestTOSTarget(t *testing.T) {
	const table, chain, v4, v6 = "mangle", "FORWARD", ast.FamilyIP, ast.FamilyIP6
	exttest.Run(t, []exttest.Case{
		{Table: table, Chain: chain, Family: v4, Rule: "-j TOS --set-tos 16", Save: "-j TOS --set-tos 0x10/0xff", AST: `(set ip.dscp 4) (set ip.ecn 0)`},
		{Table: table, Chain: chain, Family: v6, Rule: "-j TOS --set-tos 0x1f/0x0f", AST: `(set ip6.dscp (^ (& ip6.dscp 60) 7)) (set ip6.ecn 3)`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j TOS --set-tos 0x20/0xfc", AST: `(set ip.dscp 8)`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j TOS --set-tos minimize-delay", Save: "-j TOS --set-tos 0x10/0x3f", AST: `(set ip.dscp (^ (& ip.dscp 48) 4)) (set ip.ecn 0)`},
		{Table: table, Chain: chain, Family: v6, Rule: "-j TOS --set-tos Normal-Service", Save: "-j TOS --set-tos 0x00/0x3f", AST: `(set ip6.dscp (& ip6.dscp 48)) (set ip6.ecn 0)`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j TOS --and-tos 0x12", Save: "-j TOS --set-tos 0x00/0xed", AST: `(set ip.dscp (& ip.dscp 4)) (set ip.ecn (& ip.ecn 2))`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j TOS --or-tos 0x10", Save: "-j TOS --set-tos 0x10/0x10", AST: `(set ip.dscp (| ip.dscp 4))`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j TOS --xor-tos 1", Save: "-j TOS --set-tos 0x01/0x00", AST: `(set ip.ecn (^ ip.ecn 1))`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j TOS", Err: "no option that says what to do"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j TOS --set-tos 256", Err: "expected a number from 0 to 255"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j TOS --set-tos 1/256", Err: "expected a number from 0 to 255"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j TOS --and-tos Minimize-Delay", Err: "expected a number from 0 to 255"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j TOS --or-tos 1 --xor-tos 1", Err: "cannot stand with"},
		{Family: v4, Rule: "-j TOS --set-tos 1", Err: "cannot stand in table filter"},
	})
}

func TestDSCPTarget(t *testing.T) {
	const table, chain, v4, v6 = "mangle", "FORWARD", ast.FamilyIP, ast.FamilyIP6
	exttest.Run(t, []exttest.Case{
		{Table: table, Chain: chain, Family: v4, Rule: "-j DSCP --set-dscp 8", Save: "-j DSCP --set-dscp 0x08", AST: `(set ip.dscp 8)`},
		{Table: table, Chain: chain, Family: v6, Rule: "-j DSCP --set-dscp-class ef", Save: "-j DSCP --set-dscp 0x2e", AST: `(set ip6.dscp 46)`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j DSCP --set-dscp-class AF43", Save: "-j DSCP --set-dscp 0x26"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j DSCP --set-dscp-class BE", Save: "-j DSCP --set-dscp 0x00"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j DSCP --set-dscp 64", Err: "expected a number from 0 to 63"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j DSCP --set-dscp-class AF44", Err: "is no class of DiffServ"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j DSCP --set-dscp 1 --set-dscp-class EF", Err: "cannot stand with"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j DSCP", Err: "no option that says what to do"},
		{Family: v4, Rule: "-j DSCP --set-dscp 1", Err: "cannot stand in table filter"},
	})
}

func TestECNTarget(t *testing.T) {
	const table, chain, v4 = "mangle", "FORWARD", ast.FamilyIP
	exttest.Run(t, []exttest.Case{
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j ECN --ecn-tcp-remove", AST: `(match meta.l4proto == 6) (set tcp.flags (& tcp.flags 0x3f))`},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j ECN --ecn-tcp-cwr 0 --ecn-tcp-ece 0", Save: "-p tcp -j ECN --ecn-tcp-remove"},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j ECN --ecn-ip-ect 2 --ecn-tcp-cwr 1 --ecn-tcp-ece 0", Save: "-p tcp -j ECN --ecn-tcp-ece 0 --ecn-tcp-cwr 1 --ecn-ip-ect 2",
			AST: `(match meta.l4proto == 6) (set ip.ecn 2) (set tcp.flags (^ (& tcp.flags 0x3f) 0x80))`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j ECN --ecn-ip-ect 3", AST: `(set ip.ecn 3)`},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j ECN --ecn-ip-ect 3 --ecn-tcp-remove", Save: "-p tcp -j ECN --ecn-tcp-remove"},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j ECN --ecn-tcp-remove --ecn-ip-ect 3", Save: "-p tcp -j ECN --ecn-tcp-ece 0 --ecn-tcp-cwr 0 --ecn-ip-ect 3"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j ECN --ecn-tcp-remove", Err: "--ecn-tcp-remove needs a protocol; expected -p tcp"},
		{Table: table, Chain: chain, Family: v4, Rule: "! -p tcp -j ECN --ecn-tcp-cwr 1", Err: "--ecn-tcp-cwr needs a protocol"},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j ECN --ecn-tcp-remove --ecn-tcp-ece 1", Err: "cannot stand with"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j ECN --ecn-ip-ect 4", Err: "expected a number from 0 to 3"},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j ECN", Err: "no option that says what to do"},
		{Table: table, Chain: chain, Family: ast.FamilyIP6, Rule: "-p tcp -j ECN --ecn-tcp-remove", Err: `unknown target "ECN"`},
	})
}

func TestHopsTarget(t *testing.T) {
	const table, chain = "mangle", "PREROUTING"
	exttest.Run(t, []exttest.Case{
		{Table: table, Chain: chain, Family: ast.FamilyIP, Rule: "-j TTL --ttl-set 0x40", Save: "-j TTL --ttl-set 64", AST: `(set ip.ttl 64)`},
		{Table: table, Chain: chain, Family: ast.FamilyIP, Rule: "-j TTL --ttl-inc 255", AST: `(target TTL ttl-inc="255")`},
		{Table: table, Chain: chain, Family: ast.FamilyIP6, Rule: "-j HL --hl-set 0", AST: `(set ip6.hoplimit 0)`},
		{Table: table, Chain: chain, Family: ast.FamilyIP6, Rule: "-j HL --hl-dec 1", AST: `(target HL hl-dec="1")`},
		{Table: table, Chain: chain, Family: ast.FamilyIP, Rule: "-j TTL", Err: "no option that says what to do"},
		{Table: table, Chain: chain, Family: ast.FamilyIP, Rule: "-j TTL --ttl-dec 0", Err: "expected a number from 1 to 255"},
		{Table: table, Chain: chain, Family: ast.FamilyIP6, Rule: "-j HL --hl-set 256", Err: "expected a number from 0 to 255"},
		{Table: table, Chain: chain, Family: ast.FamilyIP6, Rule: "-j HL --hl-set 2 --hl-inc 1", Err: "cannot stand with"},
		{Table: table, Chain: chain, Family: ast.FamilyIP6, Rule: "-j TTL --ttl-set 2", Err: `unknown target "TTL"`},
		{Family: ast.FamilyIP, Rule: "-j TTL --ttl-set 2", Err: "cannot stand in table filter"},
	})
}
