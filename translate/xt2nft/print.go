package xt2nft

import (
	"bytes"
	"errors"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/translate/nft"
)

// printing are the options with which the result is printed.
func (w *rewriter) printing() nft.Options {
	return nft.Options{Stateless: w.Counters != KeepCounters, NumericTime: true}
}

// print prints the result, and refuses the rules that the printer refuses, until
// it refuses none.
func (w *rewriter) print() {
	for {
		var b bytes.Buffer
		o := w.printing()
		o.Instead = w.instead()
		err := nft.Print(&b, w.Ruleset, o)
		var list nft.Refusals
		if !errors.As(err, &list) {
			w.Text = b.Bytes()
			return
		}
		if !w.refuseAll(list) {
			return
		}
	}
}

// refuseAll takes the rules out of the result that the printer has refused. Each
// of them is one rule, as it was: what becomes several rules is tried as it is
// made. It reports whether all refusals are of rules.
func (w *rewriter) refuseAll(list nft.Refusals) bool {
	of := map[*ast.Rule]*Rule{}
	for i := range w.Rules {
		for _, r := range w.Rules[i].Out {
			of[r] = &w.Rules[i]
		}
	}
	rules := true
	for _, f := range list {
		r := of[f.Rule]
		if r == nil { // a set
			w.Refusals = append(w.Refusals, Refusal{f.Span, f.Reason})
			rules = false
			continue
		}
		if r.Kind == Refused {
			continue
		}
		r.Kind, r.Notes = Refused, []string{f.Reason}
		r.Out[0].Stmts = nil
		if r.At = r.Source.Span; f.Valid() {
			r.At = f.Span
		}
	}
	return rules
}

// instead returns what is printed in the place of refused rules: comments.
func (w *rewriter) instead() func(*ast.Rule) ([]string, bool) {
	refused := map[*ast.Rule]*Rule{}
	for i := range w.Rules {
		if r := &w.Rules[i]; r.Kind == Refused {
			refused[r.Out[0]] = r
		}
	}
	if len(refused) == 0 {
		return nil
	}
	return func(r *ast.Rule) ([]string, bool) {
		f := refused[r]
		if f == nil {
			return nil, false
		}
		return []string{"REFUSED " + w.Line(f) + ": " + f.Notes[0], f.Effect()}, true
	}
}
