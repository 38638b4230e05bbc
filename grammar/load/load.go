// Package load reads a ruleset file of any dialect: it finds out which one it
// is and calls the parser for it.
package load

import (
	"go/token"
	"slices"
	"strings"
	"unsafe"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/ipset"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/grammar/nft"
)

// Dialect is a form in which a ruleset is written; empty, or [Auto], to find it
// out.
type Dialect string

// The dialects. Save6 is Save, and forces the family; a [Source] has Save.
const (
	Auto     Dialect = "auto"
	Save     Dialect = Dialect(iptables.Save)
	Save6    Dialect = "ip6tables-save"
	Commands Dialect = Dialect(iptables.Commands)
	Listing  Dialect = Dialect(iptables.Listing)
	IPSet    Dialect = "ipset"
	NFT      Dialect = "nft"
)

// Dialects are the names of all dialects that can be asked for, but Auto.
func Dialects() []Dialect { return []Dialect{Save, Save6, Commands, Listing, IPSet, NFT} }

// Options are what is known of a file beforehand. The zero Options know nothing.
type Options struct {
	Dialect Dialect
	Family  ast.Family
	// NFT says how scripts of nft are read: where included files are.
	NFT nft.Options
}

// Source is a file, read.
type Source struct {
	Name    string
	Text    string
	Dialect Dialect // empty if the file is no ruleset
	Family  ast.Family
	Ruleset *ast.Ruleset
	Errors  []*grammar.Error // in the order of their places
	// IPTables is the file as its parser read it; nil if it is in no dialect
	// of iptables.
	IPTables *iptables.File
	// NFT is the file as its parser read it; nil if it is no script of nft.
	NFT *nft.File
	// JSON says that the dialect is nft, and the file JSON (libnftables-json(5)).
	JSON bool
}

// bom is what some editors put before a text in UTF-8. The parsers do not see
// it; places in the file count it.
const bom = "\xef\xbb\xbf"

// Parse reads a file and adds it to fset. It always returns all that could be
// understood; what could not is in the Errors. The source keeps src as its text, so
// it must not be changed any more.
func Parse(fset *token.FileSet, name string, src []byte, o Options) *Source {
	tf := grammar.AddFile(fset, name, src)
	s := &Source{Name: name, Text: unsafe.String(unsafe.SliceData(src), len(src)), Dialect: o.Dialect, Family: o.Family}
	text, base := s.Text, tf.Base()
	if strings.HasPrefix(text, bom) {
		text, base = text[len(bom):], base+len(bom)
	}
	if s.Dialect == Save6 {
		s.Dialect, s.Family = Save, ast.FamilyIP6
	}
	f := scan(text)
	if s.Dialect == "" || s.Dialect == Auto {
		s.Dialect = f.dialect(name)
	}
	if s.Family == ast.FamilyUnknown {
		s.Family = f.family(name, s.Dialect)
	}
	s.Ruleset = &ast.Ruleset{Span: ast.Span{From: uint32(tf.Base()), To: uint32(tf.Base() + len(src))}}
	switch s.Dialect {
	case Save, Commands, Listing:
		s.iptables(text, base)
	case IPSet:
		p := ipset.Parse(name, text, base)
		s.Ruleset, s.Errors, s.Family = p.Ruleset, p.Errors, ast.FamilyUnknown
	case NFT:
		s.Family = ast.FamilyUnknown
		if s.JSON = strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{"); s.JSON {
			p := nft.ParseJSONAt(fset, name, text, base)
			s.Ruleset, s.Errors = p.Ruleset, p.Errors
		} else {
			s.NFT = nft.ParseAt(fset, name, text, base, o.NFT)
			s.Ruleset, s.Errors = s.NFT.Ruleset, s.NFT.Errors
		}
		if len(text) < len(s.Text) {
			at := ast.Span{From: uint32(tf.Base()), To: uint32(base)}
			s.Errors = append([]*grammar.Error{grammar.Errorf(at, "a byte order mark, which nft does not take").Expected("the text without it")}, s.Errors...)
		}
	default:
		s.Dialect = ""
		at := firstLine(text, base)
		if at.From == at.To { // nothing is in it
			s.Dialect = Save
			s.iptables(text, base)
			break
		}
		s.Errors = append(s.Errors, grammar.Errorf(at, "this is no ruleset").
			Expected("what iptables-save, iptables -S, iptables -L, ipset save or nft list ruleset prints, or a script that calls iptables"))
	}
	s.Errors = bounded(s.Errors)
	return s
}

// maxErrors is how many errors of a file are told of: whoever has so many has
// named the wrong file.
const maxErrors = 10_000

// bounded leaves out the errors behind the first maxErrors, and says so.
func bounded(errs []*grammar.Error) []*grammar.Error {
	if len(errs) <= maxErrors {
		return errs
	}
	last := grammar.Errorf(errs[maxErrors].Span, "%d more errors from here on are left out", len(errs)-maxErrors)
	return append(slices.Clone(errs[:maxErrors]), last)
}

func (s *Source) iptables(text string, base int) {
	f := iptables.Parse(s.Name, text, iptables.Dialect(s.Dialect), s.Family, base)
	s.IPTables, s.Errors = f, f.Errors
	s.Ruleset = f.Ruleset
	// The commands and addresses of a listing say its family.
	if s.Dialect == Listing && len(f.Ruleset.Tables) > 0 {
		s.Family = f.Ruleset.Tables[0].Family
	}
}

// firstLine returns the place of the first line that is neither blank nor a
// comment; an empty one if there is none.
func firstLine(text string, base int) ast.Span {
	at := 0
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		if trimmed != "" && (trimmed[0] != '#' || strings.HasPrefix(trimmed, "#!")) {
			from := at + strings.Index(line, trimmed)
			return ast.Span{From: uint32(base + from), To: uint32(base + from + len(trimmed))}
		}
		at += len(line)
	}
	return ast.Span{From: uint32(base), To: uint32(base)}
}

// Detect returns the dialect of a file by its text and its name; false if it is
// no ruleset. In a file of several dialects, such as the copy of a terminal, it
// is that of what the file mainly holds; commands that change rules prevail over
// listings of what they have made.
func Detect(name string, src []byte) (Dialect, bool) {
	d := scan(strings.TrimPrefix(string(src), bom)).dialect(name)
	return d, d != ""
}
