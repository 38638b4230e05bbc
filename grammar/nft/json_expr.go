package nft

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// jsonExprs read what is taken from the packet, by its name.
var jsonExprs map[string]func(r *jsonReader, v *jsonValue, s ast.Span) ast.Expr

func init() {
	jsonExprs = map[string]func(*jsonReader, *jsonValue, ast.Span) ast.Expr{
		"payload": (*jsonReader).payload, "exthdr": (*jsonReader).exthdr, "tcp option": (*jsonReader).tcpOptionExpr,
		"ip option": (*jsonReader).ipOption, "sctp chunk": (*jsonReader).sctpChunk, "dccp option": (*jsonReader).dccpOption,
		"meta": (*jsonReader).meta, "ct": (*jsonReader).ct, "rt": (*jsonReader).rt, "socket": (*jsonReader).socket, "osf": (*jsonReader).osf,
		"fib": (*jsonReader).fib, "numgen": (*jsonReader).numgen, "jhash": (*jsonReader).hash, "symhash": (*jsonReader).hash,
		"ipsec": (*jsonReader).ipsec, "tunnel": (*jsonReader).tunnel,
	}
}

var jsonBinaries = map[string]ast.BinaryOp{"&": ast.OpAnd, "|": ast.OpOr, "^": ast.OpXor, "<<": ast.OpShl, ">>": ast.OpShr}

// expr reads an expression. Constants in it are of type t, or of types ts if it
// is a concatenation.
func (r *jsonReader) expr(v *jsonValue, t vtype, ts []vtype) operand {
	name, value, ok := v.only()
	if !ok || v.kind != jsonObject {
		return operand{e: r.one(v, t), t: t}
	}
	s := r.at(v)
	if op, ok := jsonBinaries[name]; ok {
		return r.binary(op, value, s, t)
	}
	switch name {
	case "concat":
		return r.concat(value, s, ts)
	case "map":
		return operand{e: r.mapExpr(value, s, []vtype{t}, dataValues), t: t}
	case "prefix", "range", "set":
		return operand{e: r.one(v, t), t: t}
	}
	read := jsonExprs[name]
	if read == nil {
		e := r.badf(r.atKey(v.keys[0]), "unknown expression %s", quote(clip(name))).Expected("an expression such as payload, meta or ct")
		e.Hint = grammar.Near(name, sortedKeys(jsonExprs))
		return operand{}
	}
	e := read(r, value, s)
	if r.p.failed {
		return operand{}
	}
	return operand{e: e, t: typeOf(e)}
}

// binary reads an operation on bits. nft 1.1 gives more than two operands where
// it is done several times.
func (r *jsonReader) binary(op ast.BinaryOp, v *jsonValue, s ast.Span, t vtype) operand {
	if v.kind != jsonArray || len(v.list) < 2 {
		r.bad(v, "an array of two expressions")
		return operand{}
	}
	l := r.expr(&v.list[0], t, nil)
	for i := 1; i < len(v.list) && !r.p.failed; i++ {
		rt := l.t
		if rt.typ == ast.TypeNone {
			rt = t
		}
		if op == ast.OpShl || op == ast.OpShr {
			rt = vtype{typ: ast.TypeInteger, bits: 32}
		}
		right := r.expr(&v.list[i], rt, nil)
		if r.p.failed {
			break
		}
		if e := fold(op, l.e, right.e, s, l.t); e != nil {
			l.e = e
			continue
		}
		l.e = &ast.Binary{Span: s, Op: op, Left: l.e, Right: right.e}
		if l.t.typ == ast.TypeNone {
			l.t = right.t
		}
	}
	return l
}

// concat reads a concatenation.
func (r *jsonReader) concat(v *jsonValue, s ast.Span, ts []vtype) operand {
	if v.kind != jsonArray || len(v.list) == 0 {
		r.bad(v, "an array of expressions")
		return operand{}
	}
	c := r.p.concats.get()
	c.Span = s
	var types []vtype
	for i := range v.list {
		var t vtype
		if i < len(ts) {
			t = ts[i]
		}
		o := r.expr(&v.list[i], t, nil)
		if r.p.failed {
			return operand{}
		}
		c.Parts, types = append(c.Parts, o.e), append(types, o.t)
	}
	return operand{e: c, ts: types}
}

