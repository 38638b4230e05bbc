package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/grammar/load"
)

func (c *CLI) fmtCommand() *cobra.Command {
	r := &rewrite{CLI: c}
	r.text = r.format
	cmd := &cobra.Command{
		Use:   "fmt [PATH...]",
		Short: "Print rulesets in canonical form",
		Long: `Fmt prints rulesets of iptables in the form that iptables-save prints: names of
options and ports in one spelling, defaults made plain or left out, comments kept.

A save file is formatted line by line. Of a script, of command lines or of a
listing it prints the save file that they amount to, and does not write it back.

Of a script of nft only the layout changes, to that of nft list ruleset: tabs, a
statement a line, one blank where there were several. Words, comments, variables
and blank lines between groups stay. A line that ends within braces or in a
backslash ends there in the result, too. A script is read without what it includes,
which may define its variables; with -I or -D it is read with that, and so a
variable that nothing defines is an error.

The exit code is 1 if --check finds a file that would change, and 2 if a file
cannot be read or has lines that iptables or nft would refuse; such a file is left
as it is.`,
		Example: `  ctlint fmt rules.v4
  ctlint fmt -w /etc/iptables
  ctlint fmt --diff /etc/nftables.conf
  ctlint fmt --check .
  iptables -L -n -v | ctlint fmt -`,
		RunE: func(_ *cobra.Command, args []string) error { return r.run(args) },
	}
	r.flags(cmd)
	return cmd
}

// format returns a source in canonical form.
func (r *rewrite) format(s *load.Source, left func(at ast.Span, message string)) (string, bool) {
	if s.NFT != nil {
		text := s.NFT.Format()
		return string(text), text != nil
	}
	if s.IPTables == nil || hasErrors(s) {
		return "", false
	}
	if s.IPTables.Dialect != iptables.Save && (r.write || r.check || r.diff) {
		left(s.Ruleset.Span, fmt.Sprintf("this is no save file (%s), so there is no canonical form of its own text; without -w, --check and --diff the save file that it amounts to is printed", s.Dialect))
		return "", false
	}
	text := s.IPTables.Format()
	if text == nil {
		left(s.Ruleset.Span, "the text does not tell all of its rules, so no save file can be made of it")
		return "", false
	}
	return string(text), true
}
