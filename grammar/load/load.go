// Package load reads a ruleset file of any dialect: it finds out which one it
// is and calls the parser for it.
package load

import (
	"bytes"
	"go/token"
	"path"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables"
)

// Dialect is a form in which a ruleset is written; empty to find it out.
type Dialect string

// The dialects.
const Save = Dialect(iptables.Save)

// Dialects are the names of all dialects.
func Dialects() []Dialect { return []Dialect{Save} }

// Options are what is known of a file beforehand. The zero Options know nothing.
type Options struct {
	Dialect Dialect
	Family  ast.Family
}

// Source is a file, read.
type Source struct {
	Name    string
	Text    string
	Dialect Dialect
	Family  ast.Family
	Ruleset *ast.Ruleset
	Errors  []*grammar.Error // in the order of their places
	// IPTables is the file as its parser read it; nil for nft.
	IPTables *iptables.File
}

// Parse reads a file and adds it to fset. It always returns all that could be
// understood; what could not is in the Errors.
func Parse(fset *token.FileSet, name string, src []byte, o Options) *Source {
	tf := fset.AddFile(name, -1, len(src))
	tf.SetLinesForContent(src)
	if o.Dialect == "" {
		o.Dialect, _ = Detect(name, src)
	}
	if o.Dialect == "" {
		o.Dialect = Save
	}
	if o.Family == ast.FamilyUnknown {
		o.Family = family(name, src)
	}
	f := iptables.Parse(name, string(src), iptables.Dialect(o.Dialect), o.Family, tf.Base())
	return &Source{Name: name, Text: f.Text, Dialect: o.Dialect, Family: f.Family, Ruleset: f.Ruleset, Errors: f.Errors, IPTables: f}
}

// Detect returns the dialect of a file by its text; false if it is none.
func Detect(name string, src []byte) (Dialect, bool) {
	for line := range bytes.Lines(src) {
		line = bytes.TrimSpace(line)
		switch {
		case len(line) == 0 || line[0] == '#':
		case line[0] == '*':
			return Save, slices.Contains([]string{"filter", "nat", "mangle", "raw", "security"}, string(line[1:]))
		default:
			return "", false
		}
	}
	return "", false
}

// LooksLikeRuleset reports whether a file is a ruleset, by its name and how it
// begins.
func LooksLikeRuleset(name string, head []byte) bool {
	_, ok := Detect(name, head)
	return ok
}

func family(name string, src []byte) ast.Family {
	head, _, _ := bytes.Cut(src, []byte("*"))
	base := path.Base(name)
	if bytes.Contains(head, []byte("ip6tables")) || strings.Contains(base, "ip6tables") || strings.HasSuffix(base, "v6") {
		return ast.FamilyIP6
	}
	return ast.FamilyIP
}
