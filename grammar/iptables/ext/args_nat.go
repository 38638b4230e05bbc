package ext

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// natMap is what a NAT target maps to: addresses, ports, or both (struct
// nf_nat_range2). It is shared by all rules of the same text, and never changed.
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

// natPorts is the argument of --to-ports: a port, or a range of them; only a
// port of its own may be the name of a service.
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

var (
	natToGrammar    = participle.MustBuild[natTo](participle.Lexer(natLexer))
	natPortsGrammar = participle.MustBuild[natPorts](participle.Lexer(natLexer))
)

// natKind is a kind of NAT argument.
type natKind struct {
	*Arg
	addrs bool // addresses may stand in it
	shift bool // a range of ports may have a base
}

func newNATKind(what string, addrs, shift bool) *Arg {
	k := &natKind{Arg: &Arg{What: what}, addrs: addrs, shift: shift}
	k.Parse, k.Save = k.parse, k.save
	return k.Arg
}

var (
	natDestination = newNATKind("[address[-address]][:port[-port[/base port]]]", true, true)
	natSource      = newNATKind("[address[-address]][:port[-port]]", true, false)
	natPortRange   = newNATKind("a port, or a range a-b of ports", false, false)
)

// natSeen holds the maps that the grammar has read, by their text: rulesets
// repeat them. It is emptied when it is full.
var natSeen = struct {
	sync.RWMutex
	m map[natKey]*natMap
}{m: map[natKey]*natMap{}}

type natKey struct {
	text      string
	v6, addrs bool
}

const natSeenMax = 4096

func (k *natKind) parse(c *Context, w []Word, v *Value) *grammar.Error {
	m := natPlain(w[0].Text, c.V6())
	if m == nil || !k.addrs {
		var err *grammar.Error
		if m, err = k.read(w[0], c.V6()); err != nil {
			return err
		}
	}
	// The stock tool looks at -p when it reads the port, so it must come first.
	// It takes ICMP too, for whose identifiers the kernel uses the same range.
	if m.ports && !c.ProtoHidden && !natProtos[c.Proto] {
		return grammar.Errorf(w[0].Span, "a port in %q, and no protocol that has ports", w[0].Text).Expected("-p tcp, udp, sctp or dccp before it")
	}
	if m.shifted && !k.shift {
		return grammar.Errorf(w[0].Span, "a base port in %q, which only DNAT can use", w[0].Text).Expected("%s", k.What)
	}
	v.Any = m
	return nil
}

var natProtos = map[uint8]bool{ProtoTCP: true, ProtoUDP: true, ProtoSCTP: true, ProtoDCCP: true, ProtoICMP: true}

// natPlain is the fast path of the grammar: it reads a lone address, and an
// IPv4 address with a port in decimal.
func natPlain(s string, v6 bool) *natMap {
	if a, err := netip.ParseAddr(s); err == nil && a.Is4() != v6 && a.Zone() == "" {
		return &natMap{from: a, to: a}
	}
	host, text, _ := strings.Cut(s, ":")
	if v6 || text == "" || text[0] == '0' {
		return nil
	}
	a, err := netip.ParseAddr(host)
	n, err2 := strconv.ParseUint(text, 10, 16)
	if err != nil || err2 != nil || text[0] == '+' {
		return nil
	}
	return &natMap{from: a, to: a, ports: true, lo: uint16(n), hi: uint16(n)}
}

// read reads a word by the grammar, or takes what was read of its text before.
func (k *natKind) read(w Word, v6 bool) (*natMap, *grammar.Error) {
	key := natKey{w.Text, v6, k.addrs}
	natSeen.RLock()
	m := natSeen.m[key]
	natSeen.RUnlock()
	if m != nil {
		return m, nil
	}
	m = &natMap{}
	ports, err := k.grammar(w, v6, m)
	if err == nil && ports != nil {
		err = ports.into(w, m)
	}
	if err != nil {
		return nil, err
	}
	natSeen.Lock()
	if len(natSeen.m) >= natSeenMax {
		clear(natSeen.m)
	}
	natSeen.m[key] = m
	natSeen.Unlock()
	return m, nil
}

