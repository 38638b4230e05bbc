package check_test

import (
	"encoding/json"
	"go/token"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
)

func declaration() check.Check {
	return check.Check{
		Code: "TT001", Slug: "made-up", Severity: check.Warning,
		Title: "a thing that is made up", Text: "\nWhy it matters.\n",
		Analyzer: &analysis.Analyzer{Run: func(*analysis.Pass) (any, error) { return nil, nil }},
	}
}

func TestNew(t *testing.T) {
	c := check.New(declaration())
	if c.Name != "made_up" || c.Doc != "a thing that is made up\n\nWhy it matters." {
		t.Errorf("name %q, doc %q", c.Name, c.Doc)
	}
	if !strings.HasSuffix(c.URL, "/made-up.md") {
		t.Errorf("URL %s", c.URL)
	}
	if err := analysis.Validate([]*analysis.Analyzer{c.Analyzer}); err != nil {
		t.Error(err)
	}
	own := declaration()
	own.Analyzer.URL = "https://example.org/made-up"
	if c := check.New(own); c.URL != "https://example.org/made-up" {
		t.Errorf("URL %s", c.URL)
	}
}

func TestWrongDeclarations(t *testing.T) {
	for _, c := range []struct {
		want   string
		change func(*check.Check)
	}{
		{"no analyzer", func(c *check.Check) { c.Analyzer = nil }},
		{"no analyzer", func(c *check.Check) { c.Analyzer.Run = nil }},
		{"the code", func(c *check.Check) { c.Code = "tt001" }},
		{"the code", func(c *check.Check) { c.Code = "TT1" }},
		{"the slug", func(c *check.Check) { c.Slug = "Made-Up" }},
		{"the slug", func(c *check.Check) { c.Slug = "made_up" }},
		{"no title", func(c *check.Check) { c.Title = "" }},
		{"no title", func(c *check.Check) { c.Text = " \n" }},
		{"no severity", func(c *check.Check) { c.Severity = 0 }},
		{"a fix without a text", func(c *check.Check) { c.Fix = check.Safe }},
		{"a text without a fix", func(c *check.Check) { c.FixText = "removes it" }},
	} {
		t.Run(c.want, func(t *testing.T) {
			d := declaration()
			c.change(&d)
			defer func() {
				if p, _ := recover().(string); !strings.Contains(p, c.want) {
					t.Errorf("panic %q; want %q", p, c.want)
				}
			}()
			check.New(d)
			t.Error("the declaration is taken")
		})
	}
}

type span struct{ from, to token.Pos }

func (s span) Pos() token.Pos { return s.from }
func (s span) End() token.Pos { return s.to }

func TestReport(t *testing.T) {
	edit := analysis.TextEdit{Pos: 3, End: 4, NewText: []byte("x")}
	for _, c := range []struct {
		name    string
		options []check.Option
		raw     string // the category, the related messages, the fixes as foreign drivers show them
		want    check.Decoded
	}{
		{"plain", nil, "TT001", check.Decoded{Code: "TT001"}},
		{"its own severity", []check.Option{check.At(check.Info)}, "TT001/info", check.Decoded{Code: "TT001", Severity: check.Info}},
		{"the usual severity", []check.Option{check.At(check.Warning)}, "TT001", check.Decoded{Code: "TT001"}},
		{"witness", []check.Option{check.Related(span{7, 9}, "here"), check.Witness("tcp")}, "TT001|here|witness: tcp",
			check.Decoded{Code: "TT001", Witness: "tcp", Related: []analysis.RelatedInformation{{Pos: 7, End: 9, Message: "here"}}}},
		{"fixes", []check.Option{check.Fix("remove it", edit), check.UnsafeFix("open it")}, "TT001|remove it|open it (unsafe)",
			check.Decoded{Code: "TT001", Fixes: []check.DecodedFix{{Message: "remove it", Safe: true, Edits: []analysis.TextEdit{edit}}, {Message: "open it"}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := declaration()
			d.Analyzer.Run = func(pass *analysis.Pass) (any, error) {
				check.Report(pass, span{3, 5}, "it is wrong", c.options...)
				return nil, nil
			}
			k := check.New(d)
			var got analysis.Diagnostic
			if _, err := k.Run(&analysis.Pass{Analyzer: k.Analyzer, Report: func(d analysis.Diagnostic) { got = d }}); err != nil {
				t.Fatal(err)
			}
			if got.Pos != 3 || got.End != 5 || got.Message != "it is wrong" || got.URL != k.URL {
				t.Errorf("%+v", got)
			}
			raw := []string{got.Category}
			for _, r := range got.Related {
				raw = append(raw, r.Message)
			}
			for _, f := range got.SuggestedFixes {
				raw = append(raw, f.Message)
			}
			if s := strings.Join(raw, "|"); s != c.raw {
				t.Errorf("encoded %s; want %s", s, c.raw)
			}
			if dec := check.Decode(got); !reflect.DeepEqual(dec, c.want) {
				t.Errorf("decoded\n%+v\nwant\n%+v", dec, c.want)
			}
		})
	}
}

func TestSeverity(t *testing.T) {
	if !(check.Error > check.Warning && check.Warning > check.Info && check.Info > 0) {
		t.Error("the severities are out of order")
	}
	for _, name := range check.Severities() {
		s, ok := check.ParseSeverity(name)
		if !ok || s.String() != name {
			t.Errorf("%s is read as %v", name, s)
		}
		b, err := json.Marshal(s)
		if err != nil || string(b) != `"`+name+`"` {
			t.Errorf("%s is written as %s, %v", name, b, err)
		}
		var back check.Severity
		if err := json.Unmarshal(b, &back); err != nil || back != s {
			t.Errorf("%s is read back as %v, %v", b, back, err)
		}
	}
	if _, ok := check.ParseSeverity("none"); ok {
		t.Error("none is a severity")
	}
	var s check.Severity
	if err := json.Unmarshal([]byte(`"fatal"`), &s); err == nil {
		t.Error("fatal is a severity")
	}
}

func TestFamily(t *testing.T) {
	for code, want := range map[string]string{"CT010": "CT", "V6001": "V6", "SYNTAX": "SYNTAX"} {
		if got := (&check.Check{Code: code}).Family(); got != want {
			t.Errorf("%s is of %s; want %s", code, got, want)
		}
	}
}
