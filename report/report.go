// Package report writes what a run has found, one file for each format.
package report

import (
	"fmt"
	"strings"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
)

// Summary counts findings.
type Summary struct {
	// Files is how many ruleset files were read.
	Files    int `json:"files"`
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Infos    int `json:"infos"`
	// Fixable is how many findings have a safe fix, UnsafeFixable how many
	// have only fixes that are not.
	Fixable       int `json:"fixable"`
	UnsafeFixable int `json:"unsafeFixable"`
	// Suppressed is how many findings comments, the configuration and the
	// baseline keep back. They are counted nowhere else.
	Suppressed int `json:"suppressed"`
}

// Summarize counts the findings of a run.
func Summarize(r *driver.Result) Summary {
	s := Summary{Files: len(r.Files), Suppressed: len(r.Suppressed)}
	for _, f := range r.Findings {
		switch f.Severity {
		case check.Error:
			s.Errors++
		case check.Warning:
			s.Warnings++
		case check.Info:
			s.Infos++
		}
		safe := false
		for _, x := range f.Fixes {
			safe = safe || x.Safe
		}
		switch {
		case safe:
			s.Fixable++
		case len(f.Fixes) > 0:
			s.UnsafeFixable++
		}
	}
	return s
}

// Worst returns the greatest severity of the findings; 0 if there are none.
func (s Summary) Worst() check.Severity {
	switch {
	case s.Errors > 0:
		return check.Error
	case s.Warnings > 0:
		return check.Warning
	case s.Infos > 0:
		return check.Info
	}
	return 0
}

// String says what was found: "1 error, 2 warnings in 3 files".
func (s Summary) String() string {
	var parts []string
	for _, p := range []struct {
		n    int
		name string
	}{{s.Errors, "error"}, {s.Warnings, "warning"}, {s.Infos, "info"}} {
		if p.n > 0 {
			parts = append(parts, count(p.n, p.name))
		}
	}
	if len(parts) == 0 {
		parts = []string{"no findings"}
	}
	text := strings.Join(parts, ", ") + " in " + count(s.Files, "file")
	if s.Suppressed > 0 {
		text += fmt.Sprintf("; %d suppressed", s.Suppressed)
	}
	return text
}

func count(n int, name string) string {
	if n == 1 {
		return "1 " + name
	}
	return fmt.Sprintf("%d %ss", n, name)
}
