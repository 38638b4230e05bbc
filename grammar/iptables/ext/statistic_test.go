package ext_test

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestStatistic(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m statistic --mode random ! --probability 0.50000000000"},
		{Rule: "-m statistic --probability 0.33 --mode random", Save: "-m statistic --mode random --probability 0.33000000007"},
		{Rule: "-m statistic --mode random --probability .25", Save: "-m statistic --mode random --probability 0.25000000000"},
		{Rule: "-m statistic --mode random --probability 0x1p-2", Save: "-m statistic --mode random --probability 0.25000000000"},
		{Rule: "-m statistic --mode random --probability 1e-3", Save: "-m statistic --mode random --probability 0.00100000016"},
		{Rule: "-m statistic --mode random --probability 0.00000000023", Save: "-m statistic --mode random --probability 0.00000000000"},
		{Rule: "-m statistic --mode random --probability 0.00000000024", Save: "-m statistic --mode random --probability 0.00000000047"},
		{Rule: "-m statistic --mode random --probability 1", Save: "-m statistic --mode random --probability 1.00000000000"},
		{Rule: "-m statistic --mode nth ! --every 5 --packet 2"},
		{Rule: "-m statistic --mode nth --every 1 --packet 0"},
		{Rule: "-m statistic --mode nth --packet 07 --every 4294967295", Save: "-m statistic --mode nth --every 4294967295 --packet 7"},
		{Rule: "-m statistic", Err: "has no --mode"},
		{Rule: "-m statistic --probability 1", Err: "has no --mode"},
		{Rule: "-m statistic --mode Random --probability 1", Err: `"Random" is no mode; expected random or nth`},
		{Rule: "-m statistic --mode random", Err: "has no probability"},
		{Rule: "-m statistic --mode random ! --probability 1.1", Err: "a number from 0 to 1"},
		{Rule: "-m statistic --mode random --probability -0.1", Err: "a number from 0 to 1"},
		{Rule: "-m statistic --mode random --probability 0,5", Err: "a number from 0 to 1"},
		{Rule: "-m statistic --mode random --probability 50%", Err: "a number from 0 to 1"},
		{Rule: "-m statistic --mode random --every 3 --packet 2", Err: "has no probability"},
		{Rule: "-m statistic --mode nth", Err: "does not say which packets"},
		{Rule: "-m statistic --mode nth --probability 0.5", Err: "does not say which packets"},
		{Rule: "-m statistic --mode nth ! --every 5", Err: "--every needs --packet"},
		{Rule: "-m statistic --mode nth --packet 5", Err: "--packet needs --every"},
		{Rule: "-m statistic --mode nth ! --every 5 --packet 5", Err: "no packet 5 of every 5; expected a number from 0 to 4"},
		{Rule: "-m statistic --mode nth --every 0 --packet 0", Err: "from 1 to 4294967295"},
		{Rule: "-m statistic --mode nth --every 3 ! --packet 2", Err: "cannot be negated"},
		{Rule: "-m statistic --mode nth --every 3 --packet 2 --probability 0.5", Err: "cannot stand with"},
	})
}

func TestLowerStatistic(t *testing.T) {
	for _, c := range []struct{ rule, want string }{
		{"-m statistic --mode random --probability 0.25", "(match (numgen random mod=2147483648) < 536870912)"},
		{"-m statistic --mode random ! --probability 0.25", "(match (numgen random mod=2147483648) >= 536870912)"},
		{"-m statistic --mode random --probability 0", "(match (numgen random mod=2147483648) < 0)"},
		{"-m statistic --mode random --probability 1", ""},
		{"-m statistic --mode random ! --probability 1", "(match (numgen random mod=2147483648) >= 2147483648)"},
		{"-m statistic --mode nth --every 3 --packet 2", "(match (numgen inc mod=3) == 2)"},
		{"-m statistic --mode nth ! --every 3 --packet 0", "(match (numgen inc mod=3) != 0)"},
		{"-m statistic --mode nth --every 1 --packet 0", ""},
		{"-m statistic --mode nth ! --every 1 --packet 0", "(match (numgen inc mod=1) != 0)"},
	} {
		if got := dump(stmts(t, c.rule, ast.FamilyIP)); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.rule, got, c.want)
		}
	}
}

// dump writes statements as ast.Dump does.
func dump(list []ast.Stmt) string {
	var out []string
	for _, s := range list {
		out = append(out, ast.Dump(s))
	}
	return strings.Join(out, " ")
}
