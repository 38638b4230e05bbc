package nft

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// mangle reads what sets something of the packet or its connection.
func (r *jsonReader) mangle(v *jsonValue, s ast.Span) ast.Stmt {
	if !r.properties(v, "key", "value") {
		return nil
	}
	key, value := r.needed(v, "key"), r.needed(v, "value")
	if r.p.failed {
		return nil
	}
	l := r.expr(key, vtype{}, nil)
	if r.p.failed {
		return nil
	}
	switch e := l.e.(type) {
	case *ast.CT:
		if e.Key == ast.CTHelper {
			return r.objRef(ast.ObjectCTHelper, value, s)
		}
	case *ast.Meta:
		if e.Key == ast.MetaSecmark && value.kind == jsonString {
			return r.objRef(ast.ObjectSecmark, value, s)
		}
	}
	if want := settable(l.e); l.ts != nil || want != "" {
		r.bad(key, "what can be set: %s", want)
		return nil
	}
	return &ast.Assign{Span: s, Left: l.e, Right: r.stmtExpr(value, l.t)}
}

var natFlagNames = []string{"random", "fully-random", "persistent", "netmap"}

// nat reads snat, dnat, masquerade and redirect.
func (r *jsonReader) nat(k ast.NATKind, name string, v *jsonValue, s ast.Span) ast.Stmt {
	n := &ast.NAT{Span: s, Kind: k}
	if !r.optional(v, "addr", "family", "port", "flags", "type_flags") {
		return n
	}
	n.Family = r.optionalFamily(v)
	if addr := v.get("addr"); addr != nil && !r.p.failed {
		n.Addr = r.addrExpr(addr, n.Family)
	}
	r.checked(func() {
		n.Flags = slices.DeleteFunc(r.words(v, "flags", natFlagNames...), func(f string) bool { return f == "netmap" })
		for _, f := range r.words(v, "type_flags", "prefix", "interval", "concat") {
			if f != "concat" { // which the data of the map show
				n.Flags = append(n.Flags, f)
			}
		}
	})
	n.Port = r.port(v)
	if !r.p.failed && (n.Port != nil || hasPorts(n.Addr)) {
		r.p.warnUnlessTransport(s, name+" to a port")
	}
	return n
}

// port reads the property port.
func (r *jsonReader) port(v *jsonValue) ast.Expr {
	p := v.get("port")
	if p == nil || r.p.failed {
		return nil
	}
	return r.stmtExpr(p, portType)
}

// optionalFamily reads the property family of a statement.
func (r *jsonReader) optionalFamily(v *jsonValue) (f ast.Family) {
	r.checked(func() {
		if w := r.words(v, "family", "ip", "ip6"); len(w) > 0 {
			f, _ = ast.ParseFamily(w[0])
		}
	})
	return f
}

// addrExpr reads an address to send to, a range, a network, or a map that gives
// one, perhaps with a port.
func (r *jsonReader) addrExpr(v *jsonValue, f ast.Family) ast.Expr {
	t, _ := r.p.addrType(f)
	if m := v.get("map"); m != nil && v.kind == jsonObject {
		return r.mapExpr(m, r.at(v), []vtype{t, portType}, dataNAT)
	}
	return r.stmtExpr(v, t)
}

func (r *jsonReader) tproxy(v *jsonValue, s ast.Span) ast.Stmt {
	if !r.properties(v, "family", "addr", "port") {
		return nil
	}
	t := &ast.TProxy{Span: s, Family: r.optionalFamily(v)}
	if addr := v.get("addr"); addr != nil && !r.p.failed {
		t.Addr = r.addrExpr(addr, t.Family)
	}
	t.Port = r.port(v)
	if f := r.p.ctx.family; f == ast.FamilyIP || f == ast.FamilyIP6 {
		t.Family = ast.FamilyUnknown // the table says it
	}
	return t
}

var deviceType = vtype{typ: ast.TypeIfaceIndex, bits: 32}

// dup reads dup. In family netdev what is called its address is a device.
func (r *jsonReader) dup(v *jsonValue, s ast.Span) ast.Stmt {
	if !r.properties(v, "addr", "dev") {
		return nil
	}
	d := &ast.Dup{Span: s}
	addr := r.needed(v, "addr")
	switch {
	case addr == nil:
		return nil
	case r.p.ctx.family == ast.FamilyNetdev:
		d.Device = r.stmtExpr(addr, deviceType)
	default:
		d.Addr = r.addrExpr(addr, ast.FamilyUnknown)
	}
	if dev := v.get("dev"); dev != nil && !r.p.failed {
		d.Device = r.stmtExpr(dev, deviceType)
	}
	return d
}

func (r *jsonReader) fwd(v *jsonValue, s ast.Span) ast.Stmt {
	if !r.properties(v, "dev", "family", "addr") {
		return nil
	}
	f := &ast.Fwd{Span: s, Family: r.optionalFamily(v)}
	if addr := v.get("addr"); addr != nil && !r.p.failed {
		f.Addr = r.addrExpr(addr, f.Family)
	}
	if dev := r.needed(v, "dev"); dev != nil && !r.p.failed {
		f.Device = r.stmtExpr(dev, deviceType)
	}
	return f
}

