package ext

import (
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// PortRange is a port or the name of a service, or a range a:b with either end
// left out (Value.Lo and Hi).
var PortRange = &Arg{
	What: "a port from 0 to 65535, a service's name, or a range a:b",
	Save: func(p *Printer, v *Value) { saveRange(p, v.Lo, v.Hi) },
}

func init() { PortRange.Parse = parsePortRange }

func parsePortRange(c *Context, w []Word, v *Value) *grammar.Error {
	text := w[0].Text
	if n, ok := number(text, 0, 65535); ok {
		v.Lo, v.Hi = n, n
		return nil
	}
	lo, hi, isRange := strings.Cut(text, ":")
	var err *grammar.Error
	if v.Lo, err = portWord(c, w[0], 0, lo, isRange, 0); err != nil {
		return err
	}
	if !isRange {
		v.Hi = v.Lo
		return nil
	}
	if v.Hi, err = portWord(c, w[0], len(lo)+1, hi, true, 65535); err != nil {
		return err
	}
	if v.Lo > v.Hi {
		return grammar.Errorf(w[0].Span, "the port range %s is reversed", text).Expected("the lower port first")
	}
	return nil
}

// portWord reads the port that stands at byte at of a word; an empty one is def
// where that is allowed.
func portWord(c *Context, w Word, at int, s string, empty bool, def uint64) (uint64, *grammar.Error) {
	if s == "" && empty {
		return def, nil
	}
	proto := c.Proto
	if c.ProtoNot {
		proto = 0
	}
	n, ok := port(s, proto)
	if ok {
		return n, nil
	}
	e := grammar.Errorf(w.Sub(at, at+len(s)), "%q is no port", s).Expected("%s", PortRange.What)
	if s != "" && (s[0] < '0' || s[0] > '9') {
		e.Hint = grammar.Near(s, ServiceNames())
	}
	return 0, e
}
