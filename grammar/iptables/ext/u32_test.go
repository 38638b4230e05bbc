package ext_test

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestU32(t *testing.T) {
	const v4 = ast.FamilyIP
	many := func(n int, head, part, sep string) string {
		return head + strings.TrimSuffix(strings.Repeat(part+sep, n), sep)
	}
	cases := []exttest.Case{
		{Rule: `-m u32 --u32 "0x0=0x0&&0x0=0x1"`},
		{Rule: `-m u32 ! --u32 "0x0=0x1"`},
		{Rule: "-m u32 --u32 0=1&&4=1", Save: `-m u32 --u32 "0x0=0x1&&0x4=0x1"`, Family: v4},
	}
	for _, c := range []struct{ text, save string }{
		{"0 & 0xFFFF = 0x100:0xFFFF", "0x0&0xffff=0x100:0xffff"},
		{"6&0xFF=1 && 4&0x3FFF=0 && 0>>22&0x3C@0>>24=0", "0x6&0xff=0x1&&0x4&0x3fff=0x0&&0x0>>0x16&0x3c@0x0>>0x18=0x0"},
		{"0>>22&0x3C@12>>26&0x3C@8=1,2,5,8", "0x0>>0x16&0x3c@0xc>>0x1a&0x3c@0x8=0x1,0x2,0x5,0x8"},
		{" 0 << 31 = 010 : 9 , +7 ", "0x0<<0x1f=0x8:0x9,0x7"},
		{"0=5:5,5:1,4294967295", "0x0=0x5,0x5:0x1,0xffffffff"},
		{many(10, "", "0=1", "&&"), many(10, "", "0x0=0x1", "&&")},
		{many(10, "0=", "1:2", ","), many(10, "0x0=", "0x1:0x2", ",")},
		{many(9, "0@", "1", "@") + "=0", many(9, "0x0@", "0x1", "@") + "=0x0"},
	} {
		cases = append(cases, exttest.Case{Rule: `-m u32 --u32 "` + c.text + `"`, Save: `-m u32 --u32 "` + c.save + `"`, Family: v4})
	}
	for _, c := range []struct{ text, err string }{
		{"", "is empty"},
		{" ", `" " ends too early`},
		{"0", `"0" ends too early`},
		{"0=", "ends too early"},
		{"0=1&&", "ends too early"},
		{"0=1:", "ends too early"},
		{"=5", `unexpected "="`},
		{"0=:5", `unexpected ":"`},
		{"&&0=1", `unexpected "&&"`},
		{"0&&0=1", `unexpected "&&"`},
		{"0=1&0=1", `unexpected "&"`},
		{"0=1|0=1", `unexpected "|0=1"`},
		{"0<5=1", `unexpected "<5=1"`},
		{"0+5=1", `unexpected "+5"`},
		{"0=1 2", `unexpected "2"`},
		{"0=1=2", `unexpected "="`},
		{"0=-1", `unexpected "-1"`},
		{"0=0x", `unexpected "x"`},
		{"08=1", `"08" is no number of 32 bits`},
		{"0=0x100000000", `"0x100000000" is no number of 32 bits`},
		{"0>>32=1", "a shift by 32 bits; expected at most 31"},
		{many(11, "", "0=1", "&&"), "more than 10 tests"},
		{many(11, "0=", "1", ","), "more than 10 values"},
		{many(10, "0&", "1", "&") + "=0", "more than 10 numbers"},
	} {
		cases = append(cases, exttest.Case{Rule: `-m u32 --u32 "` + c.text + `"`, Err: c.err, Family: v4})
	}
	exttest.Run(t, append(cases,
		exttest.Case{Rule: "-m u32", Err: "has no --u32"},
		exttest.Case{Rule: "-m u32 --u32 0=1 --u32 0=2", Err: "given twice"},
	))
}

func TestLowerU32(t *testing.T) {
	lowersTo(t, `-m u32 ! --u32 "0 >> 22 = 1:1"`, ast.FamilyIP, `u32 ! --u32 "0x0>>0x16=0x1"`)
}
