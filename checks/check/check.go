// Package check says what a check of ctlint is: a go/analysis analyzer with its
// documentation, its severity and its examples, and the way it reports.
//
// A check lives in a file of its own:
//
//	var UnusedChain = check.New(check.Check{
//		Code:     "RD008",
//		Slug:     "unused-chain",
//		Severity: check.Warning,
//		Title:    "chain that nothing jumps to",
//		Text:     `...`,
//		Bad:      []check.Example{{File: "rules.v4", Text: `...`}},
//		Good:     []check.Example{{File: "rules.v4", Text: `...`}},
//		Analyzer: &analysis.Analyzer{
//			Requires: []*analysis.Analyzer{graph.Analyzer},
//			Run:      unusedChain,
//		},
//	})
//
//	func unusedChain(pass *analysis.Pass) (any, error) {
//		...
//		check.Report(pass, chain.NameSpan, "nothing jumps to chain ...")
//		return nil, nil
//	}
//
// As a check is an [analysis.Analyzer], any driver of go/analysis can run it.
// What such a driver does not know of, the severity, the witness and whether a
// fix is safe, is encoded in the diagnostic in a way that reads well there, too;
// see [Decode].
package check

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Check is an analyzer with what ctlint needs to know of it besides.
type Check struct {
	*analysis.Analyzer

	// Code is the stable short name, capital letters and three digits or
	// more: RD008.
	Code string
	// Slug is the stable long name: unused-chain.
	Slug string
	// Title says what is found, in a few words without a capital or a full
	// stop.
	Title string
	// Text says what the check finds and why it matters, with the source of
	// that knowledge.
	Text string
	// Severity is that of a finding which does not say another with [At].
	Severity Severity

	// Bad are rulesets in which the check finds something, Good the same
	// ones repaired, or others in which it does not. Both are tested.
	Bad, Good []Example

	// Fix says how far the check's fixes can be trusted.
	Fix FixKind
	// FixText says what the fix does.
	FixText string
	// Packets says that findings are decided over all packets; they then
	// have a witness where there can be one.
	Packets bool
	// Host says that the check compares the files of a host, so that it may be
	// quiet where only some of them are given.
	Host bool
	// Off says that the check only runs where it is asked for by name.
	Off bool
	// Since is the version of ctlint that first had the check.
	Since string
}

// Family returns the code without its number: CT, V6, RD. The number is the last
// three digits.
func (c *Check) Family() string {
	n := len(c.Code) - 3
	if n > 0 && strings.Trim(c.Code[n:], "0123456789") == "" {
		return c.Code[:n]
	}
	return c.Code
}

// Example is a ruleset file; With are others of the same host.
type Example struct {
	File string
	Text string
	With []Example
}

// Files returns the example's files, the first one first.
func (e Example) Files() []Example {
	return append([]Example{{File: e.File, Text: e.Text}}, e.With...)
}

// FixKind says how far the fixes of a check can be trusted.
type FixKind uint8

// The kinds of fixes.
const (
	// None: the check has no fix.
	None FixKind = iota
	// Safe fixes keep every verdict, or only close what the finding names
	// and nobody can rely on.
	Safe
	// Unsafe fixes change verdicts.
	Unsafe
)

var fixNames = [...]string{"none", "safe", "unsafe"}

func (k FixKind) String() string { return fixNames[k] }

// MarshalText returns the kind's name.
func (k FixKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// pages is where the documentation of the checks is.
const pages = "https://github.com/ctlint/ctlint/blob/main/docs/checks/"

// New completes a check: the analyzer's Name, Doc and, unless they are set, URL
// are computed, and its Run made to mark each diagnostic with the check's code.
// It panics if the declaration is wrong, so that a program with such a check
// does not start.
func New(c Check) *Check {
	if err := c.valid(); err != nil {
		panic(fmt.Sprintf("check %s %s: %v", c.Code, c.Slug, err))
	}
	a := c.Analyzer
	a.Name = strings.ReplaceAll(c.Slug, "-", "_")
	a.Doc = c.Title + "\n\n" + strings.TrimSpace(c.Text)
	if a.URL == "" {
		a.URL = pages + c.Slug + ".md"
	}
	a.Run = c.marking(a.Run)
	return &c
}

var (
	codeForm = regexp.MustCompile(`^[A-Z][A-Z0-9]*[0-9]{3}$|^SYNTAX$`)
	slugForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
)

func (c *Check) valid() error {
	switch {
	case c.Analyzer == nil || c.Run == nil:
		return fmt.Errorf("has no analyzer that runs")
	case !codeForm.MatchString(c.Code):
		return fmt.Errorf("the code %q is not capital letters and three digits", c.Code)
	case !slugForm.MatchString(c.Slug):
		return fmt.Errorf("the slug %q is not words of small letters joined by hyphens", c.Slug)
	case c.Title == "" || strings.TrimSpace(c.Text) == "":
		return fmt.Errorf("has no title or no text")
	case c.Severity < Info || c.Severity > Error:
		return fmt.Errorf("has no severity")
	case (c.Fix == None) != (c.FixText == ""):
		return fmt.Errorf("has a fix without a text, or a text without a fix")
	}
	return nil
}

// marking returns a Run that puts the code in front of the category of each
// diagnostic that run reports, and the URL, which would else be made up from
// the category.
func (c *Check) marking(run func(*analysis.Pass) (any, error)) func(*analysis.Pass) (any, error) {
	code, severity, url := c.Code, c.Severity, c.URL
	return func(pass *analysis.Pass) (any, error) {
		marked := *pass
		marked.Report = func(d analysis.Diagnostic) {
			d.Category = code + strings.TrimSuffix(d.Category, "/"+severity.String())
			if d.URL == "" {
				d.URL = url
			}
			pass.Report(d)
		}
		return run(&marked)
	}
}
