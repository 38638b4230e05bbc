package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestConnbytes(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m connbytes --connbytes 1000:2000 --connbytes-mode bytes --connbytes-dir original", AST: "(match ct.original.bytes == 1000-2000)"},
		{Rule: "-m connbytes --connbytes 5 --connbytes-dir reply --connbytes-mode avgpkt", Save: "-m connbytes --connbytes 5 --connbytes-mode avgpkt --connbytes-dir reply", AST: "(match ct.reply.avgpkt >= 5)", Family: ast.FamilyIP},
		{Rule: "-m connbytes ! --connbytes 5: --connbytes-mode packets --connbytes-dir both", Save: "-m connbytes ! --connbytes 5 --connbytes-mode packets --connbytes-dir both", AST: "(match ct.packets < 5)", Family: ast.FamilyIP},
		{Rule: "-m connbytes ! --connbytes 0x5:9 --connbytes-mode packets --connbytes-dir both", Save: "-m connbytes ! --connbytes 5:9 --connbytes-mode packets --connbytes-dir both", AST: "(match ct.packets != 5-9)", Family: ast.FamilyIP6},
		// The kernel has no negation of a single number.
		{Rule: "-m connbytes ! --connbytes 5:5 --connbytes-mode packets --connbytes-dir both", Save: "-m connbytes --connbytes 5:5 --connbytes-mode packets --connbytes-dir both", AST: "(match ct.packets == 5)", Family: ast.FamilyIP},
		{Rule: "-m connbytes --connbytes 0:0 --connbytes-mode packets --connbytes-dir both", AST: "(match ct.packets == 0)", Family: ast.FamilyIP, Stock: "prints 0, which is 0 and more"},
		{Rule: "-m connbytes --connbytes : --connbytes-mode packets --connbytes-dir both", Save: "-m connbytes --connbytes 0 --connbytes-mode packets --connbytes-dir both", AST: "(match ct.packets >= 0)", Family: ast.FamilyIP},
		{Rule: "-m connbytes --connbytes 5:4 --connbytes-mode packets --connbytes-dir both", Err: "reversed", Family: ast.FamilyIP, Stock: later},
		{Rule: "-m connbytes --connbytes 0:18446744073709551616 --connbytes-mode packets --connbytes-dir both", Err: "not valid", Family: ast.FamilyIP},
		{Rule: "-m connbytes --connbytes 5 --connbytes-mode Packets --connbytes-dir both", Err: "is not a mode", Family: ast.FamilyIP},
		{Rule: "-m connbytes --connbytes 5 --connbytes-mode packets", Err: "no --connbytes-dir", Family: ast.FamilyIP},
		{Rule: "-m connbytes --connbytes-mode packets --connbytes-dir both", Err: "no --connbytes", Family: ast.FamilyIP},
	})
}
