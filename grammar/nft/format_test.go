package nft

import (
	gotoken "go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/internal/nfttest"
	"github.com/ctlint/ctlint/internal/sample"
)

// shared is where rulesets are that are no part of the project.
const shared = "../../../shared"

// wholeScript is a script of a corpus.
type wholeScript struct {
	name, text string
	listed     bool // as nft list ruleset prints it
}

// wholeScripts returns all scripts there are: the project's own fixtures and the
// corpora.
func wholeScripts(t testing.TB) (all []wholeScript) {
	t.Helper()
	add := func(dir string, listed bool) (n int) {
		filepath.WalkDir(dir, func(path string, _ os.DirEntry, _ error) error {
			if strings.HasSuffix(path, ".nft") && filepath.Base(path) != "0043chain_ingress.nft" { // has backslashes before its quotes
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, wholeScript{path, string(text), listed})
				n++
			}
			return nil
		})
		return n
	}
	for _, c := range formatCases(t) {
		all = append(all, wholeScript{c.name, c.in, false})
	}
	if n := add("../../fixtures", false); n < 10 {
		t.Errorf("only %d fixtures are scripts of nft", n)
	}
	if add(shared+"/corpora/nft-tests/shell", true) == 0 {
		t.Log("SKIPPED: the corpus of dumps is not at " + shared)
	}
	if add(shared+"/defects", false) == 0 {
		t.Log("SKIPPED: the corpus of defects is not at " + shared)
	}
	return all
}

// formatCase is a file of testdata/format: a script as somebody writes it, and
// how it is formatted.
type formatCase struct {
	name, in, out string
}

func formatCases(t testing.TB) (cases []formatCase) {
	t.Helper()
	names, _ := filepath.Glob("testdata/format/*.txtar")
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c := formatCase{name: name}
		for _, f := range a.Files {
			switch f.Name {
			case "in.nft":
				c.in = string(f.Data)
			case "out.nft":
				c.out = string(f.Data)
			}
		}
		cases = append(cases, c)
	}
	if len(cases) < 5 {
		t.Fatalf("only %d scripts are in testdata/format", len(cases))
	}
	return cases
}

// TestFormat formats scripts that people write.
func TestFormat(t *testing.T) {
	for _, c := range formatCases(t) {
		f := Parse(gotoken.NewFileSet(), c.name, []byte(c.in), Options{Alone: true})
		got := string(f.Format())
		if *update {
			a := &txtar.Archive{Files: []txtar.File{{Name: "in.nft", Data: []byte(c.in)}, {Name: "out.nft", Data: []byte(got)}}}
			if err := os.WriteFile(c.name, txtar.Format(a), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if got != c.out || got == "" {
			t.Errorf("%s: got\n%s\nwant\n%s%v", c.name, got, c.out, f.Errors)
		}
	}
}

// TestFormatScripts formats every script there is. Another layout means the same,
// has the same words and comments, and is a layout that stays. What nft lists
// stays as it is.
func TestFormatScripts(t *testing.T) {
	for _, s := range wholeScripts(t) {
		before := Parse(gotoken.NewFileSet(), s.name, []byte(s.text), Options{Alone: true})
		text := before.Format()
		if text == nil {
			t.Errorf("%s: %v", s.name, before.Errors)
			continue
		}
		checkFormatted(t, s.name, before, text)
		if s.listed && string(text) != s.text {
			t.Errorf("%s: what nft lists is printed as\n%s\nand is\n%s", s.name, text, s.text)
		}
	}
}

// checkFormatted compares a script with how it is formatted.
func checkFormatted(t *testing.T, name string, before *File, text []byte) {
	t.Helper()
	after := Parse(gotoken.NewFileSet(), name, text, Options{Alone: true})
	if a, b := wordsOf(before.text), wordsOf(string(text)); a != b {
		t.Errorf("%s: other words\n%s\n%s\n%s", name, a, b, text)
	}
	if !ast.Equal(before.Ruleset, after.Ruleset) || len(before.Errors) != len(after.Errors) {
		t.Errorf("%s: it means something else\n%s\n%s\n%v\n%v\n%s", name, ast.Dump(before.Ruleset), ast.Dump(after.Ruleset), before.Errors, after.Errors, text)
	}
	if len(before.Comments) != len(after.Comments) {
		t.Fatalf("%s: %d comments have become %d\n%s", name, len(before.Comments), len(after.Comments), text)
	}
	for i, c := range before.Comments {
		if a, b := strings.TrimRight(c.Text, " \t\r"), after.Comments[i].Text; a != b {
			t.Errorf("%s: the comment %q has become %q", name, a, b)
		}
	}
	if again := after.Format(); string(again) != string(text) {
		t.Errorf("%s: formatted again\n%s\nit is not\n%s", name, again, text)
	}
}

// wordsOf returns a script without its layout: without blanks, newlines, comments
// and what else only separates statements.
func wordsOf(text string) string {
	var out strings.Builder
	c := cutter{text: text}
	for at := 0; at < len(text); {
		switch marks[text[at]] {
		case markComment:
			at = lineEnd(text, at)
			continue
		case markQuote:
			end, _ := c.quote(at)
			out.WriteString(text[at:end])
			at = end
			continue
		case markBlank, markNewline, markSemicolon:
		case markBackslash:
			if _, joined := c.continued(at); !joined {
				out.WriteByte(text[at])
			}
		default:
			if text[at] != '\r' {
				out.WriteByte(text[at])
			}
		}
		at++
	}
	return out.String()
}

// TestFormatLoads has the kernel load scripts before and after: nft lists both
// alike. It takes one script in three, or all with CTLINT_FULL=1.
func TestFormatLoads(t *testing.T) {
	loaded := 0
	for _, s := range wholeScripts(t) {
		if s.listed || strings.Contains(s.text, "include ") || !sample.Take(s.name, 3) {
			continue
		}
		want, errWant := nfttest.List(t, s.text, "--stateless")
		f := Parse(gotoken.NewFileSet(), s.name, []byte(s.text), Options{Alone: true})
		got, errGot := nfttest.List(t, string(f.Format()), "--stateless")
		if (errWant == nil) != (errGot == nil) || got != want {
			t.Errorf("%s: nft lists\n%s%v\nand what is formatted as\n%s%v", s.name, want, errWant, got, errGot)
		}
		if errWant == nil {
			loaded++
		}
	}
	if loaded < 20 {
		t.Errorf("only %d scripts were loaded", loaded)
	}
}
