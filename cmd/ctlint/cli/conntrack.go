//go:build linux

package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ctlint/ctlint/backend/conntrack"
	"github.com/ctlint/ctlint/grammar"
)

// ctFailed is the exit code of ctlint conntrack where the kernel refuses
// something, or has no such entry: that of conntrack(8).
const ctFailed = 1

const conntrackLong = `Conntrack shows and changes the kernel's table of connections, as conntrack(8)
does: with its parameters, its lines and its exit codes. The words after the verb
may name a table, conntrack or expect; list has dying and unconfirmed too.

The exit code is 0 if all went well, 2 if the command line is wrong, and 1
otherwise: if the kernel refuses, or if there is no entry to get, update or
delete.`

func (c *CLI) conntrackCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "conntrack VERB",
		Short: "Show and change the kernel's connections",
		Long:  conntrackLong,
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			var verbs []string
			for _, sub := range cmd.Commands() {
				verbs = append(verbs, sub.Name())
			}
			if near := grammar.Near(args[0], verbs); near != "" {
				return fmt.Errorf("there is no verb %q; did you mean %q?", args[0], near)
			}
			return fmt.Errorf("there is no verb %q; expected %s", args[0], strings.Join(verbs, ", "))
		},
	}
	cmd.AddCommand(
		c.conntrackList(), c.conntrackGet(), c.conntrackCreate(), c.conntrackAdd(), c.conntrackUpdate(),
		c.conntrackDelete(), c.conntrackFlush(), c.conntrackEvents(), c.conntrackCount(), c.conntrackStats(),
	)
	return cmd
}

// ctLetters are conntrack(8)'s commands, for those who are used to them.
var ctLetters = map[string]string{
	"-L": "list", "--dump": "list", "-G": "get", "--get": "get", "-I": "create", "--create": "create", "-A": "add", "--add": "add",
	"-U": "update", "--update": "update", "-D": "delete", "--delete": "delete", "-F": "flush", "--flush": "flush",
	"-E": "events", "--event": "events", "-C": "count", "--count": "count", "--counter": "count", "-S": "stats", "--stats": "stats",
}

// ctCommand replaces a command of conntrack(8) after ctlint conntrack by its verb.
func ctCommand(args []string) []string {
	if len(args) < 2 || args[0] != "conntrack" || ctLetters[args[1]] == "" {
		return args
	}
	return append([]string{args[0], ctLetters[args[1]]}, args[2:]...)
}

// ctRun is one run of a verb.
type ctRun struct {
	*CLI
	out     ctOutput
	verb    ctVerb
	table   string
	queries []*ctQuery
	shown   int
	buf     []byte
}

// q is the query of a verb that takes one.
func (r *ctRun) q() *ctQuery { return r.queries[0] }

// conntrackVerb makes the command of a verb.
func (c *CLI) conntrackVerb(verb ctVerb, use, short, long string, tables []string, run func(r *ctRun) error, own ...func(*cobra.Command, *ctRun)) *cobra.Command {
	r := &ctRun{CLI: c, verb: verb}
	cmd := &cobra.Command{Use: use, Short: short, Long: long, DisableFlagParsing: true}
	if verb&(ctPrints|ctCount|ctStats) != 0 {
		r.out.flags(cmd)
	}
	for _, o := range own {
		o(cmd, r)
	}
	if verb&ctFilters != 0 {
		cmd.Flags().Bool("or", false, "what follows are the parameters of one more filter: entries are meant that any of them asks for")
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		queries, rest, err := ctParse(cmd, verb, args)
		if err != nil {
			return err
		}
		if help, err := cmd.Flags().GetBool("help"); err == nil && help {
			return cmd.Help()
		}
		if r.table, err = ctTable(tables, rest); err != nil {
			return err
		}
		r.queries = queries
		for _, q := range queries {
			if q.names != nil && verb&(ctList|ctEvents) != 0 {
				r.out.format.Labels = q.names // as conntrack(8), that has read them
			}
		}
		if err := r.out.finish(); err != nil {
			return err
		}
		return r.done(run(r))
	}
	// The parameters are parsed in groups, each into a query of its own; those
	// of the command are for its help.
	(&ctQuery{verb: verb}).flags(cmd.Flags())
	for _, f := range ctFlags {
		if flag := cmd.Flags().Lookup(f.name); flag != nil {
			flag.NoOptDefVal = "" // would be shown
		}
	}
	return cmd
}

// ctTable finds the table that is meant. As with conntrack(8), a beginning of its
// name is enough.
func ctTable(tables, words []string) (string, error) {
	switch {
	case len(words) == 0:
		return tables[0], nil
	case len(words) > 1:
		return "", fmt.Errorf("there are words too many: %q", words[1:])
	}
	i := slices.IndexFunc(tables, func(t string) bool { return words[0] != "" && strings.HasPrefix(t, words[0]) })
	if i < 0 {
		return "", fmt.Errorf("there is no table %q here; expected %s", words[0], strings.Join(tables, ", "))
	}
	return tables[i], nil
}

