package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestMAC(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m mac --mac-source 00:00:5e:00:53:01", AST: "(match ether.saddr == 00:00:5e:00:53:01)"},
		{Rule: "-m mac ! --mac-source A:bB:0:1:2:3", Save: "-m mac ! --mac-source 0a:bb:00:01:02:03", AST: "(match ether.saddr != 0a:bb:00:01:02:03)", Family: ast.FamilyIP},
		{Rule: "-m mac --mac-source 00:00:5e:00:53", Err: "not valid", Family: ast.FamilyIP},
		{Rule: "-m mac --mac-source 00:00:5e:00:53:01:02", Err: "not valid", Family: ast.FamilyIP},
		{Rule: "-m mac --mac-source 00:00:5e:00:53:001", Err: "not valid", Family: ast.FamilyIP},
		{Rule: "-m mac --mac-source XX:XX:XX:XX:XX:XX", Err: "not valid", Family: ast.FamilyIP},
		{Rule: "-m mac", Err: "no --mac-source", Family: ast.FamilyIP},
		{Rule: "-m mac --mac-source 00:00:5e:00:53:01", Err: "cannot stand in chain OUTPUT", Chain: "OUTPUT", Family: ast.FamilyIP},
	})
}
