package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestCluster(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m cluster --cluster-total-nodes 2 --cluster-local-node 2 --cluster-hash-seed 0xfeedcafe", Save: "-m cluster --cluster-local-nodemask 0x00000002 --cluster-total-nodes 2 --cluster-hash-seed 0xfeedcafe", AST: `(ext cluster cluster-local-nodemask="0x00000002" cluster-total-nodes="2" cluster-hash-seed="0xfeedcafe")`},
		{Rule: "-m cluster ! --cluster-local-nodemask 5 --cluster-total-nodes 32 --cluster-hash-seed 1", Save: "-m cluster ! --cluster-local-nodemask 0x00000005 --cluster-total-nodes 32 --cluster-hash-seed 0x00000001", Family: ast.FamilyIP},
		{Rule: "-m cluster --cluster-local-nodemask 0x80000000 --cluster-total-nodes 32 --cluster-hash-seed 0x00000001", Family: ast.FamilyIP, Stock: "prints such masks, but reads up to 32 only"},
		{Rule: "-m cluster --cluster-local-node 3 --cluster-total-nodes 2 --cluster-hash-seed 1", Err: "beyond the cluster's 2 nodes", Family: ast.FamilyIP},
		{Rule: "-m cluster --cluster-local-nodemask 4 --cluster-total-nodes 2 --cluster-hash-seed 1", Err: "beyond the cluster's 2 nodes", Family: ast.FamilyIP},
		{Rule: "-m cluster --cluster-local-node 1 --cluster-local-nodemask 1 --cluster-total-nodes 2 --cluster-hash-seed 1", Err: "cannot stand with", Family: ast.FamilyIP},
		{Rule: "-m cluster --cluster-local-node 1 --cluster-total-nodes 33 --cluster-hash-seed 1", Err: "not valid", Family: ast.FamilyIP},
		{Rule: "-m cluster --cluster-local-node 1 --cluster-total-nodes 2", Err: "no --cluster-hash-seed", Family: ast.FamilyIP},
		{Rule: "-m cluster --cluster-total-nodes 2 --cluster-hash-seed 1", Err: "one of --cluster-local-node", Family: ast.FamilyIP},
	})
}
