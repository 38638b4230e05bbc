package ext

import (
	"bufio"
	"os"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// allOnes is the mask of 32 bits that leaves nothing out.
const allOnes = 1<<32 - 1

// MarkMask is value or value/mask, both of 32 bits (Value.Lo and Hi; the mask is
// all ones without one), as XTTYPE_MARKMASK32. Bits of the value outside of the
// mask stay, and are printed: such a condition is never true.
var MarkMask = &Arg{
	What: "a number of 32 bits, with a /mask if need be",
	Save: func(p *Printer, v *Value) { saveMark(p, v.Lo, v.Hi) },
}

func init() {
	MarkMask.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		if !parseMark(w[0].Text, v) {
			return MarkMask.Bad(w[0])
		}
		return nil
	}
}

func parseMark(s string, v *Value) bool {
	value, mask, masked := strings.Cut(s, "/")
	var ok bool
	if v.Lo, ok = number(value, 0, allOnes); !ok {
		return false
	}
	v.Hi = allOnes
	if masked {
		v.Hi, ok = number(mask, 0, allOnes)
	}
	return ok
}

func saveMark(p *Printer, value, mask uint64) {
	p.Hex(value)
	if mask != allOnes {
		p.B = append(p.B, "/0x"...)
		p.B = strconv.AppendUint(p.B, mask, 16)
	}
}

// NamedMark is value[/mask] like [MarkMask], or a name (Value.Text) that a file
// of iproute2 gives to a number of up to 8 bits. zero is the name of 0 that the
// file has wherever iproute2 is installed, so it is known without the file, and
// printed as iptables-save does.
func NamedMark(what, file, zero string) *Arg {
	a := &Arg{What: "a " + what + " as a number with a /mask if need be, or a name of " + file}
	a.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		if parseMark(w[0].Text, v) {
			return nil
		}
		v.Lo, v.Hi = 0, allOnes
		if w[0].Text == zero {
			return nil
		}
		n, ok := numberOfName(file, w[0].Text, 255)
		if !ok {
			e := grammar.Errorf(w[0].Span, "%q is no %s", w[0].Text, what).Expected("%s", a.What)
			e.Hint = grammar.Near(w[0].Text, []string{zero})
			return e
		}
		v.Lo, v.Text = n, w[0].Text
		return nil
	}
	a.Save = func(p *Printer, v *Value) {
		switch {
		case v.Hi == allOnes && v.Lo == 0:
			p.Word(zero)
		case v.Text != "":
			p.Word(v.Text)
		default:
			saveMark(p, v.Lo, v.Hi)
		}
	}
	return a
}

// numberOfName looks a name up in a file whose lines are a number and a name,
// with # before comments: those of iproute2, and connlabel.conf.
func numberOfName(file, name string, limit uint64) (uint64, bool) {
	f, err := os.Open(file)
	if err != nil {
		return 0, false
	}
	defer func() { _ = f.Close() }() // it was only read
	for lines := bufio.NewScanner(f); lines.Scan(); {
		text, _, _ := strings.Cut(lines.Text(), "#")
		if word := strings.Fields(text); len(word) == 2 && word[1] == name {
			if n, ok := number(word[0], 0, limit); ok {
				return n, true
			}
		}
	}
	return 0, false
}
