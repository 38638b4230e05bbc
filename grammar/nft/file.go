package nft

import (
	"cmp"
	gotoken "go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// Options say how a script is read. The zero Options read it as nft -f does.
type Options struct {
	// Open reads a file that the script includes; nil for os.ReadFile.
	Open func(name string) ([]byte, error)
	// Glob returns the files that a pattern with wildcards means; nil for
	// filepath.Glob.
	Glob func(pattern string) ([]string, error)
	// Path is where included files are looked for first whose names are
	// relative, but for those that begin with ./ or ../ (nft -I). Then come
	// the folder of the file with the include statement, and /etc.
	Path []string
	// Defines are variables that are defined beforehand (nft -D).
	Defines map[string]string
	// Alone says that the file is read without those that it includes, and
	// may itself be one that others include: it may use variables that they
	// define.
	Alone bool
}

// File is a script, read, with all that it includes.
type File struct {
	Name    string
	Text    string
	Ruleset *ast.Ruleset
	// Errors are those of the file itself, in the order of their places, and
	// then those of the files that it includes.
	Errors []*grammar.Error
	// Comments are those of the file itself, in the order of their places.
	Comments []Comment
	// Included are the files that it includes, and those that these include,
	// in the order in which they are read.
	Included []*Included
	// Incomplete says that something it includes could not be read: what is
	// there, nobody knows.
	Incomplete bool

	base uint32
	text string // with blanks for what no scanner takes
}

// Comment is a comment: all from its # on.
type Comment struct {
	ast.Span
	Text string
}

// Included is a file that a script includes. One that is included twice is
// there twice, with places of its own.
type Included struct {
	Name     string
	Text     string
	By       ast.Span // the include statement
	Comments []Comment
	base     uint32
}

// Parse reads a script and adds it to fset, as it does the files that it
// includes. It always returns all that could be understood; what could not is in
// the Errors.
func Parse(fset *gotoken.FileSet, name string, src []byte, o Options) *File {
	return ParseAt(fset, name, string(src), grammar.AddFile(fset, name, src).Base(), o)
}

// ParseAt is Parse for a script that is in fset already: the places in it begin
// at base.
func ParseAt(fset *gotoken.FileSet, name, text string, base int, o Options) *File {
	if o.Open == nil {
		o.Open = os.ReadFile
	}
	if o.Glob == nil {
		o.Glob = filepath.Glob
	}
	b := newBuilder(fset, o)
	f := &File{Name: name, Text: text, base: uint32(base)}
	b.file = f
	vars := &variables{names: map[string][]*define{}}
	b.predefine(vars)
	r := &reader{builder: b, cutter: cutter{text: b.clean(f.Text, f.base), base: f.base}, name: name}
	f.text = r.text
	f.Comments = r.script(vars)
	b.finish()
	b.checkDevices()
	f.Ruleset = b.ruleset
	f.Ruleset.Span = r.span(0, len(r.text))
	f.Errors, f.Incomplete = b.errs, b.hidden
	slices.SortStableFunc(f.Errors, func(a, b *grammar.Error) int { return cmp.Compare(a.From, b.From) })
	// What is wrong with a variable's value is told where it is defined, and again
	// where it is used.
	f.Errors = slices.CompactFunc(f.Errors, func(a, b *grammar.Error) bool { return *a == *b })
	return f
}

// Base returns the position of the file's first byte.
func (f *File) Base() uint32 { return f.base }

// Source returns the text at a place of the file, or of one that it includes.
func (f *File) Source(s ast.Span) string {
	text, base := f.Text, f.base
	for _, i := range f.Included {
		if s.From >= i.base && int(s.From-i.base) <= len(i.Text) {
			text, base = i.Text, i.base
		}
	}
	if s.From < base || s.From > s.To || int(s.To-base) > len(text) {
		return ""
	}
	return text[s.From-base : s.To-base]
}

// clean returns a file's text with blanks in the place of bytes that nft's
// scanner stops at, told once for each file.
func (b *builder) clean(text string, base uint32) string {
	at := strings.IndexByte(text, 0)
	if at < 0 {
		return text
	}
	b.fail(grammar.Errorf(ast.Span{From: base + uint32(at), To: base + uint32(at) + 1}, "a NUL byte, which nft does not take").Expected("text"))
	return strings.ReplaceAll(text, "\x00", " ")
}
