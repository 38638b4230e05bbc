//go:build linux

package cli

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/ctlint/ctlint/backend/conntrack"
)

func (c *CLI) conntrackEvents() *cobra.Command {
	var kinds []string
	var buffer int
	return c.conntrackVerb(ctEvents, "events [TABLE] [PARAMETER...]", "Show events as they happen",
		`Events shows a line for each entry that begins, changes or ends, until it is
interrupted. An event that a program has caused names the program.

Events that come faster than they are printed are lost; a warning says so. A bigger
--buffer-size helps.`,
		[]string{"conntrack", "expect"},
		func(r *ctRun) error { return r.events(kinds, buffer) },
		func(cmd *cobra.Command, _ *ctRun) {
			cmd.Flags().StringSliceVarP(&kinds, "event-mask", "e", nil, "events to show: ALL, NEW, UPDATES, DESTROY")
			cmd.Flags().IntVarP(&buffer, "buffer-size", "b", 0, "size of the netlink socket's buffer in bytes")
		})
}

// eventKinds are the words of --event-mask.
var eventKinds = map[string]conntrack.EventKind{
	"ALL": conntrack.EventAll, "NEW": conntrack.EventNew, "UPDATES": conntrack.EventUpdate, "DESTROY": conntrack.EventDestroy,
}

func (r *ctRun) events(words []string, buffer int) error {
	var kinds conntrack.EventKind
	for _, w := range words {
		k, ok := eventKinds[strings.ToUpper(w)]
		if !ok {
			return usageError{fmt.Errorf("there is no event %q; expected ALL, NEW, UPDATES or DESTROY", w)}
		}
		kinds |= k
	}
	if kinds == 0 {
		kinds = conntrack.EventAll
	}
	expect := r.table == "expect"
	if expect && slices.ContainsFunc(r.queries, (*ctQuery).isFilter) {
		return usageError{errors.New("events of expectations are shown whole; expected no parameters")}
	}
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM)
	defer stop()
	l, err := conntrack.Listen(kinds, expect, buffer)
	if err != nil {
		return err
	}
	if buffer > 0 {
		n, err := l.BufferSize()
		if err != nil {
			return errors.Join(err, l.Close())
		}
		fmt.Fprintf(r.Stderr, "NOTICE: Netlink socket buffer size has been set to %d bytes.\n", n)
	}
	programs := conntrack.Programs{}
	err = l.Events(ctx, func(ev *conntrack.Event) error {
		if ev.Flow != nil && !r.match(ev.Flow) {
			return nil
		}
		r.shown++
		r.event(ev, programs)
		return errors.Join(r.line(), r.flush())
	}, func(lost error) error {
		fmt.Fprintf(r.Stderr, "ctlint conntrack: warning: %v\n", lost)
		return nil
	})
	if err = errors.Join(err, l.Close()); err != nil {
		return err
	}
	if expect {
		return r.told("expectation events have been shown", false)
	}
	return r.told("flow events have been shown", false)
}

// event prints an event.
func (r *ctRun) event(ev *conntrack.Event, programs conntrack.Programs) {
	program := ""
	if ev.PortID != 0 {
		program = programs.Name(ev.PortID)
	}
	if r.out.json() {
		var j *conntrack.JSON
		if ev.Expect != nil {
			j = ev.Expect.JSON()
		} else {
			j = ev.Flow.JSON(r.out.format.Labels)
		}
		j.Event, j.PortID, j.Program = ev.Kind.String(), ev.PortID, program
		r.buf = j.Append(r.buf)
		return
	}
	if r.out.timestamp {
		at := time.Now()
		if ev.Flow != nil && ev.Flow.Set&conntrack.HasEventTime != 0 {
			at = time.Unix(0, ev.Flow.EventTime)
		}
		r.buf = fmt.Appendf(r.buf, "[%d.%06d]\t", at.Unix(), at.Nanosecond()/1000)
	}
	if r.out.save && ev.Flow != nil {
		r.buf = conntrack.AppendSave(r.buf, ev.Kind.Command(), ev.Flow)
	} else {
		r.buf = ev.Append(r.buf, &r.out.format)
	}
	if ev.PortID != 0 && ev.Flow != nil {
		r.buf = fmt.Appendf(r.buf, " [USERSPACE] portid=%d", ev.PortID)
		if program != "" {
			r.buf = fmt.Appendf(r.buf, " progname=%s", program)
		}
	}
}
