package ext

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ctlint/ctlint/grammar"
)

// natMap is what a NAT target maps to: addresses, ports, or both (struct
// nf_nat_range2).
type natMap struct {
	from, to netip.Addr // the zero Addr: none
	ports    bool
	lo, hi   uint16
	shifted  bool
	base     uint16 // that a shifted range counts from
}

// natTo is the argument of --to-destination and --to-source:
// [address[-address]][:port[-port[/base]]], an IPv6 address in brackets where a
// port follows.
type natTo struct {
	Boxed *natAddrs `parser:"( '[' @@ ']'"`
	Plain *natAddrs `parser:"| @@ )?"`
	Ports *natPorts `parser:"( ':' @@ )?"`
}

type natAddrs struct {
	From *lexer.Token `parser:"@( IPv4 | IPv6 )"`
	To   *lexer.Token `parser:"( '-' @( IPv4 | IPv6 ) )?"`
}

// natPorts is the argument of --to-ports: a port, or a range of them. Only a port
// of its own may be the name of a service.
type natPorts struct {
	Name *lexer.Token `parser:"( @Name"`
	Lo   *lexer.Token `parser:"| @Number"`
	Hi   *lexer.Token `parser:"  ( '-' @Number"`
	Base *lexer.Token `parser:"    ( '/' @( Number | Name ) )? )? )"`
}

var natLexer = lexer.MustSimple([]lexer.SimpleRule{
	{Name: "IPv6", Pattern: `[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*`},
	{Name: "IPv4", Pattern: `[0-9]+(\.[0-9]+)+`},
	{Name: "Number", Pattern: `0[xX][0-9A-Fa-f]+|[0-9]+`},
	{Name: "Name", Pattern: `[A-Za-z][A-Za-z0-9_.+-]*`},
	{Name: "Punct", Pattern: `[][:/-]`},
})

const (
	natToWhat    = "[address[-address]][:port[-port]]"
	natPortsWhat = "a port, or a range a-b of ports"
)

var (
	natToLanguage    = newLanguage[natTo](natToWhat, natLexer)
	natPortsLanguage = newLanguage[natPorts](natPortsWhat, natLexer)
)

// The arguments of NAT targets (Value.Any is a natMap).
var (
	natDestination = natArg(natToWhat+", the last port with a /base port if need be", true, true)
	natSource      = natArg(natToWhat, true, false)
	natPortRange   = natArg(natPortsWhat, false, false)
)

// natArg makes such an argument: whether addresses may stand in it, and whether
// a range of ports may have a base.
func natArg(what string, addrs, shift bool) *Arg {
	a := &Arg{What: what, Save: func(p *Printer, v *Value) { saveNAT(p, v, addrs) }}
	a.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		read := readNATPorts
		if addrs {
			read = readNATTo
		}
		m, err := read(w[0], c.V6())
		switch {
		case err != nil:
			return err
		case m.ports && !c.ProtoHidden && !natProtos[c.Proto]:
			// The stock tool looks at -p when it reads the port, so that
			// must come first; whether it is negated, it does not look.
			return grammar.Errorf(w[0].Span, "a port in %q, and no protocol that has ports", w[0].Text).Expected("-p tcp, udp, sctp or dccp before it")
		case m.shifted && !shift:
			return grammar.Errorf(w[0].Span, "a base port in %q, which only DNAT can use", w[0].Text).Expected("%s", what)
		}
		v.Any = m
		return nil
	}
	return a
}

// natProtos are the protocols that the stock tool takes ports with. ICMP is one,
// for the kernel maps its identifiers like ports.
var natProtos = map[uint8]bool{ProtoTCP: true, ProtoUDP: true, ProtoSCTP: true, ProtoDCCP: true, ProtoICMP: true}

// plainNAT is the fast path of natTo: it reads a lone address, and an IPv4
// address with a port in decimal.
func plainNAT(s string, v6 bool) (natMap, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		return natMap{from: a, to: a}, a.Is4() != v6 && a.Zone() == ""
	}
	host, text, _ := strings.Cut(s, ":")
	if v6 || text == "" || text[0] < '1' || text[0] > '9' {
		return natMap{}, false
	}
	a, err1 := netip.ParseAddr(host)
	n, err2 := strconv.ParseUint(text, 10, 16)
	return natMap{from: a, to: a, ports: true, lo: uint16(n), hi: uint16(n)}, err1 == nil && err2 == nil
}

