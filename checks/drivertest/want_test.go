package drivertest

import (
	"fmt"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/checks/driver"
)

func TestParseWants(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"none", "*filter\n# we want nothing\n-A INPUT\n", ""},
		{"the next rule", "# want \"a\"\n-A INPUT\n", "1>2 TT001 a"},
		{"below comments and empty lines", "# want \"a\"\n\n# more\n  \n-A INPUT\n", "1>5 TT001 a"},
		{"several for one line", "# want \"a\"\n# want \"b\" `c d`\n-A INPUT\n", "1>3 TT001 a; 2>3 TT001 b; 2>3 TT001 c d"},
		{"indented", "\t# want \"a\"\n-A INPUT\n", "1>2 TT001 a"},
		{"behind a rule", "iptables -A INPUT # want \"a\"\niptables -A OUTPUT\n", "1>1 TT001 a"},
		{"lines below", "# want +2 \"a\"\n\n# x\n-A INPUT\n", "1>3 TT001 a"},
		{"lines below a rule", "iptables \\ # want +1 \"a\"\n-A INPUT\n", "1>2 TT001 a"},
		{"another check's", "# want CT010 \"a\" \"b\"\n-A INPUT\n", "1>2 CT010 a; 1>2 TT001 b"},
		{"at the end", "-A INPUT\n# want \"a\"", "2>2 TT001 a"},
		{"with escapes", "# want \"a\\\\.b\"\n-A INPUT\n", "1>2 TT001 a\\.b"},
		{"a word that is none", "# want a\n-A INPUT\n", `error: f:1: "a" is neither a code nor a quoted regular expression`},
		{"nothing", "# want CT010\n-A INPUT\n", "error: f:1: want what?"},
		{"no number", "# want +x \"a\"\n-A INPUT\n", `error: f:1: "+x" is no number of lines`},
		{"no regular expression", "# want \"(\"\n-A INPUT\n", "error: f:1: error parsing regexp: missing closing ): `(`"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ws, err := parseWants("f", c.text, "TT001")
			var got []string
			for _, w := range ws {
				got = append(got, fmt.Sprintf("%d>%d %s %s", w.comment, w.line, w.code, w.re))
			}
			s := strings.Join(got, "; ")
			if err != nil {
				s = "error: " + err.Error()
			}
			if s != c.want {
				t.Errorf("got  %s\nwant %s", s, c.want)
			}
		})
	}
}

func TestCompare(t *testing.T) {
	found := func(file string, line int, code, message string) driver.Finding {
		return driver.Finding{Code: code, Message: message, Pos: token.Position{Filename: file, Line: line, Column: 1}}
	}
	wanted := func(file string, line int, code, re string) *want {
		return &want{file: file, comment: line - 1, line: line, code: code, re: regexp.MustCompile(re)}
	}
	for _, c := range []struct {
		name     string
		findings []driver.Finding
		wants    []*want
		problems []string
	}{
		{"met", []driver.Finding{found("f", 2, "A", "one two")}, []*want{wanted("f", 2, "A", "one")}, nil},
		{"not wanted", []driver.Finding{found("f", 2, "A", "one")}, nil, []string{"f:2:1: not wanted: A: one"}},
		{"not found", nil, []*want{wanted("f", 2, "A", "one")}, []string{`f:1: wanted in line 2, and not found: A "one"`}},
		{"another line", []driver.Finding{found("f", 3, "A", "one")}, []*want{wanted("f", 2, "A", "one")}, []string{"f:3:1: not wanted: A: one", `f:1: wanted in line 2, and not found: A "one"`}},
		{"another file", []driver.Finding{found("g", 2, "A", "one")}, []*want{wanted("f", 2, "A", "one")}, []string{"g:2:1: not wanted: A: one", `f:1: wanted in line 2, and not found: A "one"`}},
		{"another check", []driver.Finding{found("f", 2, "B", "one")}, []*want{wanted("f", 2, "A", "one")}, []string{"f:2:1: not wanted: B: one", `f:1: wanted in line 2, and not found: A "one"`}},
		{"twice, wanted once", []driver.Finding{found("f", 2, "A", "one"), found("f", 2, "A", "one")}, []*want{wanted("f", 2, "A", "one")}, []string{"f:2:1: not wanted: A: one"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := compare(c.findings, c.wants); !slices.Equal(got, c.problems) {
				t.Errorf("got  %q\nwant %q", got, c.problems)
			}
		})
	}
}
