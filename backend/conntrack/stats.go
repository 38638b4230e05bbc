//go:build linux

package conntrack

import "strconv"

// Stats are the counters of one processor, by the names that conntrack(8) gives
// them. Which there are depends on the kernel, so they are a list: the type that
// ti-mo/conntrack has leaves out what is newer than it.
type Stats struct {
	CPU      int
	Counters []Stat
}

// Stat is one counter.
type Stat struct {
	Name  string
	Value uint32
}

// statNames are the names by their attributes: enum ctattr_stats_cpu.
var statNames = []string{
	1: "searched", "found", "new", "invalid", "ignore", "delete", "delete_list", "insert", "insert_failed", "drop", "early_drop",
	"error", "search_restart", "clash_resolve", "chaintoolong",
}

// expectStatNames are those of expectations: enum ctattr_expect_stats.
var expectStatNames = []string{1: "expect_new", "expect_create", "expect_delete"}

// Stats returns what each processor has counted of flows.
func (c *Conn) Stats() ([]Stats, error) { return stats(subsysFlow, msgStatsCPU, statNames) }

// StatsExpect returns what each processor has counted of expectations.
func (c *Conn) StatsExpect() ([]Stats, error) {
	return stats(subsysExpect, msgExpectStatsCPU, expectStatNames)
}

func stats(subsys, typ uint16, names []string) ([]Stats, error) {
	var out []Stats
	err := stream(subsys, typ, 0, nil, func(h header, b []byte) error {
		s := Stats{CPU: int(h.res)}
		for {
			t, v, rest, err := next(b)
			if v == nil || err != nil {
				out = append(out, s)
				return err
			}
			b = rest
			name := "unknown" + strconv.Itoa(int(t)-len(names)+1)
			if int(t) < len(names) {
				name = names[t]
			}
			s.Counters = append(s.Counters, Stat{name, be32(v)})
		}
	})
	return out, err
}

// Append appends conntrack(8)'s line, without a line end. It ends with a blank.
func (s *Stats) Append(b []byte) []byte {
	b = append(b, "cpu="...)
	start := len(b)
	b = strconv.AppendInt(b, int64(s.CPU), 10)
	for len(b) < start+4 {
		b = append(b, ' ')
	}
	b = append(b, '\t')
	for _, c := range s.Counters {
		b = appendUint(b, c.Name+"=", uint64(c.Value))
	}
	return b
}
