package unit

import (
	"path/filepath"
	"strings"
)

// families are the words by which file names tell IPv4 from IPv6: rules.v4 and
// rules.v6, iptables and ip6tables, web-iptables-save and web-ip6tables-save.
// The longer word of a pair that begins alike stands in front.
var families = []struct{ v4, v6 string }{
	{"iptables", "ip6tables"},
	{"ipv4", "ipv6"},
	{".v4", ".v6"},
	{"-v4", "-v6"},
	{"_v4", "_v6"},
}

// pair is what two files of one host have in common: the folder, and the name
// with its family taken out.
type pair struct{ folder, name string }

// pairOf returns the pair that a file would be of, and its side; false if its
// name says no family.
func pairOf(file string) (p pair, v6, ok bool) {
	folder, name := filepath.Split(file)
	for _, f := range families {
		if strings.Contains(name, f.v6) {
			return pair{folder, strings.ReplaceAll(name, f.v6, f.v4)}, true, true
		}
		if strings.Contains(name, f.v4) {
			return pair{folder, name}, false, true
		}
	}
	return pair{}, false, false
}

// group makes units of the files: two that differ in the family alone are one,
// IPv4 first, at the place of the first of them.
func group(files []string) []Unit {
	var units []Unit
	half := map[pair]int{} // 1 + the unit that waits for the other side
	sides := map[pair]bool{}
	for _, f := range files {
		p, v6, ok := pairOf(f)
		if ok && half[p] != 0 && sides[p] != v6 {
			u := &units[half[p]-1]
			u.Files = append(u.Files, f)
			if !v6 {
				u.Files[0], u.Files[1] = u.Files[1], u.Files[0]
			}
			delete(half, p)
			continue
		}
		units = append(units, Unit{Files: []string{f}})
		if ok {
			half[p], sides[p] = len(units), v6
		}
	}
	return units
}
