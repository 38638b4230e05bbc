package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestOSF(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-p tcp -m osf --genre Linux", AST: `(match meta.l4proto == 6) (ext osf genre="Linux")`, Family: ast.FamilyIP},
		{Rule: "-p tcp -m osf ! --genre linux --ttl 0 --log 2", Family: ast.FamilyIP},
		{Rule: "-p tcp -m osf --genre linux --ttl 3", Err: "not valid", Family: ast.FamilyIP},
		{Rule: "-p tcp -m osf --genre linux --log 3", Err: "not valid", Family: ast.FamilyIP},
		{Rule: "-p tcp -m osf --ttl 1", Err: "no --genre", Family: ast.FamilyIP},
		{Rule: "-m osf --genre linux", Err: "needs a protocol", Family: ast.FamilyIP},
		{Rule: "-p tcp -m osf --genre linux", Err: "cannot stand in chain OUTPUT", Chain: "OUTPUT", Family: ast.FamilyIP},
		{Rule: "-p tcp -m osf --genre linux", Err: "is one of iptables alone", Family: ast.FamilyIP6},
	})
}
