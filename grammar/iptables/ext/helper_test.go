package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestHelper(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m helper --helper ftp", AST: `(match ct.helper == "ftp")`},
		{Rule: "-m helper ! --helper sip", AST: `(none-of [(match ct.helper == "sip")])`, Family: ast.FamilyIP},
		{Rule: "-m helper --helper ftp-2121", AST: `(match ct.helper == {"ftp-2121" "ftp"})`, Family: ast.FamilyIP},
		{Rule: "-m helper --helper snmp_trap", AST: `(match ct.helper == {"snmp_trap" "snmp"})`, Family: ast.FamilyIP},
		{Rule: `-m helper --helper ""`, AST: `(match ct.helper != "")`, Family: ast.FamilyIP},
		{Rule: `-m helper --helper "a b"`, Family: ast.FamilyIP},
		{Rule: "-m helper --helper abcdefghijklmnopqrstuvwxyz0123", Err: "at most 29 bytes", Family: ast.FamilyIP, Stock: "cuts the name short"},
		{Rule: "-m helper", Err: "no --helper", Family: ast.FamilyIP},
	})
}
