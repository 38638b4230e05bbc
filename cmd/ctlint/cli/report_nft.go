package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/translate/xt2nft"
)

// nftReport is what --report json prints.
type nftReport struct {
	Exact      int            `json:"exact"`
	Equivalent int            `json:"equivalent"`
	Refused    int            `json:"refused"`
	Rules      []nftRule      `json:"rules"`
	Refusals   []nftRemark    `json:"refusals,omitempty"` // outside of rules
	Notes      []nftRemark    `json:"notes,omitempty"`
	counts     map[string]int // by kind
}

// nftRule is what became of a rule.
type nftRule struct {
	nftPlace
	Family string   `json:"family"`
	Table  string   `json:"table"`
	Chain  string   `json:"chain"`
	Number int      `json:"number"`
	Kind   string   `json:"kind"`
	How    []string `json:"how,omitempty"`
	Reason string   `json:"reason,omitempty"`
	// Effect says what becomes of packets without the rule.
	Effect string `json:"effect,omitempty"`
}

type nftRemark struct {
	nftPlace
	Text string `json:"text"`
}

type nftPlace struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

func (h *host) place(at ast.Span) nftPlace {
	p := h.fset.Position(at.Pos())
	return nftPlace{p.Filename, p.Line, p.Column}
}

func (p nftPlace) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

func (h *host) report(r *xt2nft.Result) *nftReport {
	out := &nftReport{Rules: []nftRule{}, counts: map[string]int{}}
	for i := range r.Rules {
		x := &r.Rules[i]
		n := nftRule{
			nftPlace: h.place(x.At), Family: x.Table.Family.String(), Table: x.Table.Name, Chain: x.Chain.Name,
			Number: x.Number, Kind: x.Kind.String(),
		}
		out.counts[n.Kind]++
		if x.Kind == xt2nft.Refused {
			n.Reason, n.Effect = x.Notes[0], x.Effect()
		} else {
			n.How = x.Notes
		}
		out.Rules = append(out.Rules, n)
	}
	for _, x := range r.Refusals {
		out.Refusals = append(out.Refusals, nftRemark{h.place(x.Span), x.Reason})
	}
	for _, x := range r.Notes {
		out.Notes = append(out.Notes, nftRemark{h.place(x.Span), x.Text})
	}
	out.Exact, out.Equivalent, out.Refused = out.counts["exact"], out.counts["equivalent"], out.counts["refused"]
	return out
}

func (r *nftReport) json(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

func (r *nftReport) text(w io.Writer) error {
	for i := range r.Rules {
		x := &r.Rules[i]
		fmt.Fprintf(w, "%s: %s: table %s %s, chain %s, rule %d\n", x.nftPlace, x.Kind, x.Family, x.Table, x.Chain, x.Number)
		for _, s := range x.How {
			fmt.Fprintf(w, "\t%s\n", s)
		}
		if x.Reason != "" {
			fmt.Fprintf(w, "\t%s\n\twithout it, %s\n", x.Reason, x.Effect)
		}
	}
	for _, x := range r.Refusals {
		fmt.Fprintf(w, "%s: refused: %s\n", x.nftPlace, x.Text)
	}
	for _, x := range r.Notes {
		fmt.Fprintf(w, "%s: note: %s\n", x.nftPlace, x.Text)
	}
	_, err := fmt.Fprintf(w, "%d rules: %d exact, %d equivalent, %d refused\n", len(r.Rules), r.Exact, r.Equivalent, r.Refused)
	return err
}
