package cli

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// completionsCommand writes what shells load; packagers run it.
func (c *CLI) completionsCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "completions FOLDER",
		Short:  "Write the completions for shells",
		Long:   "Completions writes what bash, zsh and fish load to complete ctlint's commands.",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			root, file := cmd.Root(), filepath.Join(args[0], "ctlint.")
			return errors.Join(
				root.GenBashCompletionFileV2(file+"bash", true),
				root.GenZshCompletionFile(file+"zsh"),
				root.GenFishCompletionFile(file+"fish", true),
			)
		},
	}
}

// manCommand writes the manual pages; packagers run it.
func (c *CLI) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man FOLDER",
		Short:  "Write the manual pages",
		Long:   "Man writes a manual page of section 1 for each command into a folder.",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true // the same text each time
			return doc.GenManTree(root, &doc.GenManHeader{Title: "CTLINT", Section: "1", Source: "ctlint " + version(), Manual: "ctlint"}, args[0])
		},
	}
}
