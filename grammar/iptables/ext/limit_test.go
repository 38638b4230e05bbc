package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestLimit(t *testing.T) {
	const overflow = "xt_limit's credits overflow"
	exttest.Run(t, []exttest.Case{
		{Rule: "-m limit", Save: "-m limit --limit 3/hour"},
		{Rule: "-m limit --limit 1/sec"},
		{Rule: "-m limit --limit 1000/day"},
		{Rule: "-m limit --limit 1/sec --limit-burst 1"},
		{Rule: "-m limit --limit-burst 7", Save: "-m limit --limit 3/hour --limit-burst 7"},
		{Rule: "-m limit --limit 60/min", Save: "-m limit --limit 1/sec"},
		{Rule: "-m limit --limit 61/m", Save: "-m limit --limit 61/min"},
		{Rule: "-m limit --limit 24/d", Save: "-m limit --limit 1/hour"},
		{Rule: "-m limit --limit 86401/day", Save: "-m limit --limit 1/sec"},
		{Rule: "-m limit --limit 3601/hour"},
		{Rule: "-m limit --limit 10/SECO", Save: "-m limit --limit 10/sec"},
		{Rule: "-m limit --limit 10", Save: "-m limit --limit 10/sec"},
		{Rule: "-m limit --limit 5packets/s", Save: "-m limit --limit 5/sec"},
		{Rule: `-m limit --limit " +5/s"`, Save: "-m limit --limit 5/sec"},
		{Rule: "-m limit --limit 5001/sec", Save: "-m limit --limit 10000/sec"},
		{Rule: "-m limit --limit 4294967301/sec", Save: "-m limit --limit 5/sec"},
		{Rule: "-m limit --limit 5/sec --limit-burst 0x10", Save: "-m limit --limit 5/sec --limit-burst 16"},
		{Rule: "-m limit --limit 5/sec --limit-burst 0", Save: "-m limit --limit 5/sec", Stock: "iptables-nft makes it 5, xt_limit refuses it"},
		{Rule: "-m limit --limit 1/day", Stock: overflow},
		{Rule: "-m limit --limit 1/hour --limit-burst 10000", Stock: overflow},
		{Rule: "-m limit --limit 10001/sec", Err: "too fast; expected at most 10000/second"},
		{Rule: "-m limit --limit 600001/min", Err: "too fast"},
		{Rule: "-m limit --limit -5/sec", Err: "too fast"},
		{Rule: "-m limit --limit 0/sec", Err: "is none"},
		{Rule: "-m limit --limit 5/week", Err: `"week" is no unit of time`},
		{Rule: "-m limit --limit 5/seconds", Err: `"seconds" is no unit of time`},
		{Rule: "-m limit --limit 5/", Err: `"5/" ends too early`},
		{Rule: "-m limit --limit 5/s/s", Err: `unexpected "/"`},
		{Rule: "-m limit --limit often", Err: `unexpected "often"`},
		{Rule: `-m limit --limit ""`, Err: "is empty"},
		{Rule: "-m limit --limit 5/sec --limit-burst 10001", Err: "from 0 to 10000"},
		{Rule: "-m limit ! --limit 5/sec", Err: "cannot be negated"},
		{Rule: "-m limit --limit 5/sec --limit 6/sec", Err: "given twice"},
	})
}

func TestLowerLimit(t *testing.T) {
	for rule, want := range map[string]ast.Limit{
		"-m limit":                {Rate: 3, Unit: "hour", Burst: 5},
		"-m limit --limit 60/min": {Rate: 1, Unit: "second", Burst: 5},
		"-m limit --limit 61/min --limit-burst 20": {Rate: 61, Unit: "minute", Burst: 20},
		"-m limit --limit 2/day --limit-burst 0":   {Rate: 2, Unit: "day", Burst: 5},
	} {
		got := *onlyStmt[*ast.Limit](t, rule, ast.FamilyIP6)
		want.Span, want.Use = got.Span, 1
		if got != want {
			t.Errorf("%s\n got %+v\nwant %+v", rule, got, want)
		}
	}
}
