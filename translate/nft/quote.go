package nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// quoted prints text in quotes. nft has no way to write a quote in them (the
// token string of its scanner), nor the end of a line.
func (p *printer) quoted(at ast.Node, what, s string) {
	if i := strings.IndexAny(s, "\"\n\x00"); i >= 0 {
		p.refuse(at, "%s %q has a character that nft cannot write in quotes", what, s)
		return
	}
	p.b = append(p.b, '"')
	p.text(s)
	p.b = append(p.b, '"')
}

// comment prints a comment of a rule or a declaration.
func (p *printer) comment(at ast.Node, s string) {
	if len(s) > maxComment {
		p.refuse(at, "the comment has %d bytes; nft takes %d", len(s), maxComment)
		return
	}
	p.text("comment ")
	p.quoted(at, "the comment", s)
}

// maxComment is how long a comment may be: NFTNL_UDATA_COMMENT_MAXLEN is 128, with
// a NUL.
const maxComment = 127
