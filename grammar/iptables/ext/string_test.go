package ext_test

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestString(t *testing.T) {
	const v4 = ast.FamilyIP
	x := func(n int) string { return strings.Repeat("x", n) }
	cases := []exttest.Case{
		{Rule: `-m string --algo bm --string "test"`, Save: `-m string --string "test" --algo bm`},
		{Rule: `-m string ! --string "test" --algo kmp`},
		{Rule: `-m string --hex-string "|0a0a0a0a|" --algo bm`},
		{Rule: `-m string --algo bm --from 0 --to 65535 --string test`, Save: `-m string --string "test" --algo bm`, Family: v4},
		{Rule: `-m string --icase --to 20 --from 10 --algo bm ! --hex-string "|41|"`, Save: `-m string ! --string "A" --algo bm --from 10 --to 20 --icase`},
		{Rule: `-m string --string "test" --algo bm --from 10 --to 10`, Family: v4},
		{Rule: `-m string --string "test" --algo bm --to 0`, Family: v4},
		{Rule: `-m string --string "--to" --algo bm`, Family: v4},
		{Rule: `-m string --string "` + x(128) + `" --algo bm`, Family: v4},
		{Rule: `-m string --string "` + x(129) + `" --algo bm`, Err: "129 bytes long; expected at most 128"},
		{Rule: `-m string --string "" --algo bm`, Err: "is empty"},
		{Rule: `-m string --string "test"`, Err: "has no --algo"},
		{Rule: `-m string --algo bm`, Err: "one of --string, --hex-string"},
		{Rule: `-m string`, Err: "has no --algo"},
		{Rule: `-m string --algo wrong`, Err: `"wrong" is no algorithm; expected bm or kmp`},
		{Rule: `-m string --string x --algo BM`, Err: `"BM" is no algorithm`},
		{Rule: `-m string --string x --hex-string |41| --algo bm`, Err: "cannot stand with"},
		{Rule: `-m string --string x --algo bm --from 65536`, Err: "from 0 to 65535"},
		{Rule: `-m string --string x --algo bm --from 20 --to 10`, Err: "begins at 20 and ends at 10"},
		{Rule: `-m string --string x --algo bm ! --icase`, Err: "cannot be negated"},
	}
	// In the argument's own words, as they stand between the quotes.
	for _, c := range []struct{ option, arg, save string }{
		{"string", `te st`, `--string "te st"`},
		{"string", `te\"st`, `--string "te\"st"`},
		{"string", `te\\st`, `--string "te\\st"`},
		{"string", `test\\`, `--hex-string "|746573745c|"`},
		{"string", `te|s't`, `--string "te|s't"`},
		{"string", `ä`, `--hex-string "|c3a4|"`},
		{"hex-string", `|41 42|`, `--string "AB"`},
		{"hex-string", `|  41 42 |c`, `--string "ABc"`},
		{"hex-string", `|4142|cd|0A|`, `--hex-string "|414263640a|"`},
		{"hex-string", `ab\\|cd`, `--string "ab|cd"`},
		{"hex-string", `ab\\\\cd`, `--string "ab\\cd"`},
		{"hex-string", `|5c|a`, `--string "\\a"`},
		{"hex-string", `|5c|`, `--hex-string "|5c|"`},
		{"hex-string", `|22|`, `--string "\""`},
		{"hex-string", `|00|`, `--hex-string "|00|"`},
		{"hex-string", `|ff|abc`, `--hex-string "|ff616263|"`},
		{"hex-string", `|41 `, `--string "A"`},
		{"hex-string", `a|`, `--string "a"`},
		{"hex-string", `a| `, `--string "a"`},
		{"hex-string", `|41||42|`, `--string "A|42"`},
		{"hex-string", `|41|\\42`, `--string "A\\42"`},
		{"hex-string", `|41|42|43|`, `--string "A42C"`},
		{"hex-string", `|41|` + x(127), `--string "A` + x(127) + `"`},
	} {
		cases = append(cases, exttest.Case{Rule: "-m string --" + c.option + ` "` + c.arg + `" --algo kmp`, Save: "-m string " + c.save + " --algo kmp", Family: v4})
	}
	for _, c := range []struct{ arg, err string }{
		{``, "is empty"},
		{`|`, "the pattern is empty"},
		{`||`, `unexpected "|"`},
		{`|4|`, `unexpected "4|"`},
		{`|414|`, `unexpected "4|"`},
		{`|41`, "not closed; expected a | at its end"},
		{`|4`, `unexpected "4"`},
		{`|4g|`, `unexpected "4g|"`},
		{`|41  42|`, `unexpected " 42|"`},
		{`|41\\42|`, `unexpected "\\42|"`},
		{`a||b`, `unexpected "|b"`},
		{`ab\\`, `unexpected "\\"`},
		{x(129), "longer than 128 bytes"},
		{"|" + strings.Repeat("41", 128) + "|", "longer than 128 bytes"},
		{x(128) + "|", "longer than 128 bytes"},
	} {
		cases = append(cases, exttest.Case{Rule: `-m string --hex-string "` + c.arg + `" --algo kmp`, Err: c.err, Family: v4})
	}
	exttest.Run(t, cases)
}

func TestLowerString(t *testing.T) {
	lowersTo(t, `-m string --algo bm --from 5 ! --string "a b"`, ast.FamilyIP, `string ! --string "a b" --algo bm --from 5`)
	lowersTo(t, `-m string --algo bm --hex-string "|0d 0a|"`, ast.FamilyIP, `string --hex-string "|0d0a|" --algo bm`)
}
