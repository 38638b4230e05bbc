package ipset

import (
	"math"
	"net/netip"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// createOption is an option of create (ipset(8), GENERIC CREATE AND ADD OPTIONS
// and the types').
type createOption struct {
	name string
	is   feature // of the types that have it, any of them; 0 for all
	arg  bool
	read func(p *parser, s *set, w word) ([]ast.Expr, *grammar.Error)
}

// createOptions are in the order in which ipset save prints them.
var createOptions = []createOption{
	{name: "range", is: isBitmap, arg: true, read: (*parser).bitmapRange},
	{name: "from", is: isBitmap, arg: true, read: (*parser).bitmapFrom},
	{name: "to", is: isBitmap, arg: true, read: (*parser).bitmapTo},
	{name: "network", is: isBitmap, arg: true, read: (*parser).bitmapRange},
	{name: "family", is: hasFamily, arg: true, read: (*parser).family},
	{name: "hashsize", is: isHash, arg: true, read: number(0, math.MaxUint32, nil)},
	{name: "maxelem", is: isHash, arg: true, read: number(0, math.MaxUint32, func(s *set, n uint64) { s.Size = n })},
	{name: "markmask", is: hasMarkmask, arg: true, read: number(1, math.MaxUint32, func(s *set, n uint64) { s.markmask = uint32(n) })},
	{name: "netmask", is: hasMask, arg: true, read: (*parser).netmask},
	{name: "bitmask", is: hasMask, arg: true, read: (*parser).bitmask},
	{name: "size", is: isList, arg: true, read: number(0, math.MaxUint32, nil)},
	{name: "timeout", arg: true, read: number(0, maxTimeout, func(s *set, n uint64) {
		s.timeout, s.Timeout, s.Flags = true, n*1000, append(s.Flags, "timeout")
	})},
	{name: "counters", read: flag(func(s *set) { s.counters = true })},
	{name: "comment", read: flag(func(s *set) { s.comment = true })},
	{name: "skbinfo", read: flag(func(s *set) { s.skbinfo = true })},
	{name: "forceadd", is: isHash, read: flag(nil)},
	{name: "bucketsize", is: isHash, arg: true, read: number(0, 255, nil)},
	{name: "initval", is: isHash, arg: true, read: number(0, math.MaxUint32, nil)},
	// Of old, and ignored since.
	{name: "probes", is: isHash, arg: true, read: number(0, math.MaxUint32, nil)},
	{name: "resize", is: isHash, arg: true, read: number(0, math.MaxUint32, nil)},
}

// maxTimeout is the longest timeout in seconds (IPSET_MAX_TIMEOUT).
const maxTimeout = math.MaxUint32 / 1000 / 2

func flag(do func(*set)) func(*parser, *set, word) ([]ast.Expr, *grammar.Error) {
	return func(_ *parser, s *set, _ word) ([]ast.Expr, *grammar.Error) {
		if do != nil {
			do(s)
		}
		return nil, nil
	}
}

func number(lo, hi uint64, do func(s *set, n uint64)) func(*parser, *set, word) ([]ast.Expr, *grammar.Error) {
	return func(_ *parser, s *set, w word) ([]ast.Expr, *grammar.Error) {
		n, ok := num(w.text, hi)
		if !ok || n < lo {
			return nil, grammar.Errorf(w.Span, "%q is no number that can stand here", w.text).Expected("a number from %d to %d", lo, hi)
		}
		if do != nil {
			do(s, n)
		}
		return []ast.Expr{&ast.Int{Span: w.Span, Val: n}}, nil
	}
}

// create reads create NAME TYPE options.
func (p *parser) create(at ast.Span, args []word) {
	name, typ, args := args[0], args[1], args[2:]
	if !p.checkName(name) {
		return
	}
	t := setTypes[typ.text]
	if t == nil {
		e := grammar.Errorf(typ.Span, "unknown type %q", typ.text).Expected("one of ipset(8), such as hash:ip")
		e.Hint = grammar.Near(typ.text, typeNames())
		p.fail(e)
		p.unknown[name.text] = true
		return
	}
	s := &set{Set: &ast.Set{Span: at, Name: name.text, NameSpan: name.Span, IPSet: t.name}, typ: t, markmask: math.MaxUint32, hi: math.MaxUint32}
	// The family decides what addresses in the other options are.
	for i, w := range args {
		if o, _ := p.option(t, w); o != nil && o.name == "family" && (i+1 < len(args) || short(w.text)) {
			if short(w.text) {
				s.v6 = w.text == "-6"
			} else {
				s.v6 = isInet6(args[i+1].text)
			}
		}
	}
	s.Key = t.key(s.v6)
	for len(args) > 0 {
		w := args[0]
		args = args[1:]
		o, err := p.option(t, w)
		if err != nil {
			p.fail(err)
			continue
		}
		opt := ast.Option{Span: w.Span, Name: o.name}
		arg := w
		if o.arg && !short(w.text) {
			if len(args) == 0 {
				p.fail(grammar.Errorf(w.Span, "%s has no argument", w.text).Expected("one after it"))
				break
			}
			arg, args = args[0], args[1:]
			opt.Span = opt.Span.Join(arg.Span)
		}
		if slices.ContainsFunc(s.IPSetOpts, func(g ast.Option) bool { return g.Name == o.name }) {
			p.fail(grammar.Errorf(opt.Span, "%s is given twice", o.name))
			continue
		}
		if opt.Args, err = o.read(p, s, arg); err != nil {
			p.fail(err)
			continue
		}
		s.IPSetOpts = append(s.IPSetOpts, opt)
	}
	p.checkSet(s, typ)
	if old := p.sets[s.Name]; old != nil {
		p.fail(grammar.Errorf(name.Span, "set %s is created already", s.Name).Expected("destroy %s before, or another name", s.Name))
		return
	}
	p.sets[s.Name] = s
	p.Ruleset.IPSets = append(p.Ruleset.IPSets, s.Set)
}

// checkSet checks what only all options together say.
func (p *parser) checkSet(s *set, typ word) {
	has := func(name string) *ast.Option {
		for i := range s.IPSetOpts {
			if s.IPSetOpts[i].Name == name {
				return &s.IPSetOpts[i]
			}
		}
		return nil
	}
	if n, b := has("netmask"), has("bitmask"); n != nil && b != nil {
		p.fail(grammar.Errorf(b.Span, "bitmask stands with netmask").Expected("one of them"))
	}
	if s.typ.is&isBitmap == 0 {
		return
	}
	if has("range") == nil && (has("from") == nil || has("to") == nil) && has("network") == nil {
		p.fail(grammar.Errorf(typ.Span, "%s has no range", s.typ.name).Expected("range FROM-TO, without which it cannot be"))
		return
	}
	if s.lo > s.hi {
		s.lo, s.hi = s.hi, s.lo
	}
	if s.bits > 0 {
		mask := uint64(math.MaxUint32) >> s.bits
		s.lo, s.hi = s.lo&^mask, s.hi|mask
	}
	size := s.hi - s.lo + 1
	if s.bits > 0 {
		size >>= 32 - s.bits
	}
	if size > 1<<16 {
		p.fail(grammar.Errorf(typ.Span, "the range has %d elements", size).Expected("at most 65536"))
	}
}

func short(s string) bool { return s == "-4" || s == "-6" }

func isInet6(s string) bool { return s == "inet6" || s == "ipv6" || s == "-6" }

// option finds the option of a type that a word names. Of old they began with
// dashes.
func (p *parser) option(t *setType, w word) (*createOption, *grammar.Error) {
	name := strings.TrimPrefix(w.text, "--")
	if short(w.text) {
		name = "family"
	}
	var names []string
	for i := range createOptions {
		o := &createOptions[i]
		if o.is != 0 && o.is&t.is == 0 || o.name == "bitmask" && t.is&isHash == 0 {
			continue
		}
		if o.name == name {
			return o, nil
		}
		names = append(names, o.name)
	}
	e := grammar.Errorf(w.Span, "%s has no option %q", t.name, w.text).Expected("%s", strings.Join(names, ", "))
	e.Hint = grammar.Near(name, names)
	return nil, e
}

func (p *parser) family(_ *set, w word) ([]ast.Expr, *grammar.Error) {
	switch {
	case isInet6(w.text):
		return []ast.Expr{&ast.String{Span: w.Span, Val: "inet6"}}, nil
	case w.text == "inet" || w.text == "ipv4" || w.text == "-4":
		return []ast.Expr{&ast.String{Span: w.Span, Val: "inet"}}, nil
	}
	e := grammar.Errorf(w.Span, "unknown family %q", w.text).Expected("inet or inet6")
	e.Hint = grammar.Near(w.text, []string{"inet", "inet6"})
	return nil, e
}

func (p *parser) netmask(s *set, w word) ([]ast.Expr, *grammar.Error) {
	n, ok := num(w.text, uint64(s.addrBits()))
	if !ok || n == 0 {
		return nil, grammar.Errorf(w.Span, "%q is no length of a network", w.text).Expected("a number from 1 to %d", s.addrBits())
	}
	s.bits = int(n)
	return []ast.Expr{&ast.Int{Span: w.Span, Val: n}}, nil
}

func (p *parser) bitmask(s *set, w word) ([]ast.Expr, *grammar.Error) {
	a, ok := parseAddr(w.text, s.v6)
	if !ok || a.IsUnspecified() {
		return nil, grammar.Errorf(w.Span, "%q is no mask", w.text).Expected("an address of the set's family, as a mask")
	}
	s.bitmask = a
	return []ast.Expr{&ast.Addr{Span: w.Span, Addr: a}}, nil
}

// bitmapRange reads the range of a bitmap: FROM-TO, or ADDRESS/PREFIX.
func (p *parser) bitmapRange(s *set, w word) ([]ast.Expr, *grammar.Error) {
	if s.typ.dims[0] == dimPort {
		text, at := w.text, 0
		proto := uint8(protoTCP)
		if name, rest, ok := strings.Cut(text, ":"); ok {
			var known bool
			if proto, known = protoNumber(name); !known {
				return nil, badProto(w, 0, name)
			}
			text, at = rest, len(name)+1
		}
		lo, hi, isRange := cutRange(text)
		if !isRange {
			return nil, grammar.Errorf(w.Span, "%q is no range", w.text).Expected("FROM-TO")
		}
		from, err := port(w, at, lo, proto)
		if err != nil {
			return nil, err
		}
		to, err := port(w, at+len(lo)+1, hi, proto)
		if err != nil {
			return nil, err
		}
		s.lo, s.hi = min(from, to), max(from, to)
		return []ast.Expr{&ast.Range{Span: w.Span, Lo: &ast.Int{Span: w.Span, Val: s.lo}, Hi: &ast.Int{Span: w.Span, Val: s.hi}}}, nil
	}
	var from, to netip.Addr
	if host, bits, ok := strings.Cut(w.text, "/"); ok {
		a, ok1 := parseAddr(host, false)
		n, ok2 := num(bits, 32)
		if !ok1 || !ok2 {
			return nil, grammar.Errorf(w.Span, "%q is no network", w.text).Expected("ADDRESS/PREFIX, or FROM-TO")
		}
		from, to = netBounds(a, int(n))
	} else {
		lo, hi, isRange := cutRange(w.text)
		a, ok1 := parseAddr(lo, false)
		b, ok2 := parseAddr(hi, false)
		if !isRange || !ok1 || !ok2 {
			return nil, grammar.Errorf(w.Span, "%q is no range of addresses", w.text).Expected("FROM-TO, or ADDRESS/PREFIX")
		}
		from, to = a, b
	}
	s.lo, s.hi = uint64(v4(from)), uint64(v4(to))
	if s.lo > s.hi {
		s.lo, s.hi = s.hi, s.lo
		from, to = to, from
	}
	return []ast.Expr{&ast.Range{Span: w.Span, Lo: &ast.Addr{Span: w.Span, Addr: from}, Hi: &ast.Addr{Span: w.Span, Addr: to}}}, nil
}

func (p *parser) bitmapFrom(s *set, w word) ([]ast.Expr, *grammar.Error) {
	return p.bitmapEnd(s, w, &s.lo)
}

func (p *parser) bitmapTo(s *set, w word) ([]ast.Expr, *grammar.Error) {
	return p.bitmapEnd(s, w, &s.hi)
}

// bitmapEnd reads one end of a bitmap's range.
func (p *parser) bitmapEnd(s *set, w word, end *uint64) ([]ast.Expr, *grammar.Error) {
	if s.typ.dims[0] == dimPort {
		n, err := port(w, 0, w.text, protoTCP)
		if err != nil {
			return nil, err
		}
		*end = n
		return []ast.Expr{&ast.Int{Span: w.Span, Val: n}}, nil
	}
	a, ok := parseAddr(w.text, false)
	if !ok {
		return nil, grammar.Errorf(w.Span, "%q is no IPv4 address", w.text).Expected("an address")
	}
	*end = uint64(v4(a))
	return []ast.Expr{&ast.Addr{Span: w.Span, Addr: a}}, nil
}
