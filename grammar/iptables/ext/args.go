package ext

import (
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// number reads a number as xtables_strtoui does: decimal, 0x hexadecimal or 0
// octal, from lo to hi.
func number(s string, lo, hi uint64) (uint64, bool) {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0, false
	}
	if s[0] == '0' && len(s) > 1 {
		return basedNumber(s, lo, hi)
	}
	var n uint64
	for i := 0; i < len(s); i++ {
		d := s[i] - '0'
		if d > 9 || n > (1<<64-1-uint64(d))/10 {
			return 0, false
		}
		n = n*10 + uint64(d)
	}
	return n, n >= lo && n <= hi
}

func basedNumber(s string, lo, hi uint64) (uint64, bool) {
	base := 8
	if s[1] == 'x' || s[1] == 'X' {
		s, base = s[2:], 16
	}
	n, err := strconv.ParseUint(s, base, 64)
	return n, err == nil && n >= lo && n <= hi
}

// Uint is a number from lo to hi (Value.Lo and, alike, Hi).
func Uint(lo, hi uint64) *Arg {
	a := &Arg{What: "a number from " + strconv.FormatUint(lo, 10) + " to " + strconv.FormatUint(hi, 10)}
	a.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		n, ok := number(w[0].Text, lo, hi)
		if !ok {
			return a.Bad(w[0])
		}
		v.Lo, v.Hi = n, n
		return nil
	}
	a.Save = func(p *Printer, v *Value) { p.Uint(v.Lo) }
	return a
}

// UintRange is a number, or a range lo:hi with either end left out, from min to
// max (Value.Lo and Hi). As in libxtables (XTTYPE_UINT32RC), lo > hi is an
// error.
func UintRange(lo, hi uint64) *Arg {
	a := &Arg{What: "a number from " + strconv.FormatUint(lo, 10) + " to " + strconv.FormatUint(hi, 10) + " or a range a:b of them"}
	a.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		s, e, isRange := strings.Cut(w[0].Text, ":")
		var ok bool
		if v.Lo, ok = number(s, lo, hi); !ok && (s != "" || !isRange) {
			return a.Bad(w[0])
		} else if s == "" {
			v.Lo = lo
		}
		if !isRange {
			v.Hi = v.Lo
			return nil
		}
		if v.Hi, ok = number(e, lo, hi); !ok && e != "" {
			return a.Bad(w[0])
		} else if e == "" {
			v.Hi = hi
		}
		if v.Lo > v.Hi {
			return grammar.Errorf(w[0].Span, "the range %s is reversed", w[0].Text).Expected("the lower end first")
		}
		return nil
	}
	a.Save = func(p *Printer, v *Value) { saveRange(p, v.Lo, v.Hi) }
	return a
}

func saveRange(p *Printer, lo, hi uint64) {
	p.Uint(lo)
	if lo != hi {
		p.B = append(p.B, ':')
		p.B = strconv.AppendUint(p.B, hi, 10)
	}
}

// Text is any text of at most n bytes (0: of any length), printed by
// [Printer.Quote] (Value.Text).
func Text(n int) *Arg {
	a := &Arg{What: "a text"}
	if n > 0 {
		a.What = "a text of at most " + strconv.Itoa(n) + " bytes"
	}
	a.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		if n > 0 && len(w[0].Text) > n {
			return grammar.Errorf(w[0].Span, "the text is %d bytes long", len(w[0].Text)).Expected("%s", a.What)
		}
		v.Text = w[0].Text
		return nil
	}
	a.Save = func(p *Printer, v *Value) { p.Quote(v.Text) }
	return a
}

// Bits is a list of names joined by commas, each of which stands for bits
// (Value.Lo); case is ignored. Names are printed in the order of the table, and
// if several names stand for the same bits, the first.
func Bits(what string, table ...Name) *Arg {
	names := make([]string, len(table))
	for i := range table {
		names[i] = table[i].Name
	}
	a := &Arg{What: "a list of " + what + " joined by commas: " + strings.Join(names, ", ")}
	a.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		text, at := w[0].Text, 0
		for {
			part, rest, more := strings.Cut(text[at:], ",")
			i := findName(table, part)
			if i < 0 {
				e := grammar.Errorf(w[0].Sub(at, at+len(part)), "%q is none of the %s", part, what).Expected("%s", strings.Join(names, ", "))
				e.Hint = grammar.Near(part, names)
				return e
			}
			v.Lo |= table[i].Bits
			if !more {
				return nil
			}
			at = len(text) - len(rest)
		}
	}
	a.Save = func(p *Printer, v *Value) { p.Word(bitNames(table, v.Lo)) }
	return a
}

// Name is a name of a number or of bits.
type Name struct {
	Name string
	Bits uint64
}

func findName(table []Name, s string) int {
	for i := range table {
		if strings.EqualFold(table[i].Name, s) {
			return i
		}
	}
	return -1
}

func bitNames(table []Name, bits uint64) string {
	var b strings.Builder
	var done uint64
	for _, n := range table {
		if n.Bits&bits == n.Bits && n.Bits&^done != 0 {
			if b.Len() > 0 {
				b.WriteByte(',')
			}
			b.WriteString(n.Name)
			done |= n.Bits
		}
	}
	return b.String()
}
