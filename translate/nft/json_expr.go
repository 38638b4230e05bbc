package nft

import (
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// expr writes an expression; d is the domain of the values in it. The printer of
// text has refused what nft has no words for.
func (j *jsonPrinter) expr(e ast.Expr, d domain) {
	switch e := e.(type) {
	case *ast.Payload:
		j.payload(e)
	case *ast.RawPayload:
		j.members("payload", func() {
			j.keyStr("base", e.Base.String())
			j.keyUint("offset", uint64(e.Offset))
			j.keyUint("len", uint64(e.Len))
		})
	case *ast.Meta:
		j.members("meta", func() { j.keyStr("key", e.Key.String()) })
	case *ast.CT:
		j.ct(e)
	case *ast.Exthdr:
		j.field("exthdr", e.Header, e.Field)
	case *ast.TCPOption:
		j.tcpOption(e)
	case *ast.IPOption:
		j.field("ip option", e.Kind, e.Field)
	case *ast.SCTPChunk:
		j.field("sctp chunk", e.Chunk, e.Field)
	case *ast.DCCPOption:
		j.members("dccp option", func() { j.keyUint("type", uint64(e.Kind)) })
	case *ast.Socket:
		j.members("socket", func() {
			j.keyStr("key", e.Key)
			if e.Key == "cgroupv2" {
				j.keyUint("level", uint64(e.Level))
			}
		})
	case *ast.TunnelInfo:
		j.members("tunnel", func() { j.keyStr("key", e.Key) })
	case *ast.OSF:
		j.osf(e)
	case *ast.Fib:
		j.members("fib", func() {
			j.keyStr("result", e.Result)
			j.keyWordsIf("flags", e.Keys)
		})
	case *ast.Rt:
		j.members("rt", func() {
			j.keyStr("key", e.Key)
			j.family(e.Family)
		})
	case *ast.Ipsec:
		j.members("ipsec", func() {
			j.keyStr("key", e.Key)
			j.family(e.Family)
			j.keyStr("dir", e.Dir)
			j.keyUint("spnum", uint64(e.Num))
		})
	case *ast.Numgen:
		j.members("numgen", func() {
			j.keyStr("mode", e.Mode)
			j.keyUint("mod", uint64(e.Mod))
			j.keyUint("offset", uint64(e.Offset))
		})
	case *ast.Hash:
		j.hash(e)
	case *ast.Binary:
		j.binary(e, d)
	case *ast.Concat:
		j.named("concat", func() { j.array(len(e.Parts), func(i int) { j.expr(e.Parts[i], d.part(i)) }) })
	case *ast.Map:
		j.mapping("map", e.Key, e.Map, d)
	case *ast.SetLit:
		j.setLit(e, d, domain{})
	case *ast.SetRef:
		j.str("@" + e.Name)
	default:
		j.value(e, d)
	}
}

// members writes an object of one member, which is an object of the members that
// are written.
func (j *jsonPrinter) members(name string, members func()) {
	j.named(name, func() { j.object(members) })
}

// family writes the member family, unless it is unknown.
func (j *jsonPrinter) family(f ast.Family) {
	if f != ast.FamilyUnknown {
		j.keyStr("family", f.String())
	}
}

func (j *jsonPrinter) payload(e *ast.Payload) {
	f := e.Field.Info()
	j.members("payload", func() {
		j.keyStr("protocol", f.Proto)
		j.keyStr("field", f.Name)
		if e.Tunnel != ast.TunnelNone {
			j.keyStr("tunnel", e.Tunnel.String())
		}
	})
}

// ct writes something of a connection. nft puts the family of an address before
// its key.
func (j *jsonPrinter) ct(e *ast.CT) {
	key := e.Key.String()
	if e.Family != ast.FamilyUnknown {
		key = e.Family.String() + " " + key
	}
	j.members("ct", func() {
		j.keyStr("key", key)
		if e.Dir != ast.DirNone {
			j.keyStr("dir", e.Dir.String())
		}
	})
}

// field writes a field of a header or an option, or its presence.
func (j *jsonPrinter) field(what, name, field string) {
	j.members(what, func() {
		j.keyStr("name", name)
		j.keyStrIf("field", field)
	})
}

func (j *jsonPrinter) tcpOption(e *ast.TCPOption) {
	if e.Raw {
		j.members("tcp option", func() {
			j.keyUint("base", uint64(e.Kind))
			j.keyUint("offset", uint64(e.Offset))
			j.keyUint("len", uint64(e.Len))
		})
		return
	}
	name := ast.TCPOptionName(e.Kind)
	if e.Block > 0 {
		name += strconv.Itoa(int(e.Block))
	}
	if e.Field == "" && strings.Trim(name, "0123456789") == "" {
		// An option without a name: nft asks for its first byte.
		j.members("tcp option", func() {
			j.keyUint("base", uint64(e.Kind))
			j.keyUint("offset", 0)
			j.keyUint("len", 8)
		})
		return
	}
	j.field("tcp option", name, e.Field)
}

func (j *jsonPrinter) osf(e *ast.OSF) {
	j.members("osf", func() {
		if e.Version {
			j.keyStr("key", "version")
		} else {
			j.keyStr("key", "name")
		}
		j.keyStrIf("ttl", e.TTL)
	})
}

func (j *jsonPrinter) hash(e *ast.Hash) {
	name := "jhash"
	if e.Key == nil {
		name = "symhash"
	}
	j.members(name, func() {
		j.keyUint("mod", uint64(e.Mod))
		if e.HasSeed {
			j.keyUint("seed", uint64(e.Seed))
		}
		j.keyUintIf("offset", uint64(e.Offset))
		j.keyExpr("expr", e.Key, domain{})
	})
}

// binary writes an operation on bits.
func (j *jsonPrinter) binary(e *ast.Binary, d domain) {
	if left := domainOf(e.Left); left.typ != ast.TypeNone {
		left.assigned = d.assigned
		d = left
	}
	d.plain = false
	right := d
	if e.Op == ast.OpShl || e.Op == ast.OpShr {
		right = domain{typ: ast.TypeInteger}
	}
	j.named(e.Op.String(), func() {
		j.array(2, func(i int) {
			if i == 0 {
				j.expr(e.Left, d)
			} else {
				j.expr(e.Right, right)
			}
		})
	})
}

// setLit writes a set that is written out; data is the domain of what it gives, if
// it is a map.
func (j *jsonPrinter) setLit(e *ast.SetLit, d, data domain) {
	j.named("set", func() { j.array(len(e.Elems), func(i int) { j.elem(e.Elems[i], d, data) }) })
}

// mapping writes a key that is looked up in a map; data is the domain of what the
// map gives.
func (j *jsonPrinter) mapping(what string, key, m ast.Expr, data domain) {
	data.assigned = false
	j.members(what, func() {
		j.keyExpr("key", key, domain{})
		j.key("data")
		if set, ok := m.(*ast.SetLit); ok {
			j.setLit(set, domainOf(key), data)
		} else {
			j.expr(m, domain{})
		}
	})
}
