// Package edit makes the text edits of fixes. What inserts and deletes lines
// keeps to the file's line endings, so that a file with CRLF stays one.
package edit

import (
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/ruleset"
)

// Replace puts text in the place of a node.
func Replace(rng analysis.Range, text string) analysis.TextEdit {
	return analysis.TextEdit{Pos: rng.Pos(), End: rng.End(), NewText: []byte(text)}
}

// Insert puts text at a position.
func Insert(pos token.Pos, text string) analysis.TextEdit {
	return analysis.TextEdit{Pos: pos, End: pos, NewText: []byte(text)}
}

// DeleteLines deletes the lines that a node stands on, with the last line's end.
// It is false if anything else stands on them: another command, a comment behind
// the node.
func DeleteLines(h *ruleset.Host, rng analysis.Range) (analysis.TextEdit, bool) {
	l, ok := linesOf(h, rng)
	if !ok || strings.TrimSpace(l.text[l.from:l.start]) != "" || strings.TrimSpace(l.text[l.end:l.to]) != "" {
		return analysis.TextEdit{}, false
	}
	return analysis.TextEdit{Pos: l.pos(l.from), End: l.pos(l.to)}, true
}

// LineBefore inserts a line above the one that a node begins on, with the same
// indentation.
func LineBefore(h *ruleset.Host, rng analysis.Range, line string) (analysis.TextEdit, bool) {
	l, ok := linesOf(h, rng)
	if !ok {
		return analysis.TextEdit{}, false
	}
	return Insert(l.pos(l.from), l.indent()+line+l.newline()), true
}

// LineAfter inserts a line below the one that a node ends on, with the
// indentation of the one that it begins on.
func LineAfter(h *ruleset.Host, rng analysis.Range, line string) (analysis.TextEdit, bool) {
	l, ok := linesOf(h, rng)
	if !ok {
		return analysis.TextEdit{}, false
	}
	text := l.indent() + line + l.newline()
	if l.to > 0 && l.text[l.to-1] != '\n' { // the last line has no end
		text = l.newline() + l.indent() + line
	}
	return Insert(l.pos(l.to), text), true
}

// MoveLines moves the lines that a node stands on above the one that another
// begins on. It is false if anything else stands on them.
func MoveLines(h *ruleset.Host, rng, before analysis.Range) ([]analysis.TextEdit, bool) {
	cut, ok := DeleteLines(h, rng)
	l, in := linesOf(h, before)
	from, same := linesOf(h, rng)
	if !ok || !in || !same || l.base != from.base || l.pos(l.from) > cut.Pos && l.pos(l.from) < cut.End {
		return nil, false
	}
	text := from.text[from.from:from.to]
	if from.to == len(from.text) && !strings.HasSuffix(text, "\n") { // the last line has no end
		text += from.newline()
	}
	return []analysis.TextEdit{Insert(l.pos(l.from), text), cut}, true
}

// lines are the whole lines that a node stands on, by offsets into the text.
type lines struct {
	text       string
	base       int
	start, end int // of the node
	from, to   int // of the lines, with the end of the last
}

func linesOf(h *ruleset.Host, rng analysis.Range) (lines, bool) {
	s := h.Source(rng.Pos())
	if s == nil {
		return lines{}, false
	}
	f := h.Fset.File(rng.Pos())
	l := lines{text: s.Text, base: f.Base(), start: f.Offset(rng.Pos()), end: f.Offset(rng.End())}
	l.from = strings.LastIndexByte(s.Text[:l.start], '\n') + 1
	l.to = len(s.Text)
	if i := strings.IndexByte(s.Text[l.end:], '\n'); i >= 0 {
		l.to = l.end + i + 1
	}
	return l, true
}

func (l lines) pos(offset int) token.Pos { return token.Pos(l.base + offset) }

func (l lines) indent() string {
	line := l.text[l.from:]
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

// newline is how the file's first line ends.
func (l lines) newline() string {
	if i := strings.IndexByte(l.text, '\n'); i > 0 && l.text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}
