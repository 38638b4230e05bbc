package ipset

import (
	"net/netip"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// reader reads elements. Nodes come from slabs, so that a million elements are
// not a million allocations.
type reader struct {
	*parser
	set   *set
	words []word
	// parts are what each dimension of an element matches: more than one
	// where a range of addresses is several networks.
	parts [3][]part
	base  ast.Elem // what all elements of a line have in common

	elems    slab[ast.Elem]
	addrs    slab[ast.Addr]
	prefixes slab[ast.Prefix]
	ints     slab[ast.Int]
	concats  slab[ast.Concat]
	exprs    []ast.Expr
}

// part is what one dimension matches, in one node or, for a port, two.
type part struct{ first, second ast.Expr }

// slab hands out zeroed values from blocks.
type slab[T any] struct{ free []T }

func (s *slab[T]) get() *T {
	if len(s.free) == 0 {
		s.free = make([]T, 512)
	}
	t := &s.free[0]
	s.free = s.free[1:]
	return t
}

// add reads an add line from line to end; its set's name ends at byte at.
func (r *reader) add(s *set, line, at, end int) {
	for end > at && isBlank(r.Text[end-1]) {
		end--
	}
	for at < end && isBlank(r.Text[at]) {
		at++
	}
	to := at
	for to < end && !isBlank(r.Text[to]) && r.Text[to] != '"' {
		to++
	}
	whole := r.span(line, end)
	if to < end && r.Text[to] == '"' || at == end {
		r.slow(s, line, at, end)
		return
	}
	elem := word{Span: r.span(at, to), text: r.Text[at:to]}
	if to == end {
		r.element(s, whole, elem, nil)
		return
	}
	var err *grammar.Error
	if r.words, err = r.File.words(r.words[:0], to, end); err != nil {
		r.fail(err)
		r.unknown(s, whole, elem)
		return
	}
	r.element(s, whole, elem, r.words)
}

// slow reads an add line whose element has quotes, or that has none.
func (r *reader) slow(s *set, line, at, end int) {
	words, err := r.File.words(nil, at, end)
	switch {
	case err != nil:
		r.fail(err)
	case len(words) == 0:
		r.fail(grammar.Errorf(r.span(line, end), "no element is added").Expected("add NAME element options"))
	default:
		r.element(s, r.span(line, end), words[0], words[1:])
	}
}

// unknown adds an element that could not be read: nothing is claimed about what
// the set holds.
func (r *reader) unknown(s *set, at ast.Span, w word) {
	e := r.elems.get()
	e.Span, e.Key = at, &ast.Unknown{Span: w.Span, Text: w.text}
	s.Elems = append(s.Elems, e)
}

// element reads an element with its options and adds it to the set.
func (r *reader) element(s *set, at ast.Span, w word, options []word) {
	r.set = s
	r.base = ast.Elem{Span: at}
	if s.Timeout > 0 {
		r.base.More = &ast.ElemMore{Timeout: s.Timeout}
	}
	if err := r.split(w); err != nil {
		r.fail(err)
		r.unknown(s, at, w)
		return
	}
	place, bad := -1, false
	for len(options) > 0 {
		var err *grammar.Error
		if options, err = r.option(options, &place); err != nil {
			r.fail(err)
			bad = true
		}
	}
	if bad { // it may have been nomatch
		r.unknown(s, at, w)
		return
	}
	n := len(s.typ.dims)
	if n == 1 {
		for _, p := range r.parts[0] {
			key := p.first
			if p.second != nil {
				key = r.concat(w.Span, key, p.second)
			}
			r.emit(key, place)
		}
		return
	}
	last := r.parts[n-1]
	for _, a := range r.parts[0] {
		for _, b := range r.parts[1] {
			if n == 2 {
				r.emit(r.join(w.Span, a, b), place)
				continue
			}
			for _, c := range last {
				r.emit(r.join(w.Span, a, b, c), place)
			}
		}
	}
}

// join makes a concatenation of parts.
func (r *reader) join(at ast.Span, parts ...part) ast.Expr {
	var buf [6]ast.Expr
	list := buf[:0]
	for _, p := range parts {
		if p.first != nil {
			list = append(list, p.first)
		}
		if p.second != nil {
			list = append(list, p.second)
		}
	}
	return r.concat(at, list...)
}

func (r *reader) concat(at ast.Span, list ...ast.Expr) ast.Expr {
	if cap(r.exprs)-len(r.exprs) < len(list) {
		r.exprs = make([]ast.Expr, 0, 1024)
	}
	from := len(r.exprs)
	r.exprs = append(r.exprs, list...)
	c := r.concats.get()
	c.Span, c.Parts = at, r.exprs[from:len(r.exprs):len(r.exprs)]
	return c
}

// emit adds an element with that key, at a place of a list or at the end.
func (r *reader) emit(key ast.Expr, place int) {
	s := r.set
	e := r.elems.get()
	*e = r.base
	e.Key = key
	if place >= 0 {
		s.Elems = append(s.Elems, nil)
		copy(s.Elems[place+1:], s.Elems[place:])
		s.Elems[place], s.index = e, nil
		return
	}
	if s.index != nil {
		s.index[elementText(s.Set, e)] = len(s.Elems)
	}
	s.Elems = append(s.Elems, e)
}

// split reads an element: a part for each dimension, joined by commas.
func (r *reader) split(w word) *grammar.Error {
	dims := r.set.typ.dims
	text, at := w.text, 0
	for i, d := range dims {
		s, rest := text, ""
		if len(dims) > 1 && i < len(dims)-1 {
			j := strings.IndexByte(text, ',')
			if j < 0 {
				if d == dimIP && dims[i+1] == dimMAC && r.set.typ.is&isBitmap != 0 {
					return r.noMAC(w, text)
				}
				return grammar.Errorf(w.Span, "the element has %d of %d parts", i+1, len(dims)).Expected("%s", elementForm(r.set.typ))
			}
			s, rest = text[:j], text[j+1:]
		} else if j := strings.IndexByte(text, ','); j >= 0 {
			return grammar.Errorf(w.sub(at+j, len(w.text)), "the element has more than %d parts", len(dims)).Expected("%s", elementForm(r.set.typ))
		}
		r.parts[i] = r.parts[i][:0]
		here := word{Span: w.sub(at, at+len(s)), text: s}
		if err := r.dim(i, d, here); err != nil {
			return err
		}
		at += len(s) + 1
		text = rest
	}
	return nil
}

// elementForm says what an element of a type looks like.
func elementForm(t *setType) string {
	var out []string
	for _, d := range t.dims {
		out = append(out, [...]string{
			dimIP: "address", dimNet: "network", dimPort: "protocol:port", dimMAC: "MAC address", dimMark: "mark", dimIface: "interface", dimSet: "set",
		}[d])
	}
	return strings.Join(out, ",")
}

// noMAC reads an element of bitmap:ip,mac without its MAC address, which the
// kernel takes from the first packet that matches.
func (r *reader) noMAC(w word, text string) *grammar.Error {
	r.parts[0], r.parts[1] = r.parts[0][:0], append(r.parts[1][:0], part{first: &ast.Unknown{Span: w.Span}})
	return r.dim(0, dimIP, word{Span: w.Span, text: text})
}

// dim reads the part of dimension i.
func (r *reader) dim(i int, d dim, w word) *grammar.Error {
	var p part
	switch d {
	case dimIP:
		return r.ip(i, w)
	case dimNet:
		return r.net(i, w)
	case dimPort:
		return r.port(i, w)
	case dimMAC:
		b, ok := mac(w.text)
		if !ok {
			return grammar.Errorf(w.Span, "%q is no MAC address", w.text).Expected("six hexadecimal numbers, as 00:00:5e:00:53:01")
		}
		if b == ([6]byte{}) && r.set.typ.is&isHash != 0 {
			return grammar.Errorf(w.Span, "the MAC address is zero").Expected("another, as a hash cannot store it")
		}
		p.first = &ast.Ether{Span: w.Span, Addr: b}
	case dimMark:
		n, ok := num(w.text, 1<<32-1)
		if !ok {
			return grammar.Errorf(w.Span, "%q is no mark", w.text).Expected("a number from 0 to 4294967295")
		}
		p.first = r.number(w.Span, n&uint64(r.set.markmask))
	case dimIface:
		name, phys := strings.CutPrefix(w.text, "physdev:")
		if len(name) > 15 {
			return grammar.Errorf(w.Span, "the interface name %q is %d bytes long", name, len(name)).Expected("at most 15 (IFNAMSIZ)")
		}
		at := w.sub(len(w.text)-len(name), len(w.text))
		p.first = &ast.String{Span: at, Val: name}
		if phys {
			p.first = r.concat(w.Span, &ast.String{Span: w.sub(0, 7), Val: "physdev"}, p.first)
		}
	case dimSet:
		if err := r.member(w); err != nil {
			return err
		}
		p.first = &ast.SetRef{Span: w.Span, Name: w.text, IPSet: true}
	}
	r.parts[i] = append(r.parts[i], p)
	return nil
}

// member checks that a set can be put into a list.
func (r *reader) member(w word) *grammar.Error {
	s := r.sets[w.text]
	switch {
	case s == nil:
		e := grammar.Errorf(w.Span, "set %s is not created", w.text).Expected("create %s TYPE above", w.text)
		e.Hint = grammar.Near(w.text, r.names())
		return e
	case s.typ.is&isList != 0:
		return grammar.Errorf(w.Span, "set %s is a list itself", w.text).Expected("a set of another type")
	}
	return nil
}

func (r *reader) number(at ast.Span, n uint64) *ast.Int {
	e := r.ints.get()
	e.Span, e.Val = at, n
	return e
}

// plainIP reports whether a dimension takes no range of addresses.
func (r *reader) plainIP(i int) bool {
	t := r.set.typ
	return i == 2 || len(t.dims) == 2 && t.dims[1] == dimMAC
}

// ip reads an address, or where the type takes it an IPv4 network or range.
func (r *reader) ip(i int, w word) *grammar.Error {
	s := r.set
	want := func() string {
		switch {
		case s.v6:
			return "an IPv6 address"
		case r.plainIP(i):
			return "an IPv4 address"
		}
		return "an IPv4 address, ADDRESS/PREFIX or FROM-TO"
	}
	bad := func(what string) *grammar.Error {
		return grammar.Errorf(w.Span, "%q is %s", w.text, what).Expected("%s", want())
	}
	if n, ok := quad(w.text); ok && !s.v6 && s.bits == 0 && !s.bitmask.IsValid() { // the usual case
		if n == 0 && s.typ.is&isHash != 0 {
			return bad("zero, which a hash cannot store")
		}
		if s.typ.is&isBitmap != 0 && (uint64(n) < s.lo || uint64(n) > s.hi) {
			return bad("not in the range of the set")
		}
		a := r.addrs.get()
		a.Span, a.Addr = w.Span, addr4(n)
		r.parts[i] = append(r.parts[i], part{first: a})
		return nil
	}
	host, size, isNet := strings.Cut(w.text, "/")
	bits := s.addrBits()
	if isNet {
		n, ok := num(size, uint64(bits))
		if !ok || n == 0 {
			return bad("no network")
		}
		if bits = int(n); bits < s.addrBits() && (s.v6 || r.plainIP(i)) {
			return bad("a network")
		}
	}
	a, ok := parseAddr(host, s.v6)
	switch lo, hi, isRange := cutRange(host); {
	case ok:
	case isRange && !isNet:
		from, ok1 := parseAddr(lo, s.v6)
		to, ok2 := parseAddr(hi, s.v6)
		if !ok1 || !ok2 {
			return bad("no range of addresses")
		}
		if s.v6 || r.plainIP(i) {
			return bad("a range")
		}
		at := [2]ast.Span{w.sub(0, len(lo)), w.sub(len(lo)+1, len(w.text))}
		if v4(from) > v4(to) { // ipset takes them either way
			from, to, at[0], at[1] = to, from, at[1], at[0]
		}
		return r.ipRange(i, w, v4(from), v4(to), at)
	default:
		return r.host(i, w, host, bits, want())
	}
	if bits < s.addrBits() && s.bitmask.IsValid() {
		return grammar.Errorf(w.Span, "a network in a set with a bitmask, of which the kernel stores addresses that nothing matches").Expected("single addresses")
	}
	lo, hi := netBounds(a, bits)
	key := masked(w.Span, a, bits, s)
	switch {
	case s.typ.is&isHash != 0 && isZero(key):
		return bad("zero, which a hash cannot store")
	case s.typ.is&isBitmap != 0 && (uint64(v4(lo)) < s.lo || uint64(v4(hi)) > s.hi):
		return bad("not in the range of the set")
	}
	r.parts[i] = append(r.parts[i], part{first: key})
	return nil
}

// isZero reports whether a key begins with the address 0.
func isZero(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Addr:
		return e.Addr.IsUnspecified()
	case *ast.Prefix:
		return e.Prefix.Addr().IsUnspecified()
	case *ast.MaskedAddr:
		return e.Addr.IsUnspecified()
	}
	return false
}

