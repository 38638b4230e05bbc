package nft

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// proto is a protocol whose header nft can look into.
type proto uint8

const (
	protoNone    proto = iota
	protoUnknown       // one that nft has no fields of
	protoInet          // what is below the network header in family inet
	protoNetdev        // and in family netdev
	protoEther
	protoVLAN
	protoARP
	protoIP
	protoIP6
	protoICMP
	protoICMPv6
	protoIGMP
	protoTCP
	protoUDP
	protoUDPLite
	protoSCTP
	protoDCCP
	protoAH
	protoESP
	protoComp
	protoGRE
	protoVXLAN
	protoGeneve
	protoTH // any transport header; nft asks for none
)

// protoInfo says what a protocol is, and which number stands for it in the
// header below.
type protoInfo struct {
	name  string
	base  ast.Base
	ether uint16 // its EtherType, if it has one
	ip    uint8  // its protocol number, if it has one
	nf    uint8  // its NFPROTO, if it has one
}

var protos = [...]protoInfo{
	protoUnknown: {name: "another protocol"},
	protoInet:    {name: "inet"},
	protoNetdev:  {name: "netdev"},
	protoEther:   {name: "ether", base: ast.BaseLink},
	protoVLAN:    {name: "vlan", base: ast.BaseLink, ether: 0x8100},
	protoARP:     {name: "arp", base: ast.BaseNetwork, ether: 0x0806},
	protoIP:      {name: "ip", base: ast.BaseNetwork, ether: 0x0800, nf: nfprotoIPv4},
	protoIP6:     {name: "ip6", base: ast.BaseNetwork, ether: 0x86dd, nf: nfprotoIPv6},
	protoICMP:    {name: "icmp", base: ast.BaseTransport, ip: ext.ProtoICMP},
	protoICMPv6:  {name: "icmpv6", base: ast.BaseTransport, ip: ext.ProtoICMPv6},
	protoIGMP:    {name: "igmp", base: ast.BaseTransport, ip: 2},
	protoTCP:     {name: "tcp", base: ast.BaseTransport, ip: ext.ProtoTCP},
	protoUDP:     {name: "udp", base: ast.BaseTransport, ip: ext.ProtoUDP},
	protoUDPLite: {name: "udplite", base: ast.BaseTransport, ip: ext.ProtoUDPLite},
	protoSCTP:    {name: "sctp", base: ast.BaseTransport, ip: ext.ProtoSCTP},
	protoDCCP:    {name: "dccp", base: ast.BaseTransport, ip: ext.ProtoDCCP},
	protoAH:      {name: "ah", base: ast.BaseTransport, ip: ext.ProtoAH},
	protoESP:     {name: "esp", base: ast.BaseTransport, ip: ext.ProtoESP},
	protoComp:    {name: "comp", base: ast.BaseTransport, ip: ext.ProtoIPComp},
	protoGRE:     {name: "gre", base: ast.BaseTransport, ip: ext.ProtoGRE},
	protoVXLAN:   {name: "vxlan", base: ast.BaseInner},
	protoGeneve:  {name: "geneve", base: ast.BaseInner},
	protoTH:      {name: "th", base: ast.BaseTransport},
}

// Values of meta nfproto, and of meta iiftype for Ethernet.
const (
	nfprotoIPv4 = 2
	nfprotoIPv6 = 10
	iftypeEther = 1
)

func protoNamed(name string) proto {
	for i := range protos {
		if protos[i].name == name {
			return proto(i)
		}
	}
	return protoNone
}

// byEtherType and byNumber return the protocol that a number stands for.
func byEtherType(n uint64) proto {
	if n == 0x88a8 {
		return protoVLAN // 802.1ad: the outer tag of two
	}
	for i := range protos {
		if e := protos[i].ether; e != 0 && uint64(e) == n {
			return proto(i)
		}
	}
	return protoUnknown
}

func byNumber(n uint64) proto {
	for i := range protos {
		if e := protos[i].ip; e != 0 && uint64(e) == n {
			return proto(i)
		}
	}
	return protoUnknown
}