func (r *jsonReader) queue(v *jsonValue, s ast.Span) ast.Stmt {
	q := &ast.Queue{Span: s}
	if !r.optional(v, "num", "flags") {
		return q
	}
	if num := v.get("num"); num != nil {
		q.Num = r.stmtExpr(num, queueNumber)
	}
	if n, ok := q.Num.(*ast.Int); ok && n.Val == 0 {
		q.Num = nil // the default
	}
	r.checked(func() { q.Flags = r.words(v, "flags", "bypass", "fanout") })
	return q
}

func (r *jsonReader) synproxyStmt(v *jsonValue, s ast.Span) ast.Stmt {
	if ref := r.namedObject(ast.ObjectSynproxy, v, s); ref != nil {
		return ref
	}
	p := &ast.Synproxy{Span: s}
	if r.optional(v, "mss", "wscale", "flags") {
		r.checked(func() {
			p.MSS, p.Wscale, p.HasWscale = uint16(r.uint(v, "mss", 16)), uint8(r.uint(v, "wscale", 8)), v.get("wscale") != nil
			flags := r.words(v, "flags", "timestamp", "sack-perm")
			p.Timestamp, p.SackPerm = slices.Contains(flags, "timestamp"), slices.Contains(flags, "sack-perm")
		})
	}
	return p
}

func (r *jsonReader) flow(v *jsonValue, s ast.Span) ast.Stmt {
	f := &ast.FlowAdd{Span: s}
	if r.properties(v, "op", "flowtable") {
		r.checked(func() { r.words(v, "op", "add") })
		f.Table = r.setName(v, "flowtable")
	}
	return f
}

// setName reads a property that is @ and the name of a set.
func (r *jsonReader) setName(v *jsonValue, name string) string {
	p := r.needed(v, name)
	if p == nil {
		return ""
	}
	if p.kind != jsonString || len(p.text) < 2 || p.text[0] != '@' {
		r.bad(p, "@ and a name")
		return ""
	}
	return p.text[1:]
}

// setOp reads what adds, updates or deletes an element of a set or, of the name
// map, of a map.
func (r *jsonReader) setOp(v *jsonValue, s ast.Span) ast.Stmt {
	if !r.properties(v, "op", "elem", "set", "map", "data", "stmt") {
		return nil
	}
	op, elem, name := &ast.SetOp{Span: s}, r.needed(v, "elem"), "set"
	if v.get("map") != nil {
		name = "map"
	}
	if op.Set = r.setName(v, name); r.p.failed {
		return nil
	}
	r.checked(func() {
		if w := r.words(v, "op", "add", "update", "delete"); len(w) > 0 {
			op.Verb = w[0]
		}
	})
	var key operand
	key, op.Timeout, op.Stmts = r.dynamicKey(elem, v.get("stmt"))
	op.Key = key.e
	set := r.p.sc.set(op.Set)
	if set != nil && !r.p.failed {
		r.p.checkSet(r.at(v.get(name)), set, key, name == "map")
	}
	if data := v.get("data"); data != nil && !r.p.failed {
		var t vtype
		if set != nil {
			if ts := typesOf(set.Data, set.DataExpr); len(ts) > 0 {
				t = ts[0]
			}
		}
		op.Data = r.stmtExpr(data, t)
	}
	if op.Verb == "" && !r.p.failed {
		r.badf(s, `the property "op" is missing`).Expected("add, update or delete")
	}
	return op
}

// dynamicKey reads an element whose key is taken from the packet.
func (r *jsonReader) dynamicKey(v, stmts *jsonValue) (key operand, timeout uint64, list []ast.Stmt) {
	if full := v.get("elem"); full != nil && v.kind == jsonObject {
		if !r.properties(full, "val", "timeout", "expires") {
			return operand{}, 0, nil
		}
		if t := full.get("timeout"); t != nil {
			timeout = r.seconds(t)
		}
		if v = r.needed(full, "val"); v == nil {
			return operand{}, 0, nil
		}
	}
	key = r.expr(v, vtype{}, nil)
	if stmts != nil && !r.p.failed {
		items := stmts.items()
		for i := range items {
			if s := r.oneStateful(&items[i]); s != nil {
				list = append(list, s)
			}
		}
	}
	return key, timeout, list
}

func (r *jsonReader) meter(v *jsonValue, s ast.Span) ast.Stmt {
	if !r.properties(v, "name", "key", "stmt", "size") {
		return nil
	}
	key, stmt := r.needed(v, "key"), r.needed(v, "stmt")
	if r.p.failed {
		return nil
	}
	m := &ast.Meter{Span: s}
	r.checked(func() {
		m.Size = r.uint(v, "size", 32)
		if name := r.text(v, "name", true); name != nil {
			m.Name = name.text
		}
	})
	var k operand
	k, m.Timeout, m.Stmts = r.dynamicKey(key, stmt)
	m.Key = k.e
	return m
}

func (r *jsonReader) resetStmt(v *jsonValue, s ast.Span) ast.Stmt {
	o := r.expr(v, vtype{}, nil)
	if _, ok := o.e.(*ast.TCPOption); !ok && !r.p.failed {
		r.bad(v, "a TCP option")
	}
	return &ast.Reset{Span: s, Target: o.e}
}
