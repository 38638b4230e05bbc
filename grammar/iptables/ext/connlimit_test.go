package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestConnlimit(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m connlimit --connlimit-upto 2", Save: "-m connlimit --connlimit-upto 2 --connlimit-mask 32 --connlimit-saddr", AST: `(ext connlimit connlimit-upto="2" connlimit-mask="32" connlimit-saddr)`, Family: ast.FamilyIP},
		{Rule: "-m connlimit ! --connlimit-above 4294967295 --connlimit-daddr", Save: "-m connlimit --connlimit-upto 4294967295 --connlimit-mask 128 --connlimit-daddr", Family: ast.FamilyIP6},
		{Rule: "-m connlimit ! --connlimit-upto 2 --connlimit-mask 255.255.0.0", Save: "-m connlimit --connlimit-above 2 --connlimit-mask 16 --connlimit-saddr", Family: ast.FamilyIP},
		{Rule: "-m connlimit --connlimit-above 0 --connlimit-mask 0 --connlimit-saddr", Family: ast.FamilyIP6},
		{Rule: "-m connlimit --connlimit-above 2 --connlimit-mask 255.0.255.0 --connlimit-saddr", Family: ast.FamilyIP, Stock: "1.8.9 takes the mask for 32"},
		{Rule: "-m connlimit --connlimit-above 2 --connlimit-mask 33", Err: "is no mask", Family: ast.FamilyIP, Stock: "takes it for the mask 0.0.0.33"},
		{Rule: "-m connlimit --connlimit-above 2 --connlimit-mask 129", Err: "is no mask", Family: ast.FamilyIP6},
		{Rule: "-m connlimit --connlimit-above 4294967296", Err: "not valid", Family: ast.FamilyIP},
		{Rule: "-m connlimit --connlimit-above 1 --connlimit-upto 1", Err: "cannot stand with", Family: ast.FamilyIP},
		{Rule: "-m connlimit --connlimit-above 1 --connlimit-saddr --connlimit-daddr", Err: "cannot stand with", Family: ast.FamilyIP},
		{Rule: "-m connlimit --connlimit-mask 8", Err: "one of --connlimit-upto, --connlimit-above", Family: ast.FamilyIP},
	})
}
