//go:build !linux

package cli

import "github.com/spf13/cobra"

// kernelCommands are none: there is no netfilter here.
func (c *CLI) kernelCommands() []*cobra.Command { return nil }

// ctCommand leaves the arguments as they are.
func ctCommand(args []string) []string { return args }

// Processes is nothing: no command starts any.
func Processes() {}
