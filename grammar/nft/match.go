package nft

import (
	"net/netip"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// wordOps are the comparisons and operators on bits that are words.
var wordOps = map[string]bool{"eq": true, "ne": true, "lt": true, "gt": true, "le": true, "ge": true, "not": true,
	"and": true, "or": true, "xor": true, "lshift": true, "rshift": true}

// comparison reads a comparison. Without one, nft compares for equality or, on a
// bitmask, tests bits: said is false then. OpNone stands for the negation !.
func (p *ruleParser) comparison() (op ast.Op, said bool) {
	op, said = ast.OpEq, true
	switch p.tok.kind {
	case tokPunct:
		switch p.tok.op {
		case opEq:
		case opNe:
			op = ast.OpNe
		case opLt:
			op = ast.OpLt
		case opGt:
			op = ast.OpGt
		case opLe:
			op = ast.OpLe
		case opGe:
			op = ast.OpGe
		case opNot:
			op = ast.OpNone
		default:
			return ast.OpEq, false
		}
	case tokWord:
		if p.tok.to-p.tok.from > 3 {
			return ast.OpEq, false
		}
		switch p.word() {
		case "eq":
		case "ne":
			op = ast.OpNe
		case "lt":
			op = ast.OpLt
		case "gt":
			op = ast.OpGt
		case "le":
			op = ast.OpLe
		case "ge":
			op = ast.OpGe
		case "not":
			op = ast.OpNone
		default:
			return ast.OpEq, false
		}
	default:
		return ast.OpEq, false
	}
	p.advance()
	return op, said
}

// expressionStmt reads a statement that begins with an expression: a match, a
// verdict map, or something that is set.
func (p *ruleParser) expressionStmt() ast.Stmt {
	from := p.tok.from
	l := p.concat(vtype{}, nil)
	if p.failed {
		return nil
	}
	if c := constantPart(l.e); c != nil {
		text := p.text[from:p.tok.from]
		if s := c.Source(); s.From >= p.base && int(s.To-p.base) <= len(p.text) { // else it is that of a variable
			text = p.text[s.From-p.base : s.To-p.base]
		}
		p.failf(c.Source(), "%s is no statement, and nothing that can be matched", quote(clip(strings.TrimSpace(text)))).
			Expected("%s", p.meantValue(from, strings.TrimSpace(text)))
		return nil
	}
	if p.tok.kind == tokWord {
		switch p.word() {
		case "vmap":
			p.advance()
			m := p.mapOf(l, nil, dataVerdicts)
			if p.failed {
				return nil
			}
			return &ast.VMap{Span: p.since(from), Key: l.e, Map: m}
		case "map":
			l = operand{e: p.mapExpr(from, l, nil, dataValues)}
			if p.failed {
				return nil
			}
		case "set":
			return p.assign(from, l)
		}
	}
	return p.match(from, l)
}

// constantPart returns the part of the left side of a match that is a value, and
// so nothing that can be matched; nil if there is none.
func constantPart(e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.String, *ast.Bool, *ast.Host, *ast.Unknown, *ast.SetLit, *ast.Range, *ast.Prefix:
		return e
	case *ast.Concat:
		for _, part := range e.Parts {
			if c := constantPart(part); c != nil {
				return c
			}
		}
	case *ast.Binary:
		return constantPart(e.Left)
	}
	if isLeaf(e) {
		return e
	}
	return nil
}

// match reads the comparison and the right-hand side of a match.
func (p *ruleParser) match(from int, l operand) ast.Stmt {
	op, said := p.comparison()
	right, op := p.rightSide(l, op, said)
	if p.failed {
		return nil
	}
	m := p.matches.get()
	m.Span, m.Left, m.Op, m.Right = p.since(from), l.e, op, right
	p.simplify(m, l.t)
	if m.Op == ast.OpEq {
		p.ctx.learn(m.Left, m.Right)
	}
	return m
}

