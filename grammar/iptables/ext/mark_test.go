package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestMark(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m mark --mark 0xfeedcafe/0xfeed", AST: "(match (& meta.mark 0xfeed) == 0xfeedcafe)"},
		{Rule: "-m mark ! --mark 010", Save: "-m mark ! --mark 0x8", AST: "(match meta.mark != 0x8)", Family: ast.FamilyIP},
		{Rule: "-m mark --mark 4294967295/0xffffffff", Save: "-m mark --mark 0xffffffff", Family: ast.FamilyIP6},
		{Rule: "-m mark --mark 1/0", Save: "-m mark --mark 0x1/0x0", Family: ast.FamilyIP},
		{Rule: "-m mark --mark 4294967296", Err: "not valid", Family: ast.FamilyIP},
		{Rule: "-m mark --mark 1/", Err: "not valid", Family: ast.FamilyIP},
		{Rule: "-m mark --mark -1", Err: "not valid", Family: ast.FamilyIP},
		{Rule: "-m mark", Err: "no --mark", Family: ast.FamilyIP},
	})
}
