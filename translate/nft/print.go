package nft

import (
	"io"

	"github.com/ctlint/ctlint/ast"
	syntax "github.com/ctlint/ctlint/grammar/nft"
)

// Options say how a ruleset is printed. The zero value is how nft list ruleset
// prints it.
type Options struct {
	// Stateless leaves out what the kernel counts: packets and bytes, the
	// used part of quotas, when elements expire (nft --stateless).
	Stateless bool
	// NumericProtocol prints protocols as numbers (nft --numeric-protocol).
	NumericProtocol bool
	// NumericTime prints points in time and hours as numbers of seconds.
	// nft reads "17:00" in the time zone of the machine that it runs on, and
	// prints it so; the model has UTC, and a number means UTC everywhere.
	NumericTime bool
	// Before, if it is not nil, is asked before each rule of a chain: the lines
	// are printed as comments, and with instead, in the rule's place.
	Before func(*ast.Rule) (lines []string, instead bool)
}

// Print writes a ruleset. If nft has no words for some of it, nothing is
// written, and the error is a [Refusals] that names it all.
func Print(w io.Writer, rs *ast.Ruleset, o Options) error {
	p := printer{Options: o}
	p.ruleset(rs)
	if len(p.refusals) > 0 {
		return p.refusals
	}
	_, err := w.Write(p.b)
	return err
}

// Rule appends a rule of a table, which must not be nil, to b, without an end of
// the line. The error, if
// there is one, is a [*Refusal], and b is returned as it was.
func Rule(b []byte, r *ast.Rule, t *ast.Table) ([]byte, error) {
	return Options{}.Rule(b, r, t)
}

// Rule appends a rule of a table to b, as the function [Rule] does.
func (o Options) Rule(b []byte, r *ast.Rule, t *ast.Table) ([]byte, error) {
	p := printer{Options: o, b: b, table: t, depth: 2, single: true}
	p.rule(r)
	if len(p.refusals) > 0 {
		return b, p.refusals[0]
	}
	return p.b, nil
}

// printer holds the text printed so far. Its methods append to it.
type printer struct {
	Options
	b        []byte
	table    *ast.Table
	chain    *ast.Chain
	rl       *ast.Rule             // the rule at hand
	stmt     ast.Stmt              // its statement at hand
	unit     ast.Node              // the rule or the declaration at hand
	refused  ast.Node              // the last one that was refused
	depth    int                   // of tabs before a line
	written  map[string]*ast.Chain // the chains of the table that are written out in rules
	single   bool                  // one rule is printed: written is made when it is needed
	refusals Refusals

	implier syntax.Implier
	hide    []bool // the statements of the rule at hand that are left out
}

func (p *printer) text(s string) { p.b = append(p.b, s...) }

// tabs begins a line.
func (p *printer) tabs() {
	for range p.depth {
		p.b = append(p.b, '\t')
	}
}

// line prints a whole line.
func (p *printer) line(s string) {
	p.tabs()
	p.text(s)
	p.end()
}

// end ends a line.
func (p *printer) end() { p.b = append(p.b, '\n') }
