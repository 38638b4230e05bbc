package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestTCP(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-p tcp -m tcp --dport 22 -j ACCEPT"},
		{Rule: "-p tcp --dport ssh -j ACCEPT", Save: "-p tcp -m tcp --dport 22 -j ACCEPT"},
		{Rule: "-p tcp --syn", Save: "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN"},
		{Rule: "-p tcp -m tcp ! --tcp-flags FIN,SYN NONE"},
		{Rule: "-p tcp -m tcp --tcp-option 2", Family: ast.FamilyIP},
		{Rule: "-p tcp -m tcp --sport 5:2", Err: "reversed"},
		{Rule: "-p tcp -m tcp --dport 65536", Err: "is no port"},
		{Rule: "-m tcp --dport 22", Err: "needs a protocol"},
	})
}
