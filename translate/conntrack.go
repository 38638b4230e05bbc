package translate

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// Rewrite is what becomes of one rule.
type Rewrite struct {
	// At is the match that is rewritten: from its -m to its last word.
	At    ast.Span
	Edits []Edit
	// Left says why a match stays as it is; there are no Edits then.
	Left string
}

// Conntrack finds each use of the state match in a file of iptables rules and
// the edits that make it a conntrack match (iptables-extensions(8): state is "a
// subset of conntrack"). A rule that has a conntrack match already gets one
// match of the two, where one can say the same. Nothing else is touched.
func Conntrack(f *iptables.File) []Rewrite {
	var out []Rewrite
	c := conntrack{file: f}
	for line := range f.LinesWith("state") {
		if line.Bad {
			continue
		}
		for i := range line.Uses {
			if u := &line.Uses[i]; u.Ext.Name == "state" {
				out = append(out, c.rewrite(line, u))
			}
		}
	}
	return out
}

type conntrack struct {
	file *iptables.File
	// variables are the constant values of a script's variables, once they
	// are asked for.
	variables map[string][]ast.Span
}

// rewrite returns what becomes of a state match.
func (c *conntrack) rewrite(line *iptables.Line, state *ext.Use) Rewrite {
	r := Rewrite{At: state.Flag.Span.Join(state.Span)}
	words := []ext.Word{state.Name}
	for i := range state.Given {
		words = append(words, state.Given[i].Name)
	}
	for _, w := range words {
		if !c.literal(w) {
			var ok bool
			if r.Edits, ok = c.fromVariable(state); ok {
				return r
			}
			r.Left = "it comes from " + c.file.Source(w.Span) + ", where it has to be changed by hand"
			return r
		}
	}
	if given := state.Get("state"); given != nil && !slices.ContainsFunc(matchWords(state), func(w ext.Word) bool { return !c.literal(w) }) {
		if other := pairedUse(line); other != nil && c.literal(other.Name) && !other.Opaque() {
			if edits, ok := c.merge(state, given, other); ok {
				r.Edits = edits
				return r
			}
		}
	}
	r.Edits = []Edit{{state.Name.Span, "conntrack"}}
	for i := range state.Given {
		r.Edits = append(r.Edits, Edit{state.Given[i].Name.Span, "--ctstate"})
	}
	return r
}

// pairedUse returns the conntrack match of a line that has one of it and one
// state match, else nil.
func pairedUse(line *iptables.Line) *ext.Use {
	var found *ext.Use
	states := 0
	for i := range line.Uses {
		switch line.Uses[i].Ext.Name {
		case "conntrack":
			if found != nil {
				return nil
			}
			found = &line.Uses[i]
		case "state":
			states++
		}
	}
	if states != 1 {
		return nil
	}
	return found
}

// merge moves the condition of a state match into a conntrack match of the same
// rule, if one --ctstate can say what both say.
func (c *conntrack) merge(state *ext.Use, given *ext.Given, other *ext.Use) ([]Edit, bool) {
	var edits []Edit
	ct := other.Get("ctstate")
	switch {
	case ct == nil && noConnection(given):
		return nil, false
	case ct == nil:
		not := ""
		if given.Not {
			not = "! "
		}
		end := other.To
		edits = append(edits, Edit{ast.Span{From: end, To: end}, " " + not + "--ctstate " + c.file.Source(given.ArgSpan())})
	case ct.Lo&^ast.StateAll != 0:
		return nil, false // SNAT and DNAT look at another field
	case ct.Not == given.Not && ct.Lo == given.Lo:
	default:
		bits, not, ok := both(given, ct)
		if !ok || ct.Not != not || !c.literal(ct.Args[0]) {
			return nil, false
		}
		edits = append(edits, Edit{ct.ArgSpan(), ext.StateNames(bits)})
	}
	for _, w := range matchWords(state) {
		edits = append(edits, Edit{c.withBlank(w.Span), ""})
	}
	return edits, true
}

// noConnection reports whether a state match takes packets that belong to no
// connection. A conntrack match takes none of them without --ctstate; with it, it
// takes them for their state alone (xt_conntrack), so the option must not be
// added.
func noConnection(state *ext.Given) bool {
	const bits = ast.StateInvalid | ast.StateUntracked
	if state.Not {
		return state.Lo&bits != bits
	}
	return state.Lo&bits != 0
}

// both returns the states that two conditions leave together, and whether they
// are a negated list.
func both(a, b *ext.Given) (bits uint64, not, ok bool) {
	switch {
	case a.Not && b.Not:
		bits, not = a.Lo|b.Lo, true
	case a.Not:
		bits = b.Lo &^ a.Lo
	case b.Not:
		bits = a.Lo &^ b.Lo
	default:
		bits = a.Lo & b.Lo
	}
	return bits, not, bits != 0
}

// matchWords returns the words of a match, -m and its name included.
func matchWords(u *ext.Use) []ext.Word {
	words := []ext.Word{u.Flag, u.Name}
	for i := range u.Given {
		g := &u.Given[i]
		if g.Bang.Valid() {
			words = append(words, g.Bang)
		}
		words = append(append(words, g.Name), g.Args...)
	}
	return words
}

// literal reports whether a word stands in the file as it is, perhaps in quotes.
func (c *conntrack) literal(w ext.Word) bool {
	return strings.Trim(c.file.Source(w.Span), `"'`) == w.Text
}

// withBlank widens a word's place by the blanks before it.
func (c *conntrack) withBlank(s ast.Span) ast.Span {
	for s.From > c.file.Base() && isBlank(c.file.Source(ast.Span{From: s.From - 1, To: s.From})) {
		s.From--
	}
	return s
}

func isBlank(s string) bool { return s == " " || s == "\t" }
