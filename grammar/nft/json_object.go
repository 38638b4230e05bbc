package nft

import (
	"math/bits"
	"net/netip"
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// jsonObject reads a stateful object.
func (r *jsonReader) jsonObject(k ast.ObjectKind, v *jsonValue, whole ast.Span) {
	t, ok := r.tableOf(v, "table")
	if !ok {
		return
	}
	name, ok := r.ident(v, "name", k.String())
	if !ok {
		return
	}
	key := objectKey{k, name.text}
	o := t.objects[key]
	if o == nil {
		o = &ast.Object{}
		t.objects[key] = o
		t.Objects = append(t.Objects, o)
	}
	*o = ast.Object{Span: whole, Kind: k, Name: name.text, NameSpan: name.Span, Handle: r.uint(v, "handle", 64)}
	r.jsonComment(v, &o.Comment)
	names := []string{"family", "table", "name", "handle", "comment"}
	r.known(v, append(names, jsonObjectReaders[k](r, v, o)...)...)
}

// jsonObjectReaders read what the objects of each kind hold, and return the names
// of it.
var jsonObjectReaders map[ast.ObjectKind]func(*jsonReader, *jsonValue, *ast.Object) []string

func init() {
	jsonObjectReaders = map[ast.ObjectKind]func(*jsonReader, *jsonValue, *ast.Object) []string{
		ast.ObjectCounter: func(r *jsonReader, v *jsonValue, o *ast.Object) []string {
			o.Stmt = &ast.Counter{Span: r.at(v), Counters: ast.Counters{Packets: r.uint(v, "packets", 64), Bytes: r.uint(v, "bytes", 64)}}
			return []string{"packets", "bytes"}
		},
		ast.ObjectQuota: func(r *jsonReader, v *jsonValue, o *ast.Object) []string {
			o.Stmt = &ast.Quota{Span: r.at(v), Bytes: r.uint(v, "bytes", 64), Used: r.uint(v, "used", 64), Over: r.bool(v, "inv")}
			return []string{"bytes", "used", "inv"}
		},
		ast.ObjectLimit: func(r *jsonReader, v *jsonValue, o *ast.Object) []string {
			o.Stmt = r.limit(v)
			return limitNames
		},
		ast.ObjectSynproxy: func(r *jsonReader, v *jsonValue, o *ast.Object) []string {
			s := &ast.Synproxy{Span: r.at(v), MSS: uint16(r.uint(v, "mss", 16)), Wscale: uint8(r.uint(v, "wscale", 8)), HasWscale: true}
			flags := r.words(v, "flags", "timestamp", "sack-perm")
			s.Timestamp, s.SackPerm = slices.Contains(flags, "timestamp"), slices.Contains(flags, "sack-perm")
			o.Stmt = s
			return []string{"mss", "wscale", "flags"}
		},
		ast.ObjectSecmark: func(r *jsonReader, v *jsonValue, o *ast.Object) []string {
			r.textOption(v, o, "context")
			return []string{"context"}
		},
		ast.ObjectCTHelper: func(r *jsonReader, v *jsonValue, o *ast.Object) []string {
			r.textOption(v, o, "type")
			r.textOption(v, o, "protocol", "tcp", "udp")
			r.textOption(v, o, "l3proto", "ip", "ip6", "inet")
			return []string{"type", "protocol", "l3proto"}
		},
		ast.ObjectCTTimeout: func(r *jsonReader, v *jsonValue, o *ast.Object) []string {
			r.textOption(v, o, "protocol", "tcp", "udp")
			r.textOption(v, o, "l3proto", "ip", "ip6", "inet")
			r.policyOption(v, o)
			return []string{"protocol", "l3proto", "policy"}
		},
		ast.ObjectCTExpectation: func(r *jsonReader, v *jsonValue, o *ast.Object) []string {
			r.textOption(v, o, "protocol", "tcp", "udp")
			r.numberOption(v, o, "dport", 16)
			r.numberOption(v, o, "timeout", 32) // milliseconds
			r.numberOption(v, o, "size", 8)
			r.textOption(v, o, "l3proto", "ip", "ip6", "inet")
			return []string{"protocol", "dport", "timeout", "size", "l3proto"}
		},
		ast.ObjectTunnel: (*jsonReader).tunnelObject,
	}
}

// textOption reads an option whose value is text, or one of a few words.
func (r *jsonReader) textOption(v *jsonValue, o *ast.Object, name string, all ...string) {
	p := r.text(v, name, false)
	if p == nil {
		return
	}
	if len(all) > 0 && !slices.Contains(all, p.text) {
		r.errorf(r.atText(p), "%s is no %s here", quote(clip(p.text)), name).Expected("%s", oneOf(all))
		return
	}
	o.Options = append(o.Options, ast.Option{Span: r.at(p), Name: name, Args: []ast.Expr{&ast.String{Span: r.atText(p), Val: p.text}}})
}

// numberOption reads an option whose value is a number.
func (r *jsonReader) numberOption(v *jsonValue, o *ast.Object, name string, bits int) {
	if p := v.get(name); p != nil {
		n := r.uint(v, name, bits)
		o.Options = append(o.Options, ast.Option{Span: r.at(p), Name: name, Args: []ast.Expr{&ast.Int{Span: r.at(p), Val: n}}})
	}
}

// policyOption reads the seconds of the states of connections.
func (r *jsonReader) policyOption(v *jsonValue, o *ast.Object) {
	p := v.get("policy")
	if p == nil || p.kind == jsonNull {
		return
	}
	if p.kind != jsonObject {
		r.wrong(p, "an object of states and seconds")
		return
	}
	list := &ast.SetLit{Span: r.at(p)}
	for i, k := range p.keys {
		list.Elems = append(list.Elems, &ast.Elem{
			Span:  r.atKey(k).Join(r.at(&p.list[i])),
			Key:   &ast.String{Span: r.atKey(k), Val: k.name},
			Value: &ast.Int{Span: r.at(&p.list[i]), Val: r.uint(p, k.name, 32)},
		})
	}
	o.Options = append(o.Options, ast.Option{Span: r.at(p), Name: "policy", Args: []ast.Expr{list}})
}

// tunnelObject reads a tunnel.
func (r *jsonReader) tunnelObject(v *jsonValue, o *ast.Object) []string {
	r.numberOption(v, o, "id", 32)
	addrs := []struct{ json, option string }{
		{"src-ipv4", "ip saddr"}, {"dst-ipv4", "ip daddr"}, {"src-ipv6", "ip6 saddr"}, {"dst-ipv6", "ip6 daddr"},
	}
	names := []string{"id", "sport", "dport", "tos", "ttl", "type", "tunnel"}
	for _, a := range addrs {
		names = append(names, a.json)
		p := r.text(v, a.json, false)
		if p == nil {
			continue
		}
		addr, err := netip.ParseAddr(p.text)
		if err != nil || addr.Zone() != "" {
			r.errorf(r.atText(p), "%s is no address", quote(clip(p.text)))
			continue
		}
		o.Options = append(o.Options, ast.Option{Span: r.at(p), Name: a.option, Args: []ast.Expr{&ast.Addr{Span: r.atText(p), Addr: addr}}})
	}
	r.numberOption(v, o, "sport", 16)
	r.numberOption(v, o, "dport", 16)
	r.numberOption(v, o, "tos", 8)
	r.numberOption(v, o, "ttl", 8)
	r.tunnelKind(v, o)
	return names
}

// tunnelKind reads what one kind of tunnel takes.
func (r *jsonReader) tunnelKind(v *jsonValue, o *ast.Object) {
	kind, inner := r.text(v, "type", false), v.get("tunnel")
	if kind == nil || inner == nil {
		return
	}
	known := map[string]map[string]string{
		"vxlan":  {"gbp": "gbp"},
		"erspan": {"version": "version", "index": "index", "dir": "direction", "hwid": "id"},
		"geneve": {"class": "class", "opt-type": "opt-type", "data": "data"},
	}[kind.text]
	if known == nil {
		r.errorf(r.atText(kind), "unknown kind of tunnels %s", quote(clip(kind.text))).Expected("vxlan, erspan or geneve")
		return
	}
	items := inner.items()
	for i := range items {
		r.known(&items[i], sortedKeys(known)...)
		for j, k := range items[i].keys {
			p := &items[i].list[j]
			opt := ast.Option{Span: r.at(p), Name: kind.text + " " + known[k.name]}
			if n, ok := p.uint(); ok && n>>32 == 0 {
				opt.Args = []ast.Expr{&ast.Int{Span: r.at(p), Val: n}}
			} else if p.kind == jsonString {
				opt.Args = []ast.Expr{&ast.String{Span: r.atText(p), Val: p.text}}
			} else {
				r.wrong(p, "a number of 32 bits, or text")
				continue
			}
			o.Options = append(o.Options, opt)
		}
	}
}

var limitNames = []string{"rate", "rate_unit", "per", "burst", "burst_unit", "inv"}

// limit reads a rate.
func (r *jsonReader) limit(v *jsonValue) *ast.Limit {
	n := len(r.builder.errs)
	l := &ast.Limit{Span: r.at(v), Rate: r.uint(v, "rate", 64), Unit: "second", Over: r.bool(v, "inv"), Burst: r.uint(v, "burst", 32)}
	if l.Rate == 0 && len(r.builder.errs) == n {
		r.errorf(r.at(v), "the limit has no rate").Expected("at least 1")
	}
	unit := func(name string) string {
		u := r.words(v, name, "packets", "bytes", "kbytes", "mbytes")
		if len(u) == 0 {
			return ""
		}
		return u[0]
	}
	if per := r.words(v, "per", "second", "minute", "hour", "day", "week"); len(per) > 0 {
		l.Unit = per[0]
	}
	switch rate := unit("rate_unit"); rate {
	case "", "packets":
		if l.Burst == 5 {
			l.Burst = 0 // the default of nft
		}
	default:
		l.Bytes, l.RateUnit = true, rate
		if l.Burst != 0 {
			if l.BurstUnit = unit("burst_unit"); l.BurstUnit == "" {
				l.BurstUnit = "bytes"
			}
		}
	}
	return l
}

// bytesOf reads a number of bytes with its unit in another property.
func (r *jsonReader) bytesOf(v *jsonValue, name, unit string) uint64 {
	n, factor := r.uint(v, name, 64), uint64(1)
	if u := r.words(v, unit, "bytes", "kbytes", "mbytes"); len(u) > 0 {
		factor, _ = dataUnit(u[0])
	}
	hi, lo := bits.Mul64(n, factor)
	if hi != 0 {
		r.wrong(v.get(name), "less than 2^64 bytes")
	}
	return lo
}
