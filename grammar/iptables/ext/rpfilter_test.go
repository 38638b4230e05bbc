package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestRPFilter(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m rpfilter", AST: "(match (fib [saddr iif] result=oif) != 0)", Table: "raw", Chain: "PREROUTING"},
		{Rule: "-m rpfilter --invert --validmark", Save: "-m rpfilter --validmark --invert", AST: "(match (fib [saddr mark iif] result=oif) == 0)", Table: "mangle", Chain: "PREROUTING", Family: ast.FamilyIP6},
		{Rule: "-m rpfilter --loose", AST: "(match (fib [saddr] result=oif) != 0)", Table: "mangle", Chain: "PREROUTING", Family: ast.FamilyIP},
		{Rule: "-m rpfilter --loose --validmark --accept-local --invert", AST: "(ext rpfilter loose validmark accept-local invert)", Table: "raw", Chain: "PREROUTING", Family: ast.FamilyIP},
		{Rule: "-m rpfilter", Err: "cannot stand in table filter", Family: ast.FamilyIP},
		{Rule: "-m rpfilter", Err: "cannot stand in chain OUTPUT", Table: "raw", Chain: "OUTPUT", Family: ast.FamilyIP},
	})
}
