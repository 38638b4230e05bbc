package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestRealm(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m realm --realm 4", Save: "-m realm --realm 0x4", AST: "(match meta.rtclassid == 4)", Family: ast.FamilyIP},
		{Rule: "-m realm ! --realm 0x1/0x2a", AST: "(match (& meta.rtclassid 42) != 1)", Chain: "OUTPUT", Family: ast.FamilyIP},
		{Rule: "-m realm --realm cosmos", AST: "(match meta.rtclassid == 0)", Family: ast.FamilyIP, Stock: "knows the name if iproute2 is installed"},
		{Rule: "-m realm --realm no-such-realm", Err: "is no realm", Family: ast.FamilyIP},
		{Rule: "-m realm", Err: "no --realm", Family: ast.FamilyIP},
		{Rule: "-m realm --realm 4", Err: "cannot stand in chain PREROUTING", Table: "raw", Chain: "PREROUTING", Family: ast.FamilyIP},
		{Rule: "-m realm --realm 4", Err: "is one of iptables alone", Family: ast.FamilyIP6},
	})
}