// rightSide reads what the left side is compared with. The operator may change:
// on a bitmask, the comparison that is left unsaid tests bits.
func (p *ruleParser) rightSide(l operand, op ast.Op, said bool) (ast.Expr, ast.Op) {
	switch {
	case p.is(opLBrace), p.is(opAt):
		if op != ast.OpEq && op != ast.OpNe {
			p.failf(p.here(), "a set can only be compared with == and !=")
			return nil, op
		}
		if p.is(opAt) {
			return p.setRef(l, false), op
		}
		return p.wholeSet(l, op, said)
	case p.tok.kind == tokVar:
		// The variable may hold a set.
		if e := p.variableSet(l); e != nil || p.failed {
			return e, op
		}
	case p.tok.kind == tokWord && (p.isWord("exists") || p.isWord("missing")):
		return p.presence(l), op
	}
	from := p.tok.from
	if l.ts != nil {
		e := p.concatValue(l.ts)
		if op != ast.OpEq && op != ast.OpNe {
			p.failf(p.since(from), "a concatenation can only be compared with == and !=")
		}
		return e, op
	}
	mask := l.t.typ.Bitmask()
	o := p.expr(l.t, constant, 1)
	if p.failed {
		return nil, op
	}
	e := o.e
	switch {
	case p.is(opComma) && mask:
		e = p.listFrom(from, e, l.t)
	case p.is(opComma):
		p.failf(p.here(), "a list a,b is only for sets of bits, such as ct state").Expected("a set: { a, b }")
		return nil, op
	case p.is(opDash):
		e = p.rangeFrom(from, o, l.t)
	}
	if p.is(opSlash) {
		p.advance()
		if mask {
			return p.maskedFlags(from, l, e, op)
		}
		e = p.prefixOf(from, e, l.t, &l)
	}
	if p.failed {
		return nil, op
	}
	return e, p.operator(from, l, op, said, e)
}

// operator returns the operator that a comparison with one value means.
func (p *ruleParser) operator(from int, l operand, op ast.Op, said bool, e ast.Expr) ast.Op {
	switch {
	case op == ast.OpNone && !l.t.typ.Bitmask():
		p.failf(p.since(from), "! is only for sets of bits, such as ct status").Expected("!=")
	case !said && l.t.typ.Bitmask():
		return ast.OpAny
	case op == ast.OpEq || op == ast.OpNe || op == ast.OpNone:
	default:
		switch e.(type) {
		case *ast.Range, *ast.Prefix:
			p.failf(p.since(from), "a range can only be compared with == and !=")
		case *ast.String, *ast.Bool:
			p.failf(p.since(from), "a name can only be compared with == and !=")
		}
	}
	return op
}

// wholeSet reads a set that is written out. On the state of a connection, nft
// takes a set of one value for the value, and so tests bits.
func (p *ruleParser) wholeSet(l operand, op ast.Op, said bool) (ast.Expr, ast.Op) {
	e := p.setLit(l.list(), dataNone, nil)
	set, ok := e.(*ast.SetLit)
	if !ok {
		return nil, op
	}
	if !said && l.t.typ == ast.TypeCTState && len(set.Elems) == 1 {
		if v, ok := set.Elems[0].Key.(*ast.Int); ok && v.Val&(v.Val-1) != 0 && set.Elems[0].More == nil {
			return v, ast.OpAny
		}
	}
	return set, op
}

// presence reads exists or missing.
func (p *ruleParser) presence(l operand) ast.Expr {
	switch e := l.e.(type) {
	case *ast.Fib:
		if e.Result == "type" {
			p.failf(p.here(), "a type of route always exists").Expected("%s", whatIs(l.t))
			return nil
		}
		e.Check = true
		return p.value(vtype{typ: ast.TypeBoolean})
	}
	return p.value(l.t)
}

// maskedFlags reads the rest of flags a / b,c: of b and c, a alone is set.
func (p *ruleParser) maskedFlags(from int, l operand, value ast.Expr, op ast.Op) (ast.Expr, ast.Op) {
	at := p.tok.from
	o := p.expr(l.t, constant, 1)
	if p.failed {
		return nil, op
	}
	mask := o.e
	if p.is(opComma) {
		mask = p.listFrom(at, mask, l.t)
	}
	if op != ast.OpEq && op != ast.OpNe {
		p.failf(p.since(from), "bits with a mask can only be compared with == and !=")
		return nil, op
	}
	p.mask = mask
	return value, op
}

// prefixOf reads the length of a prefix behind its slash. Of a number, in a
// match, it is a mask; elsewhere a range.
func (p *ruleParser) prefixOf(from int, e ast.Expr, t vtype, match *operand) ast.Expr {
	at := p.here()
	if p.tok.kind == tokVar {
		n := p.variable(func() ast.Expr { return p.value(vtype{typ: ast.TypeInteger, bits: 8}) })
		if v, ok := n.(*ast.Int); ok && !p.failed {
			return p.prefixBits(p.since(from), at, e, v.Val, t, match)
		}
		return nil
	}
	if _, host := e.(*ast.Host); host {
		n := p.count(129)
		if p.failed {
			return nil
		}
		h := *e.(*ast.Host)
		h.Span, h.Bits = p.since(from), int(n)
		return &h
	}
	n := p.count(1 << 16)
	if p.failed {
		return nil
	}
	return p.prefixBits(p.since(from), at, e, n, t, match)
}

