package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

// noSet is why the stock tools are not asked.
const noSet = "there must be such a set"

func TestSet(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m set --match-set hosts src,dst", AST: `(match setkey[src dst] == ipset@"hosts")`, Stock: noSet},
		{Rule: "-m set ! --set hosts dst", Save: "-m set ! --match-set hosts dst", AST: `(match setkey[dst] != ipset@"hosts")`, Stock: noSet, Family: ast.FamilyIP},
		{Rule: "-m set --match-set hosts src,dst,src,dst,src,dst", Stock: noSet, Family: ast.FamilyIP},
		{Rule: "-m set --match-set hosts srcip", Save: "-m set --match-set hosts src", Stock: noSet, Family: ast.FamilyIP},
		{Rule: "-m set --update-counters --match-set hosts src --update-subcounters", Save: "-m set --match-set hosts src", AST: `(match setkey[src] == ipset@"hosts")`, Stock: noSet, Family: ast.FamilyIP},
		{Rule: "-m set ! --update-counters --match-set hosts src", Save: "-m set --match-set hosts src ! --update-counters", AST: `(ext set match-set="hosts src" !update-counters)`, Stock: noSet, Family: ast.FamilyIP},
		{
			Rule: "-m set --bytes-gt 0x7 ! --packets-eq 5 ! --update-subcounters --return-nomatch --match-set hosts src",
			Save: "-m set --match-set hosts src --return-nomatch ! --update-subcounters ! --packets-eq 5 --bytes-gt 7",
			AST:  `(ext set match-set="hosts src" return-nomatch !update-subcounters !packets-eq="5" bytes-gt="7")`, Stock: noSet, Family: ast.FamilyIP,
		},
		{Rule: "-m set --match-set hosts src,dst,src,dst,src,dst,src", Err: "more than 6 dimensions", Family: ast.FamilyIP},
		{Rule: "-m set --match-set hosts SRC", Err: "neither src nor dst", Family: ast.FamilyIP},
		{Rule: "-m set --match-set abcdefghijklmnopqrstuvwxyz012345 src", Err: "32 bytes long", Family: ast.FamilyIP},
		{Rule: "-m set --match-set hosts", Err: "no argument", Family: ast.FamilyIP},
		{Rule: "-m set --match-set hosts src ! --packets-lt 3", Err: "cannot be negated", Family: ast.FamilyIP},
		{Rule: "-m set --match-set hosts src ! --return-nomatch", Err: "cannot be negated", Family: ast.FamilyIP},
		{Rule: "-m set --match-set hosts src --packets-gt 3 --packets-eq 4", Err: "cannot stand with", Family: ast.FamilyIP},
		{Rule: "-m set --match-set hosts src --bytes-gt 3 --bytes-lt 4", Err: "cannot stand with", Family: ast.FamilyIP},
		{Rule: "-m set --packets-gt 3", Err: "no --match-set", Family: ast.FamilyIP},
	})
}