// field reads the properties name and field of a header or an option.
func (r *jsonReader) field(v *jsonValue, names ...string) (name, field string) {
	if !r.properties(v, append(names, "name", "field")...) {
		return "", ""
	}
	r.checked(func() {
		if p := r.text(v, "name", true); p != nil {
			name = p.text
		}
		if p := r.text(v, "field", false); p != nil {
			field = p.text
		}
	})
	return name, field
}

// fieldOf checks that a header or an option has a field of a name.
func (r *jsonReader) fieldOf(v *jsonValue, e ast.Expr, field string) {
	if fields := ast.LayoutFields(e); field != "" && !slices.Contains(fields, field) && !r.p.failed {
		err := r.badf(r.at(v.get("field")), "unknown field %s", quote(clip(field))).Expected("%s", oneOf(fields))
		err.Hint = grammar.Near(field, fields)
	}
}

func (r *jsonReader) payload(v *jsonValue, s ast.Span) ast.Expr {
	if v.get("base") != nil {
		return r.rawPayload(v, s)
	}
	if !r.properties(v, "protocol", "field", "tunnel") {
		return nil
	}
	protocol, name := r.needed(v, "protocol"), r.needed(v, "field")
	if r.p.failed {
		return nil
	}
	h := headers[protocol.text]
	if h == nil || protocol.kind != jsonString {
		e := r.badf(r.atText(protocol), "unknown header %s", quote(clip(protocol.text)))
		e.Hint = grammar.Near(protocol.text, sortedKeys(headers))
		return nil
	}
	f, ok := h.fields[name.text]
	if !ok || name.kind != jsonString {
		e := r.badf(r.atText(name), "unknown field %s of %s", quote(clip(name.text)), h.name).Expected("%s", oneOf(h.fieldNames()))
		e.Hint = grammar.Near(name.text, h.fieldNames())
		return nil
	}
	e := r.p.payload(s, f)
	if t := v.get("tunnel"); t != nil {
		var ok bool
		if e.Tunnel, ok = ast.ParseTunnel(t.text); !ok || t.kind != jsonString {
			r.bad(t, "a tunnel: gre, gretap, geneve or vxlan")
			return nil
		}
	}
	r.p.payloadNeeds(e)
	return e
}

func (r *jsonReader) rawPayload(v *jsonValue, s ast.Span) ast.Expr {
	if !r.properties(v, "base", "offset", "len") {
		return nil
	}
	e := &ast.RawPayload{Span: s}
	base := slices.Index([]string{"ll", "nh", "th", "ih"}, v.get("base").text)
	if base < 0 || v.get("base").kind != jsonString {
		r.bad(v.get("base"), "ll, nh, th or ih")
		return nil
	}
	r.checked(func() {
		e.Base, e.Offset, e.Len = ast.Base(base), uint32(r.uint(v, "offset", 16)), uint32(r.uint(v, "len", 11))
	})
	if e.Len == 0 && !r.p.failed {
		r.badf(s, "a field of no bits holds nothing").Expected("a number of bits, the property \"len\"")
	}
	return e
}

func (r *jsonReader) exthdr(v *jsonValue, s ast.Span) ast.Expr {
	e := &ast.Exthdr{Span: s}
	e.Header, e.Field = r.field(v, "offset")
	if headers := []string{"hbh", "rt", "rt0", "rt2", "srh", "frag", "dst", "mh"}; !slices.Contains(headers, e.Header) && !r.p.failed {
		r.bad(v.get("name"), "%s", oneOf(headers))
	}
	r.fieldOf(v, e, e.Field)
	if !r.p.failed {
		r.p.needNetwork(s, protoIP6)
	}
	return e
}

func (r *jsonReader) tcpOptionExpr(v *jsonValue, s ast.Span) ast.Expr {
	e := &ast.TCPOption{Span: s}
	if v.get("base") != nil {
		if r.properties(v, "base", "offset", "len") {
			r.checked(func() {
				e.Kind, e.Raw = uint8(r.uint(v, "base", 8)), true
				e.Offset, e.Len = uint32(r.uint(v, "offset", 9)), uint32(r.uint(v, "len", 9))
			})
		}
		return e
	}
	name, field := r.field(v)
	if r.p.failed {
		return nil
	}
	var ok bool
	if e.Kind, e.Block, ok = ast.TCPOptionKind(name); !ok {
		r.bad(v.get("name"), "the name of a TCP option, or its number")
		return nil
	}
	r.fieldOf(v, e, field)
	e.Field = field
	return e
}

