package check

import (
	"fmt"
	"strings"
)

// Markdown returns the check's documentation as a page: what it finds and why, the
// fix, examples, and how it is chosen and suppressed.
func (c *Check) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s %s\n\n%s.\n\n", c.Code, c.Slug, capital(c.Title))
	b.WriteString("| severity | fix | decided over all packets | on by default | since |\n|---|---|---|---|---|\n")
	fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n\n", c.Severity, c.Fix, yes(c.Packets), yes(!c.Off), orDash(c.Since))
	b.WriteString(c.Explanation())
	c.markdownExamples(&b, "Found in", c.Bad)
	c.markdownExamples(&b, "Not found in", c.Good)
	fmt.Fprintf(&b, "\n## Choosing it\n\nOn the command line: `--select %[1]s`, `--ignore %[1]s`. In `.ctlint.yaml`: `select`,\n`ignore` and `severity` take `%[1]s` or `%[2]s`.\n", c.Code, c.Slug)
	if c.Family() != "SU" {
		fmt.Fprintf(&b, "\nOne place is suppressed by a comment above it, with the reason:\n\n```\n# ctlint:ignore %s -- why this is meant so\n```\n", c.Code)
	}
	return b.String()
}

// Explanation is the body of the page: the text and what the fix does.
func (c *Check) Explanation() string {
	var b strings.Builder
	b.WriteString(escapeMarkdown(strings.TrimSpace(c.Text)))
	b.WriteByte('\n')
	if c.Fix != None {
		fmt.Fprintf(&b, "\n## Fix (%s)\n\n%s\n", c.Fix, escapeMarkdown(strings.TrimSpace(c.FixText)))
	}
	return b.String()
}

func (c *Check) markdownExamples(b *strings.Builder, head string, es []Example) {
	for _, e := range es {
		for _, f := range e.Files() {
			fmt.Fprintf(b, "\n## %s: `%s`\n\n```\n%s", head, f.File, f.Text)
			if !strings.HasSuffix(f.Text, "\n") {
				b.WriteByte('\n')
			}
			b.WriteString("```\n")
			head = "with"
		}
		head = "Also"
	}
}

// escapeMarkdown keeps what the texts say in plain words from being read as
// markup: < of a placeholder, and * and _ of names.
func escapeMarkdown(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		if strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "\t") { // code
			b.WriteString(line)
			continue
		}
		b.WriteString(strings.NewReplacer("<", "&lt;", "*", `\*`, "_", `\_`).Replace(line))
	}
	return b.String()
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
