package nft

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// selectors are the words that begin what is taken from the packet, its
// metadata or its connection, with what reads on behind them.
var selectors map[string]func(p *ruleParser, from int, word string) ast.Expr

// plainMeta are the keys of meta that may stand without the word meta.
var plainMeta = []string{"mark", "iif", "iifname", "iiftype", "oif", "oifname", "oiftype", "skuid", "skgid", "nftrace", "rtclassid",
	"ibriport", "obriport", "ibridgename", "obridgename", "ibrname", "obrname", "pkttype", "cpu", "iifgroup", "oifgroup", "cgroup", "time", "day", "hour"}

// metaAliases are other names of keys of meta.
var metaAliases = map[string]ast.MetaKey{
	"ibriport": ast.MetaIbrname, "obriport": ast.MetaObrname, "ibridgename": ast.MetaIbrname, "obridgename": ast.MetaObrname,
	"secpath": ast.MetaIpsec,
}

func init() {
	selectors = map[string]func(p *ruleParser, from int, word string) ast.Expr{
		"meta": (*ruleParser).metaExpr, "ct": (*ruleParser).ctExpr, "ipsec": (*ruleParser).ipsecExpr, "fib": (*ruleParser).fibExpr,
		"socket": (*ruleParser).socketExpr, "osf": (*ruleParser).osfExpr, "numgen": (*ruleParser).numgenExpr,
		"jhash": (*ruleParser).jhashExpr, "symhash": (*ruleParser).symhashExpr, "tunnel": (*ruleParser).tunnelExpr,
		"exthdr": (*ruleParser).exthdrPresence,
	}
	for name := range headers {
		selectors[name] = (*ruleParser).headerExpr
	}
	for _, name := range []string{"hbh", "rt", "rt0", "rt2", "srh", "frag", "dst", "mh"} {
		selectors[name] = (*ruleParser).exthdrExpr
	}
	for _, name := range plainMeta {
		k := metaKey(name)
		selectors[name] = func(p *ruleParser, from int, _ string) ast.Expr { return p.metaOf(from, k) }
	}
}

func metaKey(name string) ast.MetaKey {
	if k, ok := metaAliases[name]; ok {
		return k
	}
	k, _ := ast.ParseMetaKey(name)
	return k
}

// metaExpr reads a key behind meta.
func (p *ruleParser) metaExpr(from int, _ string) ast.Expr {
	if p.tok.kind == tokWord {
		switch k := metaKey(p.word()); k {
		case ast.MetaNone, ast.MetaPhysIn, ast.MetaPhysOut: // the last are xtables' alone
		default:
			p.advance()
			return p.metaOf(from, k)
		}
	}
	p.unexpectedWord("a key of meta, such as mark, iifname or l4proto", metaNames())
	return nil
}

func metaNames() (names []string) {
	for k := ast.MetaNone + 1; k <= ast.MetaSecmark; k++ {
		if k != ast.MetaPhysIn && k != ast.MetaPhysOut {
			names = append(names, k.String())
		}
	}
	return names
}

func (p *ruleParser) metaOf(from int, k ast.MetaKey) ast.Expr {
	s := p.since(from)
	switch k {
	case ast.MetaIbrname, ast.MetaObrname, ast.MetaIbrpvid, ast.MetaIbrvproto, ast.MetaIbrhwaddr, ast.MetaBroute:
		if f := p.ctx.family; !p.noDeps && f != ast.FamilyBridge {
			p.warn(grammar.Placement, s, "meta "+k.String()+" cannot stand in a table of family "+f.String(), "a table of family bridge")
		}
	case ast.MetaNfproto:
		if f := p.ctx.family; !p.noDeps && f != ast.FamilyInet {
			p.warn(grammar.Placement, s, "meta nfproto cannot stand in a table of family "+f.String(), "a table of family inet")
		}
	default:
	}
	return p.meta(s, k)
}

