package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestPhysdev(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m physdev --physdev-in eth+ --physdev-is-in", Save: "-m physdev --physdev-is-in --physdev-in eth+", AST: `(match meta.physin == "eth"*) (ext physdev physdev-is-in)`},
		{Rule: "-m physdev ! --physdev-in eth0", AST: `(none-of [(match meta.physin == "eth0")])`, Family: ast.FamilyIP},
		{Rule: "-m physdev --physdev-in +", AST: `(match meta.physin == ""*)`, Family: ast.FamilyIP},
		{Rule: "-m physdev --physdev-out eth0 --physdev-is-bridged", AST: `(match meta.physout == "eth0") (ext physdev physdev-is-bridged)`, Chain: "FORWARD", Family: ast.FamilyIP},
		{Rule: "-m physdev ! --physdev-is-out ! --physdev-out eth0 ! --physdev-is-bridged", AST: `(ext physdev !physdev-is-out !physdev-out="eth0" !physdev-is-bridged)`, Chain: "FORWARD", Family: ast.FamilyIP},
		{Rule: "-m physdev --physdev-out eth0 --physdev-is-bridged", Chain: "OUTPUT", Family: ast.FamilyIP},
		{Rule: "-m physdev --physdev-out eth0 ! --physdev-is-bridged", Err: "--physdev-out cannot stand in chain OUTPUT", Chain: "OUTPUT", Family: ast.FamilyIP},
		{Rule: "-m physdev --physdev-is-out", Err: "--physdev-is-out cannot stand in chain OUTPUT", Chain: "OUTPUT", Family: ast.FamilyIP6},
		{Rule: "-m physdev --physdev-in abcdefghijklmnop", Err: "16 bytes long", Family: ast.FamilyIP},
		{Rule: "-m physdev", Err: "one of --physdev-is-in", Family: ast.FamilyIP},
	})
}
