package shell

import (
	"errors"
	"sort"
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"

	"github.com/ctlint/ctlint/ast"
)

// source is a text that is read as shell: the script itself, or what eval and
// sh -c are given.
type source struct {
	text string // as it is
	plain
	base uint32
	off  int  // where the parser began, in the plain text
	m    *Map // of eval's text: the way back to the script; else nil
}

// offset returns the offset in the text of a place that the parser gives.
func (s *source) offset(p syntax.Pos) int {
	return min(s.original(s.off+int(p.Offset())), len(s.text))
}

func (s *source) span(from, to int) ast.Span {
	if s.m != nil {
		return s.m.Span(from, to)
	}
	return ast.Span{From: s.base + uint32(from), To: s.base + uint32(to)}
}

func (s *source) node(n syntax.Node) ast.Span {
	return s.span(s.offset(n.Pos()), s.offset(n.End()))
}

// slice returns a node's own text.
func (s *source) slice(n syntax.Node) string {
	i, j := s.offset(n.Pos()), s.offset(n.End())
	if i >= j {
		return ""
	}
	return s.text[i:j]
}

// plain is a text made fit for the parser: in lines that end as Unix lines do,
// and in UTF-8, as the parser refuses anything else and scripts of all encodings
// are run. The words are taken from the text itself.
type plain struct {
	shell string
	cuts  []int // where in shell a carriage return has been left out
}

// masked is what stands for a byte that is not UTF-8.
const masked = '\x7f'

func newPlain(s string) plain {
	var p plain
	if strings.Contains(s, "\r\n") {
		var b strings.Builder
		for i := 0; i < len(s); i++ {
			if s[i] == '\r' && i+1 < len(s) && s[i+1] == '\n' {
				p.cuts = append(p.cuts, b.Len())
				continue
			}
			b.WriteByte(s[i])
		}
		s = b.String()
	}
	if !utf8.ValidString(s) {
		b := []byte(s)
		for i := 0; i < len(b); {
			r, n := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && n == 1 {
				b[i] = masked
			}
			i += n
		}
		s = string(b)
	}
	p.shell = s
	return p
}

// original returns the offset in the text of an offset in its plain form.
func (p *plain) original(i int) int {
	if p.cuts == nil {
		return i
	}
	return i + sort.SearchInts(p.cuts, i)
}

// reduced is the inverse of original.
func (p *plain) reduced(i int) int {
	if p.cuts == nil {
		return i
	}
	// The n-th cut stands at offset cuts[n]+n of the text.
	n := sort.Search(len(p.cuts), func(n int) bool { return p.cuts[n]+n >= i })
	return i - n
}

// variants are the languages that a script may be in, most likely first.
var variants = []syntax.LangVariant{syntax.LangBash, syntax.LangPOSIX, syntax.LangMirBSDKorn}

// variant returns the first language that takes the whole script; bash, if none
// does.
func variant(text string) syntax.LangVariant {
	for _, v := range variants {
		if statements(text, v, func(*syntax.Stmt) bool { return true }) == nil {
			return v
		}
	}
	return syntax.LangBash
}

// maxNesting is how deep a text may nest its parentheses, braces and compound
// commands: the parser recurses, and an arithmetic parenthesis takes it several
// kilobytes of stack, of which Go gives a gigabyte before it ends the program.
const maxNesting = 5000

// deep reports whether a text nests so deep that it cannot be given to the
// parser. It overlooks nothing but what closing brackets inside of quotes hide.
func deep(text string) bool {
	if len(text) < maxNesting {
		return false
	}
	n := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(', '{', '[':
			n++
		case ')', '}', ']':
			n = max(0, n-1)
		case 'i', 'w', 'u', 'f', 'c', 'd', 'e': // if while until for case done fi esac
			j := i + 1
			for j < len(text) && text[j] >= 'a' && text[j] <= 'z' {
				j++
			}
			switch text[i:j] {
			case "if", "while", "until", "for", "case":
				n += 2 // the ) of a case's pattern closes nothing
			case "fi", "done", "esac":
				n = max(0, n-2)
			}
			i = j - 1
		}
		if n > maxNesting {
			return true
		}
	}
	return false
}

// statements calls yield with each statement of a text, as long as it returns
// true, and returns what the parser does not understand.
func statements(text string, lang syntax.LangVariant, yield func(*syntax.Stmt) bool) (fault *syntax.ParseError) {
	done := false
	syntax.NewParser(syntax.Variant(lang)).StmtsSeq(strings.NewReader(text))(func(s *syntax.Stmt, err error) bool {
		switch {
		case done: // the parser may go on to an error all the same
		case err != nil:
			fault, done = parseError(err), true
		default:
			done = !yield(s)
		}
		return !done
	})
	return fault
}

func parseError(err error) *syntax.ParseError {
	var parse syntax.ParseError
	if errors.As(err, &parse) {
		return &parse
	}
	var lang syntax.LangError
	if errors.As(err, &lang) {
		return &syntax.ParseError{Pos: lang.Pos, Text: err.Error()}
	}
	return &syntax.ParseError{Text: err.Error()}
}
