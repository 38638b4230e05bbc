package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/translate"
)

func (c *CLI) translateCommand() *cobra.Command {
	r := &rewrite{CLI: c, text: toConntrack}
	n := &toNFT{rewrite: r}
	to := oneOf("", "conntrack", "nft")
	cmd := &cobra.Command{
		Use:   "translate --to conntrack|nft [PATH...]",
		Short: "Rewrite rulesets from old matches to new ones, or from iptables to nft",
		Long: `Translate rewrites rulesets.

--to nft makes one script for nft of the rulesets of a host: save files, command
lines, scripts and listings, with the sets that ipset save has printed. Each rule
means the same in the script, or it is refused, by its line and the reason; then
nothing is printed, and the exit code is 1. With --partial the rest is printed, and
comments marked REFUSED stand in the place of the rules that are left out.
--report tells of each rule whether its translation is exact, or by what means
it is equivalent.

--to conntrack makes "-m conntrack --ctstate X" of "-m state --state X", in save
files, in command lines and in scripts. It changes nothing else: comments, blanks,
counters and line ends stay as they are. A rule that has both matches gets one,
where one can say the same. The exit code is 1 if a match had to be left as it is,
because its words come out of a variable.

The exit code is 2 if a file cannot be read or has lines that iptables would
refuse; --to conntrack rewrites the other lines all the same.`,
		Example: `  ctlint translate --to nft rules.v4 rules.v6 > rules.nft
  iptables-save | ctlint translate --to nft --report text -
  ctlint translate --to nft --ipset ipset.save --partial rules.v4
  ctlint translate --to conntrack --diff /etc/iptables
  ctlint translate --to conntrack -w rules.v4 rules.v6`,
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, f := range foreign[to.value] {
				if cmd.Flags().Changed(f) {
					return fmt.Errorf("--%s does not go with --to %s", f, to)
				}
			}
			switch to.value {
			case "nft":
				return n.run(args)
			case "":
				return errors.New("--to is empty")
			}
			return r.run(args)
		},
	}
	cmd.Flags().Var(to, "to", "what to rewrite to")
	if err := cmd.MarkFlagRequired("to"); err != nil {
		panic(err) // there is such a flag
	}
	r.flags(cmd)
	n.flags(cmd)
	return cmd
}

// foreign are the flags that do not go with a value of --to.
var foreign = map[string][]string{
	"nft":       {"write", "check"},
	"conntrack": {"style", "counters", "ipset", "partial", "report", "nft-version", "output", "prove", "inet"},
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