// grammar parses a word, puts its addresses into m and returns its ports.
func (k *natKind) grammar(w Word, v6 bool, m *natMap) (*natPorts, *grammar.Error) {
	if !k.addrs {
		ports, err := natPortsGrammar.ParseString("", w.Text)
		if err != nil {
			return nil, k.error(w, err)
		}
		return ports, nil
	}
	to, err := natToGrammar.ParseString("", w.Text)
	switch {
	case err != nil:
		return nil, k.error(w, err)
	case to.Boxed != nil && !v6:
		return nil, grammar.Errorf(w.Span, "brackets around the IPv4 address of %q", w.Text).Expected("%s without them", k.What)
	case to.Boxed == nil && to.Plain == nil && to.Ports == nil:
		return nil, k.Bad(w)
	}
	addrs := to.Plain
	if to.Boxed != nil {
		addrs = to.Boxed
	}
	if addrs == nil {
		return to.Ports, nil
	}
	var bad *grammar.Error
	if m.from, bad = natAddr(w, addrs.From, v6); bad != nil {
		return nil, bad
	}
	m.to = m.from
	if addrs.To != nil {
		m.to, bad = natAddr(w, addrs.To, v6)
	}
	return to.Ports, bad
}

// error makes an error of ours of one of participle's.
func (k *natKind) error(w Word, err error) *grammar.Error {
	var unexpected *participle.UnexpectedTokenError
	if errors.As(err, &unexpected) && !unexpected.Unexpected.EOF() {
		t := unexpected.Unexpected
		return grammar.Errorf(natSpan(w, &t), "unexpected %q in %q", t.Value, w.Text).Expected("%s", k.What)
	}
	return k.Bad(w)
}

func natSpan(w Word, t *lexer.Token) ast.Span {
	return w.Sub(t.Pos.Offset, t.Pos.Offset+len(t.Value))
}

func natAddr(w Word, t *lexer.Token, v6 bool) (netip.Addr, *grammar.Error) {
	a, err := netip.ParseAddr(t.Value)
	family := "IPv4"
	if v6 {
		family = "IPv6"
	}
	if err != nil || a.Is4() == v6 {
		return a, grammar.Errorf(natSpan(w, t), "%q is no %s address", t.Value, family).Expected("an %s address; a host's name cannot stand here", family)
	}
	return a, nil
}

// into puts the ports into m.
func (p *natPorts) into(w Word, m *natMap) *grammar.Error {
	var err *grammar.Error
	m.ports = true
	if p.Name != nil {
		m.lo, err = natPort(w, p.Name, 0)
		m.hi = m.lo
		return err
	}
	if m.lo, err = natPort(w, p.Lo, 0); err != nil {
		return err
	}
	m.hi = m.lo
	if p.Hi == nil {
		return nil
	}
	if m.hi, err = natPort(w, p.Hi, 0); err != nil {
		return err
	}
	if m.lo > m.hi {
		return grammar.Errorf(natSpan(w, p.Lo).Join(natSpan(w, p.Hi)), "the port range %s-%s is reversed", p.Lo.Value, p.Hi.Value).Expected("the lower port first")
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
		e := grammar.Errorf(natSpan(w, t), "%q is no port here", t.Value).Expected("a number from %d to 65535, or a service's name", least)
		if t.Value[0] > '9' {
			e.Hint = grammar.Near(t.Value, ServiceNames())
		}
		return 0, e
	}
	return uint16(n), nil
}

// save prints a map as libxt_NAT does.
func (k *natKind) save(p *Printer, v *Value) {
	m, _ := v.Any.(*natMap)
	if m == nil {
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
	if k.addrs {
		p.B = append(p.B, ':')
	}
	p.B = strconv.AppendUint(p.B, uint64(m.lo), 10)
	if m.hi != m.lo {
		p.B = strconv.AppendUint(append(p.B, '-'), uint64(m.hi), 10)
	}
	if m.shifted {
		p.B = strconv.AppendUint(append(p.B, '/'), uint64(m.base), 10)
	}
}
