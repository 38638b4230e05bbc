package nft

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// header is a protocol header by the name that begins its fields.
type header struct {
	name   string
	fields map[string]ast.Field
	// tunnel says that the headers inside of it can be looked into: 1 those
	// of IP and what it carries, 2 Ethernet besides.
	tunnel int
}

// headers has the headers by their names.
var headers = func() map[string]*header {
	all := map[string]*header{"gretap": {name: "gretap", tunnel: 2}}
	for p := protoEther; int(p) < len(protos); p++ {
		h := &header{name: protos[p].name, fields: map[string]ast.Field{}}
		for _, f := range ast.Fields(h.name) {
			h.fields[f.Info().Name] = f
		}
		all[h.name] = h
	}
	for _, alias := range []struct{ proto, name string }{
		// Names that nft reads but does not print.
		{"vlan", "cfi"}, {"icmpv6", "param-problem"}, {"icmpv6", "packet-too-big"},
	} {
		f, _ := ast.ParseField(alias.proto, alias.name)
		all[alias.proto].fields[alias.name] = f
	}
	all["gre"].tunnel, all["vxlan"].tunnel, all["geneve"].tunnel = 1, 2, 2
	return all
}()

// fieldNames returns the names of a header's fields in order.
func (h *header) fieldNames() (names []string) {
	for n := range h.fields {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// headerExpr reads a field of a header behind the header's name.
func (p *ruleParser) headerExpr(from int, w string) ast.Expr {
	h := headers[w]
	if p.tok.kind == tokWord {
		name := p.word()
		if f, ok := h.fields[name]; ok {
			if h.name == "vxlan" || h.name == "geneve" {
				p.needTunnel(p.at(from, p.tok.to), h)
			}
			return p.field(from, f, ast.TunnelNone)
		}
		switch {
		case name == "option":
			if read := optionsOf[w]; read != nil {
				p.advance()
				return read(p, from)
			}
		case name == "chunk" && w == "sctp":
			p.advance()
			return p.sctpChunk(from)
		case w == "arp" && (name == "saddr" || name == "daddr"):
			p.advance()
			if p.isWord("ether") || p.isWord("ip") {
				return p.field(from, h.fields[name+" "+p.word()], ast.TunnelNone)
			}
			p.unexpected("ether or ip: which of the addresses")
			return nil
		case h.tunnel > 0 && headers[name] != nil:
			return p.innerField(from, h, name)
		}
	}
	p.unexpectedField(w, h.fieldNames())
	return nil
}

// optionsOf are the headers that have options.
var optionsOf map[string]func(p *ruleParser, from int) ast.Expr

func init() {
	optionsOf = map[string]func(p *ruleParser, from int) ast.Expr{
		"tcp": (*ruleParser).tcpOption, "ip": (*ruleParser).ipOption, "dccp": (*ruleParser).dccpOption,
	}
}

// field makes a header field at the current token, and adds what it needs.
func (p *ruleParser) field(from int, f ast.Field, tunnel ast.Tunnel) ast.Expr {
	p.advance()
	s := p.since(from)
	e := p.payload(s, f)
	if tunnel != ast.TunnelNone {
		e.Tunnel = tunnel
		return e
	}
	p.need(s, f)
	if p.failed {
		return nil
	}
	return e
}

// innerField reads a field of a header inside of a tunnel.
func (p *ruleParser) innerField(from int, h *header, name string) ast.Expr {
	inner := headers[name]
	in, _ := ast.ParseTunnel(h.name)
	link := name == "ether" || name == "vlan" || name == "arp"
	if inner.tunnel > 0 || link && h.tunnel < 2 {
		p.failf(p.here(), "%s cannot be looked into for %s", h.name, name)
		return nil
	}
	p.advance()
	if p.tok.kind == tokWord {
		if f, ok := inner.fields[p.word()]; ok {
			if p.needTunnel(p.at(from, p.tok.to), h); p.failed {
				return nil
			}
			return p.field(from, f, in)
		}
		if inner.name == "arp" && (p.isWord("saddr") || p.isWord("daddr")) {
			side := p.word()
			p.advance()
			if f, ok := inner.fields[side+" "+p.word()]; ok && p.tok.kind == tokWord {
				return p.field(from, f, in)
			}
		}
	}
	p.unexpectedField(name, inner.fieldNames())
	return nil
}

// needTunnel adds what a tunnel needs. GRE is a protocol; of the others, which
// UDP carries, only the port tells, so the rule must have said UDP. What the
// headers inside of a tunnel need of each other is not added: a field of a header
// that is not there matches nothing.
func (p *ruleParser) needTunnel(s ast.Span, h *header) {
	if p.noDeps {
		return
	}
	now, many := p.ctx.at(ast.BaseTransport)
	switch {
	case strings.HasPrefix(h.name, "gre"):
		if now == protoNone {
			p.implyMeta(s, ast.MetaL4proto, uint64(protos[protoGRE].ip))
		} else if now != protoGRE || many {
			p.conflict(s, now, protoGRE)
		}
	case now != protoUDP || many:
		p.failf(s, "%s needs a match on UDP before it", h.name).Expected("a match such as udp dport 4789")
	}
}

// rawPayload reads @base,offset,length.
func (p *ruleParser) rawPayload(from int) ast.Expr {
	p.advance()
	base := -1
	if p.tok.kind == tokWord {
		base = slices.Index([]string{"ll", "nh", "th", "ih"}, p.word())
	}
	if base < 0 {
		p.unexpectedWord("a place to count from: ll, nh, th or ih", []string{"ll", "nh", "th", "ih"})
		return nil
	}
	p.advance()
	p.expect(opComma)
	offset := p.count(1 << 16)
	p.expect(opComma)
	at := p.here()
	n := p.count(1 << 11)
	if p.failed {
		return nil
	}
	if n == 0 {
		p.failf(at, "a field of no bits holds nothing").Expected("a number of bits")
		return nil
	}
	return &ast.RawPayload{Span: p.since(from), Base: ast.Base(base), Offset: uint32(offset), Len: uint32(n)}
}

// count reads a number below a limit.
func (p *ruleParser) count(limit uint64) uint64 {
	if p.tok.kind == tokNumber {
		if n, ok := parseNumber(p.word()); ok && n < limit {
			p.advance()
			return n
		}
		p.failf(p.here(), "%s is too large", clip(p.word())).Expected("a number from 0 to %d", limit-1)
		return 0
	}
	p.unexpected("a number")
	return 0
}

// tcpOption reads a TCP option: a field of it, raw bits of it, or its presence.
func (p *ruleParser) tcpOption(from int) ast.Expr {
	raw := p.accept(opAt)
	kind, block, ok := p.tcpOptionKind()
	if !ok {
		return nil
	}
	e := &ast.TCPOption{Kind: kind, Block: block, Raw: raw}
	if raw {
		p.expect(opComma)
		e.Offset = uint32(p.count(1 << 9))
		p.expect(opComma)
		e.Len = uint32(p.count(1 << 9))
	} else {
		e.Field = p.optionField(e)
	}
	e.Span = p.since(from)
	return e
}

// tcpOptionKind reads the name or the number of a TCP option.
func (p *ruleParser) tcpOptionKind() (kind, block uint8, ok bool) {
	if p.tok.kind == tokWord || p.tok.kind == tokNumber {
		w := p.word()
		if w == "mss" {
			w = "maxseg"
		}
		if kind, block, ok = ast.TCPOptionKind(w); ok {
			p.advance()
			return kind, block, true
		}
	}
	names := []string{"eol", "nop", "maxseg", "window", "sack-perm", "sack", "sack0", "sack1", "sack2", "sack3", "timestamp", "md5sig", "mptcp", "fastopen"}
	p.unexpectedWord("a TCP option: "+strings.Join(names, ", ")+", or a number", names)
	return 0, 0, false
}

// optionField reads the name of a field of an option or chunk, if one stands
// here; without it the expression is the presence.
func (p *ruleParser) optionField(e ast.Expr) string {
	if p.tok.kind != tokWord {
		return ""
	}
	w := p.word()
	fields := ast.LayoutFields(e)
	if slices.Contains(fields, w) {
		p.advance()
		return w
	}
	if w != "exists" && w != "missing" && !wordOps[w] && !reserved[w] && w != "set" && w != "vmap" && w != "map" && len(fields) > 0 {
		p.unexpectedWord("a field: "+strings.Join(fields, ", ")+"; or exists or missing", append(fields, "exists", "missing"))
	}
	return ""
}

// ipOption reads an IPv4 option: a field of it, or its presence.
func (p *ruleParser) ipOption(from int) ast.Expr {
	kinds := []string{"lsrr", "ra", "rr", "ssrr"}
	if p.tok.kind != tokWord || !slices.Contains(kinds, p.word()) {
		p.unexpectedWord("an IPv4 option: "+strings.Join(kinds, ", "), kinds)
		return nil
	}
	e := &ast.IPOption{Kind: p.word()}
	p.advance()
	e.Field = p.optionField(e)
	e.Span = p.since(from)
	if p.needNetwork(e.Span, protoIP); p.failed {
		return nil
	}
	return e
}

// dccpOption reads the presence of a DCCP option.
func (p *ruleParser) dccpOption(from int) ast.Expr {
	n := p.count(256)
	return &ast.DCCPOption{Span: p.since(from), Kind: uint8(n)}
}

// sctpChunk reads an SCTP chunk: a field of it, or its presence.
func (p *ruleParser) sctpChunk(from int) ast.Expr {
	if p.tok.kind == tokWord {
		if _, ok := ast.SCTPChunkType(p.word()); ok {
			e := &ast.SCTPChunk{Chunk: p.word()}
			p.advance()
			e.Field = p.optionField(e)
			e.Span = p.since(from)
			return e
		}
	}
	p.unexpectedWord("an SCTP chunk such as data, init or abort", []string{"data", "init", "init-ack", "sack", "heartbeat", "heartbeat-ack", "abort",
		"shutdown", "shutdown-ack", "error", "cookie-echo", "cookie-ack", "ecne", "cwr", "shutdown-complete", "asconf-ack", "forward-tsn", "asconf"})
	return nil
}

// exthdrExpr reads a field of an IPv6 extension header behind its name. The
// word rt also begins what is known of a packet's route.
func (p *ruleParser) exthdrExpr(from int, w string) ast.Expr {
	if w == "rt" && p.tok.kind == tokWord {
		switch p.word() {
		case "nexthdr", "hdrlength", "type", "seg-left":
		default:
			return p.routeExpr(from)
		}
	}
	e := &ast.Exthdr{Header: w}
	fields := ast.LayoutFields(e)
	if p.tok.kind == tokWord {
		e.Field = p.word()
		if e.Field == "sid" || e.Field == "addr" && w == "rt0" {
			p.advance()
			p.expect(opLBracket)
			n := p.count(255)
			p.expect(opRBracket)
			if p.failed {
				return nil
			}
			e.Field += "[" + string(rune('0'+n%10)) + "]"
			if n < 1 || n > 2 {
				p.failf(p.since(from), "there is no address %d of a segment that nft knows", n).Expected("1 or 2")
				return nil
			}
		} else if slices.Contains(fields, e.Field) {
			p.advance()
		} else {
			e.Field = ""
		}
	}
	if e.Field == "" {
		p.unexpectedField(w, fields)
		return nil
	}
	e.Span = p.since(from)
	if p.needNetwork(e.Span, protoIP6); p.failed {
		return nil
	}
	return e
}

// exthdrPresence reads exthdr and the name of an IPv6 extension header.
func (p *ruleParser) exthdrPresence(from int, _ string) ast.Expr {
	names := []string{"hbh", "frag", "rt", "dst", "mh", "rt0", "rt2", "srh"}
	if p.tok.kind != tokWord || !slices.Contains(names, p.word()) {
		p.unexpectedWord("an extension header: hbh, frag, rt, dst or mh", names)
		return nil
	}
	e := &ast.Exthdr{Header: p.word()}
	p.advance()
	e.Span = p.since(from)
	if p.needNetwork(e.Span, protoIP6); p.failed {
		return nil
	}
	return e
}

// near returns an error for a word that is none of a few.
func (p *ruleParser) near(what string, words ...string) {
	e := grammar.Errorf(p.here(), "unexpected %s", p.describe()).Expected("%s: %s", what, strings.Join(words, ", "))
	if p.tok.kind == tokWord {
		e.Hint = grammar.Near(p.word(), words)
	}
	p.fail(e)
}
