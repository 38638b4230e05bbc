package xt2nft

import "github.com/ctlint/ctlint/ast"

// A rule of nft has one comment; further ones stand behind the first.
var _ = match("comment", func(w *rule, e *ast.Extension) []ast.Stmt {
	w.how("its comments are one")
	w.comment = w.readable("the comment", w.comment+"; "+text(e, "comment", ""), maxComment)
	return nil
})
