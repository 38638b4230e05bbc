package ext

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// Keyword is one of a few words, in the case in which they stand here
// (Value.Lo: its number, Value.Text: the word). what says what they name.
func Keyword(what string, table ...Name) *Arg {
	names := make([]string, len(table))
	for i := range table {
		names[i] = table[i].Name
	}
	a := &Arg{What: strings.Join(names, " or ")}
	a.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		i := slices.Index(names, w[0].Text)
		if i < 0 {
			e := grammar.Errorf(w[0].Span, "%q is no %s", w[0].Text, what).Expected("%s", a.What)
			if e.Hint = grammar.Near(w[0].Text, names); len(names) < 4 {
				e.Hint = "" // they all stand there
			}
			return e
		}
		v.Lo, v.Text = table[i].Bits, names[i]
		return nil
	}
	a.Save = func(p *Printer, v *Value) { p.Word(v.Text) }
	return a
}
