package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

// noIPVS is why the stock tools are not asked.
const noIPVS = "the kernel must be built with IPVS"

func TestIPVS(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m ipvs --ipvs", AST: "(ext ipvs ipvs)", Stock: noIPVS},
		{Rule: "-m ipvs ! --ipvs", AST: "(ext ipvs !ipvs)", Stock: noIPVS, Family: ast.FamilyIP},
		{Rule: "-m ipvs --ipvs ! --vproto TCP", Save: "-m ipvs ! --vproto 6", AST: `(ext ipvs !vproto="6")`, Stock: noIPVS, Family: ast.FamilyIP},
		{Rule: "-m ipvs --vportctl 21 --vmethod masq --vdir reply --vport http ! --vaddr 192.0.2.1/255.255.255.0", Save: "-m ipvs ! --vaddr 192.0.2.1/24 --vport 80 --vdir REPLY --vmethod MASQ --vportctl 21", Stock: noIPVS, Family: ast.FamilyIP},
		{Rule: "-m ipvs ! --vmethod IPIP --vaddr 2001:db8::1", Save: "-m ipvs --vaddr 2001:db8::1 ! --vmethod IPIP", Stock: noIPVS, Family: ast.FamilyIP6},
		{Rule: "-m ipvs ! --ipvs --vport 80", Err: "! --ipvs stands with other options", Family: ast.FamilyIP},
		{Rule: "-m ipvs --vmethod NAT", Err: "is not a forwarding method", Family: ast.FamilyIP},
		{Rule: "-m ipvs --vdir both", Err: "is not a direction", Family: ast.FamilyIP},
		{Rule: "-m ipvs ! --vdir REPLY", Err: "cannot be negated", Family: ast.FamilyIP},
		{Rule: "-m ipvs --vport 80:90", Err: "is no port", Family: ast.FamilyIP},
		{Rule: "-m ipvs", Err: "one of --ipvs", Family: ast.FamilyIP},
	})
}
