package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
)

// maxMarkdown is how many findings a summary lists: GitHub takes no more than a
// MiB of one, and nobody reads more.
const maxMarkdown = 300

var markdownSigns = [...]string{check.Info: "ℹ️ info", check.Warning: "⚠️ warning", check.Error: "❌ error"}

// Markdown writes a summary for people who did not run ctlint themselves: how many
// findings of which check, and a table of them with the witnesses.
func Markdown(w io.Writer, r *driver.Result) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "## ctlint: %s\n", Summarize(r))
	if len(r.Findings) > 0 {
		fmt.Fprint(b, "\n| | place | check | finding |\n|---|---|---|---|\n")
	}
	for _, f := range r.Findings[:min(len(r.Findings), maxMarkdown)] {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", markdownSigns[f.Severity], code(at(f.Pos)), checkLink(f), tableCell(details(f)))
	}
	if n := len(r.Findings) - maxMarkdown; n > 0 {
		fmt.Fprintf(b, "\n%s more.\n", count(n, "finding"))
	}
	if len(r.Errors) > 0 {
		fmt.Fprint(b, "\n### What could not be checked\n\n")
		for _, err := range r.Errors {
			fmt.Fprintf(b, "- %s\n", tableCell(err.Error()))
		}
	}
	return b.Flush()
}

func checkLink(f driver.Finding) string {
	name := f.Code + " " + f.Slug
	if f.URL == "" {
		return name
	}
	return fmt.Sprintf("[%s](%s)", name, f.URL)
}

// code writes a text as code within a table; it is shown as it is.
func code(s string) string {
	return "<code>" + tableCell(s) + "</code>"
}

// tableCell writes a text so that a cell of a table holds it and no markup comes of
// it.
func tableCell(s string) string {
	var lines []string
	for _, l := range strings.Split(s, "\n") {
		lines = append(lines, markdownText.Replace(visible(l)))
	}
	return strings.Join(lines, "<br>")
}

// markdownText escapes what Markdown, its tables and HTML would take for their own
// (GitHub Flavored Markdown, 2.4 and 4.10).
var markdownText = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", "|", `\|`, `\`, `\\`, "`", "\\`",
	"*", `\*`, "_", `\_`, "~", `\~`, "[", `\[`, "]", `\]`, "#", `\#`, "@", "&#64;", ":", "&#58;",
)
