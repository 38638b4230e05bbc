package cli

import (
	"cmp"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func (c *CLI) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Look at the configuration",
		Args:  cobra.ArbitraryArgs,
		RunE:  unknownCommand,
	}
	cmd.AddCommand(c.configShowCommand())
	return cmd
}

func (c *CLI) configShowCommand() *cobra.Command {
	var flags settingFlags
	format := oneOf("text", "text", "json")
	cmd := &cobra.Command{
		Use:   "show [FILE]",
		Short: "Show what is set, and where each value comes from",
		Long: `Show prints each setting that lint would have with the same flags, and the place in
the configuration, the flag or the default that it comes from. With a FILE it is what
holds for that ruleset, and which checks look at it.

The exit code is 2 if the configuration has an error.`,
		Example: `  ctlint config show
  ctlint config show hosts/gw/rules.v4
  ctlint config show --ignore CT010 --format json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := flags.load(c.Checks)
			if err != nil {
				return err
			}
			file := ""
			if len(args) == 1 {
				file = args[0]
				if _, err := os.Stat(file); err != nil {
					return err
				}
			}
			values := set.Explain(file)
			if format.value == "json" {
				return writeJSON(c.Stdout, struct {
					Config string `json:"config"`
					Values any    `json:"values"`
				}{set.Name, values})
			}
			fmt.Fprintf(c.Stdout, "configuration: %s\n\n", cmp.Or(set.Name, "none"))
			// The value comes last, as some are long.
			t := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
			for _, v := range values {
				fmt.Fprintf(t, "%s\t%s\t%s\n", v.Key, v.From, v.Value)
			}
			return t.Flush()
		},
	}
	flags.add(cmd.Flags())
	cmd.Flags().Var(format, "format", "how the settings are written")
	return cmd
}
