// Package cli is ctlint's command line, for ctlint itself and for everybody who
// wants a ctlint with checks of their own:
//
//	func main() { cli.Main(append(checks.All(), mine)...) }
//
// Each command is in a file of its own. Nothing below this package prints.
package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/grammar"
)

// The exit codes.
const (
	// Clean: nothing at or above --fail-on was found.
	Clean = 0
	// Found: something was.
	Found = 1
	// Unusable: the command line is wrong, or a file cannot be read or
	// understood.
	Unusable = 2
	// Failed: ctlint itself or a check has failed.
	Failed = 3
)

// Main runs ctlint with these checks and the process's arguments, and exits. It is
// also what runs in a sandbox that verify has made, and the watchdog of apply.
func Main(checks ...*check.Check) {
	Processes()
	os.Exit((&CLI{Checks: checks, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}).Run(os.Args[1:]))
}

// CLI is a command line with all that it touches.
type CLI struct {
	Checks []*check.Check
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
}

// Run runs a command and returns its exit code.
func (c *CLI) Run(args []string) int {
	root := c.root()
	root.SetArgs(ctCommand(args))
	err := root.Execute()
	var code exit
	switch {
	case err == nil:
		return Clean
	case errors.As(err, &code):
		return int(code)
	}
	fmt.Fprintf(c.Stderr, "ctlint: %v\n", err)
	return Unusable
}

// exit is an error that has been told already; what is left is the exit code.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

func (c *CLI) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "ctlint",
		Short: "Lint, translate and analyze Linux firewall rulesets",
		Long: `ctlint reads firewall rulesets for iptables, ip6tables and nft and tells what
is wrong with them. It needs no privilege, and does not touch the kernel; verify
alone asks it, in a network namespace of its own, --live reads the rulesets in
force, and apply, rollback, conntrack and watch speak with the kernel that is running.`,
		Version:           cmp.Or(version(), "of an unknown version"),
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		Args:              cobra.ArbitraryArgs,
		RunE:              unknownCommand,
	}
	root.SetIn(c.Stdin)
	root.SetOut(c.Stdout)
	root.SetErr(c.Stderr)
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(
		c.lintCommand(), c.fmtCommand(), c.translateCommand(), c.checksCommand(), c.explainCommand(),
		c.configCommand(), c.initCommand(), c.manCommand(), c.completionsCommand(),
		c.verifyCommand(),
	)
	root.AddCommand(c.kernelCommands()...)
	c.complete(root)
	return root
}

// unknownCommand is what ctlint runs where no command is named.
func unknownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return root.Help()
	}
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	if near := grammar.Near(args[0], names); near != "" {
		return fmt.Errorf("there is no command %q; did you mean %q?", args[0], near)
	}
	return fmt.Errorf("there is no command %q; expected %s", args[0], strings.Join(names, ", "))
}

// flagError adds what a misspelt flag was most likely meant to be.
func flagError(cmd *cobra.Command, err error) error {
	if word, ok := strings.CutPrefix(err.Error(), "unknown flag: --"); ok {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := grammar.Near(word, names); near != "" {
			return fmt.Errorf("unknown flag --%s; did you mean --%s?", word, near)
		}
		err = fmt.Errorf("unknown flag --%s", word)
	}
	return fmt.Errorf("%w; run %s --help", err, cmd.CommandPath())
}
