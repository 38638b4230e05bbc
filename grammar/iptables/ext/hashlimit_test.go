package ext_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestHashlimit(t *testing.T) {
	const v4, v6 = ast.FamilyIP, ast.FamilyIP6
	// The rules are written without --hashlimit-name x, which has its place
	// before the table's sizes.
	var cases []exttest.Case
	for _, c := range []struct {
		family     ast.Family
		rule, save string // without the prefix; no save: the rule
		stock      string
	}{
		{0, "above 1/sec burst 5", "", ""},
		{v4, "above 1000000/sec burst 5", "", ""},
		{v4, "above 1/min burst 5", "", ""},
		{v4, "upto 1/day burst 1", "", ""},
		{v4, "upto 1/sec", "upto 1/sec burst 5", ""},
		{v4, "upto 7", "upto 7/sec burst 5", ""},
		{v4, "! upto 1/sec", "above 1/sec burst 5", ""},
		{v6, "! above 1/sec", "upto 1/sec burst 5", ""},
		{0, "upto 1/sec burst 1 mode srcip name htable-expire 2000", "", ""},
		{v4, "upto 1/sec burst 1 mode dstip name htable-max 2000 htable-gcinterval 60000 htable-expire 2000", "", ""},
		{v4, "mode dstport,srcip,,dstip|srcport, name upto 1/sec", "upto 1/sec burst 5 mode srcip,srcport,dstip,dstport", ""},
		{v4, `mode "" name upto 1/sec`, "upto 1/sec burst 5", ""},
		// The entries expire after a unit of the rate as it is written.
		{v4, "upto 60/min", "upto 1/sec burst 5 name htable-expire 60000", ""},
		{v4, "upto 48/day", "upto 2/hour burst 5 name htable-expire 86400000", ""},
		{v4, "upto 5/min burst 5 name htable-expire 60000", "upto 5/min burst 5", ""},
		{v4, "upto 5/min burst 5 name htable-expire 1000", "", ""},
		{v4, "upto 300000/sec burst 5", "upto 333333/sec burst 5", ""},
		{v4, "upto 1/sec name htable-size 0 name htable-max 2000000", "upto 1/sec burst 5 name htable-max 1048576", ""},
		{v4, "upto 1/sec burst 5 name htable-size 4294967295", "upto 1/sec burst 5 name htable-size 1048576", ""},
		// Rates in bytes are kept as a cost of 16 bytes.
		{0, "upto 4kb/s burst 400kb", "", ""},
		{v4, "upto 10mb/s", "", ""},
		{v4, "upto 123456b/s burst 1mb", "", ""},
		{v4, "upto 1024b/s", "upto 1kb/s", ""},
		{v4, "upto 1000b/s", "upto 992b/s", ""},
		{v4, "upto 1000mb/s", "upto 1008mb/s", ""},
		{v4, "upto 32767mb/s", "upto 34359738336b/s", ""},
		{v4, "upto 500kb/second", "upto 500kb/s", ""},
		{v4, "upto 5kmb/s", "upto 5mb/s", ""},
		{v4, "upto 500Kb/s", "upto 496b/s", ""},            // no capital letters
		{v4, "upto 500kB/s", "upto 500/sec burst 5", ""},   // nor in the b: packets
		{v4, "upto 500kb/min", "upto 500/min burst 5", ""}, // no other unit: packets
		{v4, "upto 1gb/s", "upto 1b/s", "it prints 0b/s"},  // no gb
		{v4, "upto 65536mb/s", "upto 1b/s", "prints 0b/s"}, // 32 bits of 16 bytes
		{v4, "upto 512kb/s burst 1024kb", "upto 512kb/s burst 1mb", ""},
		{v4, "upto 512kb/s burst 513kb", "upto 512kb/s burst 1mb", ""}, // two seconds
		{v4, "upto 512kb/s burst 524288", "upto 512kb/s burst 512kb", ""},
		{v4, "upto 100b/s burst 200b", "upto 96b/s burst 288b", ""},
		{v4, "upto 10kb/s burst 100000mb", "upto 10kb/s burst 1695mb", ""},
		{v4, "upto 5kb/s burst 4294967296b", "upto 5kb/s burst 5kb", ""},
		{v4, "upto 5/sec burst 5k", "upto 5/sec burst 5120", ""},
		{v4, "upto 5/sec burst 0x10things", "upto 5/sec burst 16", ""},
		{v4, "upto 300kb/s burst 301kb name htable-expire 60000", "upto 300kb/s burst 600kb", ""},
		{v4, "upto 300kb/s name htable-expire 60000", "", ""},
		{v4, "upto 300kb/s name htable-expire 15000", "upto 300kb/s", ""},
		// Masks.
		{v4, "upto 1/sec burst 5 mode srcip name srcmask 24 dstmask 0", "", ""},
		{v4, "upto 1/sec burst 5 name srcmask 255.255.0.0 dstmask 32", "upto 1/sec burst 5 name srcmask 16", ""},
		{v6, "upto 1/sec burst 5 name srcmask 32 dstmask 128", "upto 1/sec burst 5 name srcmask 32", ""},
		{v6, "upto 1/sec burst 5 name srcmask ffff:ffff::", "upto 1/sec burst 5 name srcmask 32", ""},
		// Rate matching counts seconds.
		{0, "upto 40/sec burst 20 mode srcip name rate-match", "", ""},
		{v4, "upto 40mb/s mode srcip name rate-match", "", ""},
		{v4, "upto 40/sec burst 20 mode srcip name rate-match rate-interval 10", "", ""},
		{v4, "upto 40mb/s mode srcip name rate-match rate-interval 10", "", ""},
		{v4, "upto 61/min name rate-match", "upto 61/sec burst 5 name htable-expire 60000 rate-match rate-interval 60", ""},
		{v4, "upto 5/min name rate-match rate-interval 3x", "upto 5/sec burst 5 name htable-expire 60000 rate-match rate-interval 3", ""},
		{v4, "upto 100000mb/s name rate-match", "upto 68719476704b/s name rate-match", ""},
		{v4, "upto 5/sec burst 5 name rate-match rate-interval 1", "upto 5/sec burst 5 name rate-match", ""},
		{v4, "upto 5/sec name rate-interval 10", "upto 5/sec burst 5", ""},
	} {
		if c.save == "" {
			c.save = c.rule
		}
		cases = append(cases, exttest.Case{Rule: hashlimitRule(c.rule), Save: hashlimitRule(c.save), Family: c.family, Stock: c.stock})
	}
	exttest.Run(t, cases)
	exttest.Run(t, []exttest.Case{
		{Rule: "-m hashlimit --hashlimit 1/sec --hashlimit-name a.b:c", Save: "-m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-name a.b:c", Family: v4},
		{Rule: "-m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-name " + strings.Repeat("x", 300), Save: "-m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-name " + strings.Repeat("x", 254), Family: v4},
		{Rule: `-m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-name "a b"`, Family: v4, Stock: "it forgets the quotes"},
		{Rule: "-m hashlimit --hashlimit-upto 1/day --hashlimit-burst 5 --hashlimit-name x", Stock: "xt_hashlimit's credits overflow with most values of HZ"},
		{Rule: "-m hashlimit", Err: "one of --hashlimit-upto, --hashlimit-above", Family: v4},
		{Rule: "-m hashlimit --hashlimit-name mini1", Err: "one of --hashlimit-upto, --hashlimit-above"},
		{Rule: "-m hashlimit --hashlimit-upto 1/sec", Err: "hashlimit has no --hashlimit-name"},
	})
	var bad []exttest.Case
	for _, c := range []struct{ rule, err string }{
		{"upto 1000001/sec", "too fast; expected at most 1000000/second"},
		{"upto -1/sec", "too fast"},
		{"upto 0/sec", "is none"},
		{"upto 0kb/s", "is none"},
		{"upto b/s", `unexpected "b"`},
		{"upto 5/", "ends too early"},
		{"upto 5/year", `"year" is no unit`},
		{"upto 32768mb/s", "too high for the kernel"},
		{"upto 68719476735b/s", "too high"},
		{"upto 1/sec above 2/sec", "cannot stand with"},
		{"upto 1/sec burst 0", "a number from 1 to 1000000"},
		{"upto 1/sec burst 1000001", "a number from 1 to 1000000"},
		{"upto 1/sec burst -1", "a number from 1 to 1000000"},
		{"upto 1/sec burst 1000kb", "burst of 1024000 packets is too great"},
		{"upto 512kb/s burst 1kb", "burst of 1024 bytes is smaller than what the rate lets through in a second; expected at least 524288b"},
		{"upto 10mb/s burst 10mb", "at least 10486704b"},
		{"upto 8b/s burst 100b", "too low for a burst"},
		{"upto 1/sec mode SRCIP", `"SRCIP" is no mode`},
		{"upto 1/sec name srcmask 129", "is no prefix"},
		{"upto 1/sec name srcmask 255.0.255.0", "is no prefix"},
		{"upto 1/sec name htable-gcinterval 0", "from 1"},
		{"upto 1/sec name htable-expire 0", "from 1"},
		{"upto 1/sec name htable-size 4294967296", "from 0 to 4294967295"},
		{"upto 1/sec name rate-match rate-interval 0", "seconds from 1"},
		{"upto 60000000/min name rate-match", "too high for the kernel"},
		{"upto 1/sec ! burst 5", "cannot be negated"},
	} {
		bad = append(bad, exttest.Case{Rule: hashlimitRule(c.rule), Err: c.err, Family: v4})
	}
	for _, name := range []string{`""`, ".", "..", "a/b"} {
		bad = append(bad, exttest.Case{Rule: "-m hashlimit --hashlimit-upto 1/sec --hashlimit-name " + name, Err: "a name that a file can have", Family: v4})
	}
	exttest.Run(t, bad)
}

