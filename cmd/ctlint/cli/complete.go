package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ctlint/ctlint/report"
)

// complete tells the shells what the flags of all commands take. ctlint completion
// writes what a shell loads.
func (c *CLI) complete(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		var words cobra.CompletionFunc
		switch v := f.Value.(type) {
		case *choice:
			words = cobra.FixedCompletions(v.words, cobra.ShellCompDirectiveNoFileComp)
		case *outputs:
			var names []string
			for _, x := range report.Formats() {
				names = append(names, x.Name+"\t"+x.Title)
			}
			words = cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp)
		default:
			if f.Name != "select" && f.Name != "ignore" && f.Name != "fix-only" {
				return
			}
			words = c.completeChecks
		}
		if err := cmd.RegisterFlagCompletionFunc(f.Name, words); err != nil {
			panic(err) // there is such a flag
		}
	})
	for _, sub := range cmd.Commands() {
		c.complete(sub)
	}
}