// ctKeys are the keys of ct; dir says whether a direction may (1) or must (2)
// stand before it.
var ctKeys = map[string]struct {
	key ast.CTKey
	dir int
}{
	"state": {ast.CTState, 0}, "direction": {ast.CTDirection, 0}, "status": {ast.CTStatus, 0}, "mark": {ast.CTMark, 0},
	"expiration": {ast.CTExpiration, 0}, "helper": {ast.CTHelper, 0}, "label": {ast.CTLabel, 0}, "l3proto": {ast.CTL3proto, 1},
	"protocol": {ast.CTProtocol, 1}, "proto-src": {ast.CTProtoSrc, 2}, "proto-dst": {ast.CTProtoDst, 2},
	"saddr": {ast.CTSaddr, 2}, "daddr": {ast.CTDaddr, 2}, "packets": {ast.CTPackets, 1}, "bytes": {ast.CTBytes, 1},
	"avgpkt": {ast.CTAvgpkt, 1}, "zone": {ast.CTZone, 1}, "id": {ast.CTID, 0}, "secmark": {ast.CTSecmark, 0}, "event": {ast.CTEvent, 0},
}

// ctExpr reads what stands behind ct.
func (p *ruleParser) ctExpr(from int, _ string) ast.Expr {
	dir := ast.DirNone
	switch {
	case p.acceptWord("original"):
		dir = ast.DirOriginal
	case p.acceptWord("reply"):
		dir = ast.DirReply
	}
	family := ast.FamilyUnknown
	if p.isWord("ip") || p.isWord("ip6") {
		family, _ = ast.ParseFamily(p.word())
		p.advance()
	}
	k, ok := ctKeys[p.word()]
	addr := k.key == ast.CTSaddr || k.key == ast.CTDaddr
	if !ok || p.tok.kind != tokWord || family != ast.FamilyUnknown && !addr {
		names := make([]string, 0, len(ctKeys))
		for n, k := range ctKeys {
			if family == ast.FamilyUnknown && (dir == ast.DirNone || k.dir > 0) || k.key == ast.CTSaddr || k.key == ast.CTDaddr {
				names = append(names, n)
			}
		}
		slices.Sort(names)
		p.near("a key of ct", names...)
		return nil
	}
	switch w := p.word(); {
	case dir != ast.DirNone && k.dir == 0:
		p.failf(p.at(from, p.tok.to), "ct %s has no direction", w).Expected("ct %s", w)
		return nil
	case dir == ast.DirNone && k.dir == 2:
		p.failf(p.at(from, p.tok.to), "ct %s needs a direction", w).Expected("ct original %s or ct reply %s", w, w)
		return nil
	}
	p.advance()
	e := p.cts.get()
	*e = ast.CT{Span: p.since(from), Key: k.key, Dir: dir, Family: family}
	if addr {
		p.ctFamily(e)
	}
	return e
}

// ctFamily gives an address of a connection its family: the one that is said,
// or the one that the rule is about.
func (p *ruleParser) ctFamily(e *ast.CT) {
	now := p.ctx.network
	if p.noDeps {
		now = networkOfFamily(p.sc.familyOf())
	}
	about := ast.FamilyUnknown
	switch now {
	case protoIP:
		about = ast.FamilyIP
	case protoIP6:
		about = ast.FamilyIP6
	default:
	}
	switch {
	case e.Family == ast.FamilyUnknown && about == ast.FamilyUnknown:
		p.failf(e.Span, "the family of the address is not said").Expected("ip %s or ip6 %s", e.Key, e.Key)
	case e.Family == ast.FamilyUnknown:
		e.Family = about
	case about != ast.FamilyUnknown && about != e.Family:
		p.failf(e.Span, "an %s address does not go with %s, which the rule is about", e.Family, about)
	}
}

func networkOfFamily(f ast.Family) proto {
	switch f {
	case ast.FamilyIP:
		return protoIP
	case ast.FamilyIP6:
		return protoIP6
	default:
		return protoNone
	}
}