// ipRange adds a range of addresses; at is where its ends stand.
func (r *reader) ipRange(i int, w word, lo, hi uint32, at [2]ast.Span) *grammar.Error {
	s := r.set
	if s.bitmask.IsValid() {
		return grammar.Errorf(w.Span, "a range in a set with a bitmask, of which the kernel stores addresses that nothing matches").Expected("single addresses")
	}
	if s.bits > 0 {
		mask := uint32(uint64(1)<<(32-s.bits) - 1)
		lo, hi = lo&^mask, hi|mask
	}
	if s.typ.is&isHash != 0 && lo == 0 {
		return grammar.Errorf(at[0], "the range begins with zero, which a hash cannot store").Expected("FROM-TO without it")
	}
	if s.typ.is&isBitmap != 0 && (uint64(lo) < s.lo || uint64(hi) > s.hi) {
		return grammar.Errorf(w.Span, "%q is not in the range of the set", w.text).Expected("%s-%s", addr4(uint32(s.lo)), addr4(uint32(s.hi)))
	}
	if lo == hi {
		r.parts[i] = append(r.parts[i], part{first: &ast.Addr{Span: w.Span, Addr: addr4(lo)}})
		return nil
	}
	r.parts[i] = append(r.parts[i], part{first: &ast.Range{
		Span: w.Span,
		Lo:   &ast.Addr{Span: at[0], Addr: addr4(lo)},
		Hi:   &ast.Addr{Span: at[1], Addr: addr4(hi)},
	}})
	return nil
}

