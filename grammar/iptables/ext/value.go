package ext

import (
	"net/netip"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// Value is what a kind of argument makes of its words. Which fields it fills,
// the kind says.
type Value struct {
	Lo, Hi uint64 // a number; the ends of a range; a value and its mask
	Text   string
	List   []Item
	Addr   netip.Addr
	AddrHi netip.Addr // the end of a range; a mask
	Bits   int        // length of a prefix, -1 for none
	// Any holds what a kind of only one extension needs.
	Any any
}

// Item is an element of a list.
type Item struct {
	ast.Span
	Lo, Hi uint64
	Text   string
	Addr   netip.Addr
	AddrHi netip.Addr
	Bits   int
	Not    bool
}

// Arg is a kind of argument: how it is read, and printed in canonical form.
// Kinds are values, shared between options: see args.go.
type Arg struct {
	// What says what is expected, for messages: "a port, 0 to 65535".
	What string
	// Words is how many words the argument takes; 0 means 1.
	Words int
	// Optional says that the argument may be left out: the next word is not
	// taken if it begins with - or !, nor one after a =.
	Optional bool
	// Parse reads the words into v. The words are not opaque.
	Parse func(c *Context, w []Word, v *Value) *grammar.Error
	// Save prints the value.
	Save func(p *Printer, v *Value)
}

// N returns how many words the argument takes.
func (a *Arg) N() int { return max(a.Words, 1) }

// Bad returns the error that a word is not what the kind expects.
func (a *Arg) Bad(w Word) *grammar.Error {
	return grammar.Errorf(w.Span, "%q is not valid here", w.Text).Expected("%s", a.What)
}
