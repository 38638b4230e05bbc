package unit

import (
	"path/filepath"
	"strings"

	"github.com/ctlint/ctlint/grammar/load"
)

// lookForIPv6 sets WithoutIPv6 of the units. Rules for IPv6 anywhere that have no
// partner may be those of any other file, and those beside a file or below it may
// be its own, whatever their names are; so only where neither is found there are
// none.
func (c *collector) lookForIPv6(units []Unit) {
	for _, u := range units {
		if len(u.Files) == 1 && c.found[u.Files[0]] == load.OnlyIPv6 {
			return
		}
	}
	var folders []string
	for name, v6 := range c.found {
		if v6 != load.WithoutIPv6 {
			folders = append(folders, folder(name))
		}
	}
	for i := range units {
		units[i].WithoutIPv6 = c.without(units[i], folders)
	}
}

func (c *collector) without(u Unit, folders []string) bool {
	for _, name := range u.Files {
		if v6, ok := c.found[name]; !ok || c.named[name] || v6 != load.WithoutIPv6 {
			return false
		}
		for _, f := range folders {
			if strings.HasPrefix(f, folder(name)) {
				return false
			}
		}
	}
	return true
}

// folder returns the folder of a file with a separator at its end; nothing for the
// current one, below which all are.
func folder(name string) string {
	if d := filepath.Dir(name); d != "." {
		return d + string(filepath.Separator)
	}
	return ""
}
