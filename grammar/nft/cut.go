package nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// cutter finds where pieces of a script end: quoted text, what stands in
// braces, statements. It knows of the script only what it takes for that, so
// that the hundred thousand rules of a chain are cut at the speed of a scan.
type cutter struct {
	text string
	base uint32
	errs []*grammar.Error
	// comments are those that have been passed; nil where they are not
	// wanted a second time.
	comments *[]Comment
}

// maxBraces is how deep braces may be nested in a statement. nft itself takes
// chains in chains to a depth of four, and no sets in sets.
const maxBraces = 32

// mark is what a byte means to the cutter.
type mark uint8

const (
	markNone  mark = iota
	markPunct      // , = : ( ) +
	markBlank      // and all above: they mean nothing to the end of a statement
	markNewline
	markSemicolon
	markOpen
	markClose
	markQuote
	markComment
	markBackslash
)

var marks = func() (m [256]mark) {
	m[' '], m['\t'], m['\r'] = markBlank, markBlank, markBlank
	m['\n'], m[';'], m['{'], m['}'] = markNewline, markSemicolon, markOpen, markClose
	m['"'], m['#'], m['\\'] = markQuote, markComment, markBackslash
	for _, c := range ",=:()+" {
		m[c] = markPunct
	}
	return m
}()

func (c *cutter) span(from, to int) ast.Span {
	return ast.Span{From: c.base + uint32(from), To: c.base + uint32(to)}
}

func (c *cutter) fail(from, to int, format string, args ...any) *grammar.Error {
	e := grammar.Errorf(c.span(from, to), format, args...)
	c.errs = append(c.errs, e)
	return e
}

// continued reports whether the backslash at byte at joins two lines, and how
// many bytes it and the end of its line are.
func (c *cutter) continued(at int) (int, bool) {
	switch rest := c.text[at+1:]; {
	case strings.HasPrefix(rest, "\n"):
		return 2, true
	case strings.HasPrefix(rest, "\r\n"):
		return 3, true
	}
	return 0, false
}

// blanks returns where the blanks and continued lines that begin at byte at end.
func (c *cutter) blanks(at int) int {
	for at < len(c.text) {
		switch marks[c.text[at]] {
		case markBlank:
			at++
		case markBackslash:
			n, ok := c.continued(at)
			if !ok {
				return at
			}
			at += n
		default:
			return at
		}
	}
	return at
}

// comment passes the comment at byte at, up to the end of its line. A backslash
// does not continue it.
func (c *cutter) comment(at int) int {
	end := lineEnd(c.text, at)
	if c.comments != nil {
		text := strings.TrimRight(c.text[at:end], " \t\r")
		*c.comments = append(*c.comments, Comment{Span: c.span(at, at+len(text)), Text: text})
	}
	return end
}

// lineEnd returns where the newline is that ends the line of byte at.
func lineEnd(s string, at int) int {
	if n := strings.IndexByte(s[at:], '\n'); n >= 0 {
		return at + n
	}
	return len(s)
}

// indent returns how many blanks the line of byte at begins with.
func indent(s string, at int) int {
	line := s[strings.LastIndexByte(s[:at], '\n')+1:]
	return len(line) - len(strings.TrimLeft(line, " \t"))
}

// quote returns the end of the quoted text that begins at byte at. nft has no
// escapes in it, and lets it go on over lines. So a quote that nobody has closed
// runs on to the next one, and turns inside out all that follows on that line:
// it is told by the odd number of quotes that the line is left with.
func (c *cutter) quote(at int) (end int, ok bool) {
	n := strings.IndexByte(c.text[at+1:], '"')
	if n >= 0 {
		end := at + 1 + n + 1
		if strings.IndexByte(c.text[at:end], '\n') < 0 || strings.Count(c.text[end:lineEnd(c.text, end)], `"`)%2 == 0 {
			return end, true
		}
	}
	end = lineEnd(c.text, at)
	c.fail(at, end, "the quoted text is not closed").Expected(`a " at its end`)
	return end, false
}

