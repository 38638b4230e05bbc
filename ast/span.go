package ast

import "go/token"

// Span is the source text that a node was read from: the bytes from From up to,
// not including, To. Both are positions in the [token.FileSet] that the parser
// was given: a file's base plus an offset into it, as token.Pos, in 32 bits. So
// one ruleset may come from several files, of 4 GiB together at the most. The
// zero Span says that the node has no source.
type Span struct{ From, To uint32 }

// Source returns s itself, so that a node that embeds Span is a [Node].
func (s Span) Source() Span { return s }

// Pos returns where the text begins.
func (s Span) Pos() token.Pos { return token.Pos(s.From) }

// End returns the position just after the text.
func (s Span) End() token.Pos { return token.Pos(s.To) }

// Valid reports whether s has a source.
func (s Span) Valid() bool { return s.From != 0 }

// Join returns the smallest span that holds both s and t; an invalid one of
// them is left out.
func (s Span) Join(t Span) Span {
	switch {
	case !s.Valid():
		return t
	case !t.Valid():
		return s
	}
	return Span{min(s.From, t.From), max(s.To, t.To)}
}

// Node is any part of a ruleset. Pos and End make it an analysis.Range.
type Node interface {
	Source() Span
	Pos() token.Pos
	End() token.Pos
}
