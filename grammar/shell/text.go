package shell

import (
	"sort"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// Text is a text in pieces, each with the place that it comes from.
type Text []Piece

// Piece is a part of a text. A piece whose span is as long as its text stands
// in the script as it is.
type Piece struct {
	ast.Span
	Text    string
	Unknown *Unknown // nil: the text is known; else Text is its source
}

// String returns the text, with the source of what is not known in its place.
func (t Text) String() string {
	if len(t) == 1 {
		return t[0].Text
	}
	var b strings.Builder
	for _, p := range t {
		b.WriteString(p.Text)
	}
	return b.String()
}

// Known returns the text, and whether all of it is known.
func (t Text) Known() (string, bool) {
	for _, p := range t {
		if p.Unknown != nil {
			return "", false
		}
	}
	return t.String(), true
}

// unknowns returns what is not known of the text.
func (t Text) unknowns() []*Unknown {
	var out []*Unknown
	for _, p := range t {
		if p.Unknown != nil {
			out = append(out, p.Unknown)
		}
	}
	return out
}

// add appends a piece, joined to the last where that keeps its place exact.
func (t Text) add(p Piece) Text {
	if n := len(t) - 1; n >= 0 && p.Unknown == nil && t[n].Unknown == nil && t[n].Span == p.Span && !p.exact() {
		t[n].Text += p.Text
		return t
	}
	return append(t, p)
}

// at returns the text with all of its pieces placed at s, as an expansion that
// stands there gives it.
func (t Text) at(s ast.Span) Text {
	var out Text
	for i := 0; i < len(t); {
		n := i
		for n < len(t) && t[n].Unknown == nil {
			n++
		}
		if n > i {
			out = append(out, Piece{Span: s, Text: t[i:n].String()})
			i = n
			continue
		}
		out = append(out, Piece{Span: s, Text: t[i].Text, Unknown: t[i].Unknown})
		i++
	}
	return out
}

func known(s ast.Span, text string) Text {
	if text == "" {
		return nil
	}
	return Text{{Span: s, Text: text}}
}

func (p Piece) exact() bool { return p.Unknown == nil && int(p.To-p.From) == len(p.Text) }

// sub returns where the bytes i to j of the piece come from.
func (p Piece) sub(i, j int) ast.Span {
	if !p.exact() {
		return p.Span
	}
	return ast.Span{From: p.From + uint32(i), To: p.From + uint32(j)}
}

// Map is a text as one string, and the way back to where its bytes come from.
type Map struct {
	Text   string
	pieces Text
	at     []int // where the pieces begin
}

// NewMap returns the map of a text.
func NewMap(t Text) *Map {
	m := &Map{Text: t.String(), pieces: t, at: make([]int, len(t))}
	at := 0
	for i, p := range t {
		m.at[i] = at
		at += len(p.Text)
	}
	return m
}

// piece returns the index of the piece that holds byte i; len(pieces) is never
// returned unless there is none.
func (m *Map) piece(i int) int {
	return max(0, sort.SearchInts(m.at, i+1)-1)
}

// Span returns where the bytes from i up to j come from.
func (m *Map) Span(i, j int) ast.Span {
	var s ast.Span
	if len(m.pieces) == 0 {
		return s
	}
	for k := m.piece(i); k < len(m.pieces) && (m.at[k] < j || !s.Valid()); k++ {
		p := m.pieces[k]
		s = s.Join(p.sub(max(0, i-m.at[k]), max(0, min(len(p.Text), j-m.at[k]))))
	}
	return s
}

// Unknown returns what is not known of the bytes from i up to j.
func (m *Map) Unknown(i, j int) []*Unknown {
	var out []*Unknown
	if len(m.pieces) == 0 {
		return nil
	}
	for k := m.piece(i); k < len(m.pieces) && m.at[k] < j; k++ {
		if u := m.pieces[k].Unknown; u != nil {
			out = append(out, u)
		}
	}
	return out
}

// Lines calls yield with each line of the text, its end left out.
func (t Text) Lines(yield func(Text) bool) {
	var line Text
	open := false
	for _, p := range t {
		if p.Unknown != nil {
			line, open = append(line, p), true
			continue
		}
		for at := 0; at < len(p.Text); {
			n := strings.IndexByte(p.Text[at:], '\n')
			end := at + n
			if n < 0 {
				end = len(p.Text)
			}
			if end > at {
				line = append(line, Piece{Span: p.sub(at, end), Text: p.Text[at:end]})
			}
			if n < 0 {
				open = true
				break
			}
			if !yield(line) {
				return
			}
			line, open = nil, false
			at = end + 1
		}
	}
	if open {
		yield(line)
	}
}
