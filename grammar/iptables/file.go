// Package iptables reads what iptables and ip6tables print and what people
// write for them: save files, rule listings, command lines and the shell
// scripts that hold them.
package iptables

import (
	"cmp"
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/shell"
)

// Dialect is a form in which iptables rules are written.
type Dialect string

// The dialects.
const (
	Save     Dialect = "iptables-save" // iptables-save(8)
	Commands Dialect = "commands"      // command lines, iptables -S, and scripts
	Listing  Dialect = "iptables-list" // iptables -L
)

// File is a file of iptables rules, read.
type File struct {
	Name    string
	Text    string
	Dialect Dialect
	Family  ast.Family
	Ruleset *ast.Ruleset
	Errors  []*grammar.Error // in the order of their places

	base     uint32
	sections []section
	sources  []source // the command lines of a script, in order
	// origin, if it is set, says where the bytes of Text come from: it is not
	// a file's text, but what a script makes of one.
	origin *shell.Map
}

// section is a table's part of a save file: the lines of its rules.
type section struct {
	table   string
	isChain func(table, name string) bool
	lines   []lineSpan
}

// Parse reads a file. It always returns all that could be understood; what could
// not is in its Errors. The file's positions begin at base, as of a token.File.
func Parse(name, text string, d Dialect, f ast.Family, base int) *File {
	file := &File{Name: name, Text: text, Dialect: d, Family: f, base: uint32(base)}
	switch d {
	case Save:
		file.parseSave()
	case Commands:
		file.parseCommands()
	case Listing:
		file.parseListing()
	}
	slices.SortStableFunc(file.Errors, func(a, b *grammar.Error) int { return cmp.Compare(a.From, b.From) })
	return file
}

func (f *File) fail(e *grammar.Error) { f.Errors = append(f.Errors, e) }

func (f *File) span(from, to uint32) ast.Span {
	if f.origin != nil {
		return f.origin.Span(int(from), int(to))
	}
	return ast.Span{From: f.base + from, To: f.base + to}
}

// ParseRule reads one rule, as it stands in a save file: -A INPUT -p tcp -j
// ACCEPT. It returns the rules that the line means and their canonical form, a
// line for each. Chains that it jumps to are taken to be there.
func ParseRule(text, table string, f ast.Family) (rules []*ast.Rule, canonical string, errs []*grammar.Error) {
	file := &File{Text: text, Family: f, base: 1}
	r := file.newReader(table, nil)
	line := r.parseLine(lineSpan{0, uint32(len(text))})
	if line == nil || line.Ignored {
		return nil, "", r.p.errs
	}
	lowerLine(&r.low, r.p.ctx, line, func(rule *ast.Rule) { rules = append(rules, rule) })
	return rules, string(appendLine(nil, line)), r.p.errs
}

// Base returns the position of the file's first byte.
func (f *File) Base() uint32 { return f.base }

// Source returns the text at a place of the file.
func (f *File) Source(s ast.Span) string {
	if s.From < f.base || int(s.To-f.base) > len(f.Text) || s.From > s.To {
		return ""
	}
	return f.Text[s.From-f.base : s.To-f.base]
}
