package nft

import (
	"math/big"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// value reads one constant of a type: a number, an address, a name.
func (p *ruleParser) value(t vtype) ast.Expr {
	s := p.here()
	w := p.word()
	switch p.tok.kind {
	case tokVar:
		return p.variable(func() ast.Expr { return p.definedValue(t) })
	case tokNumber:
		p.colonPair(t)
		e := p.numberValue(t, p.here(), p.word())
		p.advance()
		return e
	case tokTime:
		if t.typ == ast.TypeTime && !t.date || t.typ == ast.TypeNone {
			if ms, ok := parseDuration(w); ok {
				p.advance()
				return p.int(s, ms)
			}
		}
		return p.nameValue(t, s, w)
	case tokAddr4, tokAddr6:
		return p.addrValue(t, s, w)
	case tokEther:
		if t.typ != ast.TypeEtherAddr && t.typ != ast.TypeNone {
			return p.wrongValue(t)
		}
		e := p.ethers.get()
		e.Span, e.Addr = s, parseEther(w)
		p.advance()
		return e
	case tokQuoted:
		return p.quotedValue(t, s, w[1:len(w)-1])
	case tokWord, tokWild:
		return p.nameValue(t, s, w)
	case tokPunct:
		if p.is(opLBracket) && isAddr(t.typ) || p.is(opLBracket) && t.typ == ast.TypeNone {
			p.advance()
			e := p.value(t)
			p.expect(opRBracket)
			return e
		}
		if p.is(opAsterisk) && t.typ == ast.TypeIfname {
			p.failf(s, "a name that is a wildcard alone matches everything").Expected("the name of an interface, or no match at all")
			return nil
		}
	default:
	}
	return p.wrongValue(t)
}

// wrongValue notes that the current token is no value of the type.
func (p *ruleParser) wrongValue(t vtype) ast.Expr {
	p.unexpected("%s", whatIs(t))
	return nil
}

// colonPair joins a number, a colon and a number behind it, as a traffic class
// and a time of the day are written.
func (p *ruleParser) colonPair(t vtype) {
	if t.typ != ast.TypeTCHandle && t.typ != ast.TypeHour {
		return
	}
	for p.pos < len(p.text) && p.text[p.pos] == ':' {
		i := p.pos + 1
		for i < len(p.text) && class[p.text[i]]&isHex != 0 {
			i++
		}
		p.pos, p.tok.to = i, i
	}
}

// numberValue is a number as a value of a type.
func (p *ruleParser) numberValue(t vtype, s ast.Span, w string) ast.Expr {
	if strings.IndexByte(w, ':') >= 0 {
		return p.pairValue(t, s, w)
	}
	n, ok := parseNumber(w)
	if !ok {
		return p.longNumber(t, s, w)
	}
	switch t.typ {
	case ast.TypeIPv4Addr:
		if n>>32 != 0 {
			return p.tooLarge(t, s, w, 32)
		}
		return p.addr(s, netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}))
	case ast.TypeIPv6Addr, ast.TypeEtherAddr, ast.TypeVerdict:
		return p.wrongValue(t)
	case ast.TypeIfname, ast.TypeString, ast.TypeOSName, ast.TypeCgroupV2:
		return p.textValue(t, s, w)
	case ast.TypeTime:
		if t.date {
			return p.int(s, n*1e9)
		}
		return p.int(s, n*1000)
	case ast.TypeCTLabel:
		if n > 127 {
			p.failf(s, "there is no label %s", w).Expected("0 to 127")
			return nil
		}
		return p.bitValue(s, uint(n))
	case ast.TypeDay:
		if n > 6 {
			p.failf(s, "there is no day %s", w).Expected("0, which is Sunday, to 6")
			return nil
		}
	case ast.TypeBoolean:
		if n > 1 {
			return p.wrongValue(t)
		}
		return &ast.Bool{Span: s, Val: n == 1}
	default:
	}
	if t.bits > 0 && t.bits < 64 && n>>t.bits != 0 {
		return p.tooLarge(t, s, w, uint(t.bits))
	}
	return p.int(s, n)
}

func (p *ruleParser) tooLarge(t vtype, s ast.Span, w string, bits uint) ast.Expr {
	p.failf(s, "%s is too large", clip(w)).Expected("%s from 0 to %d", article(t), uint64(1)<<bits-1)
	return nil
}