// routeExpr reads what stands behind rt, if it is not the extension header.
func (p *ruleParser) routeExpr(from int) ast.Expr {
	e := &ast.Rt{}
	if p.isWord("ip") || p.isWord("ip6") {
		e.Family, _ = ast.ParseFamily(p.word())
		p.advance()
	}
	keys := []string{"classid", "nexthop", "mtu", "ipsec"}
	if p.tok.kind != tokWord || !slices.Contains(keys, p.word()) {
		p.near("a key of rt", append(keys, "nexthdr", "hdrlength", "type", "seg-left")...)
		return nil
	}
	e.Key = p.word()
	p.advance()
	e.Span = p.since(from)
	if e.Key != "nexthop" {
		e.Family = ast.FamilyUnknown
		return e
	}
	now := p.ctx.network
	if p.noDeps {
		now = networkOfFamily(p.sc.familyOf())
	}
	switch {
	case e.Family == ast.FamilyUnknown && now == protoIP:
		e.Family = ast.FamilyIP
	case e.Family == ast.FamilyUnknown && now == protoIP6:
		e.Family = ast.FamilyIP6
	case e.Family == ast.FamilyUnknown:
		p.failf(e.Span, "the family of the address is not said").Expected("rt ip nexthop or rt ip6 nexthop")
	case e.Family == ast.FamilyIP && p.ctx.family == ast.FamilyIP6, e.Family == ast.FamilyIP6 && p.ctx.family == ast.FamilyIP:
		p.failf(e.Span, "rt %s nexthop matches nothing in a table of family %s", e.Family, p.ctx.family)
	}
	return e
}

// ipsecExpr reads what stands behind ipsec: something of a transformation, or
// nothing, which is meta ipsec.
func (p *ruleParser) ipsecExpr(from int, _ string) ast.Expr {
	e := &ast.Ipsec{}
	if p.tok.kind != tokWord || !p.isWord("in") && !p.isWord("out") {
		if t := p.tok; t.kind == tokWord && !wordOps[p.word()] && !p.isWord("exists") && !p.isWord("missing") {
			p.near("a direction", "in", "out")
			return nil
		}
		return p.metaOf(from, ast.MetaIpsec)
	}
	e.Dir = p.word()
	p.advance()
	if p.acceptWord("spnum") {
		e.Num = uint8(p.count(256))
	}
	keys := []string{"reqid", "spi"}
	if p.isWord("ip") || p.isWord("ip6") {
		e.Family, _ = ast.ParseFamily(p.word())
		p.advance()
		keys = []string{"saddr", "daddr"}
	}
	if p.tok.kind != tokWord || !slices.Contains(keys, p.word()) {
		p.near("a key of ipsec", keys...)
		return nil
	}
	e.Key = p.word()
	p.advance()
	e.Span = p.since(from)
	return e
}

// fibExpr reads a look-up of a route.
func (p *ruleParser) fibExpr(from int, _ string) ast.Expr {
	e := &ast.Fib{}
	flags := []string{"saddr", "daddr", "mark", "iif", "oif"}
	at := p.tok.from
	for {
		if p.tok.kind != tokWord || !slices.Contains(flags, p.word()) {
			p.near("what to look up", flags...)
			return nil
		}
		e.Keys = append(e.Keys, p.word())
		p.advance()
		if !p.accept(opDot) {
			break
		}
	}
	tuple := p.since(at)
	has := func(w string) bool { return slices.Contains(e.Keys, w) }
	switch {
	case !has("saddr") && !has("daddr"):
		p.failf(tuple, "fib has no address to look up").Expected("saddr or daddr")
	case has("saddr") && has("daddr"):
		p.failf(tuple, "fib has two addresses to look up").Expected("saddr or daddr")
	case has("iif") && has("oif"):
		p.failf(tuple, "fib has two interfaces").Expected("iif or oif")
	}
	results := []string{"oif", "oifname", "type", "check"}
	if p.tok.kind != tokWord || !slices.Contains(results, p.word()) {
		p.near("what to find", results...)
		return nil
	}
	e.Result = p.word()
	p.advance()
	if e.Result == "check" {
		// nft 1.1 says so itself what it asks for with oif exists.
		e.Result, e.Check = "oif", true
	}
	e.Span = p.since(from)
	// In the order of nft, so that equal look-ups are equal.
	slices.SortFunc(e.Keys, func(a, b string) int { return slices.Index(flags, a) - slices.Index(flags, b) })
	return e
}

