package ext

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// Base are the options that every rule has (iptables(8), PARAMETERS), but for
// -m, -j and -g. It is declared like an extension, and is none.
var Base = baseExt()

func baseExt() *Ext {
	e := &Ext{
		Family: Both,
		Options: []Option{
			{Name: "source", Aliases: []string{"src", "s"}, Arg: Hosts, Not: true, Save: short("-s"), Lower: lowerHosts(ast.IPSaddr, ast.IP6Saddr)},
			{Name: "destination", Aliases: []string{"dst", "d"}, Arg: Hosts, Not: true, Save: short("-d"), Lower: lowerHosts(ast.IPDaddr, ast.IP6Daddr)},
			{Name: "in-interface", Aliases: []string{"i"}, Arg: Interface, Not: true, Save: short("-i"), Lower: lowerInterface(ast.MetaIifname)},
			{Name: "out-interface", Aliases: []string{"o"}, Arg: Interface, Not: true, Save: short("-o"), Lower: lowerInterface(ast.MetaOifname)},
			{Name: "protocol", Aliases: []string{"proto", "p"}, Arg: Protocol, Not: true, Save: short("-p"), Lower: lowerProtocol},
			{Name: "fragments", Aliases: []string{"f"}, Not: true, Save: short("-f"), Lower: lowerFragment},
		},
		Check:  checkBase,
		index:  map[string]int{},
		lowers: true,
	}
	for i := range e.Options {
		e.index[e.Options[i].Name] = i
		for _, a := range e.Options[i].Aliases {
			e.index[a] = i
		}
	}
	return e
}

// checkBase refuses what the tools refuse of options that are right by
// themselves (do_parse in iptables/xshared.c).
func checkBase(c *Context, u *Use) *grammar.Error {
	for i := range u.Given {
		g := &u.Given[i]
		switch name := g.Name.Text; {
		case g.Option.Arg == Protocol && g.Not && g.Lo == 0:
			return grammar.Errorf(g.Span, "no packet is of no protocol").Expected("a protocol other than %s", g.Args[0].Text)
		case g.Option.Arg == Hosts && g.Not && len(g.List) > 1:
			return grammar.Errorf(g.Span, "! cannot stand with several addresses").Expected("one address; or a rule for each")
		case g.Option.Name == "fragments" && c.V6():
			return grammar.Errorf(g.Span, "%s is not for IPv6", name).Expected("-m frag")
		case g.Option.Name == "in-interface" && (c.Chain == "OUTPUT" || c.Chain == "POSTROUTING"):
			return grammar.Errorf(g.Span, "%s cannot stand in chain %s, where packets leave", name, c.Chain).Expected("-o")
		case g.Option.Name == "out-interface" && (c.Chain == "INPUT" || c.Chain == "PREROUTING"):
			return grammar.Errorf(g.Span, "%s cannot stand in chain %s, where packets come in", name, c.Chain).Expected("-i")
		}
	}
	return nil
}

// short prints an option by its one-letter name. What matches everything is not
// printed.
func short(name string) func(p *Printer, g *Given) {
	return func(p *Printer, g *Given) {
		if !g.Not && g.matchesAll() {
			return
		}
		if g.Not {
			p.Word("!")
		}
		p.Word(name)
		if g.Option.Arg != nil {
			g.Option.Arg.Save(p, &g.Value)
		}
	}
}

// matchesAll reports whether a base option says nothing: -s 0.0.0.0/0, -p all,
// -i +.
func (g *Given) matchesAll() bool {
	switch g.Option.Arg {
	case Hosts:
		return len(g.List) == 1 && g.List[0].Bits == 0 && g.List[0].Text == "" && g.List[0].Addr.IsUnspecified()
	case Interface:
		return g.Text == "+"
	case Protocol:
		return g.Lo == 0
	}
	return false
}

// Hosts is the argument of -s and -d: addresses, networks or host names joined
// by commas, each with an optional /prefix or /mask (Value.List). A rule with
// several becomes several rules.
var Hosts = &Arg{
	What:  hostsWhat,
	Parse: parseHosts,
	Save: func(p *Printer, v *Value) {
		for i := range v.List {
			if i > 0 {
				p.B = append(p.B, ',')
			}
			saveHost(p, &v.List[i], i == 0)
		}
	},
}

const hostsWhat = "an address, or a network as address/prefix or address/mask"

func parseHosts(c *Context, w []Word, v *Value) *grammar.Error {
	text := w[0].Text
	if a, bits, ok := parseNet(text, c.V6()); ok { // the usual case: one of them
		v.List = append(v.List, Item{Span: w[0].Span, Addr: a, Bits: bits})
		return nil
	}
	for at := 0; ; {
		for at < len(text) && (text[at] == ' ' || text[at] == '\t') { // as xtables_ipparse_multiple
			at++
		}
		part, rest, more := strings.Cut(text[at:], ",")
		it, err := parseHost(c, w[0], at, part)
		if err != nil {
			return err
		}
		v.List = append(v.List, it)
		if !more {
			return nil
		}
		at = len(text) - len(rest)
	}
}

