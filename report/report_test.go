package report

import (
	"encoding/json"
	"errors"
	"go/token"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/unit"
)

const rules = "*filter\n:INPUT DROP [0:0]\n-A INPUT -j nowhere\nCOMMIT\n"

// place is the place of part in rules, a file of that name.
func place(name, part string) (pos, end token.Position) {
	from := strings.Index(rules, part)
	f := func(offset int) token.Position {
		before := rules[:offset]
		return token.Position{Filename: name, Offset: offset, Line: 1 + strings.Count(before, "\n"), Column: offset - strings.LastIndexByte(before, '\n')}
	}
	return f(from), f(from + len(part))
}

func sample() *driver.Result {
	pos, end := place("a.v4", "nowhere")
	rpos, rend := place("a.v4", "INPUT")
	return &driver.Result{
		Files: []driver.File{{Name: "a.v4", Text: rules}},
		Findings: []driver.Finding{
			{
				Code: "TT001", Slug: "made-up", Severity: check.Error, Pos: pos, End: end,
				Message: "jump to <nowhere>", Witness: "tcp 192.0.2.1", URL: "https://example.org/made-up",
				Related: []driver.Related{{Pos: rpos, End: rend, Message: "in this chain"}},
				Fixes: []driver.Fix{
					{Message: "drop instead", Safe: true, Edits: []driver.Edit{{Pos: pos, End: end, Text: "DROP"}}},
					{Message: "accept instead", Edits: []driver.Edit{{Pos: pos, End: end, Text: "ACCEPT"}}},
				},
			},
			{
				Code: "TT002", Slug: "whole", Severity: check.Info, Message: "something is missing",
				Pos: token.Position{Filename: "a.v4"}, End: token.Position{Filename: "a.v4"},
			},
		},
		Errors: []error{
			&driver.ReadError{File: "gone", Err: errors.New("open gone: no such file")},
			&driver.InternalError{Analyzer: &analysis.Analyzer{Name: "odd"}, Unit: unit.Unit{Files: []string{"a.v4"}}, Err: errors.New("panic: odd")},
		},
	}
}

