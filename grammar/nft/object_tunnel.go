package nft

import (
	"net/netip"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// tunnelObject: tunnel name { id 64; ip saddr 192.0.2.1; ip daddr 192.0.2.2;
// vxlan { gbp 200; } }. Its options are called by the words in front of their
// values: id, ip saddr, vxlan gbp.
var tunnelObject = objectSpec{
	required: []string{"id"},
	separate: "all",
	settings: map[string]func(*config, *reader, *tok){
		"id":    numberSetting(32),
		"ip":    tunnelAddr(netip.Addr.Is4, "an IPv4 address"),
		"ip6":   tunnelAddr(netip.Addr.Is6, "an IPv6 address"),
		"sport": numberSetting(16), "dport": numberSetting(16), "ttl": numberSetting(8), "tos": numberSetting(8),
		"vxlan":  tunnelKind("gbp"),
		"erspan": tunnelKind("version", "index", "direction", "id"),
		"geneve": tunnelKind("class", "opt-type", "data"),
	},
}

// tunnelAddr is an address: ip saddr 192.0.2.1. It may be given for both ends.
func tunnelAddr(is func(netip.Addr) bool, want string) func(*config, *reader, *tok) {
	return func(c *config, r *reader, keyword *tok) {
		end := c.word(r, "saddr or daddr")
		if end == nil {
			return
		}
		if end.Value != "saddr" && end.Value != "daddr" {
			e := r.builder.failf(r.tok(end), "unexpected %s", describe(end)).Expected("saddr or daddr")
			e.Hint = grammar.Near(end.Value, []string{"saddr", "daddr"})
			c.toks = nil
			return
		}
		delete(c.given, keyword.Value)
		if len(c.toks) == 0 {
			r.missing(end, "%s", want)
			return
		}
		// An address is several tokens to the script's lexer, for its colons.
		first, last := c.next(), c.last
		for len(c.toks) > 0 && c.toks[0].Pos.Offset == last.Pos.Offset+len(last.Value) {
			last = c.next()
		}
		at := r.tok(first).Join(r.tok(last))
		s := r.text[first.Pos.Offset : last.Pos.Offset+len(last.Value)]
		addr, err := netip.ParseAddr(s)
		if err != nil || !is(addr) || addr.Zone() != "" {
			r.builder.failf(at, "%s is no address here", quote(clip(s))).Expected("%s", want)
			return
		}
		c.option(r.tok(keyword).Join(at), keyword.Value+" "+end.Value, &ast.Addr{Span: at, Addr: addr})
	}
}

// tunnelKind is what one kind of tunnel takes, in braces.
func tunnelKind(words ...string) func(*config, *reader, *tok) {
	return func(c *config, r *reader, keyword *tok) {
		if len(c.toks) == 0 || c.toks[0].Type != lxBraced {
			r.missingOr(c.toks, keyword, "{")
			c.toks = nil
			return
		}
		for _, k := range []string{"vxlan", "erspan", "geneve"} {
			if k != keyword.Value && c.given[k] != nil {
				r.builder.failf(r.tok(keyword), "the tunnel is a %s one already", k).Expected("one kind of tunnel")
			}
		}
		t := c.next()
		l := newLex(r.text[:t.Pos.Offset+len(t.Value)], r.base, frameObject)
		l.at = t.Pos.Offset
		for l.words(); l.at < len(l.text); l.words() {
			l.at++
		}
		inner := &config{Object: c.Object, toks: l.toks, last: t}
		for len(inner.toks) > 0 {
			w := inner.next()
			name := keyword.Value + " " + w.Value
			switch {
			case oneIn(w.Value, words) == "":
				e := r.builder.failf(r.tok(w), "unexpected %s", describe(w)).Expected("%s", oneOf(words))
				e.Hint = grammar.Near(w.Value, words)
				return
			case w.Value == "direction":
				d := inner.word(r, "ingress or egress")
				if d == nil {
					return
				}
				if d.Value != "ingress" && d.Value != "egress" {
					r.builder.failf(r.tok(d), "%s is no direction", quote(clip(d.Value))).Expected("ingress or egress")
					return
				}
				c.option(r.tok(w).Join(r.tok(d)), name, &ast.String{Span: r.tok(d), Val: d.Value})
			case w.Value == "data":
				if len(inner.toks) == 0 {
					r.missing(w, "the option's data in quotes, in hexadecimal")
					return
				}
				d := inner.next()
				c.option(r.tok(w).Join(r.tok(d)), name, &ast.String{Span: r.tok(d), Val: unquote(d)})
			default:
				n, at, ok := inner.number(r, 32)
				if !ok {
					return
				}
				c.option(r.tok(w).Join(at), name, &ast.Int{Span: at, Val: n})
			}
		}
	}
}
