package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/translate"
)

func (c *CLI) translateCommand() *cobra.Command {
	r := &rewrite{CLI: c, text: toConntrack}
	to := oneOf("", "conntrack")
	cmd := &cobra.Command{
		Use:   "translate --to conntrack [PATH...]",
		Short: "Rewrite rulesets from old matches to new ones",
		Long: `Translate rewrites rulesets.

--to conntrack makes "-m conntrack --ctstate X" of "-m state --state X", in save
files, in command lines and in scripts. It changes nothing else: comments, blanks,
counters and line ends stay as they are. A rule that has both matches gets one,
where one can say the same.

The exit code is 1 if a match had to be left as it is, because its words come out
of a variable, and 2 if a file cannot be read or has lines that iptables would
refuse; the other lines are rewritten all the same.`,
		Example: `  ctlint translate --to conntrack --diff /etc/iptables
  ctlint translate --to conntrack -w rules.v4 rules.v6`,
		RunE: func(_ *cobra.Command, args []string) error { return r.run(args) },
	}
	cmd.Flags().Var(to, "to", "what to rewrite to")
	if err := cmd.MarkFlagRequired("to"); err != nil {
		panic(err) // there is such a flag
	}
	r.flags(cmd)
	return cmd
}

// toConntrack rewrites the state matches of a source.
func toConntrack(s *load.Source, left func(at ast.Span, message string)) (string, bool) {
	if s.IPTables == nil {
		return "", false
	}
	var edits []translate.Edit
	for _, r := range translate.Conntrack(s.IPTables) {
		if r.Left != "" {
			left(r.At, strings.TrimSpace("the state match is left: "+r.Left))
		}
		edits = append(edits, r.Edits...)
	}
	return translate.Apply(s.Text, s.IPTables.Base(), edits), true
}
