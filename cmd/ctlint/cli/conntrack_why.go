//go:build linux

package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/ctlint/ctlint/backend/admit"
	"github.com/ctlint/ctlint/backend/conntrack"
	"github.com/ctlint/ctlint/backend/live"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/semantics"
)

// ctWhy is what is asked of flows and rules.
type ctWhy struct {
	show, orphans, kill, yes bool
	files                    []string
	rules                    *live.Ruleset
}

func (w *ctWhy) asked() bool { return w.show || w.orphans || w.kill }

func (w *ctWhy) flags(cmd *cobra.Command) {
	for _, f := range []struct {
		name, usage string
		on          *bool
	}{
		{"why", "show which rules admit each flow", &w.show},
		{"orphans", "list the flows that the rules would refuse as new", &w.orphans},
	} {
		flag := cmd.Flags().VarPF(&ctValue{"RULESET[,...]", func(s string) error {
			*f.on = true
			if s != inForce {
				w.files = append(w.files, strings.Split(s, ",")...)
			}
			return nil
		}}, f.name, "", f.usage)
		flag.NoOptDefVal = inForce
	}
	cmd.Flags().BoolVar(&w.kill, "kill", false, "delete the orphans, after asking; expected with --orphans")
	cmd.Flags().BoolVar(&w.yes, "yes", false, "do not ask")
}

// inForce stands for the rules that are in force.
const inForce = "live"

// read reads the rules that are asked about.
func (w *ctWhy) read() (err error) {
	if len(w.files) == 0 {
		w.rules, err = live.Read(false)
		return err
	}
	w.rules = live.New()
	for _, name := range w.files {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := w.rules.Add(name, text, load.Options{}); err != nil {
			return err
		}
	}
	return nil
}

func (r *ctRun) why(w *ctWhy, zero bool) error {
	switch {
	case w.kill && !w.orphans:
		return usageError{errors.New("--kill is for orphans; expected --orphans too")}
	case r.table == "expect" || zero || r.out.save:
		return usageError{errors.New("--why and --orphans are about flows; expected no table expect, no --zero and no -o save")}
	}
	if err := w.read(); err != nil {
		return usageError{err}
	}
	routes, err := admit.DialRoutes()
	if err != nil {
		return err
	}
	defer func() { _ = routes.Close() }()
	var orphans []conntrack.Flow
	err = r.with(func(conn *conntrack.Conn) error {
		if err := r.dump(conn, conntrack.DumpOptions{Table: ctTables[r.table]}, func(f *conntrack.Flow) error {
			x, err := admit.Explain(w.rules.Ruleset, f, routes)
			if err != nil {
				return err
			}
			if w.orphans && !x.Orphan() {
				return nil
			}
			if w.kill {
				orphans = append(orphans, *f)
			}
			return r.printWhy(w, f, x)
		}); err != nil {
			return err
		}
		if err := r.flush(); err != nil {
			return err
		}
		if len(orphans) == 0 {
			return nil
		}
		return r.killAll(w, conn, orphans)
	})
	if err != nil {
		return err
	}
	return r.told("flow entries have been shown", false)
}

// killAll deletes flows, once somebody has agreed to it.
func (r *ctRun) killAll(w *ctWhy, conn *conntrack.Conn, orphans []conntrack.Flow) error {
	if !w.yes {
		fmt.Fprintf(r.Stderr, "Delete these %d flows? [y/N] ", len(orphans))
		answer, err := bufio.NewReader(r.Stdin).ReadString('\n')
		if answer = strings.ToLower(strings.TrimSpace(answer)); answer != "y" && answer != "yes" {
			return errors.Join(errors.New("nothing was deleted; expected yes, or --yes"), ignoreEOF(err))
		}
	}
	n := 0
	for i := range orphans {
		switch err := conn.Delete(&orphans[i]); {
		case err == nil:
			n++
		case !errors.Is(err, unix.ENOENT): // it may have ended meanwhile
			return err
		}
	}
	fmt.Fprintf(r.Stderr, "ctlint conntrack: %d flow entries have been deleted.\n", n)
	return nil
}