// article names a type in a sentence that goes on.
func article(t vtype) string {
	what, _, _ := strings.Cut(whatIs(t), ",")
	what, _, _ = strings.Cut(what, ":")
	return what
}

// bitValue is the number whose only bit is bit n, counted from 0.
func (p *ruleParser) bitValue(s ast.Span, n uint) ast.Expr {
	if n < 64 {
		return p.int(s, 1<<n)
	}
	b := make([]byte, 16)
	b[15-n/8] = 1 << (n % 8)
	return &ast.Big{Span: s, Bytes: b}
}

// longNumber is a number of more than 64 bits.
func (p *ruleParser) longNumber(t vtype, s ast.Span, w string) ast.Expr {
	var n big.Int
	if _, ok := n.SetString(w, 0); !ok {
		if t.typ == ast.TypeInetService {
			// getaddrinfo(3) reads 08 as a decimal number.
			if v, err := strconv.ParseUint(w, 10, 16); err == nil {
				return p.int(s, v)
			}
		}
		p.failf(s, "%s is no number", quote(clip(w))).Expected("a decimal number, an octal one that begins with 0, or a hexadecimal one that begins with 0x")
		return nil
	}
	bits := int(t.bits)
	if t.typ == ast.TypeNone {
		bits = n.BitLen()
	}
	if bits <= 64 || n.BitLen() > bits {
		if bits == 0 || bits > 64 {
			p.failf(s, "%s is too large", clip(w)).Expected("a number of at most %d bits", max(bits, 64))
			return nil
		}
		return p.tooLarge(t, s, w, uint(bits))
	}
	return &ast.Big{Span: s, Bytes: n.FillBytes(make([]byte, (bits+7)/8))}
}

// pairValue is a traffic class (1:2) or a time of the day (17:00).
func (p *ruleParser) pairValue(t vtype, s ast.Span, w string) ast.Expr {
	if t.typ == ast.TypeHour {
		if n, ok := parseClock(w); ok {
			return p.int(s, n)
		}
		return p.wrongValue(t)
	}
	major, minor, _ := strings.Cut(w, ":")
	hi, err1 := strconv.ParseUint(major, 16, 16)
	lo, err2 := strconv.ParseUint("0"+minor, 16, 16)
	if err1 != nil || err2 != nil {
		p.failf(s, "%s is no traffic class", quote(w)).Expected("major:minor, two hexadecimal numbers up to ffff")
		return nil
	}
	return p.int(s, hi<<16|lo)
}

// addrValue is an address as a value of a type.
func (p *ruleParser) addrValue(t vtype, s ast.Span, w string) ast.Expr {
	var a netip.Addr
	if p.tok.kind == tokAddr4 {
		if a = parseAddr4(w); !a.IsValid() {
			p.failf(s, "%s is no IPv4 address", quote(w)).Expected("four numbers from 0 to 255; one that begins with 0 is octal")
			return nil
		}
		if t.typ == ast.TypeIPv6Addr {
			return p.wrongFamily(t, s, w, "IPv4")
		}
	} else {
		var err error
		if a, err = netip.ParseAddr(w); err != nil {
			p.failf(s, "%s is no IPv6 address", quote(w))
			return nil
		}
		if t.typ == ast.TypeIPv4Addr {
			return p.wrongFamily(t, s, w, "IPv6")
		}
	}
	if !isAddr(t.typ) && t.typ != ast.TypeNone {
		if isText(t.typ) {
			e := p.textValue(t, s, w)
			p.advance()
			return e
		}
		return p.wrongValue(t)
	}
	p.advance()
	return p.addr(s, a)
}

func (p *ruleParser) wrongFamily(t vtype, s ast.Span, w, is string) ast.Expr {
	p.failf(s, "%s is an %s address", w, is).Expected("%s", whatIs(t))
	return nil
}

// quotedValue is text in quotes as a value of a type.
func (p *ruleParser) quotedValue(t vtype, s ast.Span, text string) ast.Expr {
	switch t.typ {
	case ast.TypeIfname, ast.TypeString, ast.TypeOSName, ast.TypeCgroupV2, ast.TypeNone, ast.TypeIfaceIndex:
		e := p.textValue(t, s, text)
		p.advance()
		return e
	case ast.TypeTime:
		if !t.date {
			break
		}
		if n, ok := parseDate(text); ok {
			p.advance()
			return p.int(s, n)
		}
		return p.wrongValue(t)
	case ast.TypeHour:
		if n, ok := parseClock(text); ok {
			p.advance()
			return p.int(s, n)
		}
		return p.wrongValue(t)
	default:
	}
	return p.nameValue(t, s, text)
}

