package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

// noObject is why the stock tools are not asked.
const noObject = "there must be such an object"

func TestNfacct(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m nfacct --nfacct-name http", AST: `(ext nfacct nfacct-name="http")`, Stock: noObject},
		{Rule: `-m nfacct --nfacct-name "a.b"`, Stock: noObject, Family: ast.FamilyIP},
		{Rule: "-m nfacct ! --nfacct-name http", Err: "cannot be negated", Family: ast.FamilyIP},
		{Rule: "-m nfacct --nfacct-name abcdefghijklmnopqrstuvwxyz012345", Err: "32 bytes long", Family: ast.FamilyIP},
		{Rule: "-m nfacct", Err: "no --nfacct-name", Family: ast.FamilyIP},
	})
}
