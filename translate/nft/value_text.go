package nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	syntax "github.com/ctlint/ctlint/grammar/nft"
)

// str prints text. An asterisk at the end of an interface's name stands for the
// rest of the name, unless a backslash is before it.
func (p *printer) str(e *ast.String, d domain) {
	s := e.Val
	switch {
	case e.Wildcard && s == "":
		p.refuse(e, "nft has no name that matches every name")
		return
	case e.Wildcard:
		s += "*"
	case d.typ == ast.TypeIfname && strings.HasSuffix(s, "*"):
		s = s[:len(s)-1] + `\*`
	case s == "":
		p.refuse(e, "a name is empty")
		return
	}
	p.quoted(e, "the name", s)
}

// boolean prints the presence or the absence of something.
func (p *printer) boolean(e *ast.Bool) {
	if e.Val {
		p.text("exists")
	} else {
		p.text("missing")
	}
}

// unknown prints a name that nft itself looks up in a file of the system, when
// it loads the ruleset: that of a mark, a realm, a group of devices, a user.
// What else only the running system knows has no words.
func (p *printer) unknown(e *ast.Unknown, d domain) {
	switch d.typ {
	case ast.TypeMark, ast.TypeRealm, ast.TypeDevgroup, ast.TypeUID, ast.TypeGID, ast.TypeCTLabel:
		if syntax.ValidName(e.Text) {
			p.quoted(e, "the name", e.Text)
			return
		}
	}
	p.refuse(e, "what %q stands for only the running system knows", e.Text)
}
