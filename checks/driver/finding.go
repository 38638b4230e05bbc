package driver

import (
	"cmp"
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
)

// Finding is what a check has found, with all places resolved. Columns count
// bytes, from 1; an End is the place just after the text.
type Finding struct {
	Check    *check.Check
	Code     string
	Slug     string
	Severity check.Severity
	// Pos is where. Its Line is 0 for a finding about the file as a whole.
	Pos, End token.Position
	Message  string
	// Witness is a packet that proves the finding; it may be empty.
	Witness string
	Related []Related
	// Fixes are alternatives; the first one is the one to apply.
	Fixes []Fix
	URL   string
	// Subject is the rule, or the chain, that the finding is about.
	Subject Subject
	// Fingerprint is the finding's name, the same wherever the rule stands in
	// its chain and whatever the line; unique within a file.
	Fingerprint string

	span ast.Span
}

// Related is another place that a finding is about.
type Related struct {
	Pos, End token.Position
	Message  string
}

// Fix is a way to repair what was found.
type Fix struct {
	Message string
	// Safe says that the fix keeps every verdict, or only closes what the
	// finding names.
	Safe  bool
	Edits []Edit
}

// Edit puts Text in the place of what stands from Pos to End.
type Edit struct {
	Pos, End token.Position
	Text     string
}

// finding resolves a diagnostic of a check.
func finding(fset *token.FileSet, c *check.Check, d analysis.Diagnostic, file string) Finding {
	dec := check.Decode(d)
	f := Finding{
		Check: c, Code: c.Code, Slug: c.Slug, Severity: c.Severity,
		Message: d.Message, Witness: dec.Witness, URL: d.URL,
		span: ast.Span{From: uint32(max(d.Pos, 0)), To: uint32(max(d.End, d.Pos, 0))}, //nolint:gosec // a FileSet of more than 4 GiB cannot be parsed
	}
	if dec.Severity != 0 {
		f.Severity = dec.Severity
	}
	f.Pos, f.End = place(fset, d.Pos, d.End)
	if !f.Pos.IsValid() {
		f.Pos.Filename, f.End.Filename = file, file
	}
	for _, r := range dec.Related {
		pos, end := place(fset, r.Pos, r.End)
		f.Related = append(f.Related, Related{Pos: pos, End: end, Message: r.Message})
	}
	for _, x := range dec.Fixes {
		fix := Fix{Message: x.Message, Safe: x.Safe}
		for _, e := range x.Edits {
			pos, end := place(fset, e.Pos, e.End)
			fix.Edits = append(fix.Edits, Edit{Pos: pos, End: end, Text: string(e.NewText)})
		}
		f.Fixes = append(f.Fixes, fix)
	}
	return f
}

// place resolves a range; one without an end is empty.
func place(fset *token.FileSet, from, to token.Pos) (pos, end token.Position) {
	pos = fset.PositionFor(from, false)
	if to < from {
		return pos, pos
	}
	return pos, fset.PositionFor(to, false)
}

// sortFindings sorts findings by file (in the order given), place and code, and
// takes out those that say the same again.
func sortFindings(fs []Finding, files []string) []Finding {
	rank := func(name string) int {
		if i := slices.Index(files, name); i >= 0 {
			return i
		}
		return len(files) // a file that another one includes
	}
	slices.SortStableFunc(fs, func(a, b Finding) int {
		if a.Pos.Filename != b.Pos.Filename {
			return cmp.Or(cmp.Compare(rank(a.Pos.Filename), rank(b.Pos.Filename)), cmp.Compare(a.Pos.Filename, b.Pos.Filename))
		}
		return cmp.Or(
			cmp.Compare(a.Pos.Offset, b.Pos.Offset),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.End.Offset, b.End.Offset),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.CompactFunc(fs, func(a, b Finding) bool {
		return a.Code == b.Code && a.Message == b.Message && a.Pos == b.Pos && a.End == b.End
	})
}
