package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/syntax"
	"github.com/ctlint/ctlint/grammar"
)

func (c *CLI) checksCommand() *cobra.Command {
	format := oneOf("text", "text", "json")
	cmd := &cobra.Command{
		Use:   "checks [CODE|SLUG]",
		Short: "List the checks, or explain one",
		Long: `Checks lists all checks with their severity and whether they have a fix. With a
code or a slug it explains that check: what it finds and why, with examples.`,
		Example: `  ctlint checks
  ctlint checks RD009
  ctlint checks --format json unused-chain`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			all := append(slices.Clip(c.Checks), syntax.Check)
			if len(args) == 1 {
				one, err := findCheck(all, args[0])
				if err != nil {
					return err
				}
				if format.value == "json" {
					return writeJSON(c.Stdout, checkJSON(one))
				}
				return explain(c.Stdout, one)
			}
			if format.value == "json" {
				list := []checkDescription{}
				for _, k := range all {
					list = append(list, checkJSON(k))
				}
				return writeJSON(c.Stdout, list)
			}
			return list(c.Stdout, all)
		},
	}
	cmd.Flags().Var(format, "format", "how the checks are written")
	return cmd
}

func (c *CLI) explainCommand() *cobra.Command {
	format := oneOf("text", "text", "markdown", "json")
	cmd := &cobra.Command{
		Use:   "explain CODE|SLUG",
		Short: "Explain a check",
		Long: `Explain says what a check finds and why, what its fix does, and shows rulesets in which
it finds something and others in which it does not. With --format markdown it is the
check's page in the documentation.`,
		Example: `  ctlint explain CT004
  ctlint explain --format markdown unused-chain`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: c.completeChecks,
		RunE: func(_ *cobra.Command, args []string) error {
			one, err := findCheck(append(slices.Clip(c.Checks), syntax.Check), args[0])
			if err != nil {
				return err
			}
			switch format.value {
			case "json":
				return writeJSON(c.Stdout, checkJSON(one))
			case "markdown":
				_, err := io.WriteString(c.Stdout, one.Markdown())
				return err
			}
			return explain(c.Stdout, one)
		},
	}
	cmd.Flags().Var(format, "format", "how it is written")
	return cmd
}

// completeChecks completes the names of checks for a shell.
func (c *CLI) completeChecks(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, k := range append(slices.Clip(c.Checks), syntax.Check) {
		out = append(out, k.Code+"\t"+k.Title, k.Slug+"\t"+k.Title)
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

func findCheck(all []*check.Check, name string) (*check.Check, error) {
	var names []string
	for _, c := range all {
		if c.Slug == name || strings.EqualFold(c.Code, name) {
			return c, nil
		}
		names = append(names, c.Slug, c.Code)
	}
	if near := grammar.Near(name, names); near != "" {
		return nil, fmt.Errorf("no check is called %q; did you mean %q?", name, near)
	}
	return nil, fmt.Errorf("no check is called %q; ctlint checks lists them", name)
}

func list(w io.Writer, checks []*check.Check) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "CODE\tSEVERITY\tFIX\tSLUG\tTITLE")
	for _, c := range checks {
		title := c.Title
		if c.Off {
			title += " (off by default)"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", c.Code, c.Severity, fixWord(c.Fix), c.Slug, title)
	}
	return t.Flush()
}

func fixWord(k check.FixKind) string {
	if k == check.None {
		return "-"
	}
	return k.String()
}

// explain writes all that is known of a check.
func explain(w io.Writer, c *check.Check) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s (%s): %s\n\n%s\n", c.Code, c.Slug, c.Severity, c.Title, strings.TrimSpace(c.Text))
	if c.Off {
		b.WriteString("\nThe check is off by default; --select turns it on.\n")
	}
	if c.Fix != check.None {
		fmt.Fprintf(&b, "\nFix (%s): %s\n", c.Fix, strings.TrimSpace(c.FixText))
	}
	examples(&b, "Bad", c.Bad)
	examples(&b, "Good", c.Good)
	if c.Since != "" {
		fmt.Fprintf(&b, "\nSince ctlint %s.\n", c.Since)
	}
	fmt.Fprintf(&b, "\n%s\n", c.URL)
	_, err := io.WriteString(w, b.String())
	return err
}

func examples(b *strings.Builder, head string, es []check.Example) {
	for _, e := range es {
		for _, f := range e.Files() {
			fmt.Fprintf(b, "\n%s: %s\n\n", head, f.File)
			for line := range strings.Lines(f.Text) {
				if line != "\n" {
					b.WriteString("    ")
				}
				b.WriteString(line)
			}
		}
	}
}

// checkDescription is a check as ctlint checks --format json writes it.
type checkDescription struct {
	Code     string         `json:"code"`
	Slug     string         `json:"slug"`
	Severity check.Severity `json:"severity"`
	Fix      check.FixKind  `json:"fix"`
	FixText  string         `json:"fixText,omitempty"`
	Packets  bool           `json:"packets"`
	Off      bool           `json:"off"`
	Title    string         `json:"title"`
	Text     string         `json:"text"`
	Bad      [][]textFile   `json:"bad"`
	Good     [][]textFile   `json:"good"`
	Since    string         `json:"since,omitempty"`
	URL      string         `json:"url"`
}

type textFile struct {
	File string `json:"file"`
	Text string `json:"text"`
}

func checkJSON(c *check.Check) checkDescription {
	return checkDescription{
		Code: c.Code, Slug: c.Slug, Severity: c.Severity, Fix: c.Fix, FixText: c.FixText,
		Packets: c.Packets, Off: c.Off, Title: c.Title, Text: strings.TrimSpace(c.Text),
		Bad: textFiles(c.Bad), Good: textFiles(c.Good), Since: c.Since, URL: c.URL,
	}
}

func textFiles(es []check.Example) [][]textFile {
	out := [][]textFile{}
	for _, e := range es {
		var files []textFile
		for _, f := range e.Files() {
			files = append(files, textFile{f.File, f.Text})
		}
		out = append(out, files)
	}
	return out
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
