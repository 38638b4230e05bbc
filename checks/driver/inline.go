package driver

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/checks/su"
	"github.com/ctlint/ctlint/checks/suppress"
)

// inline keeps findings back that comments suppress, and finds the comments that
// suppress nothing.
func (h *host) inline(read *ruleset.Host, directives []*suppress.Directive) {
	used := map[suppress.Name]bool{}
	h.result.Findings = slices.DeleteFunc(h.result.Findings, func(f Finding) bool {
		by := -1
		for i, d := range directives {
			if !d.Covers(f.Pos, f.span, f.Subject.Rule != "") {
				continue
			}
			for _, n := range d.Checks {
				if named(f.Check, n.Text) {
					used[n] = true
					if by < 0 {
						by = i
					}
				}
			}
		}
		if by >= 0 {
			h.result.Suppressed = append(h.result.Suppressed, Suppressed{Finding: f, Reason: directives[by].Reason, Inline: true})
		}
		return by >= 0
	})
	if slices.Contains(h.options.Checks, su.UnusedSuppression) {
		subjects := sync.OnceValue(func() *subjects { return newSubjects(read) })
		for _, d := range directives {
			h.unused(d, used, subjects)
		}
	}
}

func named(c *check.Check, name string) bool {
	return c.Slug == name || strings.EqualFold(c.Code, name)
}

// unused reports the checks that a directive names for nothing.
func (h *host) unused(d *suppress.Directive, used map[suppress.Name]bool, subjects func() *subjects) {
	var idle []suppress.Name
	for _, n := range d.Checks {
		if !used[n] && h.decided(n.Text, d) {
			idle = append(idle, n)
		}
	}
	for _, n := range idle {
		diagnostic := analysis.Diagnostic{
			Pos: n.Pos(), End: n.End(), Category: su.UnusedSuppression.Code, URL: su.UnusedSuppression.URL,
			Message: fmt.Sprintf("%s finds nothing here, so there is nothing to suppress; take it out", n.Text),
		}
		if len(idle) == len(d.Checks) && d.Comment.Valid() {
			check.Fix("remove the comment", analysis.TextEdit{Pos: d.Comment.Pos(), End: d.Comment.End()})(&diagnostic)
		}
		f := finding(h.fset, su.UnusedSuppression, diagnostic, h.unit.Files[0])
		if h.options.Adjust == nil || h.options.Adjust(&f) {
			f.Subject = subjects().of(ast.Span{From: n.From, To: n.To})
			h.result.Findings = append(h.result.Findings, f)
		}
	}
}

// decided reports whether a check has looked at all that it needs to be sure that it
// finds nothing where a directive stands.
func (h *host) decided(name string, d *suppress.Directive) bool {
	for _, f := range h.result.Files {
		if f.Faults > 0 {
			return false
		}
	}
	pos := h.fset.Position(d.Pos())
	for _, c := range h.options.Checks {
		if !named(c, name) {
			continue
		}
		if h.actions[c.Analyzer].err != nil || c.Host && !h.unit.Whole {
			return false
		}
		would := Finding{Check: c, Code: c.Code, Slug: c.Slug, Severity: c.Severity, Pos: pos, End: pos}
		return h.options.Adjust == nil || h.options.Adjust(&would)
	}
	return false
}
