package ext_test

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestTime(t *testing.T) {
	const (
		v4   = ast.FamilyIP
		end  = " --datestop 2038-01-19T03:14:07"
		none = "it prints no day at all, which it cannot read"
	)
	cases := []exttest.Case{
		{Rule: "-m time --timestart 01:02:03 --timestop 04:05:06 --monthdays 1,2,3,4,5 --weekdays Mon,Fri,Sun --datestart 2001-02-03T04:05:06 --datestop 2012-09-08T09:06:05 --kerneltz"},
		{Rule: "-m time", Save: "-m time" + end},
		{Rule: "-m time --kerneltz --contiguous --timestop 9:00 --timestart 10:00 --weekdays Mon --monthdays 3 --datestart 2020 --datestop 2021", Save: "-m time --timestart 10:00:00 --timestop 09:00:00 --monthdays 3 --weekdays Mon --datestart 2020-01-01T00:00:00 --datestop 2021-01-01T00:00:00 --kerneltz --contiguous"},
		{Rule: "-m time --datestop 1970", Save: "-m time --datestop 1970-01-01T00:00:00", Family: v4, Stock: "it leaves out a stop of 0, which is no default"},
		{Rule: "-m time ! --weekdays 1,2,3,4,5,6,7", Save: `-m time --weekdays ""` + end, Family: v4, Stock: none},
		{Rule: "-m time --weekdays 8", Save: `-m time --weekdays ""` + end, Family: v4, Stock: none},
		{Rule: `-m time --weekdays ""`, Save: `-m time --weekdays ""` + end, Family: v4, Stock: none},
		{Rule: "-m time --monthdays 0,", Save: `-m time --monthdays ""` + end, Family: v4, Stock: none},
	}
	for _, c := range []struct{ rule, save string }{
		{"--utc", ""},
		{"--kerneltz", end + " --kerneltz"},
		{"--localtz --kerneltz", end + " --kerneltz"},
		{"--timestart 10:00", "--timestart 10:00:00 --timestop 23:59:59"},
		{"--timestop 9:5:7", "--timestart 00:00:00 --timestop 09:05:07"},
		{"--timestart :30 --timestop 10:", "--timestart 00:30:00 --timestop 10:00:00"},
		{"--timestart 4294967306:30", "--timestart 10:30:00 --timestop 23:59:59"},
		{"--timestart 00:00 --timestop 23:59:59", ""},
		{"--timestart 00:00 --timestop 00:00", "--timestart 00:00:00 --timestop 00:00:00"},
		{"--timestart 22:00 --timestop 06:00 --contiguous", "--timestart 22:00:00 --timestop 06:00:00" + end + " --contiguous"},
		{"--timestart 06:00 --timestop 06:00 --contiguous", "--timestart 06:00:00 --timestop 06:00:00" + end + " --contiguous"},
		{"--weekdays 5,1", "--weekdays Mon,Fri"},
		{"--weekdays Su,Sat,Sunday,", "--weekdays Sat,Sun"},
		{"--weekdays Mon-Fri", "--weekdays Mon"},
		{"--weekdays 1,2,3,4,5,6,7", ""},
		{"--weekdays 33,0x2", "--weekdays Mon,Tue"},
		{"! --weekdays Mon", "--weekdays Tue,Wed,Thu,Fri,Sat,Sun"},
		{"--monthdays 31,1,,1,02", "--monthdays 1,2,31"},
		{"--monthdays 100", "--monthdays 10"},
		{"--monthdays 010", "--monthdays 1"},
		{"! --monthdays 1,15", "--monthdays 2,3,4,5,6,7,8,9,10,11,12,13,14,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31"},
		{"--datestart 1970", ""},
		{"--datestart 2007", "--datestart 2007-01-01T00:00:00"},
		{"--datestart 2007-5-7T1", "--datestart 2007-05-07T01:00:00"},
		{"--datestart 2007-05-07T10:20", "--datestart 2007-05-07T10:20:00"},
		{"--datestart 2007-02-31", "--datestart 2007-03-03T00:00:00"},
		{"--datestart 2007-02-00", "--datestart 2007-01-31T00:00:00"},
		{"--datestart 2007--", "--datestart 2006-11-30T00:00:00"},
		{"--datestart 2007-", "--datestart 2006-12-01T00:00:00"},
		{"--datestop 2038-01-19T03:14:08", "--datestop 2038-01-19T03:14:08"},
		{"--datestart 2010 --datestop 2009", "--datestart 2010-01-01T00:00:00 --datestop 2009-01-01T00:00:00"},
	} {
		if !strings.Contains(c.save, "--datestop") {
			c.save += end
		}
		save := "-m time " + strings.TrimSpace(c.save)
		cases = append(cases, exttest.Case{Rule: "-m time " + c.rule, Save: save, Family: v4})
	}
	for _, c := range []struct{ rule, err string }{
		{"--timestart 24:00", "the hour 24 does not exist; expected 0 to 23"},
		{"--timestart 23:60", "the minute 60 does not exist"},
		{"--timestart 10:00:60", "the second 60 does not exist"},
		{"--timestart 10", "ends too early"},
		{"--timestart 10:00:00:00", `unexpected ":"`},
		{"--timestart 10h", `unexpected "h"`},
		{"--timestart 06:00 --timestop 22:00 --contiguous", "does not go past midnight"},
		{"--contiguous", "does not go past midnight"},
		{"! --timestart 10:00", "cannot be negated"},
		{"--days Mon", "expected --weekdays"},
		{"--weekdays mon", `"mon" is no day`},
		{"--weekdays Mo,0", `"0" is no day`},
		{"--weekdays Mon,,Tue", `"" is no day`},
		{"--weekdays ,", `"" is no day`},
		{"--weekdays 1x", `"1x" is no day`},
		{"--weekdays M", `"M" is no day`},
		{"--monthdays 32", `"32" is no day; expected 1 to 31`},
		{"--monthdays 08", `"08" is no day`},
		{"--monthdays 1-5", `"1-5" is no day`},
		{"--monthdays 1st", `"1st" is no day`},
		{"--datestart 1969", "the year 1969 does not exist; expected 1970 to 2038"},
		{"--datestart 2039", "the year 2039"},
		{"--datestart 2007-13", "the month 13"},
		{"--datestart 2007-02-32", "the day 32"},
		{"--datestart 2007-02-01T24", "the hour 24"},
		{"--datestart 2007-02-01T23:59:59Z", `unexpected "Z"`},
		{`--datestart "2007-02-01 10:00"`, `unexpected " 10:00"`},
		{"--datestart 1970-00", "is before 1970"},
		{"--datestart 2007--5", "the month before the day 5 is missing"},
		{"--utc --kerneltz", "cannot stand with"},
		{"--utc --localtz", "cannot stand with"},
	} {
		cases = append(cases, exttest.Case{Rule: "-m time " + c.rule, Err: c.err, Family: v4})
	}
	exttest.Run(t, cases)
}