// nameValue is a word as a value of a type.
func (p *ruleParser) nameValue(t vtype, s ast.Span, w string) ast.Expr {
	if p.tok.kind == tokWord && (w == "exists" || w == "missing") {
		if t.typ == ast.TypeBoolean || t.typ == ast.TypeNone {
			p.advance()
			return &ast.Bool{Span: s, Val: w == "exists"}
		}
		p.failf(s, "only the presence of something exists or is missing").Expected("%s", whatIs(t))
		return nil
	}
	if v, ok := SymbolValue(t.typ, w); ok {
		p.advance()
		return p.int(s, v)
	}
	switch {
	case p.tok.kind == tokWord && (reserved[w] || w == "set" || w == "map" || w == "vmap"):
		// A word that begins the next statement: the value was forgotten.
		return p.wrongValue(t)
	case isText(t.typ), t.typ == ast.TypeIfaceIndex, t.typ == ast.TypeNone:
		e := p.textValue(t, s, w)
		p.advance()
		return e
	case isAddr(t.typ):
		if name, bits, ok := hostName(w); ok {
			p.advance()
			return &ast.Host{Span: s, Name: name, Bits: bits}
		}
		return p.wrongValue(t)
	}
	if n, ok := parseNumber(w); ok && p.tok.kind == tokQuoted {
		// nft takes "22" for 22.
		if t.bits > 0 && t.bits < 64 && n>>t.bits != 0 {
			return p.tooLarge(t, s, w, uint(t.bits))
		}
		p.advance()
		return p.int(s, n)
	}
	if tab := tableOf(t.typ); tab != nil && tab.local && p.tok.kind != tokTime && len(w) > 0 {
		p.warn(grammar.RunTime, s, quote(clip(w))+" is the name of "+tab.what+" that only the running system knows", "")
		p.advance()
		return &ast.Unknown{Span: s, Text: w}
	}
	if from := p.tok.from - 1; from >= 0 && option(p.text, from) != "" {
		p.failOption(from, option(p.text, from))
		return nil
	}
	e := grammar.Errorf(s, "%s is not %s", quote(clip(w)), article(t))
	if _, names, ok := strings.Cut(whatIs(t), ": "); ok {
		e.Want = "one of " + names
	} else if what := whatIs(t); what != article(t) {
		e.Want = what
	}
	e.Hint = grammar.Near(w, symbolNames(t.typ))
	p.fail(e)
	return nil
}

// maxText is how long the text of a type may be: IFNAMSIZ - 1, and the room that
// the kernel has for the others.
func maxText(t ast.Type) int {
	switch t {
	case ast.TypeIfname, ast.TypeIfaceIndex, ast.TypeOSName, ast.TypeString:
		return 15
	default:
		return 1 << 12
	}
}

// textValue is text as a value of a type; one that ends in an asterisk that is
// not escaped is how a name of an interface begins.
func (p *ruleParser) textValue(t vtype, s ast.Span, w string) ast.Expr {
	wild := false
	if t.typ == ast.TypeIfname || t.typ == ast.TypeNone || t.typ == ast.TypeString {
		if n := len(w); n > 0 && w[n-1] == '*' {
			switch {
			case n > 1 && w[n-2] == '\\':
				w = w[:n-2] + "*"
			case n == 1 && t.typ == ast.TypeIfname:
				p.failf(s, "a name that is a wildcard alone matches everything").Expected("the name of an interface, or no match at all")
				return nil
			case t.typ != ast.TypeString:
				wild, w = true, w[:n-1]
			}
		}
	}
	switch {
	case w == "" && !wild:
		p.failf(s, "the text is empty").Expected("%s", whatIs(t))
	case len(w) > maxText(t.typ):
		p.failf(s, "%s is %d bytes long", quote(clip(w)), len(w)).Expected("at most %d", maxText(t.typ))
	}
	e := p.str(s, w)
	e.Wildcard = wild
	return e
}

