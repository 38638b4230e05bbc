package nft

import (
	"net/netip"

	"github.com/ctlint/ctlint/ast"
)

// fastElems reads elements of the plainest forms - an address, a network or a
// number, and a comma - without cutting them into tokens first. It stops before
// the first element of another form, and returns where that begins.
func (p *ruleParser) fastElems(text string, t vtype, set *ast.Set) int {
	at := 0
	for at < len(text) {
		from := at
		for from < len(text) && class[text[from]]&isBlank != 0 {
			from++
		}
		if from == len(text) {
			return from
		}
		var key ast.Expr
		var to int
		switch t.typ {
		case ast.TypeIPv4Addr:
			key, to = p.fastAddr4(text, from)
		case ast.TypeIPv6Addr:
			key, to = p.fastAddr6(text, from)
		case ast.TypeInetService, ast.TypeMark, ast.TypeInteger:
			key, to = p.fastNumber(text, from, t)
		default:
		}
		if key == nil {
			return at
		}
		next := to
		for next < len(text) && class[text[next]]&isBlank != 0 {
			next++
		}
		if next < len(text) {
			if text[next] != ',' {
				return at
			}
			next++
		}
		e := p.elems.get()
		e.Span, e.Key = p.at(from, to), key
		set.Elems = append(set.Elems, e)
		at = next
	}
	return at
}

// fastAddr4 reads an IPv4 address, with or without the length of a prefix.
func (p *ruleParser) fastAddr4(text string, from int) (ast.Expr, int) {
	var b [4]byte
	i := from
	for n := range b {
		if n > 0 {
			if i >= len(text) || text[i] != '.' {
				return nil, 0
			}
			i++
		}
		at, v := i, uint(0)
		for i < len(text) && i < at+3 {
			d := text[i] - '0'
			if d > 9 {
				break
			}
			v = v*10 + uint(d)
			i++
		}
		if i == at || v > 255 || text[at] == '0' && i > at+1 {
			return nil, 0
		}
		b[n] = byte(v)
	}
	addr := netip.AddrFrom4(b)
	if i < len(text) && text[i] == '/' {
		return p.fastPrefix(text, from, i, addr)
	}
	if i < len(text) && class[text[i]]&isWord != 0 {
		return nil, 0
	}
	return p.addr(p.at(from, i), addr), i
}

// fastPrefix reads the length of a prefix at the slash.
func (p *ruleParser) fastPrefix(text string, from, slash int, a netip.Addr) (ast.Expr, int) {
	i, n := slash+1, 0
	for i < len(text) && i < slash+4 && class[text[i]]&isDigit != 0 {
		n = n*10 + int(text[i]-'0')
		i++
	}
	if i == slash+1 || n > a.BitLen() || text[slash+1] == '0' && i > slash+2 || i < len(text) && class[text[i]]&isWord != 0 {
		return nil, 0
	}
	return p.prefix(p.at(from, i), netip.PrefixFrom(a, n).Masked()), i
}

// fastAddr6 reads an IPv6 address, with or without the length of a prefix.
func (p *ruleParser) fastAddr6(text string, from int) (ast.Expr, int) {
	i := from
	for i < len(text) && (class[text[i]]&isHex != 0 || text[i] == ':') {
		i++
	}
	if i-from > 39 || i < len(text) && text[i] != '/' && class[text[i]]&isWord != 0 {
		return nil, 0
	}
	a, err := netip.ParseAddr(text[from:i])
	if err != nil || !a.Is6() {
		return nil, 0
	}
	if i < len(text) && text[i] == '/' {
		return p.fastPrefix(text, from, i, a)
	}
	return p.addr(p.at(from, i), a), i
}

// fastNumber reads a decimal number.
func (p *ruleParser) fastNumber(text string, from int, t vtype) (ast.Expr, int) {
	i, n := from, uint64(0)
	for i < len(text) && i < from+10 {
		d := text[i] - '0'
		if d > 9 {
			break
		}
		n = n*10 + uint64(d)
		i++
	}
	if i == from || text[from] == '0' && i > from+1 || i < len(text) && (class[text[i]]&isWord != 0 || text[i] == ':') ||
		t.bits > 0 && t.bits < 64 && n>>t.bits != 0 {
		return nil, 0
	}
	return p.int(p.at(from, i), n), i
}

// parseExprText reads a single expression: the value of a variable, the key of
// a typeof, what a map gives. With types it is a value of them; without, it may
// also be taken from the packet. It returns nil if there is an error, which is
// appended to p.errs.
func (p *ruleParser) parseExprText(text string, base uint32, typ []ast.Type, sc *scope) ast.Expr {
	p.begin(text, base, sc)
	p.ctx.reset(sc.familyOf())
	p.noDeps = true
	var e ast.Expr
	switch ts := typesOf(typ, nil); {
	case p.is(opLBrace):
		e = p.setLit(ts, dataNone, nil)
	case len(ts) == 1 && ts[0].typ == ast.TypeVerdict:
		p.failf(p.here(), "a verdict is no value")
	case len(ts) > 0:
		e = p.concatValue(ts)
		if p.is(opComma) && len(ts) == 1 && ts[0].typ.Bitmask() && !p.failed {
			e = p.listFrom(0, e, ts[0])
		}
	default:
		e = p.stmtExpr(vtype{}, nil)
	}
	if !p.failed && p.tok.kind != tokEnd {
		p.unexpected("the end of the expression")
	}
	p.noDeps = false
	if p.failed {
		return nil
	}
	return e
}
