package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	githubactions "github.com/sethvargo/go-githubactions"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
)

// githubLevels are the workflow commands for the severities (GitHub's "Workflow
// commands for GitHub Actions").
var githubLevels = [...]string{check.Info: "notice", check.Warning: "warning", check.Error: "error"}

// GitHub writes the findings as workflow commands of GitHub Actions, which shows
// them in the diff of a pull request. Columns are only told of a place within one
// line, as GitHub wants it.
func GitHub(w io.Writer, r *driver.Result) error {
	b := bufio.NewWriter(w)
	t := textsOf(r)
	for _, f := range r.Findings {
		c := githubactions.Command{
			Name:       githubLevels[f.Severity],
			Message:    details(f),
			Properties: githubactions.CommandProperties{"file": slashed(f.Pos.Filename), "title": f.Code + " " + f.Slug},
		}
		if f.Pos.Line > 0 {
			c.Properties["line"] = strconv.Itoa(f.Pos.Line)
			c.Properties["endLine"] = strconv.Itoa(f.End.Line)
			if f.Pos.Line == f.End.Line {
				c.Properties["col"] = strconv.Itoa(t.utf16Column(f.Pos))
				c.Properties["endColumn"] = strconv.Itoa(t.utf16Column(f.End))
			}
		}
		fmt.Fprintln(b, c.String())
	}
	for _, err := range r.Errors {
		c := githubactions.Command{Name: "error", Message: err.Error(), Properties: githubactions.CommandProperties{"title": "ctlint"}}
		fmt.Fprintln(b, c.String())
	}
	return b.Flush()
}

// details is the message of a finding with its witness and its fixes, for formats
// that have one text alone.
func details(f driver.Finding) string {
	s := f.Message
	if f.Witness != "" {
		s += "\nwitness: " + f.Witness
	}
	for _, r := range f.Related {
		if r.Pos.IsValid() {
			s += fmt.Sprintf("\n%v: %s", r.Pos, r.Message)
		} else {
			s += "\n" + r.Message
		}
	}
	for _, x := range f.Fixes {
		s += "\n" + fixWord(x) + ": " + x.Message
	}
	return s
}

func fixWord(x driver.Fix) string {
	if x.Safe {
		return "fix"
	}
	return "unsafe fix"
}
