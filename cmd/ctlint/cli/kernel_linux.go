package cli

import (
	"github.com/spf13/cobra"

	"github.com/ctlint/ctlint/backend/apply"
	"github.com/ctlint/ctlint/backend/sandbox"
)

// kernelCommands are the commands that speak with the kernel.
func (c *CLI) kernelCommands() []*cobra.Command {
	return []*cobra.Command{c.applyCommand(), c.rollbackCommand(), c.conntrackCommand(), c.watchCommand()}
}

// enterNamespace goes to a network namespace of ip netns.
func enterNamespace(name string) error { return apply.Enter(name) }

// Processes serves the processes that commands start: the sandbox and the watchdog. It
// returns if this is none of them.
func Processes() {
	sandbox.Main()
	apply.Main()
}
