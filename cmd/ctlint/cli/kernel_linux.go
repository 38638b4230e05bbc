package cli

import "github.com/spf13/cobra"

// kernelCommands are the commands that speak with the kernel.
func (c *CLI) kernelCommands() []*cobra.Command {
	return []*cobra.Command{c.conntrackCommand(), c.watchCommand()}
}
