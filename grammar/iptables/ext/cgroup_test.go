package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestCgroup(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m cgroup --cgroup 0x10", Save: "-m cgroup --cgroup 16", AST: "(match meta.cgroup == 16)", Chain: "OUTPUT"},
		{Rule: "-m cgroup ! --cgroup 1", AST: "(match meta.cgroup != 1)", Family: ast.FamilyIP},
		{Rule: `-m cgroup ! --path "/"`, AST: `(ext cgroup !path="\"/\"")`, Family: ast.FamilyIP},
		{Rule: `-m cgroup --path "user.slice"`, Family: ast.FamilyIP, Stock: "there must be such a cgroup"},
		{Rule: `-m cgroup --cgroup 1 --path "/"`, Err: "cannot stand with", Family: ast.FamilyIP},
		{Rule: "-m cgroup", Err: "one of --path, --cgroup", Family: ast.FamilyIP},
		{Rule: "-m cgroup --cgroup 1", Err: "cannot stand in chain FORWARD", Chain: "FORWARD", Family: ast.FamilyIP},
	})
}
