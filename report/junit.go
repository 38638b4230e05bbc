package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
)

// JUnit writes the run in the XML of JUnit: a suite for each file, a failed test for
// each error and warning, and a passed one that says so for an info. A file in which
// nothing was found has one test that has passed.
func JUnit(w io.Writer, r *driver.Result) error {
	byFile := map[string][]driver.Finding{}
	var names []string
	add := func(name string) {
		if _, ok := byFile[name]; !ok {
			names, byFile[name] = append(names, name), nil
		}
	}
	for _, f := range r.Files {
		add(f.Name)
	}
	for _, f := range r.Findings {
		add(f.Pos.Filename)
		byFile[f.Pos.Filename] = append(byFile[f.Pos.Filename], f)
	}
	out := junit.Testsuites{Name: "ctlint"}
	for _, name := range names {
		s := junit.Testsuite{Name: slashed(name), File: slashed(name), Time: "0"}
		for _, f := range byFile[name] {
			s.AddTestcase(junitCase(f))
		}
		if len(byFile[name]) == 0 {
			s.AddTestcase(junit.Testcase{Name: "no findings", Classname: slashed(name)})
		}
		out.AddSuite(s)
	}
	if len(r.Errors) > 0 {
		s := junit.Testsuite{Name: "ctlint", Time: "0"}
		for i, err := range r.Errors {
			s.AddTestcase(junit.Testcase{Name: fmt.Sprintf("run %d", i+1), Classname: "ctlint", Error: &junit.Result{Message: err.Error(), Type: "error"}})
		}
		out.AddSuite(s)
	}
	return out.WriteXML(w)
}

func junitCase(f driver.Finding) junit.Testcase {
	c := junit.Testcase{
		Name:      fmt.Sprintf("%s %s at %s", f.Code, f.Slug, strings.TrimPrefix(at(f.Pos), visible(f.Pos.Filename)+":")),
		Classname: slashed(f.Pos.Filename),
	}
	text := visibleLines(at(f.Pos) + ": " + details(f))
	if f.Severity == check.Info {
		c.SystemOut = &junit.Output{Data: text}
		return c
	}
	c.Failure = &junit.Result{Message: visible(f.Message), Type: f.Severity.String(), Data: text}
	return c
}

// visibleLines writes as escapes what XML cannot hold.
func visibleLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		// A CDATA section ends at ]]>.
		lines[i] = strings.ReplaceAll(visible(l), "]]>", "]] >")
	}
	return strings.Join(lines, "\n")
}
