// Package unit finds the ruleset files under the paths that somebody names, and
// puts together those that belong to one host.
package unit

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/grammar/load"
)

// Stdin is the name of standard input among a unit's files.
const Stdin = "<stdin>"

// Unit is the files that are loaded together on a host.
type Unit struct {
	Files []string
	// WithoutIPv6 says that the files were found in a folder, and nothing with
	// them that may be the host's rules for IPv6. Of files that somebody names
	// nobody knows what else the host has.
	WithoutIPv6 bool
	// Host is what the configuration calls the host; empty if it does not say
	// which files the host has.
	Host string
	// Whole says that the unit is all that the host has, as far as anybody can
	// see: it was found in a folder, or the configuration lists its files.
	Whole bool
}

// Host is a host whose files somebody has listed.
type Host struct {
	Name  string
	Files []string
	// OnlyIPv4 says that the host does not speak IPv6, so that it needs no rules
	// for it.
	OnlyIPv4 bool
}

// Options say how files are found.
type Options struct {
	// Exclude reports whether a file, or a folder with all in it, is passed over
	// where rulesets are looked for. Paths that are named are taken all the same,
	// unless ForceExclude is set.
	Exclude      func(name string) bool
	ForceExclude bool
	// Hosts are hosts whose files are known. With one of its files, all of a host
	// are taken.
	Hosts []Host
}

// Name returns the name of the unit: those of its files.
func (u Unit) Name() string { return strings.Join(u.Files, ", ") }

// headSize is how much of a file is read to see whether it is a ruleset.
const headSize = 16 << 10

// Collect returns the units under the paths, in the order of the paths and below
// a folder in that of the names. A file that is named is taken whatever is in
// it, "-" is standard input; in a folder, and those below it, the files that
// look like rulesets are. Folders called .git and symbolic links in a folder are
// passed over. An error tells of all paths that cannot be read; the units are
// those of the others.
func Collect(paths []string) ([]Unit, error) { return Options{}.Collect(paths) }

// Collect does what the function of that name does, as the options say.
func (o Options) Collect(paths []string) ([]Unit, error) {
	c := collector{options: o, seen: map[string]bool{}, found: map[string]load.IPv6{}, named: map[string]bool{}}
	for _, p := range paths {
		c.path(p)
	}
	hosts, others := c.hosts()
	units := group(others)
	c.lookForIPv6(units)
	for i := range units {
		units[i].Whole = !slices.ContainsFunc(units[i].Files, func(f string) bool { return c.named[f] || f == Stdin })
	}
	return append(hosts, units...), errors.Join(c.errs...)
}

type collector struct {
	options Options
	files   []string
	seen    map[string]bool // by absolute path
	errs    []error
	// found says what the files have to do with IPv6; in folders also of
	// scripts that are no rulesets. named are those that are not from a folder.
	found map[string]load.IPv6
	named map[string]bool
}

func (c *collector) add(name string) {
	key, err := filepath.Abs(name)
	if err != nil {
		key = name
	}
	if !c.seen[key] {
		c.seen[key] = true
		c.files = append(c.files, name)
	}
}

func (c *collector) path(p string) {
	if p == "-" {
		c.files = append(c.files, Stdin)
		return
	}
	info, err := os.Stat(p)
	switch {
	case c.options.ForceExclude && c.excluded(filepath.Clean(p)):
	case err != nil:
		c.errs = append(c.errs, err)
	case info.IsDir():
		c.folder(p)
	default:
		p = filepath.Clean(p)
		c.named[p] = true
		if head, err := readHead(p); err == nil { // else the driver will tell
			c.found[p] = load.SeesIPv6(p, head)
		}
		c.add(p)
	}
}

func (c *collector) excluded(name string) bool {
	return c.options.Exclude != nil && c.options.Exclude(name)
}

func (c *collector) folder(root string) {
	// The separator at the end makes WalkDir follow a root that is a link.
	_ = filepath.WalkDir(root+string(filepath.Separator), func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			c.errs = append(c.errs, err)
		case d.IsDir() && d.Name() == ".git":
			return fs.SkipDir
		case c.excluded(filepath.Clean(p)):
			if d.IsDir() && filepath.Clean(p) != filepath.Clean(root) {
				return fs.SkipDir
			}
		case d.Type().IsRegular():
			p = filepath.Clean(p)
			head, err := readHead(p)
			switch {
			case err != nil:
				c.errs = append(c.errs, err)
			case len(head) == 0 || slices.Contains(head, 0):
			default:
				c.found[p] = load.SeesIPv6(p, head)
				if load.LooksLikeRuleset(p, head) {
					c.add(p)
				}
			}
		}
		return nil
	})
}

// readHead returns the beginning of a file.
func readHead(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	head := make([]byte, headSize)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return head[:n], nil
}
