package ext

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// OneName is one name of a table (Value.Lo and, alike, Hi), printed by the first name of its
// number. With fold, case is ignored.
func OneName(what string, fold bool, table ...Name) *Arg {
	names := make([]string, len(table))
	for i := range table {
		names[i] = table[i].Name
	}
	a := &Arg{What: what + ": " + strings.Join(names, ", ")}
	a.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		i := slices.Index(names, w[0].Text)
		if fold {
			i = findName(table, w[0].Text)
		}
		if i < 0 {
			e := grammar.Errorf(w[0].Span, "%q is not %s", w[0].Text, what).Expected("%s", strings.Join(names, ", "))
			e.Hint = grammar.Near(w[0].Text, names)
			return e
		}
		v.Lo, v.Hi = table[i].Bits, table[i].Bits
		return nil
	}
	a.Save = func(p *Printer, v *Value) {
		// A line with errors may have an option whose word was not read.
		if i := slices.IndexFunc(table, func(n Name) bool { return n.Bits == v.Lo }); i >= 0 {
			p.Word(table[i].Name)
		}
	}
	return a
}

// NameList is a list of names joined by commas, each of which stands for bits
// (Value.Lo). As the stock tools compare only as much of a name as is given,
// names may be cut short: the first of the table that begins so is meant. Case
// is ignored. Names are printed in the order of the table; none is the name of
// no bits at all, or empty if there is none.
func NameList(what, none string, table ...Name) *Arg {
	names := make([]string, len(table))
	for i := range table {
		names[i] = table[i].Name
	}
	if none != "" {
		names = append(names, none)
	}
	find := func(s string) (uint64, bool) {
		for i, n := range names {
			if s == "" || len(s) > len(n) || !strings.EqualFold(s, n[:len(s)]) {
				continue
			}
			if i == len(table) {
				return 0, true
			}
			return table[i].Bits, true
		}
		return 0, false
	}
	a := &Arg{What: "a list of " + what + " joined by commas: " + strings.Join(names, ", ")}
	a.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		for text, at := w[0].Text, 0; ; {
			part, _, more := strings.Cut(text[at:], ",")
			bits, ok := find(part)
			if !ok {
				e := grammar.Errorf(w[0].Sub(at, at+len(part)), "%q is none of the %s", part, what).Expected("%s", strings.Join(names, ", "))
				e.Hint = grammar.Near(part, names)
				return e
			}
			v.Lo |= bits
			if !more {
				return nil
			}
			at += len(part) + 1
		}
	}
	a.Save = func(p *Printer, v *Value) {
		if v.Lo == 0 {
			p.Word(none)
			return
		}
		p.Word(bitNames(table, v.Lo))
	}
	return a
}