// protoContext is what the matches of a rule that were read so far say about
// the protocols of the packet's headers. nft keeps the same (struct proto_ctx),
// and adds a match where an expression needs a header that no match before it
// has asked for.
type protoContext struct {
	family     ast.Family
	link       proto
	network    proto
	transport  proto
	manyNet    bool // a set of several network protocols
	manyTrans  bool
	tags       []proto // the link-layer headers before the one that link is
	icmpType   uint64
	icmpTypeOK bool
}

// reset begins a rule: the family says what is known from the start.
func (c *protoContext) reset(f ast.Family) {
	*c = protoContext{family: f, tags: c.tags[:0]}
	switch f {
	case ast.FamilyIP:
		c.network = protoIP
	case ast.FamilyIP6:
		c.network = protoIP6
	case ast.FamilyARP:
		c.network = protoARP
	case ast.FamilyBridge:
		c.link = protoEther
	case ast.FamilyNetdev:
		c.link = protoNetdev
	case ast.FamilyInet:
		c.link = protoInet
	default:
	}
}

func (c *protoContext) at(b ast.Base) (now proto, many bool) {
	switch b {
	case ast.BaseLink:
		return c.link, false
	case ast.BaseNetwork:
		return c.network, c.manyNet
	default:
	}
	return c.transport, c.manyTrans
}

// setNetwork and setTransport note that a match asks for a protocol.
func (c *protoContext) setNetwork(p proto) {
	c.manyNet = c.manyNet || c.network != protoNone && c.network != p
	c.network = p
}

func (c *protoContext) setTransport(p proto) {
	c.manyTrans = c.manyTrans || c.transport != protoNone && c.transport != p
	c.transport = p
}

// setLink notes that the link-layer header is one, or has a tag of another
// behind it.
func (c *protoContext) setLink(p proto, behind bool) {
	if behind {
		c.tags = append(c.tags, c.link)
	}
	c.link = p
}

// learn notes what a match for equality says about protocols
// (relational_expr_pctx_update of nft).
func (c *protoContext) learn(left, right ast.Expr) {
	switch left.(type) {
	case *ast.Meta, *ast.Payload:
	default:
		return
	}
	switch r := right.(type) {
	case *ast.Int:
		c.learnValue(left, r.Val)
	case *ast.SetLit:
		for _, e := range r.Elems {
			if v, ok := e.Key.(*ast.Int); ok {
				c.learnValue(left, v.Val)
			}
		}
	}
}

func (c *protoContext) learnValue(left ast.Expr, v uint64) {
	switch l := left.(type) {
	case *ast.Meta:
		switch l.Key {
		case ast.MetaIiftype:
			if c.link == protoNone || c.link == protoInet || c.link == protoNetdev {
				c.link = protoUnknown
				if v == iftypeEther {
					c.link = protoEther
				}
			}
		case ast.MetaNfproto:
			c.setNetwork(nfproto(v))
		case ast.MetaProtocol:
			if c.family == ast.FamilyBridge || c.family == ast.FamilyNetdev {
				c.setNetwork(networkOf(byEtherType(v)))
			}
		case ast.MetaL4proto:
			c.setTransport(byNumber(v))
		default:
		}
	case *ast.Payload:
		if l.Tunnel != ast.TunnelNone {
			return
		}
		switch l.Field {
		case ast.EtherType, vlanType:
			if p := byEtherType(v); p == protoVLAN {
				c.setLink(p, true)
			} else {
				c.setNetwork(p)
			}
		case ast.IPProtocol, ast.IP6Nexthdr:
			c.setTransport(byNumber(v))
		case ast.ICMPType, ast.ICMPv6Type:
			c.icmpType, c.icmpTypeOK = v, true
		default:
		}
	}
}

func nfproto(v uint64) proto {
	switch v {
	case nfprotoIPv4:
		return protoIP
	case nfprotoIPv6:
		return protoIP6
	}
	return protoUnknown
}

// networkOf is a protocol as a network header: a VLAN tag is none.
func networkOf(p proto) proto {
	if p == protoVLAN {
		return protoUnknown
	}
	return p
}