func (r *jsonReader) ipOption(v *jsonValue, s ast.Span) ast.Expr {
	e := &ast.IPOption{Span: s}
	e.Kind, e.Field = r.field(v)
	if kinds := []string{"lsrr", "ra", "rr", "ssrr"}; !slices.Contains(kinds, e.Kind) && !r.p.failed {
		r.bad(v.get("name"), "%s", oneOf(kinds))
	}
	r.fieldOf(v, e, e.Field)
	if !r.p.failed {
		r.p.needNetwork(s, protoIP)
	}
	return e
}

func (r *jsonReader) sctpChunk(v *jsonValue, s ast.Span) ast.Expr {
	e := &ast.SCTPChunk{Span: s}
	e.Chunk, e.Field = r.field(v)
	if _, ok := ast.SCTPChunkType(e.Chunk); !ok && !r.p.failed {
		r.bad(v.get("name"), "an SCTP chunk such as data, init or abort")
	}
	r.fieldOf(v, e, e.Field)
	return e
}

func (r *jsonReader) dccpOption(v *jsonValue, s ast.Span) ast.Expr {
	e := &ast.DCCPOption{Span: s}
	if r.properties(v, "type") && r.needed(v, "type") != nil {
		r.checked(func() { e.Kind = uint8(r.uint(v, "type", 8)) })
	}
	return e
}

// key reads the property key, one of a few words.
func (r *jsonReader) key(v *jsonValue, names []string, all ...string) string {
	if !r.properties(v, append(names, "key")...) || r.needed(v, "key") == nil {
		return ""
	}
	var key []string
	r.checked(func() { key = r.words(v, "key", all...) })
	if len(key) != 1 {
		return ""
	}
	return key[0]
}

func (r *jsonReader) meta(v *jsonValue, s ast.Span) ast.Expr {
	all := metaNames()
	for a := range metaAliases {
		all = append(all, a)
	}
	name := r.key(v, nil, all...)
	if r.p.failed {
		return nil
	}
	return r.p.meta(s, metaKey(name))
}

// ct reads something of a connection. nft puts the family of an address before
// its key; it may also be a property.
func (r *jsonReader) ct(v *jsonValue, s ast.Span) ast.Expr {
	all := sortedKeys(ctKeys)
	for _, f := range []string{"ip", "ip6"} {
		all = append(all, f+" saddr", f+" daddr")
	}
	name := r.key(v, []string{"family", "dir"}, all...)
	if r.p.failed {
		return nil
	}
	e := r.p.cts.get()
	*e = ast.CT{Span: s, Family: r.optionalFamily(v)}
	for f := ast.FamilyIP; f <= ast.FamilyIP6; f++ {
		if prefix := f.String() + " "; len(name) > len(prefix) && name[:len(prefix)] == prefix {
			e.Family, name = f, name[len(prefix):]
		}
	}
	k := ctKeys[name]
	e.Key = k.key
	r.checked(func() {
		if dir := r.words(v, "dir", "original", "reply"); len(dir) > 0 {
			e.Dir = map[string]ast.Dir{"original": ast.DirOriginal, "reply": ast.DirReply}[dir[0]]
		}
	})
	addr := e.Key == ast.CTSaddr || e.Key == ast.CTDaddr
	switch {
	case r.p.failed:
	case e.Dir != ast.DirNone && k.dir == 0:
		r.badf(s, "ct %s has no direction", name)
	case e.Dir == ast.DirNone && k.dir == 2:
		r.badf(s, "ct %s needs a direction", name).Expected(`"dir": "original" or "reply"`)
	case e.Family != ast.FamilyUnknown && !addr:
		r.badf(s, "ct %s has no family", name)
	case addr:
		if e.Family == ast.FamilyUnknown && r.p.ctx.network == protoNone {
			e.Family = r.other // nft 1.0 says no family anywhere else
		}
		r.p.ctFamily(e)
	}
	return e
}

func (r *jsonReader) rt(v *jsonValue, s ast.Span) ast.Expr {
	e := &ast.Rt{Span: s, Key: r.key(v, []string{"family"}, "classid", "nexthop", "mtu", "ipsec")}
	if r.p.failed || e.Key != "nexthop" {
		return e
	}
	if e.Family = r.optionalFamily(v); e.Family != ast.FamilyUnknown {
		return e
	}
	t, known := r.p.addrType(ast.FamilyUnknown)
	switch {
	case !known:
		r.badf(s, "the family of the address is not said").Expected(`"family": "ip" or "ip6"`)
	case t == addr6:
		e.Family = ast.FamilyIP6
	default:
		e.Family = ast.FamilyIP
	}
	return e
}