func (p *ruleParser) prefixBits(s, at ast.Span, e ast.Expr, n uint64, t vtype, match *operand) ast.Expr {
	width := uint64(t.bits)
	switch e := e.(type) {
	case *ast.Addr:
		if n > uint64(e.Addr.BitLen()) {
			p.failf(at, "a prefix of %d bits is longer than the address", n).Expected("at most %d", e.Addr.BitLen())
			return nil
		}
		return p.prefix(s, netip.PrefixFrom(e.Addr, int(n)).Masked())
	case *ast.Ether:
		width = 48
	case *ast.Int:
		if width == 0 {
			width = 32
		}
	case *ast.Big:
		width = uint64(len(e.Bytes) * 8)
	default:
		p.failf(s, "only an address or a number can be a prefix")
		return nil
	}
	if n > width {
		p.failf(at, "a prefix of %d bits is longer than the value", n).Expected("at most %d", width)
		return nil
	}
	ones := onesFrom(e, s, int(width), int(n))
	lo := fold(ast.OpAnd, e, ones, e.Source(), t)
	if match != nil {
		p.mask = ones
		return lo
	}
	rest := onesFrom(e, s, int(width), int(width))
	hi := fold(ast.OpOr, lo, fold(ast.OpXor, ones, rest, s, t), e.Source(), t)
	return p.rng(s, lo, hi)
}

// onesFrom is a value of the kind of e whose first n bits of width are set.
func onesFrom(e ast.Expr, s ast.Span, width, n int) ast.Expr {
	b := make([]byte, (width+7)/8)
	pad := len(b)*8 - width
	for i := range n {
		b[(pad+i)/8] |= 0x80 >> ((pad + i) % 8)
	}
	if _, ok := e.(*ast.Ether); ok {
		return &ast.Ether{Span: s, Addr: [6]byte(b)}
	}
	return bigOrInt(s, b)
}

// simplify brings a match that can be written in several ways into one form, as
// nft does when it lists it.
func (p *ruleParser) simplify(m *ast.Match, t vtype) {
	if p.mask != nil {
		m.Left = &ast.Binary{Span: m.Span, Op: ast.OpAnd, Left: m.Left, Right: p.mask}
		p.mask = nil
	}
	if r, ok := m.Right.(*ast.Range); ok && t.typ == ast.TypeHour {
		p.overnight(m, r)
	}
	b, ok := m.Left.(*ast.Binary)
	if !ok || m.Op != ast.OpEq && m.Op != ast.OpNe || !isLeaf(m.Right) || !isLeaf(b.Right) {
		return
	}
	switch b.Op {
	case ast.OpXor:
		// x ^ c == v is x == v ^ c.
		if v := fold(ast.OpXor, m.Right, b.Right, b.Right.Source().Join(m.Right.Source()), t); v != nil {
			m.Left, m.Right = b.Left, v
		}
	case ast.OpAnd:
		if v, ok := m.Right.(*ast.Int); ok && v.Val == 0 && t.typ.Bitmask() {
			// That some bits are set, or none.
			m.Left, m.Right = b.Left, b.Right
			m.Op = [...]ast.Op{ast.OpEq: ast.OpNone, ast.OpNe: ast.OpAny}[m.Op]
			return
		}
		p.maskedAddr(m, b)
	default:
	}
}

// maskedAddr makes a network of an address with a mask.
func (p *ruleParser) maskedAddr(m *ast.Match, b *ast.Binary) {
	mask, ok1 := b.Right.(*ast.Addr)
	addr, ok2 := m.Right.(*ast.Addr)
	if !ok1 || !ok2 || mask.Addr.BitLen() != addr.Addr.BitLen() {
		return
	}
	a, k := addr.Addr.AsSlice(), mask.Addr.AsSlice()
	bits, prefix := 0, true
	for i := range k {
		if a[i]&^k[i] != 0 {
			return // it never holds; kept as it is written
		}
		for bit := 7; bit >= 0; bit-- {
			if k[i]>>bit&1 == 0 {
				continue
			}
			prefix = prefix && bits == i*8+7-bit
			bits++
		}
	}
	s := b.Right.Source().Join(m.Right.Source())
	m.Left = b.Left
	if prefix {
		m.Right = p.prefix(s, netip.PrefixFrom(addr.Addr, bits))
	} else {
		m.Right = &ast.MaskedAddr{Span: s, Addr: addr.Addr, Mask: mask.Addr}
	}
}

// overnight turns a range of hours past midnight into what nft makes of it: not
// the hours between its end and its beginning.
func (p *ruleParser) overnight(m *ast.Match, r *ast.Range) {
	lo, ok1 := r.Lo.(*ast.Int)
	hi, ok2 := r.Hi.(*ast.Int)
	if ok1 && ok2 && lo.Val > hi.Val {
		r.Lo, r.Hi = hi, lo
		m.Op = m.Op.Negate()
	}
}

