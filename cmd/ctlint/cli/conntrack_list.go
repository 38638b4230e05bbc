//go:build linux

package cli

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/ctlint/ctlint/backend/conntrack"
)

func (c *CLI) conntrackList() *cobra.Command {
	zero := false
	var why ctWhy
	return c.conntrackVerb(ctList, "list [TABLE] [PARAMETER...]", "List the entries of a table",
		`List lists the entries of a table: conntrack, which is the default, expect, dying
or unconfirmed. Entries are printed as the kernel tells of them, however many they
are. How many were shown is told on standard error.

Like conntrack(8), it lists expectations of IPv4 only, unless --family says ipv6.

With --why, each flow is followed by the rules that admit its packets, in both
directions, and what would become of a first packet of it today. With --orphans,
only those are listed that live because they are established: a first packet would
be dropped. The rules are those in force, or those of the files RULESET, with
commas between them. --kill deletes the orphans, after it has asked.

What is said of packets rests on the routes of now. What cannot be known for certain
(a rate, a set that changes) is called so, and makes no orphan.`,
		[]string{"conntrack", "expect", "dying", "unconfirmed"},
		func(r *ctRun) error {
			if why.asked() {
				return r.why(&why, zero)
			}
			return r.list(zero)
		},
		func(cmd *cobra.Command, _ *ctRun) {
			cmd.Example = `  ctlint conntrack list -p tcp --dport 22 --state ESTABLISHED
  ctlint conntrack list -p udp --dport 53 --or -p tcp --dport 53
  ctlint conntrack list expect --format json
  ctlint conntrack list --orphans rules.v4,rules.v6 --kill`
			cmd.Flags().BoolVarP(&zero, "zero", "z", false, "set the counters to zero as they are read")
			why.flags(cmd)
		})
}

var ctTables = map[string]conntrack.Table{
	"conntrack": conntrack.TableConntrack, "dying": conntrack.TableDying, "unconfirmed": conntrack.TableUnconfirmed,
}

func (r *ctRun) list(zero bool) error {
	for _, q := range r.queries {
		if zero && q.isFilter() {
			return usageError{fmt.Errorf("--zero sets all counters to zero; expected no parameters with it")}
		}
		if r.table == "expect" && (q.isFilter() || len(r.queries) > 1 || zero || r.out.save) {
			return usageError{fmt.Errorf("expectations are listed whole; expected no parameters but --family")}
		}
	}
	err := r.with(func(conn *conntrack.Conn) error {
		if r.table == "expect" {
			return conn.DumpExpect(r.expectFamily(), r.printExpect)
		}
		return r.dump(conn, conntrack.DumpOptions{Table: ctTables[r.table], Zero: zero}, r.print)
	})
	if err != nil {
		return err
	}
	if r.table == "expect" {
		return r.told("expectations have been shown", false)
	}
	return r.told("flow entries have been shown", false)
}

// expectFamily is IPv4 unless something else is said, as with conntrack(8).
func (r *ctRun) expectFamily() uint8 {
	if f := r.q().filter.Family; f != 0 {
		return f
	}
	return conntrack.FamilyIPv4
}

func (c *CLI) conntrackGet() *cobra.Command {
	return c.conntrackVerb(ctGet, "get [TABLE] PARAMETER...", "Look one entry up",
		`Get looks up the entry that has all of the addresses, ports and the zone that are
given: those of its original direction, or those of its reply direction.`,
		[]string{"conntrack", "expect"}, (*ctRun).get)
}

func (r *ctRun) get() error {
	q := r.q()
	if err := q.whole(); err != nil {
		return usageError{err}
	}
	err := r.with(func(conn *conntrack.Conn) error {
		if r.table == "expect" {
			e, err := conn.GetExpect(q.expectation())
			if err != nil {
				return err
			}
			return r.printExpect(e)
		}
		f := q.filter.Flow
		q.otherProto(&f)
		got, err := conn.Get(&f)
		if err != nil {
			return err
		}
		return r.print(got)
	})
	if err != nil {
		return err
	}
	if r.table == "expect" {
		return r.told("expectations have been shown", true)
	}
	return r.told("flow entries have been shown", true)
}

func (c *CLI) conntrackCount() *cobra.Command {
	return c.conntrackVerb(ctCount, "count [TABLE]", "Count the entries of a table",
		"Count prints how many entries a table has: conntrack or expect.",
		[]string{"conntrack", "expect"}, (*ctRun).count)
}

func (r *ctRun) count() error {
	return r.with(func(conn *conntrack.Conn) error {
		var n, most uint32
		var err error
		if r.table == "expect" {
			err = conn.DumpExpect(r.expectFamily(), func(*conntrack.Expect) error { n++; return nil })
		} else {
			n, most, err = conn.Count()
		}
		if err != nil {
			return err
		}
		if !r.out.json() {
			return writeLine(r.Stdout, strconv.AppendUint(nil, uint64(n), 10))
		}
		return json.NewEncoder(r.Stdout).Encode(struct {
			Entries uint32 `json:"entries"`
			Most    uint32 `json:"max,omitempty"`
		}{n, most})
	})
}

func (c *CLI) conntrackStats() *cobra.Command {
	return c.conntrackVerb(ctStats, "stats [TABLE]", "Show what connection tracking has counted",
		"Stats prints the counters of each processor: of flows, or of expectations.",
		[]string{"conntrack", "expect"}, (*ctRun).stats)
}

func (r *ctRun) stats() error {
	return r.with(func(conn *conntrack.Conn) error {
		read := conn.Stats
		if r.table == "expect" {
			read = conn.StatsExpect
		}
		all, err := read()
		if err != nil {
			return err
		}
		for _, s := range all {
			if !r.out.json() {
				r.buf = s.Append(r.buf)
			} else {
				values := map[string]uint32{"cpu": uint32(s.CPU)}
				for _, c := range s.Counters {
					values[c.Name] = c.Value
				}
				text, err := json.Marshal(values)
				if err != nil {
					return err
				}
				r.buf = append(r.buf, text...)
			}
			if err := r.line(); err != nil {
				return err
			}
		}
		return nil
	})
}
