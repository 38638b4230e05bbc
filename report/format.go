package report

import (
	"io"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
)

// Options say how a format is written. Each format takes what it has a use for.
type Options struct {
	// Color writes colours, and Links hyperlinks to the checks' pages, as escape
	// sequences of a terminal.
	Color, Links bool
	// Checks are the checks that ran.
	Checks []*check.Check
	// Version is that of ctlint; empty if it is not known.
	Version string
}

// Format is a form in which a run is written.
type Format struct {
	// Name is what --format calls it.
	Name string
	// Title says what it is for, in a few words.
	Title string
	Write func(w io.Writer, r *driver.Result, o Options) error
}

// Formats returns all formats.
func Formats() []Format {
	return []Format{
		{"text", "for people, with the place marked", func(w io.Writer, r *driver.Result, o Options) error {
			return Text(w, r, TextOptions{Color: o.Color, Links: o.Links})
		}},
		{"json", "one object, for programs", func(w io.Writer, r *driver.Result, _ Options) error { return JSON(w, r) }},
		{"jsonl", "an object on a line for each finding", func(w io.Writer, r *driver.Result, _ Options) error { return JSONLines(w, r) }},
		{"sarif", "SARIF 2.1.0, for code scanning", SARIF},
		{"github", "annotations of GitHub Actions", func(w io.Writer, r *driver.Result, _ Options) error { return GitHub(w, r) }},
		{"gitlab", "GitLab's code quality report", func(w io.Writer, r *driver.Result, _ Options) error { return GitLab(w, r) }},
		{"checkstyle", "the XML of Checkstyle", func(w io.Writer, r *driver.Result, _ Options) error { return Checkstyle(w, r) }},
		{"junit", "the XML of JUnit", func(w io.Writer, r *driver.Result, _ Options) error { return JUnit(w, r) }},
		{"markdown", "a summary for a job or a merge request", func(w io.Writer, r *driver.Result, _ Options) error { return Markdown(w, r) }},
	}
}

// Find returns the format of that name, or nil.
func Find(name string) *Format {
	for _, f := range Formats() {
		if f.Name == name {
			return &f
		}
	}
	return nil
}