func (r *jsonReader) socket(v *jsonValue, s ast.Span) ast.Expr {
	e := &ast.Socket{Span: s, Key: r.key(v, []string{"level"}, "transparent", "mark", "wildcard", "cgroupv2")}
	r.checked(func() { e.Level = uint32(r.uint(v, "level", 8)) })
	return e
}

func (r *jsonReader) osf(v *jsonValue, s ast.Span) ast.Expr {
	e := &ast.OSF{Span: s, Version: r.key(v, []string{"ttl"}, "name", "version") == "version"}
	r.checked(func() {
		if ttl := r.words(v, "ttl", "loose", "skip"); len(ttl) > 0 {
			e.TTL = ttl[0]
		}
	})
	return e
}

func (r *jsonReader) fib(v *jsonValue, s ast.Span) ast.Expr {
	e := &ast.Fib{Span: s}
	if !r.properties(v, "result", "flags") || r.needed(v, "result") == nil || r.needed(v, "flags") == nil {
		return e
	}
	r.checked(func() {
		e.Keys = r.words(v, "flags", "saddr", "daddr", "mark", "iif", "oif")
		if result := r.words(v, "result", "oif", "oifname", "type", "check"); len(result) > 0 {
			e.Result = result[0]
		}
	})
	if e.Result == "check" {
		e.Result, e.Check = "oif", true
	}
	return e
}

func (r *jsonReader) numgen(v *jsonValue, s ast.Span) ast.Expr {
	e := &ast.Numgen{Span: s}
	if !r.properties(v, "mode", "mod", "offset") || r.needed(v, "mode") == nil || r.needed(v, "mod") == nil {
		return e
	}
	r.checked(func() {
		if mode := r.words(v, "mode", "inc", "random"); len(mode) > 0 {
			e.Mode = mode[0]
		}
		e.Mod, e.Offset = uint32(r.uint(v, "mod", 32)), uint32(r.uint(v, "offset", 32))
	})
	r.modulus(v, e.Mod)
	return e
}

// modulus notes a modulus that leaves no number.
func (r *jsonReader) modulus(v *jsonValue, n uint32) {
	if n == 0 && !r.p.failed {
		r.badf(r.at(v.get("mod")), "a modulus of 0 leaves no number").Expected("at least 1")
	}
}

// hash reads a hash: jhash of an expression, symhash without one.
func (r *jsonReader) hash(v *jsonValue, s ast.Span) ast.Expr {
	e := &ast.Hash{Span: s}
	if !r.properties(v, "mod", "seed", "offset", "expr") || r.needed(v, "mod") == nil {
		return e
	}
	if key := v.get("expr"); key != nil {
		e.Key = r.expr(key, vtype{}, nil).e
	}
	r.checked(func() {
		e.Mod, e.Offset = uint32(r.uint(v, "mod", 32)), uint32(r.uint(v, "offset", 32))
		e.Seed, e.HasSeed = uint32(r.uint(v, "seed", 32)), v.get("seed") != nil
	})
	r.modulus(v, e.Mod)
	return e
}

func (r *jsonReader) ipsec(v *jsonValue, s ast.Span) ast.Expr {
	e := &ast.Ipsec{Span: s, Key: r.key(v, []string{"family", "dir", "spnum"}, "reqid", "spi", "saddr", "daddr")}
	if r.p.failed {
		return nil
	}
	if e.Key == "saddr" || e.Key == "daddr" {
		if e.Family = r.optionalFamily(v); e.Family == ast.FamilyUnknown && !r.p.failed {
			r.badf(s, "the family of the address is not said").Expected(`"family": "ip" or "ip6"`)
		}
	}
	r.checked(func() {
		if dir := r.words(v, "dir", "in", "out"); len(dir) > 0 {
			e.Dir = dir[0]
		}
		e.Num = uint8(r.uint(v, "spnum", 8))
	})
	if e.Dir == "" && !r.p.failed {
		r.badf(s, `the property "dir" is missing`).Expected("in or out")
	}
	return e
}

func (r *jsonReader) tunnel(v *jsonValue, s ast.Span) ast.Expr {
	return &ast.TunnelInfo{Span: s, Key: r.key(v, nil, "path", "id")}
}
