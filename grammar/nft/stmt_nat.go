package nft

import "github.com/ctlint/ctlint/ast"

var (
	portType = vtype{typ: ast.TypeInetService, bits: 16}
	addr4    = vtype{typ: ast.TypeIPv4Addr, bits: 32}
	addr6    = vtype{typ: ast.TypeIPv6Addr, bits: 128}
)

var natKinds = map[string]ast.NATKind{"snat": ast.SNAT, "dnat": ast.DNAT, "masquerade": ast.Masquerade, "redirect": ast.Redirect}

// natStmt reads snat, dnat, masquerade and redirect.
func (p *ruleParser) natStmt(from int) ast.Stmt {
	n := &ast.NAT{Kind: natKinds[p.word()]}
	name := p.word()
	p.advance()
	prefix, interval := false, false
	if n.Kind == ast.SNAT || n.Kind == ast.DNAT {
		if p.isWord("ip") || p.isWord("ip6") {
			// A family; or the key of a map, where the word to is left out.
			if !p.headerField(p.word()) {
				n.Family, _ = ast.ParseFamily(p.word())
				p.advance()
			}
		}
		switch {
		case p.acceptWord("prefix"):
			prefix = true
		case p.acceptWord("interval"):
			interval = true
		case p.isWord("addr"):
			// addr . port: the words of older releases for a map that
			// gives both, which its elements show.
			p.advance()
			if p.expect(opDot) && !p.acceptWord("port") {
				p.unexpected("port")
			}
		}
	}
	to := p.acceptWord("to")
	if !to && (n.Family != ast.FamilyUnknown || prefix || interval) {
		p.unexpected("to, and an address")
	}
	switch n.Kind {
	case ast.SNAT, ast.DNAT:
		if !p.is(opColon) {
			p.natAddr(n)
		}
		if p.accept(opColon) {
			n.Port = p.natPort()
		}
	case ast.Redirect:
		if to {
			p.accept(opColon)
			n.Port = p.natPort()
		}
	default:
		if to && p.expect(opColon) {
			n.Port = p.natPort()
		}
	}
	if p.tok.kind == tokWord && !p.failed {
		switch p.word() {
		case "random", "fully-random", "persistent":
			n.Flags = p.flags("a flag", "random", "fully-random", "persistent")
		}
	}
	if prefix {
		n.Flags = append(n.Flags, "prefix")
	}
	if interval {
		n.Flags = append(n.Flags, "interval")
	}
	if p.failed {
		return nil
	}
	n.Span = p.since(from)
	p.checkFamily(n.Span, name, n.Family)
	if n.Port != nil || hasPorts(n.Addr) {
		p.warnUnlessTransport(n.Span, name+" to a port")
	}
	return n
}

// hasPorts reports whether a map gives ports besides addresses.
func hasPorts(e ast.Expr) bool {
	if c, ok := e.(*ast.Concat); ok {
		return len(c.Parts) > 1
	}
	m, ok := e.(*ast.Map)
	if !ok {
		return false
	}
	set, ok := m.Map.(*ast.SetLit)
	if !ok {
		return false
	}
	for _, e := range set.Elems {
		if _, ok := e.Value.(*ast.Concat); ok {
			return true
		}
	}
	return false
}

// natAddr reads the address of a NAT statement: one, a range, a network, a map.
func (p *ruleParser) natAddr(n *ast.NAT) {
	from := p.tok.from
	t, known := p.addrType(n.Family)
	if p.isWord("random") || p.isWord("fully-random") || p.isWord("persistent") || p.atEnd() {
		p.unexpected("an address")
		return
	}
	n.Addr = p.addrExpr(t)
	if p.failed {
		return
	}
	if !known && !p.noDeps {
		p.failf(p.since(from), "in a table of family %s the family of the address must be said", p.ctx.family).
			Expected("%s ip to or %s ip6 to, or a match on the family before it", n.Kind, n.Kind)
	}
}

// addrType is the type of an address in a statement: of the family that is said,
// or that the rule is about. Without one it is not known.
func (p *ruleParser) addrType(f ast.Family) (vtype, bool) {
	switch {
	case f == ast.FamilyIP:
		return addr4, true
	case f == ast.FamilyIP6:
		return addr6, true
	case p.ctx.network == protoIP && !p.ctx.manyNet:
		return addr4, true
	case p.ctx.network == protoIP6 && !p.ctx.manyNet:
		return addr6, true
	}
	return vtype{}, false
}

