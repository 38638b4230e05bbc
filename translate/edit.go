// Package translate rewrites rulesets: the state match to conntrack, and (in
// the packages below it) iptables to nft.
package translate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// Edit replaces the text at a place.
type Edit struct {
	ast.Span
	New string
}

// Apply carries out edits on a text whose first byte is at position base. Equal
// edits count once; others must not overlap.
func Apply(text string, base uint32, edits []Edit) string {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	edits = slices.Compact(edits)
	var b strings.Builder
	at := base
	for _, e := range edits {
		b.WriteString(text[at-base : e.From-base])
		b.WriteString(e.New)
		at = e.To
	}
	b.WriteString(text[at-base:])
	return b.String()
}
