package ext

import (
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// logPrefix is the text that a logging target puts before its messages
// (Value.Text). The stock tool cuts it at n bytes without a word, and so must
// ctlint, for that is what the rule does.
func logPrefix(n int) *Arg {
	a := &Arg{What: "a text of one line, of which the first " + strconv.Itoa(n) + " bytes are used"}
	a.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		switch {
		case w[0].Text == "":
			return grammar.Errorf(w[0].Span, "the prefix is empty").Expected("%s", a.What)
		case strings.Contains(w[0].Text, "\n"):
			return grammar.Errorf(w[0].Span, "the prefix has several lines").Expected("%s", a.What)
		}
		v.Text = w[0].Text[:min(n, len(w[0].Text))]
		return nil
	}
	a.Save = func(p *Printer, v *Value) { p.Quote(v.Text) }
	return a
}

// nameText is a name (Value.Text), which the stock tool cuts at n bytes and
// prints without quotes.
func nameText(what string, n int) *Arg {
	a := &Arg{What: what + ", of which the first " + strconv.Itoa(n) + " bytes are used"}
	a.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		if w[0].Text == "" {
			return grammar.Errorf(w[0].Span, "the name is empty").Expected("%s", a.What)
		}
		v.Text = w[0].Text[:min(n, len(w[0].Text))]
		return nil
	}
	a.Save = func(p *Printer, v *Value) { p.Word(bare(v.Text)) }
	return a
}

// hexUint is a number from 0 to hi, printed in hexadecimal with at least width
// digits.
func hexUint(hi uint64, width int) *Arg {
	a := *Uint(0, hi)
	a.Save = func(p *Printer, v *Value) { p.padHex(v.Lo, width) }
	return &a
}

// padHex adds a hexadecimal number with 0x and leading zeros.
func (p *Printer) padHex(n uint64, width int) {
	s := strconv.FormatUint(n, 16)
	p.Word("0x" + strings.Repeat("0", max(0, width-len(s))) + s)
}

// caseBits is [Bits] with names that must be in the case of the table, and a
// list that names at least one.
func caseBits(what string, table ...Name) *Arg {
	a := *Bits(what, table...)
	parse := a.Parse
	a.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		if err := parse(c, w, v); err != nil {
			return err
		}
		at := 0
		for part := range strings.SplitSeq(w[0].Text, ",") {
			if i := findName(table, part); table[i].Name != part {
				e := grammar.Errorf(w[0].Sub(at, at+len(part)), "%q is none of the %s", part, what).Expected("%s", a.What)
				e.Hint = table[i].Name
				return e
			}
			at += len(part) + 1
		}
		return nil
	}
	return &a
}

// argText returns a value as its kind of argument prints it.
func argText(a *Arg, v *Value) string {
	var p Printer
	a.Save(&p, v)
	return string(p.B)
}
