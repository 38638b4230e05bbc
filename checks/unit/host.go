package unit

import (
	"path/filepath"

	"github.com/ctlint/ctlint/grammar/load"
)

// hosts returns the units of the listed hosts of which a file was found, and the
// files that are of none. A file that several hosts load is checked with each.
func (c *collector) hosts() (units []Unit, others []string) {
	of := map[string][]int{} // by absolute path
	for i, h := range c.options.Hosts {
		for _, f := range h.Files {
			of[absolute(f)] = append(of[absolute(f)], i)
		}
	}
	taken := map[int]bool{}
	for _, f := range c.files {
		hosts := of[absolute(f)]
		if f == Stdin || len(hosts) == 0 {
			others = append(others, f)
			continue
		}
		for _, i := range hosts {
			if !taken[i] {
				taken[i] = true
				h := c.options.Hosts[i]
				units = append(units, Unit{Files: h.Files, Host: h.Name, Whole: true, WithoutIPv6: !h.OnlyIPv4 && c.hostWithoutIPv6(h)})
			}
		}
	}
	return units, others
}

func (c *collector) hostWithoutIPv6(h Host) bool {
	for _, f := range h.Files {
		v6, ok := c.found[f]
		if !ok {
			head, err := readHead(f)
			if err != nil {
				return false
			}
			v6 = load.SeesIPv6(f, head)
		}
		if v6 != load.WithoutIPv6 {
			return false
		}
	}
	return true
}

func absolute(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		return abs
	}
	return name
}
