package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestConnlabel(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: `-m connlabel --label "5"`, AST: "(match ct.label any 0x20)"},
		{Rule: `-m connlabel ! --label 0x7f`, Save: `-m connlabel ! --label "127"`, AST: "(none-of [(match ct.label any #80000000000000000000000000000000)])", Family: ast.FamilyIP},
		{Rule: `-m connlabel --label "64" --set`, AST: "(set ct.label #00000000000000010000000000000000) (match ct.label any #00000000000000010000000000000000)", Family: ast.FamilyIP},
		{Rule: `-m connlabel --label 128`, Err: "is no label", Family: ast.FamilyIP},
		{Rule: `-m connlabel --label no-such-label`, Err: "is no label", Family: ast.FamilyIP},
		{Rule: `-m connlabel --set`, Err: "no --label", Family: ast.FamilyIP},
	})
}