var vlanType, _ = ast.ParseField("vlan", "type")

// fieldProtos has the protocol of each header field.
var fieldProtos = func() (list []proto) {
	for f := ast.Field(0); ; f++ {
		info := f.Info()
		if info.Proto == "?" {
			return list
		}
		list = append(list, protoNamed(info.Proto))
	}
}()

// need adds the matches that a field implies, and nothing if the rule has asked
// for the header already (__expr_evaluate_payload of nft).
func (p *ruleParser) need(s ast.Span, f ast.Field) {
	d := fieldProtos[f]
	if p.noDeps || d == protoTH {
		return
	}
	base := protos[d].base
	if base == ast.BaseInner {
		return
	}
	now, many := p.ctx.at(base)
	switch {
	case now == protoNone:
		p.implyHeader(s, d)
		if base == ast.BaseLink && d == protoVLAN && p.ctx.link == protoEther {
			p.implyEtherType(s, d)
		}
	case many:
		p.conflict(s, now, d)
		return
	case now == d:
	case base == ast.BaseLink:
		p.resolveLink(s, now, d)
	default:
		p.conflict(s, now, d)
	}
	if d == protoICMP || d == protoICMPv6 {
		p.implyICMP(s, f)
	}
}

// conflict notes that an expression asks for another protocol than a match
// before it.
func (p *ruleParser) conflict(s ast.Span, now, want proto) {
	of := networkOfFamily(p.ctx.family)
	switch {
	case now == of && of != protoNone:
		p.failf(s, "%s cannot be matched in a table of family %s", protos[want].name, p.ctx.family)
	case now == protoUnknown:
		p.failf(s, "%s does not go with the protocol that the rule is about", protos[want].name)
	default:
		p.failf(s, "%s does not go with %s, which the rule is about", protos[want].name, protos[now].name)
	}
}

// resolveLink adds what makes a field of the link-layer header, or of a tag
// behind it, go with what is known (resolve_protocol_conflict of nft).
func (p *ruleParser) resolveLink(s ast.Span, now, d proto) {
	if now == protoInet || now == protoNetdev {
		p.implyMeta(s, ast.MetaIiftype, iftypeEther)
	} else if slices.Contains(p.ctx.tags, d) {
		return
	}
	if p.ctx.network == protoNone && d == protoVLAN {
		p.implyEtherType(s, d)
	}
	if p.ctx.link != d {
		p.conflict(s, p.ctx.link, d)
	}
}

// implyHeader adds the matches that a header needs of which nothing is known
// yet (payload_gen_dependency of nft).
func (p *ruleParser) implyHeader(s ast.Span, d proto) {
	switch protos[d].base {
	case ast.BaseLink:
		p.implyMeta(s, ast.MetaIiftype, iftypeEther)
	case ast.BaseNetwork:
		if p.ctx.family == ast.FamilyBridge && p.ctx.link == protoEther && d != protoARP {
			// meta protocol also sees what is behind a VLAN tag.
			p.implyMeta(s, ast.MetaProtocol, uint64(protos[d].ether))
			return
		}
		p.implyNetwork(s, d)
	default:
		if p.ctx.network == protoNone {
			switch d {
			case protoICMP, protoIGMP:
				p.implyNetwork(s, protoIP)
			case protoICMPv6:
				p.implyNetwork(s, protoIP6)
			default:
			}
		} else if p.ctx.network != protoIP && p.ctx.network != protoIP6 {
			p.conflict(s, p.ctx.network, d)
			return
		}
		p.implyMeta(s, ast.MetaL4proto, uint64(protos[d].ip))
	}
}

// implyNetwork adds the match that a network header needs: the key of what is
// known to be below it.
func (p *ruleParser) implyNetwork(s ast.Span, d proto) {
	switch p.ctx.link {
	case protoInet:
		if protos[d].nf == 0 {
			p.conflict(s, protoInet, d)
			return
		}
		p.implyMeta(s, ast.MetaNfproto, uint64(protos[d].nf))
	case protoNetdev:
		p.implyMeta(s, ast.MetaProtocol, uint64(protos[d].ether))
	case protoVLAN, protoEther:
		p.implyEtherType(s, d)
	default:
		p.conflict(s, p.ctx.link, d)
	}
}