func TestText(t *testing.T) {
	want := `a.v4:3:13: error: jump to <nowhere> [TT001 made-up]
3 | -A INPUT -j nowhere
  |             ^~~~~~~
   = witness: tcp 192.0.2.1
   = a.v4:2:2: in this chain
   = fix: drop instead
   = unsafe fix: accept instead
a.v4: info: something is missing [TT002 whole]
`
	var b strings.Builder
	if err := Text(&b, sample(), TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestTextColor(t *testing.T) {
	var b strings.Builder
	if err := Text(&b, sample(), TextOptions{Color: true}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\x1b[1ma.v4:3:13:\x1b[0m \x1b[1;31merror:\x1b[0m jump", "\x1b[1;32m^~~~~~~\x1b[0m\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%q", want, b.String())
		}
	}
}

// TestTextIsQuiet has names and texts that would command a terminal.
func TestTextIsQuiet(t *testing.T) {
	r := sample()
	text := "# \x1b[2J\u202edrop\n"
	r.Files = []driver.File{{Name: "\x1b]0;x\a.v4", Text: text}}
	r.Findings = []driver.Finding{{
		Code: "TT001", Slug: "made-up", Severity: check.Error, Message: "bad \x1b[1m\xff name", Witness: "one\ntwo \x07",
		Pos: token.Position{Filename: r.Files[0].Name, Line: 1, Column: 3, Offset: 2},
		End: token.Position{Filename: r.Files[0].Name, Line: 1, Column: 4, Offset: 3},
	}}
	var b strings.Builder
	if err := Text(&b, r, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	want := `\x1b]0;x\x07.v4:1:3: error: bad \x1b[1m\xff name [TT001 made-up]
1 | # \x1b[2J\u202edrop
  |   ^~~~
   = witness: one
     two \x07
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("0123456789", 30)
	for _, c := range []struct {
		name, text string // what is marked stands between < and >
		want       string
	}{
		{"a word", "one <two> three", "one two three|    |^~~"},
		{"one byte", "one <t>wo", "one two|    |^"},
		{"nothing", "one <>two", "one two|    |^"},
		{"the end of the line", "one<>\n", "one|   |^"},
		{"the end of the text", "one<>", "one|   |^"},
		{"an empty line", "a\n<>\nb", "||^"},
		{"the second line", "a\nb <c>\nd", "b c|  |^"},
		{"more lines", "a <b\nc>\n", "a b|  |^"},
		{"carriage return", "a <b>\r\nc", "a b|  |^"},
		{"tabs before", "\ta\t<b>", "\ta\tb|\t \t|^"},
		{"a tab inside", "a<b\tc>", "ab\tc| |^~~"},
		{"letters of several bytes", "é <ü>x", "é üx|  |^"},
		{"wide letters", "漢 <字>x", "漢 字x|   |^~"},
		{"combining marks", "e\u0301 <x>", "e\u0301 x|  |^"},
		{"escapes", "\x1b <a\x01b>", `\x1b a\x01b|     |^~~~~~`},
		{"no text in UTF-8", "\xff<\xfe>", `\xff\xfe|    |^~~~`},
		{"long, marked at the start", "<ab>" + long, "ab" + long[:118] + "…||^~"},
		{"long, marked at the end", long + "<ab>", "…" + long[182:] + "ab|" + strings.Repeat(" ", 119) + "|^~"},
		{"long, marked in the middle", long + "<ab>" + long, "…" + long[260:] + "ab" + long[:78] + "…|" + strings.Repeat(" ", 41) + "|^~"},
		{"long, and all of it marked", "<" + long + ">", long[:120] + "…||^" + strings.Repeat("~", 119)},
	} {
		t.Run(c.name, func(t *testing.T) {
			from, to := strings.IndexByte(c.text, '<'), strings.IndexByte(c.text, '>')-1
			text := strings.NewReplacer("<", "", ">", "").Replace(c.text)
			m := excerpt(text, from, to)
			if got := m.line + "|" + m.lead + "|" + m.mark; got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestJSON(t *testing.T) {
	var b strings.Builder
	if err := JSON(&b, sample()); err != nil {
		t.Fatal(err)
	}
	want := `{
  "version": 1,
  "findings": [
    {
      "file": "a.v4",
      "line": 3,
      "column": 13,
      "endLine": 3,
      "endColumn": 20,
      "code": "TT001",
      "check": "made-up",
      "severity": "error",
      "message": "jump to <nowhere>",
      "witness": "tcp 192.0.2.1",
      "url": "https://example.org/made-up",
      "related": [
        {
          "file": "a.v4",
          "line": 2,
          "column": 2,
          "endLine": 2,
          "endColumn": 7,
          "message": "in this chain"
        }
      ],
      "fixes": [
        {
          "message": "drop instead",
          "safe": true,
          "edits": [
            {
              "file": "a.v4",
              "line": 3,
              "column": 13,
              "endLine": 3,
              "endColumn": 20,
              "offset": 38,
              "endOffset": 45,
              "text": "DROP"
            }
          ]
        },
        {
          "message": "accept instead",
          "safe": false,
          "edits": [
            {
              "file": "a.v4",
              "line": 3,
              "column": 13,
              "endLine": 3,
              "endColumn": 20,
              "offset": 38,
              "endOffset": 45,
              "text": "ACCEPT"
            }
          ]
        }
      ]
    },
    {
      "file": "a.v4",
      "line": 0,
      "column": 0,
      "endLine": 0,
      "endColumn": 0,
      "code": "TT002",
      "check": "whole",
      "severity": "info",
      "message": "something is missing",
      "related": [],
      "fixes": []
    }
  ],
  "errors": [
    {
      "kind": "read",
      "file": "gone",
      "message": "open gone: no such file"
    },
    {
      "kind": "internal",
      "check": "odd",
      "message": "internal error in odd on a.v4: panic: odd"
    }
  ],
  "summary": {
    "files": 1,
    "errors": 1,
    "warnings": 0,
    "infos": 1,
    "fixable": 1,
    "unsafeFixable": 0,
    "suppressed": 0
  }
}
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	b.Reset()
	if err := JSON(&b, &driver.Result{}); err != nil {
		t.Fatal(err)
	}
	var back map[string]any
	if err := json.Unmarshal([]byte(b.String()), &back); err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{"findings", "errors"} {
		if l, ok := back[list].([]any); !ok || len(l) != 0 {
			t.Errorf("%s of an empty run is %v", list, back[list])
		}
	}
}

func TestSummary(t *testing.T) {
	for _, c := range []struct {
		s     Summary
		want  string
		worst check.Severity
	}{
		{Summary{Files: 1}, "no findings in 1 file", 0},
		{Summary{Files: 2, Infos: 2}, "2 infos in 2 files", check.Info},
		{Summary{Files: 1, Warnings: 1, Infos: 2}, "1 warning, 2 infos in 1 file", check.Warning},
		{Summary{Files: 3, Errors: 2, Warnings: 1}, "2 errors, 1 warning in 3 files", check.Error},
	} {
		if got := c.s.String(); got != c.want || c.s.Worst() != c.worst {
			t.Errorf("got %s, worst %v; want %s, worst %v", got, c.s.Worst(), c.want, c.worst)
		}
	}
}
