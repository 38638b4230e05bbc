package translate

import (
	"regexp"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
	"github.com/ctlint/ctlint/grammar/shell"
)

// fromVariable returns the edits that rewrite a state match which comes out of
// a variable as a whole: those of the variable's constant values. All of its
// values that hold a state match must hold all of it.
func (c *conntrack) fromVariable(state *ext.Use) ([]Edit, bool) {
	var source string
	for _, w := range matchWords(state) {
		s := c.file.Source(w.Span)
		if source != "" && s != source {
			return nil, false // only part of it is the variable's
		}
		source = s
	}
	name := variableName(source)
	if name == "" || c.file.Dialect != iptables.Commands {
		return nil, false
	}
	if c.variables == nil {
		c.variables = map[string][]ast.Span{}
		for _, a := range shell.Assignments(c.file.Text, c.file.Base()) {
			c.variables[a.Name] = append(c.variables[a.Name], a.Value)
		}
	}
	var edits []Edit
	for _, at := range c.variables[name] {
		more, ok := valueEdits(c.file.Source(at), at.From)
		if !ok {
			return nil, false
		}
		edits = append(edits, more...)
	}
	return edits, len(edits) > 0
}

var variableForm = regexp.MustCompile(`^"?\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))"?$`)

// variableName returns the name of the variable that a word is made of, or "".
func variableName(source string) string {
	m := variableForm.FindStringSubmatch(source)
	if m == nil {
		return ""
	}
	return m[1] + m[2]
}

var valueWord = regexp.MustCompile(`[^\s"']+`)

// valueEdits rewrites the state matches in a variable's value, each of which must
// be there with its --state.
func valueEdits(value string, from uint32) ([]Edit, bool) {
	var edits []Edit
	open, last := 0, ""
	for _, m := range valueWord.FindAllStringIndex(value, -1) {
		word := value[m[0]:m[1]]
		at := func(n int) ast.Span { return ast.Span{From: from + uint32(m[0]), To: from + uint32(m[0]+n)} }
		option, _, _ := strings.Cut(word, "=")
		switch {
		case word == "state" && (last == "-m" || last == "--match"):
			edits = append(edits, Edit{at(len(word)), "conntrack"})
			open++
		case option == "--state":
			edits = append(edits, Edit{at(len(option)), "--ctstate"})
			open--
		}
		if open < 0 {
			return nil, false
		}
		last = word
	}
	return edits, open == 0
}