// implyEtherType adds a match on the type field of the link-layer header or tag.
func (p *ruleParser) implyEtherType(s ast.Span, d proto) {
	f := ast.EtherType
	if p.ctx.link == protoVLAN {
		f = vlanType
	}
	p.imply(p.payload(s, f), p.int(s, uint64(protos[d].ether)))
}

func (p *ruleParser) implyMeta(s ast.Span, k ast.MetaKey, v uint64) {
	p.imply(p.meta(s, k), p.int(s, v))
}

// imply adds a match that the text leaves unsaid.
func (p *ruleParser) imply(left, right ast.Expr) {
	m := p.newImplied(left, right)
	p.stmts = append(p.stmts, m)
}

// implyFirst adds a match that the text leaves unsaid as the first of the rule,
// which is where nft puts those of extension headers and of reject.
func (p *ruleParser) implyFirst(left, right ast.Expr) {
	m := p.newImplied(left, right)
	p.stmts = slices.Insert(p.stmts, 0, ast.Stmt(m))
	p.front++
}

func (p *ruleParser) newImplied(left, right ast.Expr) *ast.Match {
	m := p.matches.get()
	*m = ast.Match{Span: left.Source(), Left: left, Right: right, Implied: true}
	p.implied = append(p.implied, m)
	p.ctx.learn(left, right)
	return m
}

// needNetwork adds what an extension header or an option needs: that the packet
// is of its network protocol (exthdr_gen_dependency of nft).
func (p *ruleParser) needNetwork(s ast.Span, d proto) {
	if p.noDeps || p.ctx.network == d {
		return
	}
	if p.ctx.network != protoNone {
		p.conflict(s, p.ctx.network, d)
		return
	}
	n := len(p.stmts)
	p.implyNetwork(s, d)
	if len(p.stmts) > n {
		m := p.stmts[n]
		p.stmts = slices.Insert(p.stmts[:n], 0, m)
		p.front++
	}
}

// icmpNeeds are the types of ICMP packets that have a field (PROTO_ICMP_* of
// nft); of several, ok are those that may be asked for in its place.
var icmpNeeds = map[ast.Field]struct{ types, ok []uint64 }{
	ast.ICMPID:             {types: []uint64{0, 8}},
	ast.ICMPSequence:       {types: []uint64{0, 8}},
	ast.ICMPMTU:            {types: []uint64{3}},
	ast.ICMPGateway:        {types: []uint64{5}},
	ast.ICMPv6ID:           {types: []uint64{128, 129}},
	ast.ICMPv6Sequence:     {types: []uint64{128, 129}},
	ast.ICMPv6PacketTooBig: {types: []uint64{2}},
	ast.ICMPv6ParamProblem: {types: []uint64{4}},
	ast.ICMPv6MaxDelay:     {types: []uint64{130}},
	ast.ICMPv6Taddr:        {types: []uint64{135}, ok: []uint64{135, 136, 137, 130, 131, 132}},
	ast.ICMPv6Daddr:        {types: []uint64{137}},
}

// implyICMP adds the match on the type of ICMP packets that a field needs.
func (p *ruleParser) implyICMP(s ast.Span, f ast.Field) {
	need, ok := icmpNeeds[f]
	if !ok || p.failed {
		return
	}
	if need.ok == nil {
		need.ok = need.types
	}
	if p.ctx.icmpTypeOK && slices.Contains(need.ok, p.ctx.icmpType) {
		return
	}
	typ := ast.ICMPType
	if fieldProtos[f] == protoICMPv6 {
		typ = ast.ICMPv6Type
	}
	if len(need.types) == 1 {
		p.imply(p.payload(s, typ), p.int(s, need.types[0]))
		return
	}
	set := &ast.SetLit{Span: s}
	for _, n := range need.types {
		set.Elems = append(set.Elems, &ast.Elem{Span: s, Key: p.int(s, n)})
	}
	p.imply(p.payload(s, typ), set)
}
