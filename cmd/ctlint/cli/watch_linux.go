package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/signal"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/counters"
	"github.com/ctlint/ctlint/backend/live"
)

// watch follows counters.
type watch struct {
	*CLI
	interval time.Duration
	lines    int
	format   *choice
	rules    bool
	last     map[string]ast.Counters // by the rule
	started  bool
}

func (c *CLI) watchCommand() *cobra.Command {
	w := &watch{CLI: c, format: oneOf("text", "text", "json")}
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Watch the counters of the stateful accept and of the drops",
		Long: `Watch reads the rulesets that are in force, once a second, and prints a line: what
the rules have counted that accept established packets, and the rules and policies
that drop; and how much of it is new since the line before.

If established does not grow while there is traffic, no rule accepts what is
established, or another one comes first. Rules of nft count only where they say
counter; those that do not are told of once.

The exit code is 0 after --lines, or when it is interrupted, and 1 if the rulesets
cannot be read.`,
		Example: `  ctlint watch
  ctlint watch --rules --lines 10
  ctlint watch --format json | jq .established.packets`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return w.run() },
	}
	cmd.Flags().DurationVar(&w.interval, "interval", time.Second, "how long to wait between two lines")
	cmd.Flags().IntVarP(&w.lines, "lines", "n", 0, "how many lines to print; 0 for no end")
	cmd.Flags().Var(w.format, "format", "how to print: text, or a JSON object a line")
	cmd.Flags().BoolVar(&w.rules, "rules", false, "tell of each rule that has counted something new")
	return cmd
}

// watched is a sum of counters, and what of it is new.
type watched struct {
	Packets    uint64 `json:"packets"`
	Bytes      uint64 `json:"bytes"`
	NewPackets uint64 `json:"new_packets"`
	NewBytes   uint64 `json:"new_bytes"`
	Rules      int    `json:"rules"`
	Uncounted  int    `json:"uncounted,omitempty"`
}

// watchedRule is a rule that has counted something new.
type watchedRule struct {
	Kind  string `json:"kind"`
	Table string `json:"table"`
	Chain string `json:"chain"`
	Place string `json:"place,omitempty"`
	Rule  string `json:"rule"`
	watched
}

// watchLine is one line.
type watchLine struct {
	Time        string        `json:"time"`
	Established watched       `json:"established"`
	Dropped     watched       `json:"dropped"`
	Rules       []watchedRule `json:"changed,omitempty"`
}

func (w *watch) run() error {
	if w.interval <= 0 || w.lines < 0 {
		return errors.New("--interval and --lines are to be positive")
	}
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM)
	defer stop()
	tick := time.NewTicker(w.interval)
	defer tick.Stop()
	for n := 1; ; n++ {
		rs, err := live.Read(true)
		if err == nil {
			err = w.print(time.Now(), counters.Of(rs))
		}
		switch {
		case ctx.Err() != nil: // the tools are interrupted too
			return nil
		case err != nil:
			fmt.Fprintf(w.Stderr, "ctlint: %v\n", err)
			return exit(Found)
		case n == w.lines:
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// print prints a line of what the rules have counted.
func (w *watch) print(now time.Time, rules []counters.Rule) error {
	line := watchLine{Time: now.Format(time.RFC3339)}
	last := make(map[string]ast.Counters, len(rules))
	for i := range rules {
		r := &rules[i]
		sum := &line.Established
		if r.Kind == counters.Dropped {
			sum = &line.Dropped
		}
		sum.Rules++
		if !r.Counts {
			sum.Uncounted++
			continue
		}
		last[r.Key()] = r.Counters
		grown := w.since(r)
		sum.Packets += r.Packets
		sum.Bytes += r.Bytes
		sum.NewPackets += grown.Packets
		sum.NewBytes += grown.Bytes
		if w.rules && grown.Packets > 0 {
			line.Rules = append(line.Rules, watchedRule{
				Kind: r.Kind.String(), Table: r.Table, Chain: r.Chain, Place: r.Place, Rule: r.Text,
				watched: watched{Packets: r.Packets, Bytes: r.Bytes, NewPackets: grown.Packets, NewBytes: grown.Bytes, Rules: 1},
			})
		}
	}
	if !w.started {
		w.warn(&line)
	}
	w.last, w.started = last, true
	if w.format.value == "json" {
		return json.NewEncoder(w.Stdout).Encode(&line)
	}
	_, err := fmt.Fprintf(w.Stdout, "%s  established %s  dropped %s\n", now.Format(time.TimeOnly), line.Established, line.Dropped)
	for _, r := range line.Rules {
		place := r.Place
		if place != "" {
			place += ", "
		}
		_, more := fmt.Fprintf(w.Stdout, "    %s %s  %s%s (%s %s)\n", r.Kind, r.watched, place, r.Rule, r.Table, r.Chain)
		err = errors.Join(err, more)
	}
	return err
}

// since returns what a rule has counted since the line before. A counter that has
// become smaller was set to zero in between.
func (w *watch) since(r *counters.Rule) ast.Counters {
	before, known := w.last[r.Key()]
	switch {
	case !w.started:
		return ast.Counters{}
	case !known || r.Packets < before.Packets || r.Bytes < before.Bytes:
		return r.Counters
	}
	return ast.Counters{Packets: r.Packets - before.Packets, Bytes: r.Bytes - before.Bytes}
}

// warn tells of what will not be seen.
func (w *watch) warn(line *watchLine) {
	for _, k := range []struct {
		what string
		watched
	}{{"accept what is established", line.Established}, {"drop", line.Dropped}} {
		switch {
		case k.Rules == 0:
			fmt.Fprintf(w.Stderr, "ctlint: there are no rules that %s\n", k.what)
		case k.Uncounted > 0:
			fmt.Fprintf(w.Stderr, "ctlint: %d of %d rules and policies that %s do not count; expected the statement counter in them\n", k.Uncounted, k.Rules, k.what)
		}
	}
}

// String tells the packets and bytes, with what is new.
func (s watched) String() string {
	return fmt.Sprintf("%d packets (+%d) %d bytes (+%d)", s.Packets, s.NewPackets, s.Bytes, s.NewBytes)
}