// host adds a host's name, which is looked up when the set is loaded.
func (r *reader) host(i int, w word, name string, bits int, want string) *grammar.Error {
	n := unbracket(name)
	for j := 0; j < len(n); j++ {
		c := n[j]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-' && n != name) {
			return grammar.Errorf(w.Span, "%q is neither an address nor a host name", w.text).Expected("%s", want)
		}
	}
	if n == "" || strings.Trim(n, "0123456789.") == "" {
		return grammar.Errorf(w.Span, "%q is no address", w.text).Expected("%s", want)
	}
	r.parts[i] = append(r.parts[i], part{first: &ast.Host{Span: w.Span, Name: n, Bits: bits}})
	return nil
}

// net reads a network, or a range of IPv4 addresses, which is several.
func (r *reader) net(i int, w word) *grammar.Error {
	s := r.set
	want := "an IPv4 address, ADDRESS/PREFIX or FROM-TO"
	if s.v6 {
		want = "an IPv6 address, or ADDRESS/PREFIX"
	}
	bad := func(what string) *grammar.Error {
		return grammar.Errorf(w.Span, "%q is %s", w.text, what).Expected("%s", want)
	}
	host, size, isNet := strings.Cut(w.text, "/")
	bits := s.addrBits()
	if isNet {
		n, ok := num(size, uint64(bits))
		if !ok {
			return bad("no network")
		}
		if bits = int(n); n == 0 && s.typ.is&anyNet == 0 {
			return grammar.Errorf(w.Span, "the network is all addresses, which %s cannot store", s.typ.name).Expected("a prefix from 1 to %d; two halves are all", s.addrBits())
		}
	}
	if a, ok := parseAddr(host, s.v6); ok {
		switch {
		case s.bits > 0 || s.bitmask.IsValid():
			r.parts[i] = append(r.parts[i], part{first: masked(w.Span, a, bits, s)})
		case bits == a.BitLen():
			e := r.addrs.get()
			e.Span, e.Addr = w.Span, a
			r.parts[i] = append(r.parts[i], part{first: e})
		default:
			e := r.prefixes.get()
			e.Span = w.Span
			e.Prefix, _ = a.Prefix(bits)
			r.parts[i] = append(r.parts[i], part{first: e})
		}
		return nil
	}
	lo, hi, isRange := cutRange(host)
	if !isRange || isNet {
		return r.host(i, w, host, bits, want)
	}
	from, ok1 := parseAddr(lo, false)
	to, ok2 := parseAddr(hi, false)
	switch {
	case s.v6:
		return bad("a range")
	case !ok1 || !ok2:
		return bad("no range of addresses")
	}
	a, b := min(v4(from), v4(to)), max(v4(from), v4(to))
	if a == 0 && b == 1<<32-1 && s.typ.is&anyNet == 0 {
		return bad("all addresses, which " + s.typ.name + " cannot store")
	}
	networks(a, b, func(a netip.Addr, bits int) {
		r.parts[i] = append(r.parts[i], part{first: masked(w.Span, a, bits, s)})
	})
	return nil
}

