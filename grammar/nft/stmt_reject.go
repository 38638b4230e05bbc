package nft

import "github.com/ctlint/ctlint/ast"

// rejects are the kinds of answers of reject, with the type of their codes and
// the network protocol that they need.
var rejects = map[string]struct {
	code ast.Type
	of   proto
}{
	"icmp": {ast.TypeICMPCode, protoIP}, "icmpv6": {ast.TypeICMPv6Code, protoIP6}, "icmpx": {ast.TypeICMPXCode, protoNone},
}

// rejectStmt reads reject [with KIND CODE].
func (p *ruleParser) rejectStmt(from int) ast.Stmt {
	p.advance()
	r := &ast.Reject{}
	if p.acceptWord("with") {
		p.rejectWith(r)
	}
	r.Span = p.since(from)
	if p.failed || p.noDeps {
		return r
	}
	switch k := rejects[r.Kind]; {
	case p.ctx.network == protoARP:
		p.failf(r.Span, "an ARP packet cannot be rejected")
	case r.Kind == "tcp reset":
		if now, many := p.ctx.at(ast.BaseTransport); now == protoNone {
			p.implyFirst(p.meta(r.Span, ast.MetaL4proto), p.int(r.Span, uint64(protos[protoTCP].ip)))
		} else if now != protoTCP || many {
			p.failf(r.Span, "a TCP reset cannot answer %s", protos[now].name).Expected("a rule that is about tcp alone")
		}
	case k.of != protoNone:
		p.rejectNetwork(r, k.of)
	}
	p.rejectDefault(r)
	return r
}

func (p *ruleParser) rejectWith(r *ast.Reject) {
	kind := p.word()
	if p.acceptWord("tcp") {
		if !p.acceptWord("reset") {
			p.unexpected("reset")
		}
		r.Kind = "tcp reset"
		return
	}
	k, ok := rejects[kind]
	if !ok || p.tok.kind != tokWord {
		p.near("an answer", "icmp", "icmpv6", "icmpx", "tcp reset")
		return
	}
	p.advance()
	p.acceptWord("type") // in the words of older releases
	r.Kind = kind
	if c, ok := p.value(vtype{typ: k.code, bits: 8}).(*ast.Int); ok {
		r.Code = uint8(c.Val)
	}
}

// rejectNetwork adds what an answer of one family needs: that the packet is of
// it.
func (p *ruleParser) rejectNetwork(r *ast.Reject, d proto) {
	switch p.ctx.family {
	case ast.FamilyInet, ast.FamilyBridge, ast.FamilyNetdev:
		if p.ctx.network != protoNone {
			break
		}
		if p.ctx.family == ast.FamilyBridge && p.ctx.link == protoEther {
			p.implyFirst(p.meta(r.Span, ast.MetaProtocol), p.int(r.Span, uint64(protos[d].ether)))
			return
		}
		p.needNetwork(r.Span, d)
		return
	default:
	}
	if p.ctx.network != d {
		p.failf(r.Span, "%s cannot answer a packet of %s", r.Kind, protos[p.ctx.network].name)
	}
}

// rejectDefault turns the answer that is the default of the family into none.
func (p *ruleParser) rejectDefault(r *ast.Reject) {
	def := ast.Reject{Kind: "icmpx", Code: 1}
	switch p.ctx.family {
	case ast.FamilyIP:
		def = ast.Reject{Kind: "icmp", Code: 3}
	case ast.FamilyIP6:
		def = ast.Reject{Kind: "icmpv6", Code: 4}
	default:
	}
	if r.Kind == def.Kind && r.Code == def.Code {
		r.Kind, r.Code = "", 0
	}
}
