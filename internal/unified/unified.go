// Package unified prints the difference of two texts in the unified format, as
// patch(1) and git apply read it.
package unified

import (
	"fmt"
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// context is how many equal lines stand around a change.
const context = 3

// Diff returns the changes from old to new; empty if there are none. The names
// stand in the header as they are given.
func Diff(oldName, newName, old, new string) string {
	if old == new {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", oldName, newName)
	for _, h := range hunks(lines(old, new)) {
		h.print(&b)
	}
	return b.String()
}

// line is a line of either text or of both, with its end. Only the last line of
// a text may have none.
type line struct {
	op   byte // ' ', '-' or '+'
	text string
}

// maxLines is how many lines are compared; the library below gives each line a
// character of its own, of which there are not many more.
const maxLines = 1_000_000

// lines returns the lines of both texts in the order of a diff.
func lines(old, new string) []line {
	return compare(old, new, maxLines)
}

func compare(old, new string, limit int) []line {
	head := commonHead(old, new)
	tail := commonTail(old[head:], new[head:])
	out := split(nil, ' ', old[:head])
	a, b := old[head:len(old)-tail], new[head:len(new)-tail]
	if strings.Count(a, "\n")+strings.Count(b, "\n") > limit {
		out = split(split(out, '-', a), '+', b)
	} else {
		dmp := diffmatchpatch.New()
		ra, rb, table := dmp.DiffLinesToRunes(a, b)
		for _, d := range dmp.DiffCharsToLines(dmp.DiffMainRunes(ra, rb, false), table) {
			out = split(out, ops[d.Type], d.Text)
		}
	}
	return split(out, ' ', old[len(old)-tail:])
}

var ops = map[diffmatchpatch.Operation]byte{
	diffmatchpatch.DiffEqual: ' ', diffmatchpatch.DiffDelete: '-', diffmatchpatch.DiffInsert: '+',
}

func split(out []line, op byte, text string) []line {
	for l := range strings.Lines(text) {
		out = append(out, line{op, l})
	}
	return out
}

// commonHead returns how many bytes of whole lines both texts begin with.
func commonHead(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return strings.LastIndexByte(a[:n], '\n') + 1
}

// commonTail returns how many bytes of whole lines both texts end with.
func commonTail(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	switch tail := a[len(a)-n:]; {
	case n == len(a) && n == len(b):
		return n
	case (n == len(a) || a[len(a)-n-1] == '\n') && (n == len(b) || b[len(b)-n-1] == '\n'):
		return n // it begins where a line does
	default:
		i := strings.IndexByte(tail, '\n')
		if i < 0 {
			return 0
		}
		return len(tail) - i - 1
	}
}

// hunk is a run of changes with the equal lines around them.
type hunk struct {
	old, new int // the first line in each text, from 1
	lines    []line
}

// hunks puts changes that are near each other together.
func hunks(lines []line) []hunk {
	var out []hunk
	old, new := 1, 1 // of lines[i]
	last := -1       // the last change, as an index into lines
	for i, l := range lines {
		if l.op != ' ' {
			if last < 0 || i-last > 2*context+1 {
				before := min(context, i)
				if last >= 0 {
					h := &out[len(out)-1]
					h.lines = append(h.lines, lines[last+1:last+1+context]...)
				}
				out = append(out, hunk{old: old - before, new: new - before, lines: append([]line(nil), lines[i-before:i]...)})
			} else {
				h := &out[len(out)-1]
				h.lines = append(h.lines, lines[last+1:i]...)
			}
			h := &out[len(out)-1]
			h.lines = append(h.lines, l)
			last = i
		}
		if l.op != '+' {
			old++
		}
		if l.op != '-' {
			new++
		}
	}
	if last >= 0 {
		h := &out[len(out)-1]
		h.lines = append(h.lines, lines[last+1:min(len(lines), last+1+context)]...)
	}
	return out
}

func (h hunk) print(b *strings.Builder) {
	var old, new int
	for _, l := range h.lines {
		if l.op != '+' {
			old++
		}
		if l.op != '-' {
			new++
		}
	}
	fmt.Fprintf(b, "@@ -%s +%s @@\n", rangeOf(h.old, old), rangeOf(h.new, new))
	for _, l := range h.lines {
		b.WriteByte(l.op)
		b.WriteString(l.text)
		if !strings.HasSuffix(l.text, "\n") {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

// rangeOf writes the lines of one side. An empty side names the line before it.
func rangeOf(first, n int) string {
	switch n {
	case 0:
		return fmt.Sprintf("%d,0", first-1)
	case 1:
		return fmt.Sprint(first)
	}
	return fmt.Sprintf("%d,%d", first, n)
}