// hostName splits a name that may have the length of a prefix behind it.
func hostName(w string) (name string, bits int, ok bool) {
	name, bits = w, -1
	if i := strings.IndexByte(w, '/'); i >= 0 {
		n, err := strconv.Atoi(w[i+1:])
		if err != nil || n > 128 {
			return "", 0, false
		}
		name, bits = w[:i], n
	}
	if name == "" || strings.ContainsAny(name, "/_*\\ ") {
		return "", 0, false
	}
	return name, bits, true
}

// parseNumber reads a decimal, octal or hexadecimal number of up to 64 bits.
func parseNumber(w string) (uint64, bool) {
	if w == "" {
		return 0, false
	}
	if w[0] == '0' && len(w) > 1 {
		base, digits := 8, w[1:]
		if w[1] == 'x' || w[1] == 'X' {
			base, digits = 16, w[2:]
		}
		n, err := strconv.ParseUint(digits, base, 64)
		return n, err == nil
	}
	var n uint64
	for i := range len(w) {
		d := uint64(w[i] - '0')
		if d > 9 || n > (1<<64-1-d)/10 {
			return 0, false
		}
		n = n*10 + d
	}
	return n, true
}

// parseAddr4 reads four numbers, each of which is octal if it begins with 0, as
// inet_aton(3) does.
func parseAddr4(w string) netip.Addr {
	var b [4]byte
	i := 0
	for n := range 4 {
		if n > 0 && (i >= len(w) || n == 3 && strings.IndexByte(w[i:], '.') >= 0) {
			return netip.Addr{}
		}
		at, v, base := i, 0, 10
		if i+1 < len(w) && w[i] == '0' && w[i+1] != '.' {
			base = 8
		}
		for ; i < len(w) && w[i] != '.'; i++ {
			d := int(w[i] - '0')
			if d >= base || v > 255 {
				return netip.Addr{}
			}
			v = v*base + d
		}
		if i == at || v > 255 {
			return netip.Addr{}
		}
		b[n] = byte(v)
		i++
	}
	return netip.AddrFrom4(b)
}

// parseEther reads six groups of one or two hexadecimal digits.
func parseEther(w string) (a [6]byte) {
	i := 0
	for n := range a {
		for ; i < len(w) && w[i] != ':'; i++ {
			a[n] = a[n]<<4 | hexDigit(w[i])
		}
		i++
	}
	return a
}

func hexDigit(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// parseDuration reads a length of time such as 1d2h3m4s5ms, or a number of
// seconds, in milliseconds.
func parseDuration(w string) (uint64, bool) {
	if n, ok := parseNumber(w); ok {
		return n * 1000, n < 1<<53
	}
	var total uint64
	last := uint64(1) << 62
	for i := 0; i < len(w); {
		at := i
		for i < len(w) && class[w[i]]&isDigit != 0 {
			i++
		}
		n, err := strconv.ParseUint(w[at:i], 10, 40)
		if err != nil {
			return 0, false
		}
		at = i
		for i < len(w) && class[w[i]]&isLetter != 0 {
			i++
		}
		var unit uint64
		switch w[at:i] {
		case "w":
			unit = 7 * 86400 * 1000
		case "d":
			unit = 86400 * 1000
		case "h":
			unit = 3600 * 1000
		case "m":
			unit = 60 * 1000
		case "s":
			unit = 1000
		case "ms":
			unit = 1
		}
		if unit == 0 || unit >= last {
			return 0, false
		}
		last = unit
		total += n * unit
	}
	return total, len(w) > 0
}

// parseClock reads a time of the day, HH:MM or HH:MM:SS, in seconds.
func parseClock(w string) (uint64, bool) {
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, w); err == nil {
			return uint64(t.Hour()*3600 + t.Minute()*60 + t.Second()), true
		}
	}
	n, ok := parseNumber(w)
	return n, ok && n < 86400
}

// parseDate reads a point in time, in nanoseconds since 1970. nft takes it for
// one of the time zone of the machine, which is not known here: it is taken for
// UTC.
func parseDate(w string) (uint64, bool) {
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, w); err == nil && t.Unix() >= 0 {
			return uint64(t.Unix()) * 1e9, true
		}
	}
	n, ok := parseNumber(w)
	return n * 1e9, ok && n < 1<<33
}

// clip shortens text for an error.
func clip(w string) string {
	const most = 60
	if len(w) > most {
		return w[:most] + "..."
	}
	return w
}

func quote(w string) string { return strconv.Quote(w) }
