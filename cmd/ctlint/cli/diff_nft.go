package cli

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/translate/nft"
	"github.com/ctlint/ctlint/translate/xt2nft"
)

// diff prints the rules of the source with those that have taken their place, chain by
// chain, in the form of a unified diff.
func (h *host) diff(w io.Writer, r *xt2nft.Result) error {
	out := bufio.NewWriter(w)
	one := map[*ast.Rule]*ast.Rule{}  // the rule that a run has become
	last := map[*ast.Rule]*ast.Rule{} // the last of the run
	tables := map[*ast.Rule]*ast.Table{}
	for i := range r.Blocks {
		b := &r.Blocks[i]
		for _, x := range b.Old {
			one[x], last[b.New] = b.New, x
		}
		tables[b.New] = b.Table
	}
	for _, t := range r.Ruleset.Tables {
		for _, c := range t.Chains {
			for _, x := range c.Rules {
				tables[x] = t
			}
		}
	}
	file := ""
	var chain *ast.Chain
	for i := range r.Rules {
		x := &r.Rules[i]
		p := h.fset.Position(x.Source.Pos())
		if p.Filename != file {
			file = p.Filename
			fmt.Fprintf(out, "--- %s\n+++ nft\n", file)
		}
		if x.Chain != chain {
			chain = x.Chain
			fmt.Fprintf(out, "@@ table %s %s, chain %s @@\n", x.Table.Family, x.Table.Name, chain.Name)
		}
		lines(out, "-", h.source(x.Source.Span))
		if x.Kind == xt2nft.Refused {
			lines(out, "+", "# REFUSED: "+x.Notes[0])
			continue
		}
		for _, n := range x.Out {
			if b := one[n]; b != nil {
				if last[b] != n {
					continue
				}
				n = b
			}
			text, err := nft.Options{NumericTime: true, Stateless: true}.Rule(nil, n, tables[n])
			if err != nil {
				return err
			}
			lines(out, "+", string(text))
		}
	}
	return out.Flush()
}

// source returns the text of a place in a file.
func (h *host) source(s ast.Span) string {
	from, to := h.fset.Position(s.Pos()), h.fset.Position(s.End())
	text := h.texts[from.Filename]
	if from.Offset > to.Offset || to.Offset > len(text) {
		return ""
	}
	return text[from.Offset:to.Offset]
}

// lines prints the lines of a text with a mark before each.
func lines(w io.Writer, mark, text string) {
	for l := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		fmt.Fprintf(w, "%s%s\n", mark, l)
	}
}
