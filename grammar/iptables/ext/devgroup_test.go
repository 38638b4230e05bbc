package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestDevgroup(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m devgroup --src-group 0x7/0x3", AST: "(match (& meta.iifgroup 3) == 3)"},
		{Rule: "-m devgroup ! --src-group 23 ! --dst-group 0xc/0xc", Save: "-m devgroup ! --src-group 0x17 ! --dst-group 0xc/0xc", AST: "(match meta.iifgroup != 23) (match (& meta.oifgroup 12) != 12)", Chain: "FORWARD", Family: ast.FamilyIP},
		{Rule: "-m devgroup --dst-group default", AST: "(match meta.oifgroup == 0)", Chain: "OUTPUT", Family: ast.FamilyIP, Stock: "knows the name if iproute2 is installed"},
		{Rule: "-m devgroup --src-group defaul", Err: `did you mean "default"?`, Family: ast.FamilyIP},
		{Rule: "-m devgroup --dst-group 1", Err: "--dst-group cannot stand in chain INPUT", Family: ast.FamilyIP},
		{Rule: "-m devgroup --src-group 1", Err: "--src-group cannot stand in chain OUTPUT", Chain: "OUTPUT", Family: ast.FamilyIP},
		{Rule: "-m devgroup", Err: "one of --src-group", Family: ast.FamilyIP},
	})
}