// socketExpr reads what stands behind socket.
func (p *ruleParser) socketExpr(from int, _ string) ast.Expr {
	keys := []string{"transparent", "mark", "wildcard", "cgroupv2"}
	if p.tok.kind != tokWord || !slices.Contains(keys, p.word()) {
		p.near("a key of socket", keys...)
		return nil
	}
	e := &ast.Socket{Key: p.word()}
	p.advance()
	if e.Key == "cgroupv2" {
		if !p.acceptWord("level") {
			p.unexpected("level, and a number")
			return nil
		}
		e.Level = uint32(p.count(256))
	}
	e.Span = p.since(from)
	return e
}

// osfExpr reads what stands behind osf.
func (p *ruleParser) osfExpr(from int, _ string) ast.Expr {
	e := &ast.OSF{}
	if p.acceptWord("ttl") {
		if !p.isWord("loose") && !p.isWord("skip") {
			p.near("how to look at the TTL", "loose", "skip")
			return nil
		}
		e.TTL = p.word()
		p.advance()
	}
	switch {
	case p.acceptWord("version"):
		e.Version = true
	case p.acceptWord("name"):
	default:
		p.near("a key of osf", "name", "version")
		return nil
	}
	e.Span = p.since(from)
	return e
}

// numgenExpr reads a generator of numbers.
func (p *ruleParser) numgenExpr(from int, _ string) ast.Expr {
	e := &ast.Numgen{}
	if !p.isWord("inc") && !p.isWord("random") {
		p.near("how to make numbers", "inc", "random")
		return nil
	}
	e.Mode = p.word()
	p.advance()
	e.Mod = p.modulus()
	e.Offset = p.offset()
	e.Span = p.since(from)
	return e
}

// modulus reads mod and a number.
func (p *ruleParser) modulus() uint32 {
	if !p.acceptWord("mod") {
		p.unexpected("mod, and a number")
		return 0
	}
	at := p.here()
	n := p.count(1 << 32)
	if n == 0 && !p.failed {
		p.failf(at, "a modulus of 0 leaves no number").Expected("at least 1")
	}
	return uint32(n)
}

func (p *ruleParser) offset() uint32 {
	if p.acceptWord("offset") {
		return uint32(p.count(1 << 32))
	}
	return 0
}

// jhashExpr reads a hash of an expression.
func (p *ruleParser) jhashExpr(from int, _ string) ast.Expr {
	key := p.concat(vtype{}, nil)
	if p.failed {
		return nil
	}
	e := &ast.Hash{Key: key.e, Mod: p.modulus()}
	if p.acceptWord("seed") {
		e.Seed, e.HasSeed = uint32(p.count(1<<32)), true
	}
	e.Offset = p.offset()
	e.Span = p.since(from)
	return e
}

// symhashExpr reads a hash of the packet's flow.
func (p *ruleParser) symhashExpr(from int, _ string) ast.Expr {
	e := &ast.Hash{Mod: p.modulus()}
	e.Offset = p.offset()
	e.Span = p.since(from)
	return e
}

// tunnelExpr reads something of a tunnel that the packet came through.
func (p *ruleParser) tunnelExpr(from int, _ string) ast.Expr {
	if !p.isWord("path") && !p.isWord("id") {
		p.near("a key of tunnel", "path", "id")
		return nil
	}
	e := &ast.TunnelInfo{Key: p.word()}
	p.advance()
	e.Span = p.since(from)
	return e
}