// hashlimitRule writes options without their prefix out: "upto 1/sec name
// htable-size 5" has its name in its place.
func hashlimitRule(s string) string {
	out := []string{"-m", "hashlimit"}
	named := false
	for _, w := range strings.Fields(s) {
		switch {
		case w == "name" && named:
		case w == "name":
			out, named = append(out, "--hashlimit-name", "x"), true
		case w == "upto" || w == "above" || w == "burst" || w == "mode" || strings.Contains(w, "mask") || strings.HasPrefix(w, "htable-") || strings.HasPrefix(w, "rate-"):
			out = append(out, "--hashlimit-"+w)
		default:
			out = append(out, w)
		}
	}
	if !named {
		out = append(out, "--hashlimit-name", "x")
	}
	return strings.Join(out, " ")
}

func TestLowerHashlimit(t *testing.T) {
	lowersTo(t, "-m hashlimit ! --hashlimit 120/min --hashlimit-name x --hashlimit-mode dstip,srcip", ast.FamilyIP6,
		"hashlimit --hashlimit-above 2/sec --hashlimit-burst 5 --hashlimit-mode srcip,dstip --hashlimit-name x --hashlimit-htable-expire 60000")
}

// TestRateStable reads rates until they are canonical, which they must be the
// second time at the latest.
func TestRateStable(t *testing.T) {
	for _, unit := range []string{"/sec", "/min", "/hour", "/day", "b/s", "kb/s", "mb/s"} {
		for n := uint64(1); n < 1<<34; n = n*9/8 + 1 {
			rule := fmt.Sprintf("-A INPUT -m hashlimit --hashlimit-upto %d%s --hashlimit-name x", n, unit)
			_, first, errs := iptables.ParseRule(rule, "filter", ast.FamilyIP)
			if len(errs) > 0 {
				break // too fast from here on
			}
			if _, again, errs := iptables.ParseRule(strings.TrimSpace(first), "filter", ast.FamilyIP); again != first || len(errs) > 0 {
				t.Errorf("%s\n is first %s  and then %s%v", rule, first, again, errs)
			}
		}
	}
}
