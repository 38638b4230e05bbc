package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestConnmark(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m connmark --mark 0xffffffff/0x0", AST: "(match (& ct.mark 0x0) == 0xffffffff)"},
		{Rule: "-m connmark ! --mark 1", Save: "-m connmark ! --mark 0x1", AST: "(match ct.mark != 0x1)", Family: ast.FamilyIP},
		{Rule: "-m connmark --mark 0xfffffffff", Err: "not valid", Family: ast.FamilyIP},
		{Rule: "-m connmark", Err: "no --mark", Family: ast.FamilyIP},
	})
}
