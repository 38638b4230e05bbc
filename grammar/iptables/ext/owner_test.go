package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestOwner(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m owner --uid-owner root", Save: "-m owner --uid-owner 0", AST: "(match meta.skuid == 0)", Chain: "OUTPUT"},
		// It also holds for packets without a socket.
		{Rule: "-m owner ! --gid-owner 0:10", Save: "-m owner ! --gid-owner 0-10", AST: "(none-of [(match meta.skgid == 0-10)])", Chain: "OUTPUT", Family: ast.FamilyIP},
		{Rule: "-m owner --uid-owner 4294967294 ! --socket-exists", Save: "-m owner ! --socket-exists --uid-owner 4294967294", AST: "(match meta.skuid == 4294967294) (ext owner !socket-exists)", Chain: "OUTPUT", Family: ast.FamilyIP6},
		{Rule: "-m owner --uid-owner 1 --gid-owner 2 --suppl-groups", AST: `(match meta.skuid == 1) (ext owner gid-owner="2" suppl-groups)`, Chain: "POSTROUTING", Table: "mangle", Family: ast.FamilyIP},
		{Rule: "-m owner --suppl-groups --gid-owner 2", Err: "stands before --gid-owner", Chain: "OUTPUT", Family: ast.FamilyIP},
		{Rule: "-m owner --uid-owner 1 --suppl-groups", Err: "needs --gid-owner", Chain: "OUTPUT", Family: ast.FamilyIP},
		{Rule: "-m owner --uid-owner 10-5", Err: "reversed", Chain: "OUTPUT", Family: ast.FamilyIP},
		{Rule: "-m owner --uid-owner 4294967295", Err: "no user of this machine", Chain: "OUTPUT", Family: ast.FamilyIP},
		{Rule: "-m owner --gid-owner no-such-group", Err: "no group of this machine", Chain: "OUTPUT", Family: ast.FamilyIP},
		{Rule: "-m owner --uid-owner 5-", Err: "no user of this machine", Chain: "OUTPUT", Family: ast.FamilyIP},
		{Rule: "-m owner", Err: "one of --uid-owner", Chain: "OUTPUT", Family: ast.FamilyIP},
		{Rule: "-m owner --uid-owner 0", Err: "cannot stand in chain INPUT", Family: ast.FamilyIP},
	})
}