// variableSet reads a variable that holds a set; nil if it holds something else,
// and then nothing is read.
func (p *ruleParser) variableSet(l operand) ast.Expr {
	d := p.sc.define(p.word()[1:])
	for n := 0; d != nil && n < maxDepth; n++ {
		s := scanner{text: d.text}
		t := s.next()
		switch {
		case t.op == opLBrace && t.kind == tokPunct:
			return p.variable(func() ast.Expr { return p.definedSet(l) })
		case t.op == opAt && t.kind == tokPunct:
			return p.variable(func() ast.Expr { return p.definedSet(l) })
		case t.kind == tokVar && s.next().kind == tokEnd:
			sc := d.scope
			if sc == nil {
				sc = p.sc
			}
			d = sc.define(d.text[t.from+1 : t.to])
			continue
		}
		return nil
	}
	return nil
}

func (p *ruleParser) definedSet(l operand) ast.Expr {
	switch {
	case p.tok.kind == tokVar:
		return p.variable(func() ast.Expr { return p.definedSet(l) })
	case p.is(opAt):
		return p.setRef(l, false)
	}
	return p.setLit(l.list(), dataNone, nil)
}

// definedValue reads the value of a variable where one value of a type is
// expected: it may be a range, a prefix or a list.
func (p *ruleParser) definedValue(t vtype) ast.Expr {
	from := p.tok.from
	if p.is(opLBrace) {
		p.failf(p.here(), "the variable holds a set").Expected("%s", whatIs(t))
		return nil
	}
	if p.is(opDash) && t.typ != ast.TypeNone {
		p.failf(p.here(), "the variable holds a negative number").Expected("%s", whatIs(t))
		return nil
	}
	o := p.expr(t, constant, 1)
	if p.failed {
		return nil
	}
	switch {
	case p.is(opSlash), p.is(opDash):
		return p.rangeFrom(from, o, t)
	case p.is(opComma) && t.typ.Bitmask():
		return p.listFrom(from, o.e, t)
	}
	return o.e
}

// assign reads what is set behind the word set.
func (p *ruleParser) assign(from int, l operand) ast.Stmt {
	at := p.since(from)
	p.advance()
	if l.ts != nil {
		p.failf(at, "a concatenation cannot be set")
		return nil
	}
	if s := p.assignObject(from, l); s != nil || p.failed {
		return s
	}
	if want := settable(l.e); want != "" {
		p.failf(at, "%s cannot be set", quote(clip(p.text[from:at.To-p.base]))).Expected("%s", want)
		return nil
	}
	value := p.tok.from
	r := p.stmtExpr(l.t, nil)
	if p.failed {
		return nil
	}
	switch r.(type) {
	case *ast.Range, *ast.Prefix, *ast.Concat:
		p.failf(p.since(value), "only one value can be set").Expected("%s", whatIs(l.t))
		return nil
	}
	return &ast.Assign{Span: p.since(from), Left: l.e, Right: r}
}

// settable says what could be set instead of an expression that cannot; "" if it
// can.
func settable(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Payload:
		if b := e.Field.Info().Base; e.Tunnel == ast.TunnelNone && b != ast.BaseInner {
			return ""
		}
		return "a field that is in no tunnel"
	case *ast.RawPayload:
		return ""
	case *ast.Exthdr:
		if e.Field != "" {
			return ""
		}
	case *ast.TCPOption:
		if e.Field != "" || e.Raw {
			return ""
		}
	case *ast.IPOption:
		if e.Field != "" {
			return ""
		}
	case *ast.Meta:
		switch e.Key {
		case ast.MetaMark, ast.MetaPriority, ast.MetaPkttype, ast.MetaNftrace, ast.MetaBroute, ast.MetaSecmark, ast.MetaIbrhwaddr:
			return ""
		default:
		}
		return "mark, priority, pkttype, nftrace, broute or secmark"
	case *ast.CT:
		switch e.Key {
		case ast.CTMark, ast.CTLabel, ast.CTZone, ast.CTEvent, ast.CTSecmark:
			return ""
		default:
		}
		return "ct mark, label, zone, event, helper, timeout, expectation or secmark"
	}
	return "a header field, or something of meta or ct"
}

// warnUnlessTransport notes that a statement needs a transport protocol which no
// match before it asks for.
func (p *ruleParser) warnUnlessTransport(s ast.Span, what string) {
	if now, _ := p.ctx.at(ast.BaseTransport); now == protoNone && !p.noDeps {
		p.warn(grammar.Placement, s, what+" needs a match on the transport protocol before it", "a match such as meta l4proto tcp, or tcp dport 80")
	}
}