// parseNet reads a plain address or address/prefix, its host bits cleared.
func parseNet(s string, v6 bool) (netip.Addr, int, bool) {
	host, mask, has := strings.Cut(s, "/")
	a, err := netip.ParseAddr(host)
	if err != nil || a.Is4() == v6 || a.Zone() != "" {
		return netip.Addr{}, 0, false
	}
	bits := a.BitLen()
	if has {
		n, ok := number(mask, 0, uint64(bits))
		if !ok {
			return netip.Addr{}, 0, false
		}
		bits = int(n)
		p, _ := a.Prefix(bits)
		a = p.Addr()
	}
	return a, bits, true
}

// parseHost reads an element of Hosts that may be anything: what iptables takes
// with inet_aton, a mask, a name.
func parseHost(c *Context, w Word, at int, s string) (Item, *grammar.Error) {
	span := w.Sub(at, at+len(s))
	bad := func(msg string) (Item, *grammar.Error) {
		return Item{}, grammar.Errorf(span, "%q is %s", s, msg).Expected(hostsWhat)
	}
	if a, bits, ok := parseNet(s, c.V6()); ok {
		return Item{Span: span, Addr: a, Bits: bits}, nil
	}
	host, mask, has := strings.Cut(s, "/")
	if host == "" || has && mask == "" {
		return bad("no address")
	}
	it := Item{Span: span, Bits: 32}
	if c.V6() {
		it.Bits = 128
	}
	if has {
		if n, ok := number(mask, 0, uint64(it.Bits)); ok {
			it.Bits = int(n)
		} else if m, ok := parseAddrMask(mask, c.V6()); ok {
			it.Bits = prefixLen(m)
			it.AddrHi = m
		} else {
			return bad("not a network: no such mask as " + mask)
		}
	}
	a, err := netip.ParseAddr(host)
	switch {
	case it.Bits == 0: // what stands before /0 is not even looked at
		it.Addr = netip.IPv4Unspecified()
		if c.V6() {
			it.Addr = netip.IPv6Unspecified()
		}
	case err == nil && a.Is4() == c.V6():
		if c.V6() {
			return bad("an IPv4 address in an IPv6 rule")
		}
		return bad("an IPv6 address in an IPv4 rule")
	case err == nil: // libxtables passes over the zone of fe80::1%eth0
		it.Addr = a.WithZone("")
	case c.V6():
		if !isHostname(host) {
			return bad("neither an IPv6 address nor a host name")
		}
		it.Text = host
		return it, nil
	default:
		v4, ok := aton(host)
		if !ok {
			if !isHostname(host) || strings.Trim(host, "0123456789.") == "" {
				return bad("neither an IPv4 address nor a host name")
			}
			it.Text = host
			return it, nil
		}
		it.Addr = v4
	}
	if it.Bits >= 0 {
		p, _ := it.Addr.Prefix(it.Bits)
		it.Addr, it.AddrHi = p.Addr(), netip.Addr{}
	} else {
		it.Addr = and(it.Addr, it.AddrHi)
	}
	return it, nil
}

// parseAddrMask reads a mask that is written as an address.
func parseAddrMask(s string, v6 bool) (netip.Addr, bool) {
	if v6 {
		m, err := netip.ParseAddr(s)
		return m, err == nil && m.Is6() && m.Zone() == ""
	}
	parts := strings.Split(s, ".")
	if len(parts) != 4 {
		return netip.Addr{}, false
	}
	return padded(parts)
}

func isHostname(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isPlain(s[i]) && s[i] != '.' {
			return false
		}
	}
	return s != "" && len(s) < 256
}

// prefixLen returns how many leading bits of a mask are set if those are all
// that are, else -1.
func prefixLen(m netip.Addr) int {
	bits := 0
	b := m.AsSlice()
	for i, x := range b {
		for k := 7; k >= 0; k-- {
			if x>>k&1 == 0 {
				for j := i; j < len(b); j++ {
					if j == i && x<<(7-k) != 0 && x&(1<<k-1) != 0 || j > i && b[j] != 0 {
						return -1
					}
				}
				return bits
			}
			bits++
		}
	}
	return bits
}

func and(a, m netip.Addr) netip.Addr {
	x, y := a.AsSlice(), m.AsSlice()
	for i := range x {
		x[i] &= y[i]
	}
	r, _ := netip.AddrFromSlice(x)
	return r
}