// usageError is a mistake on the command line that is found late.
type usageError struct{ error }

// done tells of an error, and makes the exit code of it.
func (r *ctRun) done(err error) error {
	err = errors.Join(err, r.flush())
	var usage usageError
	var code exit
	switch {
	case err == nil, errors.As(err, &code):
		return err
	case errors.As(err, &usage):
		return usage.error
	}
	fmt.Fprintf(r.Stderr, "ctlint: %v\n", err)
	return exit(ctFailed)
}

// told says how many entries there were. If there were none, but should have been,
// that is a failure.
func (r *ctRun) told(what string, must bool) error {
	if err := r.flush(); err != nil {
		return err
	}
	fmt.Fprintf(r.Stderr, "ctlint conntrack: %d %s.\n", r.shown, what)
	if r.shown == 0 && must {
		return exit(ctFailed)
	}
	return nil
}

// flushAt is how much is printed at once.
const flushAt = 32 << 10

// line ends a line of output.
func (r *ctRun) line() error {
	r.buf = append(r.buf, '\n')
	if len(r.buf) < flushAt {
		return nil
	}
	return r.flush()
}

func (r *ctRun) flush() error {
	if len(r.buf) == 0 {
		return nil
	}
	_, err := r.Stdout.Write(r.buf)
	r.buf = r.buf[:0]
	return err
}

// print prints a flow.
func (r *ctRun) print(f *conntrack.Flow) error {
	r.shown++
	switch {
	case r.out.json():
		r.buf = f.JSON(r.out.format.Labels).Append(r.buf)
	case r.out.save:
		r.buf = conntrack.AppendSave(r.buf, "-A", f)
	default:
		r.buf = r.out.format.Append(r.buf, f)
	}
	return r.line()
}

// printExpect prints an expectation.
func (r *ctRun) printExpect(e *conntrack.Expect) error {
	r.shown++
	if r.out.json() {
		r.buf = e.JSON().Append(r.buf)
	} else {
		r.buf = e.Append(r.buf)
	}
	return r.line()
}

// match reports whether any of the queries asks for the flow.
func (r *ctRun) match(f *conntrack.Flow) bool {
	return slices.ContainsFunc(r.queries, func(q *ctQuery) bool { return q.filter.Match(f) })
}

// dump calls each with the flows that are asked for: with one dump, for any
// number of filters. What only one filter asks for, the kernel sorts out.
func (r *ctRun) dump(conn *conntrack.Conn, o conntrack.DumpOptions, each func(*conntrack.Flow) error) error {
	if len(r.queries) == 1 {
		o.Filter = &r.q().filter
		o.Family = r.q().filter.Family
	}
	return conn.Dump(o, func(f *conntrack.Flow) error {
		if !r.match(f) {
			return nil
		}
		return each(f)
	})
}

// with dials, and calls f.
func (r *ctRun) with(f func(*conntrack.Conn) error) error {
	conn, err := conntrack.Dial()
	if err != nil {
		return err
	}
	return errors.Join(f(conn), conn.Close())
}

// ctOutput is how entries are printed.
type ctOutput struct {
	words     []string
	as        *choice
	format    conntrack.Format
	timestamp bool
	save      bool
}

func (o *ctOutput) flags(cmd *cobra.Command) {
	o.as = oneOf("text", "text", "json")
	cmd.Flags().Var(o.as, "format", "how to print: conntrack(8)'s lines, or a JSON object a line")
	cmd.Flags().StringSliceVarP(&o.words, "output", "o", nil, "what to show: extended, id, timestamp, ktimestamp, labels, save, userspace")
}

func (o *ctOutput) json() bool { return o.as.value == "json" }

// finish understands -o.
func (o *ctOutput) finish() error {
	for _, w := range o.words {
		switch w {
		case "extended":
			o.format.Extended = true
		case "id":
			o.format.ID = true
		case "timestamp":
			o.timestamp = true
		case "ktimestamp":
			o.format.Timestamp = true
		case "labels":
			// As with conntrack(8), there are no labels without a file of them.
			if names, err := conntrack.ReadLabelNames(conntrack.LabelFiles...); err == nil {
				o.format.Labels = names
			}
		case "save":
			o.save = true
		case "userspace": // events always tell
		case "xml":
			return fmt.Errorf("-o xml is not written; expected --format json")
		default:
			return fmt.Errorf("-o has no %q; expected extended, id, timestamp, ktimestamp, labels, save or userspace", w)
		}
	}
	if o.save && (len(o.words) > 1 || o.json()) {
		return fmt.Errorf("-o save is a form of its own; expected it alone")
	}
	return nil
}

// writeLine writes a line of its own to w.
func writeLine(w io.Writer, line []byte) error {
	_, err := w.Write(append(line, '\n'))
	return err
}