func readNATTo(w Word, v6 bool) (natMap, *grammar.Error) {
	m, ok := plainNAT(w.Text, v6)
	if ok {
		return m, nil
	}
	return readNATGrammar(w, v6)
}

// readNATGrammar reads a word by the grammar of natTo.
func readNATGrammar(w Word, v6 bool) (m natMap, err *grammar.Error) {
	to, err := natToLanguage.parse(w)
	if err != nil {
		return m, err
	}
	addrs := to.Plain
	if to.Boxed != nil {
		addrs = to.Boxed
	}
	switch {
	case to.Boxed != nil && !v6:
		return m, grammar.Errorf(w.Span, "brackets around the IPv4 address of %q", w.Text).Expected("%s without them", natToWhat)
	case addrs == nil && to.Ports == nil:
		return m, grammar.Errorf(w.Span, "the argument is empty").Expected("%s", natToWhat)
	case addrs != nil:
		if m.from, err = natAddr(w, addrs.From, v6); err != nil {
			return m, err
		}
		if m.to = m.from; addrs.To != nil {
			if m.to, err = natAddr(w, addrs.To, v6); err != nil {
				return m, err
			}
		}
	}
	if to.Ports != nil {
		err = to.Ports.into(w, &m)
	}
	return m, err
}

func readNATPorts(w Word, _ bool) (m natMap, err *grammar.Error) {
	ports, err := natPortsLanguage.parse(w)
	if err == nil {
		err = ports.into(w, &m)
	}
	return m, err
}

func natAddr(w Word, t *lexer.Token, v6 bool) (netip.Addr, *grammar.Error) {
	a, err := netip.ParseAddr(t.Value)
	family := "IPv4"
	if v6 {
		family = "IPv6"
	}
	if err != nil || a.Is4() == v6 {
		return a, tokenError(w, *t, "%q is no %s address", t.Value, family).Expected("an %s address; a host's name cannot stand here", family)
	}
	return a, nil
}

// into puts the ports into m.
func (p *natPorts) into(w Word, m *natMap) (err *grammar.Error) {
	m.ports = true
	first := p.Lo
	if p.Name != nil {
		first = p.Name
	}
	if m.lo, err = natPort(w, first, 0); err != nil {
		return err
	}
	if m.hi = m.lo; p.Hi == nil {
		return nil
	}
	if m.hi, err = natPort(w, p.Hi, 0); err != nil {
		return err
	}
	if m.lo > m.hi {
		return tokenError(w, *p.Hi, "the port range %s-%s is reversed", p.Lo.Value, p.Hi.Value).Expected("the lower port first")
	}
	if p.Base != nil {
		m.shifted = true
		m.base, err = natPort(w, p.Base, 1)
	}
	return err
}

func natPort(w Word, t *lexer.Token, least uint64) (uint16, *grammar.Error) {
	n, ok := port(t.Value, 0)
	if !ok || n < least {
		e := tokenError(w, *t, "%q is no port here", t.Value).Expected("a number from %d to 65535, or a service's name", least)
		if t.Value[0] > '9' {
			e.Hint = grammar.Near(t.Value, ServiceNames())
		}
		return 0, e
	}
	return uint16(n), nil
}

// saveNAT prints a map as libxt_NAT does, but for a shifted range of one port: it
// writes 10/80 there, which it cannot read, instead of 10-10/80.
func saveNAT(p *Printer, v *Value, addrs bool) {
	m, ok := v.Any.(natMap)
	if !ok {
		return
	}
	p.Word("")
	box := m.from.Is6() && m.ports
	if box {
		p.B = append(p.B, '[')
	}
	if m.from.IsValid() {
		p.B = appendNtop(p.B, m.from)
		if m.to != m.from {
			p.B = appendNtop(append(p.B, '-'), m.to)
		}
	}
	if box {
		p.B = append(p.B, ']')
	}
	if !m.ports {
		return
	}
	if addrs {
		p.B = append(p.B, ':')
	}
	p.B = strconv.AppendUint(p.B, uint64(m.lo), 10)
	if m.hi != m.lo || m.shifted {
		p.B = strconv.AppendUint(append(p.B, '-'), uint64(m.hi), 10)
	}
	if m.shifted {
		p.B = strconv.AppendUint(append(p.B, '/'), uint64(m.base), 10)
	}
}