// checkFamily notes a family that does not go with the table's, and reports
// whether the table itself says which one it is.
func (p *ruleParser) checkFamily(s ast.Span, name string, f ast.Family) bool {
	table := p.ctx.family
	if table != ast.FamilyIP && table != ast.FamilyIP6 {
		return false
	}
	if f != ast.FamilyUnknown && f != table {
		p.failf(s, "%s %s cannot stand in a table of family %s", name, f, table)
	}
	return true
}

// addrExpr reads an address to send to, a range, a network, or a map that gives
// one, perhaps with a port.
func (p *ruleParser) addrExpr(t vtype) ast.Expr {
	from := p.tok.from
	if p.is(opLBrace) {
		p.failf(p.here(), "a set cannot stand here").Expected("one address")
		return nil
	}
	o := p.concat(t, []vtype{t, portType})
	if p.failed {
		return nil
	}
	switch {
	case p.isWord("map"):
		return p.mapExpr(from, o, []vtype{t, portType}, dataNAT)
	case p.is(opSlash), p.is(opDash):
		return p.rangeFrom(from, o, t)
	}
	return o.e
}

// natPort reads a port to send to, a range, or a map that gives one.
func (p *ruleParser) natPort() ast.Expr { return p.stmtExpr(portType, nil) }

// tproxyStmt reads tproxy [ip | ip6] to [ADDR] [:PORT].
func (p *ruleParser) tproxyStmt(from int) ast.Stmt {
	p.advance()
	t := &ast.TProxy{}
	if p.isWord("ip") || p.isWord("ip6") {
		t.Family, _ = ast.ParseFamily(p.word())
		p.advance()
	}
	if !p.acceptWord("to") {
		p.unexpected("to, and an address or :port")
		return nil
	}
	if !p.is(opColon) {
		typ, known := p.addrType(t.Family)
		at := p.tok.from
		t.Addr = p.addrExpr(typ)
		if !known && !p.failed {
			p.failf(p.since(at), "in a table of family %s the family of the address must be said", p.ctx.family).
				Expected("tproxy ip to or tproxy ip6 to")
		}
	}
	if p.accept(opColon) {
		t.Port = p.natPort()
	}
	if p.failed {
		return nil
	}
	t.Span = p.since(from)
	if p.checkFamily(t.Span, "tproxy", t.Family) {
		t.Family = ast.FamilyUnknown // as nft lists it
	}
	p.warnUnlessTransport(t.Span, "tproxy")
	return t
}

// dupStmt reads dup to ADDR [device DEV], or dup to DEV in family netdev.
func (p *ruleParser) dupStmt(from int) ast.Stmt {
	p.advance()
	if !p.acceptWord("to") {
		p.unexpected("to, and an address or an interface")
		return nil
	}
	d := &ast.Dup{}
	dev := vtype{typ: ast.TypeIfaceIndex, bits: 32}
	if p.ctx.family == ast.FamilyNetdev {
		d.Device = p.stmtExpr(dev, nil)
	} else {
		t, _ := p.addrType(ast.FamilyUnknown)
		d.Addr = p.addrExpr(t)
		if p.acceptWord("device") {
			d.Device = p.stmtExpr(dev, nil)
		}
		if f := p.ctx.family; f != ast.FamilyIP && f != ast.FamilyIP6 && !p.noDeps {
			p.failf(p.since(from), "dup to an address cannot stand in a table of family %s", f).Expected("a table of family ip or ip6")
		}
	}
	d.Span = p.since(from)
	return d
}

// fwdStmt reads fwd to DEV, or fwd ip to ADDR device DEV.
func (p *ruleParser) fwdStmt(from int) ast.Stmt {
	p.advance()
	f := &ast.Fwd{}
	dev := vtype{typ: ast.TypeIfaceIndex, bits: 32}
	if p.isWord("ip") || p.isWord("ip6") {
		f.Family, _ = ast.ParseFamily(p.word())
		p.advance()
	}
	if !p.acceptWord("to") {
		p.unexpected("to, and an interface")
		return nil
	}
	if f.Family == ast.FamilyUnknown {
		f.Device = p.stmtExpr(dev, nil)
	} else {
		t, _ := p.addrType(f.Family)
		f.Addr = p.addrExpr(t)
		if !p.acceptWord("device") {
			p.unexpected("device, and an interface")
			return nil
		}
		f.Device = p.stmtExpr(dev, nil)
	}
	f.Span = p.since(from)
	if !p.failed && !p.noDeps && p.ctx.family != ast.FamilyNetdev {
		p.failf(f.Span, "fwd cannot stand in a table of family %s", p.ctx.family).Expected("a table of family netdev")
	}
	return f
}