func TestLowerTime(t *testing.T) {
	for _, c := range []struct{ rule, want string }{
		{"-m time", ""},
		{"-m time --datestop 2038-01-19T03:14:07", ""},
		{"-m time --timestart 08:00 --timestop 17:30", "(match meta.hour == 28800-63000)"},
		{"-m time --timestart 22:00 --timestop 06:00", "(match meta.hour != 21601-79199)"},
		{"-m time --timestart 06:00:02 --timestop 06:00", "(match meta.hour != 21601)"},
		// xt_time: not before the start or not after the stop.
		{"-m time --timestart 06:00:01 --timestop 06:00", ""},
		{"-m time --timestart 06:00 --timestop 06:00", ""},
		{"-m time --weekdays Sun", "(match meta.day == 0)"},
		{"-m time ! --weekdays Sun,Sat", "(match meta.day == {1 2 3 4 5})"},
		{"-m time --datestart 2007-12-24 --datestop 2007-12-27", "(match meta.time >= 1198454400000000000) (match meta.time < 1198713601000000000)"},
		{"-m time --timestart 22:00 --timestop 06:00 --contiguous", "(match meta.hour != 21601-79199)"},
		{"-m time --timestart 22:00 --timestop 06:00 --contiguous --weekdays Fri,Sun",
			"(any-of [(match meta.hour == 79200-86399) (match meta.day == {5 0})] [(match meta.hour == 0-21600) (match meta.day == {1 6})])"},
		{"-m time --timestart 06:00 --timestop 06:00 --contiguous --weekdays Mon",
			"(any-of [(match meta.hour == 21601-86399) (match meta.day == 1)] [(match meta.hour == 0-21600) (match meta.day == 2)])"},
		{"-m time --timestart 23:59:59 --timestop 23:59:59 --contiguous --weekdays Mon",
			"(any-of [(match meta.hour == 0-86399) (match meta.day == 2)])"},
	} {
		if got := dump(stmts(t, c.rule, ast.FamilyIP)); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.rule, got, c.want)
		}
	}
	lowersTo(t, "-m time --weekdays 3 --kerneltz", ast.FamilyIP, "time --weekdays Wed --datestop 2038-01-19T03:14:07 --kerneltz")
	lowersTo(t, "-m time ! --monthdays 3 --weekdays 1 --timestop 10:00", ast.FamilyIP6,
		"time --timestart 00:00:00 --timestop 10:00:00 --monthdays 1,2,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31 --weekdays Mon --datestop 2038-01-19T03:14:07")
	lowersTo(t, `-m time --weekdays ""`, ast.FamilyIP, `time --weekdays "" --datestop 2038-01-19T03:14:07`)
}
