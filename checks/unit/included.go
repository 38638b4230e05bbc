package unit

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/grammar/nft"
)

// WithoutIncluded leaves out the files that another one of the units includes:
// they are read with it, and by themselves they are but a part of a script. Those
// that are among the paths stay.
func WithoutIncluded(units []Unit, paths []string, o nft.Options) []Unit {
	in := includes{options: o, direct: map[string][]string{}}
	dropped := map[string]bool{}
	for _, u := range units {
		for _, f := range u.Files {
			if key := in.key(f); !dropped[key] && f != Stdin {
				in.drop(f, key, dropped)
			}
		}
	}
	for _, p := range paths {
		delete(dropped, in.key(p))
	}
	var out []Unit
	for _, u := range units {
		u.Files = slices.DeleteFunc(slices.Clone(u.Files), func(f string) bool { return f != Stdin && dropped[in.key(f)] })
		if len(u.Files) > 0 {
			out = append(out, u)
		}
	}
	return out
}

// includes finds out what scripts include.
type includes struct {
	options nft.Options
	direct  map[string][]string // by key
}

// key is the name by which a file is known.
func (in *includes) key(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		name = abs
	}
	return filepath.Clean(name)
}

// drop marks all files that one includes, and that these include in turn, but
// for the file itself.
func (in *includes) drop(name, self string, dropped map[string]bool) {
	for _, f := range in.of(name) {
		if key := in.key(f); key != self && !dropped[key] {
			dropped[key] = true
			in.drop(f, self, dropped)
		}
	}
}

// of returns the files that one includes; none if it is no script of nft.
func (in *includes) of(name string) []string {
	key := in.key(name)
	names, known := in.direct[key]
	if known {
		return names
	}
	if src, err := os.ReadFile(name); err == nil { // else the driver will tell
		if d, _ := load.Detect(name, src); d == load.NFT {
			names = nft.Includes(name, string(src), in.options)
		}
	}
	in.direct[key] = names
	return names
}
