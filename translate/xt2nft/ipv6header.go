package xt2nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// headers6 are nft's names of the extension headers that it finds in the chain of
// headers.
var headers6 = map[string]string{"hop-by-hop": "hbh", "ipv6-opts": "dst", "ipv6-route": "rt", "ipv6-frag": "frag"}

// ipv6header with --soft asks that the headers of a list are there; without, that no
// others are.
var _ = match("ipv6header", func(w *rule, e *ast.Extension) []ast.Stmt {
	o := e.Option("header")
	if o == nil {
		w.refuse(e.Span, "match ipv6header: its headers are not known")
		return nil
	}
	if e.Option("soft") == nil {
		w.refuse(e.Span, "match ipv6header: without --soft there may be no other headers, and nft does not look for ah, esp and what has no next header")
		return nil
	}
	var all []ast.Stmt
	for name := range strings.SplitSeq(text(e, "header", ""), ",") {
		if headers6[name] == "" {
			w.refuse(e.Span, "match ipv6header: nft does not look for %s in the chain of headers", name)
			return nil
		}
		all = append(all, &ast.Match{Span: e.Span, Left: &ast.Exthdr{Span: e.Span, Header: headers6[name]}, Right: &ast.Bool{Span: e.Span, Val: true}, Use: e.Use})
	}
	w.how("each of the headers exists")
	switch {
	case o.Not && len(all) == 1:
		all[0].(*ast.Match).Right = &ast.Bool{Span: e.Span}
	case o.Not:
		return one(&ast.AnyOf{Span: e.Span, Not: true, Alts: [][]ast.Stmt{all}, Use: e.Use})
	}
	return all
})
