//go:build !linux

package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

// kernelCommands are none: there is no netfilter here.
func (c *CLI) kernelCommands() []*cobra.Command { return nil }

// ctCommand leaves the arguments as they are.
func ctCommand(args []string) []string { return args }

// enterNamespace goes nowhere: there are no namespaces here.
func enterNamespace(name string) error {
	return fmt.Errorf("there is no network namespace %s: only Linux has any", name)
}

// Processes is nothing: no command starts any.
func Processes() {}
