package report

import (
	"bufio"
	"fmt"
	"go/token"
	"io"
	"strings"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
)

// TextOptions say how [Text] writes.
type TextOptions struct {
	// Color writes colours, as escape sequences of a terminal.
	Color bool
	// Links makes the name of a check a hyperlink to its page (OSC 8).
	Links bool
}

// Text writes the findings of a run for people: for each a line
//
//	file:line:column: severity: message [CODE slug]
//
// that editors know how to follow, the line of the ruleset with the place marked
// under it, the witness, and related places. Columns count bytes, from 1. What
// could disturb a terminal is written as an escape.
func Text(w io.Writer, r *driver.Result, o TextOptions) error {
	p := textPrinter{w: bufio.NewWriter(w), texts: textsOf(r)}
	p.links = o.Links
	if o.Color {
		p.style = colors
	}
	for _, f := range r.Findings {
		p.finding(f)
	}
	return p.w.Flush()
}

// style is the escape sequences for the parts of a finding; empty for none.
type style struct {
	place, mark, dim, reset string
	severity                [check.Error + 1]string
}

var colors = style{
	place: "\x1b[1m", mark: "\x1b[1;32m", dim: "\x1b[2m", reset: "\x1b[0m",
	severity: [...]string{check.Info: "\x1b[1;36m", check.Warning: "\x1b[1;33m", check.Error: "\x1b[1;31m"},
}

type textPrinter struct {
	w     *bufio.Writer
	texts texts
	style style
	links bool
}

func (p *textPrinter) finding(f driver.Finding) {
	s := &p.style
	fmt.Fprintf(p.w, "%s%s:%s %s%s:%s %s %s[%s]%s\n",
		s.place, at(f.Pos), s.reset, s.severity[f.Severity], f.Severity, s.reset,
		visible(f.Message), s.dim, p.name(f), s.reset)
	p.excerpt(f.Pos, f.End)
	if f.Witness != "" {
		p.note("witness: " + f.Witness)
	}
	for _, r := range f.Related {
		if r.Pos.IsValid() {
			p.note(at(r.Pos) + ": " + r.Message)
		} else {
			p.note(r.Message)
		}
	}
	for _, x := range f.Fixes {
		p.note(fixWord(x) + ": " + x.Message)
	}
}

// name returns the name of a finding's check, with links one that a terminal
// follows to its page.
func (p *textPrinter) name(f driver.Finding) string {
	name := f.Code + " " + f.Slug
	if !p.links || f.URL == "" || visible(f.URL) != f.URL {
		return name
	}
	return "\x1b]8;;" + f.URL + "\x1b\\" + name + "\x1b]8;;\x1b\\"
}

func (p *textPrinter) note(s string) {
	for i, line := range strings.Split(s, "\n") {
		lead := "   = "
		if i > 0 {
			lead = "     "
		}
		fmt.Fprintf(p.w, "%s%s%s%s\n", p.style.dim, lead, p.style.reset, visible(line))
	}
}

// excerpt writes the line at a place, and a mark under what is meant.
func (p *textPrinter) excerpt(pos, end token.Position) {
	text, ok := p.texts[pos.Filename]
	if !ok || pos.Line == 0 {
		return
	}
	e := excerpt(text, pos.Offset, end.Offset)
	number := fmt.Sprint(pos.Line)
	fmt.Fprintf(p.w, "%s%s | %s%s\n", p.style.dim, number, p.style.reset, e.line)
	fmt.Fprintf(p.w, "%s%*s | %s%s%s%s%s\n", p.style.dim, len(number), "", p.style.reset, e.lead, p.style.mark, e.mark, p.style.reset)
}

// at writes a place as file:line:column, and a file as a whole as file.
func at(p token.Position) string {
	if p.Line == 0 {
		return visible(p.Filename)
	}
	return fmt.Sprintf("%s:%d:%d", visible(p.Filename), p.Line, p.Column)
}
