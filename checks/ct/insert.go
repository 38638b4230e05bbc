package ct

import (
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/load"
)

// stateLine returns the line of a rule that accepts or drops packets by their
// states, which are written in capital letters and joined by commas.
func stateLine(c *graph.Chain, states string, v ast.VerdictKind) string {
	if c.Table.Xtables {
		return "-A " + c.Name + " -m conntrack --ctstate " + states + " -j " + strings.ToUpper(v.String())
	}
	return "ct state " + strings.ToLower(states) + " " + v.String()
}

// insertBefore returns the edit that puts a rule's line above that of another. In
// a script the order of the lines is not that of the rules, and a listing is not
// loaded.
func insertBefore(h *ruleset.Host, t *graph.Table, r *ast.Rule, line string) (analysis.TextEdit, bool) {
	if !linesAreRules(t) || r.Part > 1 || !r.Valid() {
		return analysis.TextEdit{}, false
	}
	return edit.LineBefore(h, r, line)
}

// linesAreRules reports whether the lines of a table's file are its rules, in
// their order: those of a save file and of an nft script.
func linesAreRules(t *graph.Table) bool {
	return t.Source.IPTables == nil || t.Source.Dialect == load.Save
}
