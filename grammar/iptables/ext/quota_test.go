package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestQuota(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-m quota --quota 0"},
		{Rule: "-m quota ! --quota 0"},
		{Rule: "-m quota --quota 18446744073709551615"},
		{Rule: "-m quota ! --quota 18446744073709551615"},
		{Rule: "-m quota --quota 0x100", Save: "-m quota --quota 256"},
		{Rule: "-m quota --quota 18446744073709551616", Err: "a number from 0 to 18446744073709551615"},
		{Rule: "-m quota --quota 5k", Err: "a number"},
		{Rule: "-m quota --quota -1", Err: "a number"},
		{Rule: "-m quota", Err: "has no --quota"},
		{Rule: "-m quota --quota 1 --quota 2", Err: "given twice"},
	})
}

func TestLowerQuota(t *testing.T) {
	for rule, want := range map[string]ast.Quota{
		"-m quota --quota 1000":                  {Bytes: 1000},
		"-m quota ! --quota 1000":                {Bytes: 1000, Over: true},
		"-m quota --quota 9223372036854775807":   {Bytes: 1<<63 - 1},
		"-m quota ! --quota 9223372036854775807": {Bytes: 1<<63 - 1, Over: true},
	} {
		got := *onlyStmt[*ast.Quota](t, rule, ast.FamilyIP)
		want.Span, want.Use = got.Span, 1
		if got != want {
			t.Errorf("%s\n got %+v\nwant %+v", rule, got, want)
		}
	}
	lowersTo(t, "-m quota ! --quota 9223372036854775808", ast.FamilyIP, "quota ! --quota 9223372036854775808")
}