func saveHost(p *Printer, it *Item, first bool) {
	if first {
		p.Word("")
	}
	if it.Text != "" {
		p.B = append(p.B, it.Text...)
	} else {
		p.B = appendNtop(p.B, it.Addr)
	}
	p.B = append(p.B, '/')
	if it.Bits < 0 {
		p.B = appendNtop(p.B, it.AddrHi)
		return
	}
	p.B = strconv.AppendInt(p.B, int64(it.Bits), 10)
}

func lowerHosts(v4, v6 ast.Field) func(*Lowering, *Given) {
	return func(l *Lowering, g *Given) {
		f := v4
		if l.V6() {
			f = v6
		}
		for i := range g.List {
			it := &g.List[i]
			if it.Bits == 0 && it.Text == "" && !g.Not {
				continue
			}
			left := ast.Expr(l.Payload(g.Name.Span, f))
			var right ast.Expr
			switch {
			case it.Text != "" && it.Bits < 0: // a name under a mask that is no prefix
				l.Add(&ast.Opaque{Span: g.Span, Text: g.Args[0].Text})
				continue
			case it.Text != "":
				right = &ast.Host{Span: it.Span, Name: it.Text, Bits: it.Bits}
			case it.Bits < 0:
				right = &ast.MaskedAddr{Span: it.Span, Addr: it.Addr, Mask: it.AddrHi}
			case it.Bits == it.Addr.BitLen():
				right = l.Addr(it.Span, it.Addr)
			default:
				right = l.Prefix(it.Span, it.Addr, it.Bits)
			}
			l.Match(g.Span, left, ast.OpEq, g.Not, right)
		}
	}
}

// Interface is the name of a network interface, or how it begins with + at the
// end (Value.Text), of at most 15 bytes (IFNAMSIZ - 1).
var Interface = &Arg{
	What: "an interface name of at most 15 bytes, with + at its end for all that begin so",
	Parse: func(_ *Context, w []Word, v *Value) *grammar.Error {
		s := w[0].Text
		switch {
		case s == "":
			return grammar.Errorf(w[0].Span, "the interface name is empty").Expected("a name, or + for any interface")
		case len(s) > 15:
			return grammar.Errorf(w[0].Span, "the interface name %q is %d bytes long", s, len(s)).Expected("at most 15 (IFNAMSIZ)")
		}
		v.Text = s
		return nil
	},
	Save: func(p *Printer, v *Value) {
		if strings.ContainsAny(v.Text, " \t\"\\'") { // iptables-save does not quote here, and cannot read it again
			p.Quote(v.Text)
			return
		}
		p.Word(v.Text)
	},
}

func lowerInterface(k ast.MetaKey) func(*Lowering, *Given) {
	return func(l *Lowering, g *Given) {
		if g.Text == "+" && !g.Not {
			return
		}
		right := l.Str(g.ArgSpan(), strings.TrimSuffix(g.Text, "+"))
		right.Wildcard = strings.HasSuffix(g.Text, "+")
		l.Match(g.Span, l.Meta(g.Name.Span, k), ast.OpEq, g.Not, right)
	}
}

// Protocol is the name or number of a protocol (Value.Lo); 0 is any.
var Protocol = &Arg{
	What: "a protocol's name or number, 0 to 255",
	Parse: func(_ *Context, w []Word, v *Value) *grammar.Error {
		n, ok := Proto(w[0].Text)
		if !ok {
			e := grammar.Errorf(w[0].Span, "unknown protocol %q", w[0].Text).Expected("a name such as tcp, or a number from 0 to 255")
			e.Hint = grammar.Near(w[0].Text, ProtoNames())
			return e
		}
		v.Lo, v.Hi = uint64(n), uint64(n)
		return nil
	},
	Save: func(p *Printer, v *Value) {
		if n := ProtoName(uint8(v.Lo)); n != "" {
			p.Word(n)
			return
		}
		p.Uint(v.Lo)
	},
}

func lowerProtocol(l *Lowering, g *Given) {
	if g.Lo == 0 && !g.Not {
		return
	}
	l.Match(g.Span, l.Meta(g.Name.Span, ast.MetaL4proto), ast.OpEq, g.Not, l.Int(g.ArgSpan(), g.Lo))
}

// lowerFragment lowers -f: second and further fragments of an IPv4 packet
// (struct ipt_ip, IPT_F_FRAG).
func lowerFragment(l *Lowering, g *Given) {
	left := &ast.Binary{Span: g.Name.Span, Op: ast.OpAnd, Left: l.Payload(g.Name.Span, ast.IPFragOff), Right: l.Int(g.Name.Span, 0x1fff)}
	l.Match(g.Span, left, ast.OpNe, g.Not, l.Int(g.Name.Span, 0))
}
