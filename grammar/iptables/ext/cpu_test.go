package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestCPU(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m cpu ! --cpu 4294967295", AST: "(match meta.cpu != 4294967295)"},
		{Rule: "-m cpu --cpu 4294967296", Err: "not valid", Family: ast.FamilyIP},
		{Rule: "-m cpu", Err: "no --cpu", Family: ast.FamilyIP},
	})
}