// port reads [protocol:]port[-port].
func (r *reader) port(i int, w word) *grammar.Error {
	bitmap := r.set.typ.is&isBitmap != 0
	text, at := w.text, 0
	proto := uint8(protoTCP)
	protoAt := w.Span
	if j := strings.IndexByte(text, ':'); j >= 0 {
		var ok bool
		if proto, ok = protoNumber(text[:j]); !ok {
			return badProto(w, 0, text[:j])
		}
		protoAt = w.sub(0, j)
		text, at = text[j+1:], j+1
	}
	var lo, hi uint64
	valAt := w.sub(at, len(w.text))
	switch {
	case proto == protoICMP || proto == protoICMPv6:
		if (proto == protoICMPv6) != r.set.v6 {
			return grammar.Errorf(protoAt, "%s in a set of the other family", w.text[:at-1]).Expected("icmp with family inet, icmpv6 with inet6")
		}
		n, err := icmp(w, at, text, proto)
		if err != nil {
			return err
		}
		lo, hi = n, n
	case !hasPorts(proto):
		if n, ok := num(text, 65535); !ok || n != 0 {
			return grammar.Errorf(valAt, "%q with protocol %s, which has no ports", text, w.text[:max(at-1, 0)]).Expected("0")
		}
		if proto == 0 {
			return grammar.Errorf(protoAt, "protocol 0").Expected("a protocol from 1 to 255")
		}
	default:
		from, to, isRange := cutRange(text)
		var err *grammar.Error
		if lo, err = port(w, at, from, proto); err != nil {
			return err
		}
		hi = lo
		if isRange {
			if hi, err = port(w, at+len(from)+1, to, proto); err != nil {
				return err
			}
		}
		lo, hi = min(lo, hi), max(lo, hi)
	}
	if bitmap && (lo < r.set.lo || hi > r.set.hi) {
		return grammar.Errorf(valAt, "%q is not in the range of the set", text).Expected("a port from %d to %d", r.set.lo, r.set.hi)
	}
	var val ast.Expr = r.number(valAt, lo)
	if lo != hi {
		val = &ast.Range{Span: valAt, Lo: val, Hi: r.number(valAt, hi)}
	}
	p := part{first: val}
	if !bitmap {
		p = part{first: r.number(protoAt, uint64(proto)), second: val}
	}
	r.parts[i] = append(r.parts[i], p)
	return nil
}

// icmp reads a type and code of ICMP: their name, or type/code.
func icmp(w word, at int, s string, proto uint8) (uint64, *grammar.Error) {
	names := icmpNames
	if proto == protoICMPv6 {
		names = icmpv6Names
	}
	for _, n := range names {
		if n.name == s {
			return uint64(n.typ)<<8 | uint64(n.code), nil
		}
	}
	typ, code, ok := strings.Cut(s, "/")
	t, ok1 := num(typ, 255)
	c, ok2 := num(code, 255)
	if !ok || !ok1 || !ok2 {
		e := grammar.Errorf(w.sub(at, at+len(s)), "%q is neither the name of a type nor type/code", s).Expected("a name such as echo-request, or two numbers from 0 to 255")
		var list []string
		for _, n := range names {
			list = append(list, n.name)
		}
		e.Hint = grammar.Near(s, list)
		return 0, e
	}
	return t<<8 | c, nil
}
