// Package grammar holds what the parsers of both dialects share: their errors.
// The parsers are in the packages below it: iptables, ipset, nft.
package grammar

import (
	"fmt"
	"go/token"
	"slices"
	"strings"

	"github.com/agext/levenshtein"

	"github.com/ctlint/ctlint/ast"
)

// Kind tells what an [Error] is about.
type Kind uint8

const (
	// Syntax is text that the dialect does not know, or that the stock tool
	// refuses when it reads it. The rule is kept, marked Bad.
	Syntax Kind = iota
	// Placement is an extension in a table or hook, or without the protocol,
	// where the kernel refuses it at load. The rule is understood all the
	// same.
	Placement
	// RunTime is text that only the running system knows, such as the output
	// of a command in a script. It is told once, and no fault.
	RunTime
	// Unread is a file in a dialect for which there is no parser yet.
	Unread
	// Lost is text that is loaded, and without effect: what stands further
	// below takes it back.
	Lost
)

// Loads reports whether text with such an error is loaded all the same.
func (k Kind) Loads() bool { return k == RunTime || k == Lost }

// Error is something wrong with the text of a ruleset, and where.
type Error struct {
	ast.Span
	Kind Kind
	Msg  string // what is wrong
	Want string // what was expected; may be empty
	Hint string // a near miss; may be empty
	// Ext is, of Placement, the extension of xtables whose place is wrong; ""
	// if what is wrong is something else, such as its option or its being for
	// another protocol than that of the rule.
	Ext string
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Msg)
	if e.Want != "" {
		b.WriteString("; expected ")
		b.WriteString(e.Want)
	}
	if e.Hint != "" {
		fmt.Fprintf(&b, "; did you mean %q?", e.Hint)
	}
	return b.String()
}

// Format returns the error with its place: file:line:col: text.
func (e *Error) Format(fset *token.FileSet) string {
	return fset.Position(e.Pos()).String() + ": " + e.Error()
}

// Errorf returns a syntax error at s.
func Errorf(s ast.Span, format string, args ...any) *Error {
	return &Error{Span: s, Msg: fmt.Sprintf(format, args...)}
}

// Expected adds what was expected.
func (e *Error) Expected(format string, args ...any) *Error {
	e.Want = fmt.Sprintf(format, args...)
	return e
}

// Near returns the candidate that word was most likely meant to be, or "" if
// none is near: one edit away, two from six letters on, three from twelve. Case
// is ignored.
func Near(word string, candidates []string) string {
	best, dist := "", 4
	a := strings.ToLower(word)
	for _, c := range candidates {
		// One edit in three to five letters, two in six and more, three in
		// twelve and more: with as many in a shorter one, it is another word.
		near := max(len(a), len(c))
		if near /= 3; near > 2 && max(len(a), len(c)) < 12 {
			near = 2
		}
		most := min(dist, 1+min(near, 3))
		if c == word || len(c)-len(a) >= most || len(a)-len(c) >= most {
			continue // each edit changes the length by one at the most
		}
		b := strings.ToLower(c)
		d := levenshtein.Distance(a, b, nil)
		if d == 2 && letters(a) == letters(b) {
			d = 1 // two letters swapped: the slip of a hand
		}
		if d < most {
			best, dist = c, d
		}
	}
	return best
}

// letters returns the bytes of s in order.
func letters(s string) string {
	b := []byte(s)
	slices.Sort(b)
	return string(b)
}
