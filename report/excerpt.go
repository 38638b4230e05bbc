package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// maxWidth is how many columns of a terminal a line of an excerpt takes.
const maxWidth = 120

// marked is a line of a text as a terminal shows it, with a mark for a part of
// it: lead stands under what is before the part, mark under the part.
type marked struct{ line, lead, mark string }

// cell is a character of the line as it is shown.
type cell struct {
	text  string
	width int
	tab   bool
	in    bool // in the marked part
}

// excerpt returns the line of text that holds the offset from, with all up to to
// marked, or up to the end of the line. A line that is too wide is cut on both
// sides of the mark.
func excerpt(text string, from, to int) marked {
	from = min(from, len(text))
	start := strings.LastIndexByte(text[:from], '\n') + 1
	end := len(text)
	if i := strings.IndexByte(text[from:], '\n'); i >= 0 {
		end = from + i
	}
	start, end = window(text, start, end, from)
	line := strings.TrimSuffix(text[start:end], "\r")
	cells := cellsOf(line, from-start, max(to, from+1)-start)
	if from-start >= len(line) { // just behind the line
		cells = append(cells, cell{text: "", width: 1, in: true})
	}
	return render(cut(cells))
}

// window narrows a very long line to what is around the mark: far more than is
// shown, and not all of it.
func window(text string, start, end, from int) (int, int) {
	const around = 16 * maxWidth
	if from-start > around {
		start = from - around
		for start < from && !utf8.RuneStart(text[start]) {
			start++
		}
	}
	if end-from > around {
		end = from + around
		for end > from && !utf8.RuneStart(text[end]) {
			end--
		}
	}
	return start, end
}

func cellsOf(line string, from, to int) []cell {
	cells := make([]cell, 0, len(line))
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRuneInString(line[i:])
		c := cell{text: line[i : i+n], in: i+n > from && i < to}
		switch {
		case r == '\t':
			c.width, c.tab = 1, true
		case r == utf8.RuneError && n == 1 || !shown(r):
			c.text = visible(c.text)
			c.width = len(c.text)
		default:
			c.width = runewidth.RuneWidth(r)
		}
		cells = append(cells, c)
		i += n
	}
	return cells
}

// cut takes so much from both ends of a line that it fits, and the beginning of
// the mark stays.
func cut(cells []cell) []cell {
	total, first := 0, 0
	for i, c := range cells {
		total += c.width
		if c.in && (i == 0 || !cells[i-1].in) {
			first = i
		}
	}
	if total <= maxWidth {
		return cells
	}
	from, width := first, 0
	for from > 0 && width+cells[from-1].width <= maxWidth/3 {
		from--
		width += cells[from].width
	}
	to := from
	for width = 0; to < len(cells) && width+cells[to].width <= maxWidth; to++ {
		width += cells[to].width
	}
	for to == len(cells) && from > 0 && width+cells[from-1].width <= maxWidth { // room is left
		from--
		width += cells[from].width
	}
	more := cell{text: "…", width: 1}
	out := append([]cell(nil), cells[from:to]...)
	if from > 0 {
		out = append([]cell{more}, out...)
	}
	if to < len(cells) {
		out = append(out, more)
	}
	return out
}

func render(cells []cell) marked {
	var line, lead, mark strings.Builder
	for _, c := range cells {
		line.WriteString(c.text)
		switch {
		case c.in && mark.Len() == 0:
			mark.WriteByte('^')
			mark.WriteString(strings.Repeat("~", max(0, c.width-1)))
		case c.in:
			mark.WriteString(strings.Repeat("~", c.width))
		case mark.Len() > 0:
		case c.tab:
			lead.WriteByte('\t') // as wide as the one above it
		default:
			lead.WriteString(strings.Repeat(" ", c.width))
		}
	}
	return marked{line.String(), lead.String(), mark.String()}
}

// shown reports whether a terminal shows a character and does nothing else with
// it. Characters that turn the direction of the text are not shown so, as they
// make it look like another one.
func shown(r rune) bool {
	return unicode.IsPrint(r) || unicode.In(r, unicode.Mn, unicode.Zs)
}

// visible writes what a terminal could take for a command as an escape.
func visible(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return !shown(r) || r == utf8.RuneError }) < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case shown(r):
			b.WriteString(s[i : i+n])
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		i += n
	}
	return b.String()
}
