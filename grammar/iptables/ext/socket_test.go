package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestSocket(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m socket", AST: "(match socket.wildcard == 0)"},
		{Rule: "-m socket --nowildcard", AST: "(match socket.wildcard <= 1)", Family: ast.FamilyIP},
		{Rule: "-m socket --nowildcard --transparent", Save: "-m socket --transparent --nowildcard", AST: "(match socket.transparent == 1)", Family: ast.FamilyIP},
		{Rule: "-m socket --transparent --restore-skmark", AST: "(match socket.wildcard == 0) (match socket.transparent == 1) (set meta.mark socket.mark)", Table: "mangle", Chain: "PREROUTING", Family: ast.FamilyIP6},
		{Rule: "-m socket", Err: "cannot stand in chain OUTPUT", Chain: "OUTPUT", Family: ast.FamilyIP},
	})
}
