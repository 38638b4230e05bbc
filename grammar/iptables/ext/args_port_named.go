package ext

import (
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// The ports of some options are read by getaddrinfo(3) (XTTYPE_PORT, PORTRC): a
// number is decimal whatever it begins with, and the name of a service may be
// that of any protocol, not just of the one that -p names.

// NamedPort is such a port (Value.Lo and, alike, Hi).
var NamedPort = &Arg{
	What: "a port from 0 to 65535, or a service's name",
	Save: func(p *Printer, v *Value) { p.Uint(v.Lo) },
}

// NamedPortRange is such a port, or a range a:b with either end left out
// (Value.Lo and Hi).
var NamedPortRange = &Arg{
	What: "a port from 0 to 65535, a service's name, or a range a:b",
	Save: func(p *Printer, v *Value) { saveRange(p, v.Lo, v.Hi) },
}

func init() {
	NamedPort.Parse = func(_ *Context, w []Word, v *Value) (err *grammar.Error) {
		v.Lo, err = namedPort(NamedPort, w[0], 0, w[0].Text)
		v.Hi = v.Lo
		return err
	}
	NamedPortRange.Parse = parseNamedPortRange
}

func parseNamedPortRange(_ *Context, w []Word, v *Value) (err *grammar.Error) {
	lo, hi, isRange := strings.Cut(w[0].Text, ":")
	if lo != "" || !isRange {
		if v.Lo, err = namedPort(NamedPortRange, w[0], 0, lo); err != nil {
			return err
		}
	}
	switch {
	case !isRange:
		v.Hi = v.Lo
	case hi == "":
		v.Hi = 65535
	default:
		if v.Hi, err = namedPort(NamedPortRange, w[0], len(lo)+1, hi); err != nil {
			return err
		}
	}
	if v.Lo > v.Hi {
		return grammar.Errorf(w[0].Span, "the port range %s is reversed", w[0].Text).Expected("the lower port first")
	}
	return nil
}

// namedPort reads the port that stands at byte at of a word. The stock tools
// take numbers above 65535 and cut them to 16 bits; that is an error here.
func namedPort(kind *Arg, w Word, at int, s string) (uint64, *grammar.Error) {
	if n, err := strconv.ParseUint(s, 10, 16); err == nil {
		return n, nil
	}
	if n, ok := ServicePort(s, 0); ok {
		return uint64(n), nil
	}
	e := grammar.Errorf(w.Sub(at, at+len(s)), "%q is no port", s).Expected("%s", kind.What)
	if s != "" && (s[0] < '0' || s[0] > '9') {
		e.Hint = grammar.Near(s, ServiceNames())
	}
	return 0, e
}
