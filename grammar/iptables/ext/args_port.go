package ext

import (
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// PortRange is a port or the name of a service, or a range a:b with either end
// left out (Value.Lo and Hi). Names are looked up for the protocol of -p
// (xtables_parse_port).
var PortRange = portRange(readPort)

// PortRangeRC is a port or a range like [PortRange], but as libxtables' own
// option parser has it (XTTYPE_PORTRC), by getaddrinfo(3): numbers are decimal,
// and a service may be of any protocol.
var PortRangeRC = portRange(func(_ *Context, s string) (uint64, bool) {
	if n, err := strconv.ParseUint(s, 10, 16); err == nil {
		return n, true
	}
	if _, ok := number(s, 0, 1<<32); ok || s == "" {
		return 0, false
	}
	return port(s, 0)
})

func readPort(c *Context, s string) (uint64, bool) {
	if c.ProtoNot {
		return port(s, 0)
	}
	return port(s, c.Proto)
}

const portWhat = "a port from 0 to 65535, or a service's name"

func portRange(read func(*Context, string) (uint64, bool)) *Arg {
	a := &Arg{
		What: "a port from 0 to 65535, a service's name, or a range a:b",
		Save: func(p *Printer, v *Value) { saveRange(p, v.Lo, v.Hi) },
	}
	a.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		text := w[0].Text
		lo, hi, isRange := strings.Cut(text, ":")
		var ok bool
		if lo == "" && isRange {
			v.Lo = 0
		} else if v.Lo, ok = read(c, lo); !ok {
			return badPort(w[0], 0, lo, a.What)
		}
		if !isRange {
			v.Hi = v.Lo
			return nil
		}
		if hi == "" {
			v.Hi = 65535
		} else if v.Hi, ok = read(c, hi); !ok {
			return badPort(w[0], len(lo)+1, hi, a.What)
		}
		if v.Lo > v.Hi {
			return grammar.Errorf(w[0].Span, "the port range %s is reversed", text).Expected("the lower port first")
		}
		return nil
	}
	return a
}

// portWord reads the port that stands at byte at of a word; an empty one is def
// where that is allowed.
func portWord(c *Context, w Word, at int, s string, empty bool, def uint64) (uint64, *grammar.Error) {
	if s == "" && empty {
		return def, nil
	}
	n, ok := readPort(c, s)
	if !ok {
		return 0, badPort(w, at, s, portWhat)
	}
	return n, nil
}

// badPort is the error that the text at byte at of a word is no port.
func badPort(w Word, at int, s, want string) *grammar.Error {
	e := grammar.Errorf(w.Sub(at, at+len(s)), "%q is no port", s).Expected("%s", want)
	if s != "" && (s[0] < '0' || s[0] > '9') {
		e.Hint = grammar.Near(s, ServiceNames())
	}
	return e
}