// braces returns the end of what is in braces, the one at byte at being the
// first. ok is false if they are not closed, nested too deeply, or the commas
// in them do not fit; an error has then been told of.
//
// Braces hold a list, where a line may end only beside a comma or a brace, or,
// behind jump and goto, the rules of a chain. So a list that nobody has closed
// is found at the end of its line, and not at the end of the file.
func (c *cutter) braces(at int) (end int, ok bool) {
	var stack [maxBraces]struct {
		at   int
		list bool
	}
	depth, deep := 0, false
	var last byte // what stood in front, blanks and comments left out
	lastEnd := at
	newline := -1 // behind last; -1 for none
	blank := -1   // the second one, of those that nft's scanner sees
	ok = true
	for at < len(c.text) {
		b := c.text[at]
		m := marks[b]
		switch m {
		case markBlank:
			at++
			continue
		case markNewline:
			switch {
			case newline < 0:
				newline = at
			case blank < 0:
				blank = at
			}
			at++
			continue
		case markComment:
			own := strings.TrimLeft(c.text[strings.LastIndexByte(c.text[:at], '\n')+1:at], " \t") == ""
			if at = c.comment(at); own && at < len(c.text) {
				at++ // its newline is no token (comment_line in nft's scanner)
			}
			continue
		case markBackslash:
			if n, joined := c.continued(at); joined {
				at += n
				continue
			}
		}
		if newline >= 0 && depth > 0 && depth <= maxBraces && stack[depth-1].list && last != '{' && last != ',' && b != ',' && b != '}' {
			open := stack[depth-1].at
			if indent(c.text, at) <= indent(c.text, open) {
				c.fail(open, open+1, "the { is not closed").Expected("a } for it, or a comma at the end of the line")
				return lastEnd, false
			}
			if ok {
				c.fail(lastEnd, lastEnd, "two lines of a list without a comma between them").Expected(", or }")
			}
			ok = false
		}
		if blank >= 0 && ok && depth > 0 && depth <= maxBraces && stack[depth-1].list {
			c.fail(blank, blank+1, "a blank line in a list, which nft does not take").Expected("a comment, or nothing, between two lines of it")
		}
		newline, blank = -1, -1
		switch m {
		case markOpen:
			if depth < maxBraces {
				stack[depth].at, stack[depth].list = at, c.list(at)
			} else if !deep {
				deep = true
				c.fail(at, at+1, "braces are nested deeper than %d", maxBraces)
			}
			depth++
			at++
		case markClose:
			at++
			if depth--; depth == 0 {
				return at, ok && !deep
			}
		case markQuote:
			var closed bool
			at, closed = c.quote(at)
			ok = ok && closed
		default:
			at++
		}
		last, lastEnd = c.text[at-1], at
	}
	if !deep {
		open := stack[min(depth, maxBraces)-1].at
		c.fail(open, open+1, "the { is not closed").Expected("a } for it")
	}
	return lastEnd, false
}

// list reports whether the { at byte at begins a list. A few words have lines in
// braces behind them.
func (c *cutter) list(at int) bool {
	before := strings.TrimRight(c.text[:at], " \t")
	switch before[strings.LastIndexAny(before, " \t\n;{")+1:] {
	case "jump", "goto", "erspan", "vxlan", "geneve":
		return false
	}
	return true
}

// statement returns the end of the statement that begins at byte at, without
// the blanks and the comment behind it, and where the separator is that ends
// it, or the brace that closes the block around it. ok is false if it cannot be
// read.
func (c *cutter) statement(at int) (end, next int, ok bool) {
	from, text := at, c.text
	ok = true
	for {
		for at < len(text) && marks[text[at]] <= markBlank {
			at++
		}
		if at >= len(text) {
			break
		}
		closed := true
		switch marks[text[at]] {
		case markQuote:
			at, closed = c.quote(at)
		case markOpen:
			at, closed = c.braces(at)
		case markBackslash:
			n, joined := c.continued(at)
			if !joined {
				n = 1
			}
			at += n
		default:
			return c.trim(from, at), c.behind(at), ok
		}
		ok = ok && closed
	}
	return c.trim(from, at), at, ok
}

// behind passes the comment that begins at byte at, if one does.
func (c *cutter) behind(at int) int {
	if c.text[at] == '#' {
		return c.comment(at)
	}
	return at
}

// trim returns the end of the text from byte from to byte to without the blanks
// and continued lines at its end.
func (c *cutter) trim(from, to int) int {
	for to > from {
		switch b := c.text[to-1]; {
		case marks[b] == markBlank:
			to--
		case b == '\n' && to-2 >= from && c.text[to-2] == '\\':
			to -= 2
		case b == '\n' && to-3 >= from && c.text[to-2] == '\r' && c.text[to-3] == '\\':
			to -= 3
		default:
			return to
		}
	}
	return to
}

// word returns the end of the word that begins at byte at: what stands between
// blanks and punctuation.
func (c *cutter) word(at int) int {
	for at < len(c.text) {
		switch marks[c.text[at]] {
		case markNone:
			at++
		case markBackslash:
			if _, joined := c.continued(at); joined {
				return at
			}
			at++
		default:
			return at
		}
	}
	return at
}

// wordAt returns the word that begins at byte at, "" if none does.
func (c *cutter) wordAt(at int) string { return c.text[at:c.word(at)] }
