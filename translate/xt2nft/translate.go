package xt2nft

import (
	"fmt"
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/translate/idiom"
	"github.com/ctlint/ctlint/translate/inet"
)

// CounterMode says what becomes of the counters that every rule of xtables has.
type CounterMode uint8

// The modes.
const (
	ZeroCounters CounterMode = iota // each rule counts, from zero
	KeepCounters                    // from what the source has counted
	NoCounters                      // no rule counts
)

// Options say how a ruleset is rewritten. The zero value counts from zero, for
// the version of nft that Debian 12 has, and knows of no sets of ipset(8).
type Options struct {
	Counters CounterMode
	// Version is that of the nft that will load the result.
	Version Version
	// IPSets are the sets that ipset save has printed.
	IPSets []*ast.Set
	// Idiomatic makes one rule of runs of rules that differ in the values of
	// fields alone.
	Idiomatic bool
	// Inet makes one table of the family inet of those for IPv4 and IPv6 that
	// have the same name.
	Inet bool
	// Line returns how a rule of the source is called in the script: by its
	// line. Nil: by its place in its chain.
	Line func(*Rule) string
	// Comments returns the comments that stand above a rule of the source; nil
	// if they are to be left.
	Comments func(ast.Span) []string
}

// Result is a rewritten ruleset.
type Result struct {
	Ruleset *ast.Ruleset
	// Rules tell of all rules of the source, in order.
	Rules    []Rule
	Notes    []Note
	Refusals []Refusal // outside of rules
	// Text is the script for nft. Where a rule is refused, it has a comment
	// that says so. It is nil if something else than rules is.
	Text []byte
	// Merged are the tables that have come to be of two.
	Merged []inet.Merged
	// Blocks are the runs of rules that have become one.
	Blocks []idiom.Block
	// Compared is how many ways of packets [Result.Prove] has compared as a
	// whole: input, forward and output of each family.
	Compared int

	source *ast.Ruleset
}

// Refused returns how many rules, and things outside of rules, are refused.
func (r *Result) Refused() int {
	n := len(r.Refusals)
	for i := range r.Rules {
		if r.Rules[i].Kind == Refused {
			n++
		}
	}
	return n
}

// Translate rewrites the tables of xtables in a ruleset; those of nft are refused.
// The result holds a rule for each of the source that could be rewritten: what is
// refused is not in it. The source is not changed, but the result shares much of
// it.
func Translate(rs *ast.Ruleset, o Options) *Result {
	w := &rewriter{Options: o, Result: &Result{Ruleset: &ast.Ruleset{Span: rs.Span}, source: rs}, in: rs, told: map[string]bool{}}
	w.Version = w.orDefault()
	if w.Line == nil {
		w.Line = func(r *Rule) string { return fmt.Sprintf("rule %d of chain %s", r.Number, r.Chain.Name) }
	}
	w.IPSets = append(slices.Clip(w.IPSets), rs.IPSets...)
	n := 0
	for _, t := range rs.Tables {
		for _, c := range t.Chains {
			n += len(c.Rules)
		}
	}
	w.Rules = make([]Rule, 0, n)
	w.changed = changed(rs)
	w.with, w.tables = sharing(rs), map[*ast.Table]*table{}
	for _, t := range rs.Tables {
		if !t.Xtables {
			w.refuse(t.NameSpan, "table %s %s is nft's own already", t.Family, t.Name)
			continue
		}
		w.table(t)
	}
	w.commands()
	w.print()
	if o.Inet && w.Text != nil {
		w.merge()
	}
	if o.Idiomatic && w.Text != nil {
		w.Blocks = idiom.Rewrite(w.Ruleset)
		w.print()
	}
	return w.Result
}

// merge makes one table of two, where they are for the same.
func (w *rewriter) merge() {
	var kept []inet.Kept
	w.Merged, kept = inet.Merge(w.Ruleset)
	for _, k := range kept {
		w.note(k.V4.NameSpan, "the tables %s stay two, for IPv4 and IPv6: %s", k.V4.Name, k.Why)
	}
	w.print()
}

// rewriter rewrites a ruleset.
type rewriter struct {
	Options
	*Result
	in      *ast.Ruleset
	with    map[*ast.Table]*ast.Table // tables that are made one with others
	tables  map[*ast.Table]*table
	changed map[string]bool // sets of ipset that rules change
	told    map[string]bool // the old extensions that a note has told of
}

func (w *rewriter) refuse(at ast.Span, format string, args ...any) {
	w.Refusals = append(w.Refusals, Refusal{at, fmt.Sprintf(format, args...)})
}

func (w *rewriter) note(at ast.Span, format string, args ...any) {
	w.Notes = append(w.Notes, Note{at, fmt.Sprintf(format, args...)})
}
