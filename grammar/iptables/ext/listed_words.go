package ext

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// words makes the words of the choices that best has found.
func (x *explainer) words() (matches, targets, unknown []Word) {
	var given []*Option // of the use that is being made
	var last *form
	for s := (spot{}); ; {
		s.at = x.blanks(s.at)
		if s.at == len(x.text) {
			return matches, targets, unknown
		}
		c := x.memo[s]
		if c.form == nil {
			at := x.span(s.at, c.end)
			// Neighbours that are not understood are one word.
			if n := len(unknown); n > 0 && x.blanks(int(unknown[n-1].To-x.base)) == s.at {
				at = unknown[n-1].Span.Join(at)
				unknown, matches = unknown[:n-1], matches[:len(matches)-1]
			}
			w := Word{Span: at, Text: x.text[at.From-x.base : at.To-x.base], Opaque: true}
			unknown, matches = append(unknown, w), append(matches, w)
			s.at = c.end
			continue
		}
		f := c.form
		words, options := x.instance(s.at, &c)
		switch {
		case f.ext.Target:
			targets = append(targets, words...)
		case last != nil && last.ext == f.ext && c.joins(given, options):
			matches, given = append(matches, words...), append(given, options...)
		default:
			head := x.span(s.at, x.word(s.at))
			matches = append(matches, Word{Span: head, Text: "-m"}, Word{Span: head, Text: f.load})
			matches, given = append(matches, words...), options
		}
		last = f
		s = spot{c.end, f}
	}
}

// joins reports whether a form is part of the use of its extension that the form
// before it belongs to. It is if words are left out that stood there. A form
// that stands whole is if the extension does not print its name once for each
// use, and none of its options is given yet.
func (c *choice) joins(given, options []*Option) bool {
	if c.from > 0 {
		return true
	}
	if c.form.once {
		return false
	}
	for _, o := range options {
		for _, g := range given {
			if o == g || slices.Contains(o.Excl, g.Name) || slices.Contains(g.Excl, o.Name) {
				return false
			}
		}
	}
	return true
}

// instance fills a form's words, and returns the options that it gives.
func (x *explainer) instance(at int, c *choice) (words []Word, options []*Option) {
	f := c.form
	nots := map[int]int{} // by the option's place in words: where the ! stands
	if c.not {
		nots[f.owner(0)] = at
	}
	for n := range c.args {
		if c.args[n].not > 0 {
			nots[f.owner(n)] = c.args[n].not - 1
		}
	}
	whole := x.span(at, c.end)
	for i, t := range f.words {
		if t.option != nil {
			options = append(options, t.option)
		}
		if n, ok := nots[i]; ok {
			words = append(words, Word{Span: x.span(n, n+1), Text: "!"})
		}
		words = append(words, x.fill(&t, c, whole))
	}
	return words, options
}

// fill makes a word of its template. It has the span of the text that it holds;
// a word that is always the same has that of the whole form.
func (x *explainer) fill(t *template, c *choice, whole ast.Span) Word {
	var w Word
	for _, p := range t.pieces {
		if p.arg == 0 {
			w.Text += p.lit
			continue
		}
		a := c.args[p.arg]
		w.Text += x.text[a.from:a.to]
		w.Span = w.Span.Join(x.span(a.from, a.to))
		w.Quoted = true
	}
	if !w.Valid() {
		w.Span = whole
	}
	return w
}
