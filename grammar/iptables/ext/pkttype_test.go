package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestPkttype(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m pkttype --pkt-type HOST", Save: "-m pkttype --pkt-type unicast", AST: "(match meta.pkttype == 0)"},
		{Rule: "-m pkttype ! --pkt-type mcast", Save: "-m pkttype ! --pkt-type multicast", AST: "(match meta.pkttype != 2)", Family: ast.FamilyIP},
		{Rule: "-m pkttype --pkt-type bcast", Save: "-m pkttype --pkt-type broadcast", Family: ast.FamilyIP},
		{Rule: "-m pkttype --pkt-type otherhost", AST: "(match meta.pkttype == 3)", Family: ast.FamilyIP},
		{Rule: "-m pkttype --pkt-type outgoing", Err: "is not a packet type", Family: ast.FamilyIP},
		{Rule: "-m pkttype --pkt-type uni", Err: "is not a packet type", Family: ast.FamilyIP},
		{Rule: "-m pkttype", Err: "no --pkt-type", Family: ast.FamilyIP},
	})
}
