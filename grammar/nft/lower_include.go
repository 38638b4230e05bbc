package nft

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// maxIncludes is how deep nft lets files include each other
// (MAX_INCLUDE_DEPTH).
const maxIncludes = 16

// maxIncluded is how many files may be included in all: a few that include each
// other several times over soon are millions.
const maxIncluded = 1 << 12

// defaultPath is where nft looks for included files if it is not told where.
const defaultPath = "/etc"

// include reads an include statement and the files that it means. more reads a
// file as more of the block that the statement stands in.
func (r *reader) include(c *includeClause, more func(*reader) []Comment) {
	if c.Path == nil {
		if len(c.Rest.toks) > 0 {
			r.rest(c.Rest.toks, `the name of a file in quotes, such as "/etc/nftables/*.nft"`)
		} else {
			r.missing(&c.Verb, `the name of a file in quotes, such as "/etc/nftables/*.nft"`)
		}
		return
	}
	r.rest(c.Rest.toks, "")
	if r.options.Alone {
		return
	}
	at := r.tok(c.Path)
	pattern := unquote(c.Path)
	if depth := r.depth(); depth >= maxIncludes {
		r.builder.failf(at, "files include each other more than %d deep: %s", maxIncludes, r.chain()).Expected("at most %d, as nft takes no more", maxIncludes)
		return
	}
	by := r.tok(&c.Verb).Join(at)
	for _, f := range r.find(pattern, at) {
		if len(r.file.Included) >= maxIncluded {
			r.builder.failf(at, "more than %d files are included", maxIncluded)
			return
		}
		r.includeFile(f, by, at, more)
	}
}

// candidates are the patterns that the name in an include statement may mean, in
// the order in which they are tried; those that are tried together stand together.
func (r *reader) candidates(pattern string) [][]string {
	beside := filepath.Join(filepath.Dir(r.name), pattern)
	switch {
	case filepath.IsAbs(pattern):
		return [][]string{{pattern}}
	case strings.HasPrefix(pattern, "./"), strings.HasPrefix(pattern, "../"):
		// nft takes these from the folder that it runs in.
		return unique([]string{pattern}, []string{beside})
	}
	var told []string
	for _, dir := range r.options.Path {
		told = append(told, filepath.Join(dir, pattern))
	}
	return unique(told, []string{beside}, []string{filepath.Join(defaultPath, pattern)})
}

// unique leaves out the patterns that stand further in front already.
func unique(all ...[]string) (out [][]string) {
	seen := map[string]bool{}
	for _, group := range all {
		var left []string
		for _, p := range group {
			if key := filepath.Clean(p); !seen[key] {
				seen[key] = true
				left = append(left, p)
			}
		}
		if left != nil {
			out = append(out, left)
		}
	}
	return out
}

// found is a file that an include statement means; it has been read if there are
// no wildcards.
type found struct {
	name string
	src  []byte
	err  error
	read bool
}

// find returns the files that the name in an include statement means; that there
// are none is no error if it has wildcards.
func (r *reader) find(pattern string, at ast.Span) []found {
	wild := strings.ContainsAny(pattern, "*?[")
	for _, group := range r.candidates(pattern) {
		var files []found
		if wild {
			// nft puts the files on a stack folder by folder, so those of
			// the last one are read first (include_file in its scanner).
			group = slices.Clone(group)
			slices.Reverse(group)
		}
		for _, c := range group {
			if !wild {
				src, err := r.options.Open(c)
				if !errors.Is(err, fs.ErrNotExist) {
					return []found{{name: c, src: src, err: err, read: true}}
				}
				continue
			}
			names, err := r.options.Glob(c)
			if err != nil {
				r.builder.failf(at, "%s is no pattern of file names: %v", quote(pattern), err)
				return nil
			}
			slices.Sort(names)
			for _, n := range names {
				// As in a shell, hidden files are meant only by name; nft
				// does not read even those.
				if !strings.HasPrefix(filepath.Base(n), ".") {
					files = append(files, found{name: n})
				}
			}
		}
		if len(files) > 0 {
			return files
		}
	}
	if wild {
		return nil
	}
	r.builder.hidden = true
	e := r.builder.failf(at, "there is no file %s", quote(pattern))
	if dirs := r.folders(pattern); len(dirs) > 1 {
		e.Msg += " in " + oneOf(dirs)
	}
	if !strings.HasPrefix(pattern, ".") {
		// It may well be on the host that the script is for.
		e.Kind = grammar.RunTime
	}
	return nil
}

// folders are the folders that an included file is looked for in.
func (r *reader) folders(pattern string) (dirs []string) {
	for _, c := range slices.Concat(r.candidates(pattern)...) {
		dir := strings.TrimSuffix(filepath.Clean(c), filepath.Clean(pattern))
		if dir = strings.TrimSuffix(dir, "/"); dir == "" {
			dir = "the current folder"
		}
		if !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// includeFile reads one file.
func (r *reader) includeFile(file found, by, at ast.Span, more func(*reader) []Comment) {
	name := file.name
	for up := r; up != nil; up = up.up {
		if filepath.Clean(up.name) == filepath.Clean(name) {
			r.builder.failf(at, "%s includes itself: %s includes %s", quote(name), r.chain(), name).Expected("a file that is not being read already")
			return
		}
	}
	src, err := file.src, file.err
	if !file.read {
		src, err = r.options.Open(name)
	}
	if err != nil {
		if errors.Is(err, syscall.EISDIR) {
			return // nft reads nothing from a folder, and does not complain
		}
		if info := new(fs.PathError); errors.As(err, &info) {
			err = info.Err
		}
		r.builder.hidden = true
		r.builder.failf(at, "cannot read %s: %v", quote(name), err)
		return
	}
	f := &Included{Name: name, Text: string(src), By: by, base: uint32(grammar.AddFile(r.fset, name, src).Base())}
	r.file.Included = append(r.file.Included, f)
	sub := &reader{builder: r.builder, cutter: cutter{text: r.clean(f.Text, f.base), base: f.base}, name: name, up: r}
	f.Comments = more(sub)
}

// depth returns how many files are being read, this one included.
func (r *reader) depth() (n int) {
	for up := r; up != nil; up = up.up {
		n++
	}
	return n
}

// chain names the files that are being read.
func (r *reader) chain() string {
	var names []string
	for up := r; up != nil; up = up.up {
		names = append(names, up.name)
	}
	slices.Reverse(names)
	return strings.Join(names, " includes ")
}
