package nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	syntax "github.com/ctlint/ctlint/grammar/nft"
)

// name prints the name of something.
func (p *printer) name(at ast.Node, what, s string) {
	switch {
	case syntax.Keyword(s), s == "destroy": // a word of nft's from 1.0.7 on
		p.refuse(at, "%s %q has a name that is a word of nft's language", what, s)
	case !syntax.ValidName(s):
		p.refuse(at, "%s %q has a name that nft cannot read", what, s)
	}
	p.text(s)
}

// setName prints the name of a set or an object.
func (p *printer) setName(at ast.Node, what, s string) {
	if reservedInSets[s] {
		p.refuse(at, "%s %q has a name that is a word of nft's language", what, s)
	}
	p.name(at, what, s)
}

// reservedInSets are the words that nft's scanner knows where sets and objects are
// named, and nowhere else.
var reservedInSets = words("bytes ih ll name nh over packets until used")

func words(s string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}
