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
		o.Before = w.before()
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

// before returns what is printed before rules, as comments: those of the source, once
// each, and in the place of refused rules, why.
func (w *rewriter) before() func(*ast.Rule) ([]string, bool) {
	refused := map[*ast.Rule]*Rule{}
	for i := range w.Rules {
		if r := &w.Rules[i]; r.Kind == Refused {
			refused[r.Out[0]] = r
		}
	}
	joined := map[*ast.Rule][]*ast.Rule{}
	for i := range w.Blocks {
		joined[w.Blocks[i].New] = w.Blocks[i].Old
	}
	if len(refused) == 0 && w.Comments == nil {
		return nil
	}
	said := map[uint32]bool{}
	return func(r *ast.Rule) (lines []string, instead bool) {
		if w.Comments != nil {
			of := joined[r]
			if of == nil {
				of = []*ast.Rule{r}
			}
			for _, o := range of {
				if o.Valid() && !said[o.From] {
					said[o.From] = true
					lines = append(lines, w.Comments(o.Span)...)
				}
			}
		}
		f := refused[r]
		if f == nil {
			return lines, false
		}
		return append(lines, "REFUSED "+w.Line(f)+": "+f.Notes[0], f.Effect()), true
	}
}
