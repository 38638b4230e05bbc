package nft

import (
	gotoken "go/token"
	"os"
	"path/filepath"
)

// Includes returns the files that the include statements of a script mean, in
// their order. The files are not read, and what is wrong with the statements is
// not told.
func Includes(name, text string, o Options) []string {
	if o.Open == nil {
		o.Open = os.ReadFile
	}
	if o.Glob == nil {
		o.Glob = filepath.Glob
	}
	r := &reader{builder: newBuilder(gotoken.NewFileSet(), o), cutter: cutter{text: text, base: 1}, name: name}
	l := newLex(text, 1, frameScript)
	l.run()
	var names []string
	for i := range l.toks {
		if t := &l.toks[i]; t.Type != lxWord || t.Value != "include" || i+1 == len(l.toks) || l.toks[i+1].Type != lxString {
			continue
		}
		if i > 0 && l.toks[i-1].Type != lxSep && l.toks[i-1].Type != lxOpen && l.toks[i-1].Type != lxClose {
			continue
		}
		at := &l.toks[i+1]
		for _, f := range r.find(unquote(at), r.tok(at)) {
			names = append(names, f.name)
		}
	}
	return names
}