// whyJSON is what becomes of a packet, as JSON.
type whyJSON struct {
	Verdict string     `json:"verdict"` // accept, drop or unknown
	Packet  []string   `json:"packets"`
	By      []stepJSON `json:"by"`
}

type stepJSON struct {
	Table string `json:"table"`
	Chain string `json:"chain"`
	Place string `json:"place,omitempty"`
	Rule  string `json:"rule,omitempty"` // none: the chain's policy
	Drop  bool   `json:"drop"`
	Sure  bool   `json:"sure"`
}

// printWhy prints a flow and what becomes of its packets.
func (r *ctRun) printWhy(w *ctWhy, f *conntrack.Flow, x *admit.Flow) error {
	ways := []struct {
		name string
		way  *admit.Way
	}{{"original", &x.Original}, {"reply", &x.Reply}, {"new", &x.New}}
	if r.out.json() {
		j := f.JSON(r.out.format.Labels)
		why := map[string]any{"orphan": x.Orphan()}
		for _, v := range ways {
			if !x.Unrouted {
				why[v.name] = w.json(v.way)
			}
		}
		j.Why = why
		r.shown++
		r.buf = j.Append(r.buf)
		return r.line()
	}
	if err := r.print(f); err != nil || !w.show {
		return err
	}
	if x.Unrouted {
		r.buf = append(r.buf, "    there is no route to it: nothing is known of its packets"...)
		return r.line()
	}
	for _, v := range ways {
		r.buf = fmt.Appendf(r.buf, "    %s: %s", v.name, w.text(v.way))
		if err := r.line(); err != nil {
			return err
		}
	}
	return nil
}

func verdictOf(way *admit.Way) string {
	switch {
	case way.Accepted():
		return "accept"
	case way.Dropped():
		return "drop"
	}
	return "unknown"
}

func (w *ctWhy) json(way *admit.Way) whyJSON {
	j := whyJSON{Verdict: verdictOf(way), By: []stepJSON{}}
	for i := range way.Packets {
		j.Packet = append(j.Packet, way.Packets[i].String())
		for _, s := range way.Decisions[i].By {
			step := stepJSON{Chain: s.Chain.Name, Drop: s.Drop, Sure: s.Sure}
			if t := w.rules.Table(s.Chain); t != nil {
				step.Table = t.Name
			}
			if s.Rule != nil {
				step.Place, step.Rule = w.rules.Place(s.Rule), w.rules.Text(s.Rule)
			}
			j.By = append(j.By, step)
		}
	}
	return j
}

// text tells in one line what becomes of a packet, and through which rules.
func (w *ctWhy) text(way *admit.Way) string {
	words := map[string]string{"accept": "accepted", "drop": "dropped", "unknown": "accepted or dropped, as it happens"}
	var by []string
	for i := range way.Decisions {
		d := &way.Decisions[i]
		for _, s := range d.By {
			// Of a packet that is dropped, what drops it is the reason.
			if d.Drops() && !s.Drop {
				continue
			}
			by = append(by, w.step(s))
		}
		if d.Drops() {
			break
		}
	}
	if by == nil {
		by = []string{"no rule: no chain sees it"}
	}
	return words[verdictOf(way)] + " by " + strings.Join(by, ", then ")
}

func (w *ctWhy) step(s semantics.Step) string {
	name := s.Chain.Name
	if t := w.rules.Table(s.Chain); t != nil {
		name = t.Name + " " + name
	}
	text := "the policy of " + name
	if s.Rule != nil {
		text = fmt.Sprintf("%s, %s (%s)", w.rules.Place(s.Rule), w.rules.Text(s.Rule), name)
	}
	if !s.Sure {
		text = "perhaps " + text
	}
	return text
}

// ignoreEOF returns the error, unless it is the end of the input.
func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
