package nft

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

func types(names ...string) (list []ast.Type) {
	for _, n := range names {
		t, ok := ast.ParseType(n)
		if !ok {
			panic("no type " + n)
		}
		list = append(list, t)
	}
	return list
}

func TestElems(t *testing.T) {
	var (
		addr   = ast.Set{Key: types("ipv4_addr")}
		addr6  = ast.Set{Key: types("ipv6_addr")}
		port   = ast.Set{Key: types("inet_service")}
		mark   = ast.Set{Key: types("mark")}
		names  = ast.Set{Key: types("ifname")}
		state  = ast.Set{Key: types("ct_state")}
		proto  = ast.Set{Key: types("inet_proto")}
		triple = ast.Set{Key: types("ipv4_addr", "inet_proto", "inet_service")}
		vmap   = ast.Set{Key: types("inet_service"), Data: types("verdict")}
		nat    = ast.Set{Key: types("ipv4_addr"), Data: types("ipv4_addr", "inet_service")}
		objs   = ast.Set{Key: types("ipv4_addr"), Object: ast.ObjectCounter}
		dscp   = ast.Set{Key: types("dscp"), KeyExpr: &ast.Payload{Field: ast.IPDSCP}}
		untold = ast.Set{}
	)
	for _, c := range []struct {
		set   ast.Set
		text  string
		elems string
		errs  string
	}{
		{addr, "192.0.2.1, 192.0.2.2", "192.0.2.1 192.0.2.2", ""},
		{addr, "192.0.2.1,\n\t192.0.2.0/24 ,192.0.2.5-192.0.2.9,", "192.0.2.1 192.0.2.0/24 192.0.2.5-192.0.2.9", ""},
		{addr, " 010.0.0.1, 192.0.2.77/24", "8.0.0.1 192.0.2.0/24", ""},
		{addr, "192.0.2.1 timeout 1h expires 59m58s, 192.0.2.2", "(elem 192.0.2.1 timeout=3600000 expires=3598000) 192.0.2.2", ""},
		{addr, "192.0.2.1 timeout never", "(elem 192.0.2.1 never)", ""},
		{addr, "192.0.2.1 comment \"a, b } c\", 192.0.2.2", "(elem 192.0.2.1 comment=\"a, b } c\") 192.0.2.2", ""},
		{addr, "192.0.2.1 counter packets 1 bytes 2 limit rate 3/second, *", "(elem 192.0.2.1 stmts=[(counter counters=1/2) (limit 3/second)]) (elem *)", ""},
		{addr, "192.0.2.1 # one\n, 192.0.2.2 # two\n", "192.0.2.1 192.0.2.2", ""},
		{addr, "192.0.2.1, 192.0.2.300, 192.0.2.2", "192.0.2.1 192.0.2.2", `"192.0.2.300" is no IPv4 address; expected four numbers from 0 to 255; one that begins with 0 is octal`},
		{addr, "192.0.2.1, 2001:db8::1, 192.0.2.2 : drop, 192.0.2.3", "192.0.2.1 192.0.2.3",
			"2001:db8::1 is an IPv6 address; expected an IPv4 address|an element of a set has no value; expected , or }"},
		{addr, "192.0.2.1 192.0.2.2", "192.0.2.1", `unexpected "192.0.2.2"; expected , between the elements`},
		{addr, "$net, $ports, 192.0.2.1", "192.0.2.0/24 0.0.0.22 0.0.0.80-0.0.0.90 192.0.2.1", ""}, // a number is an address
		{addr, "example.com", `(host "example.com")`, ""},
		{addr, "{ 192.0.2.1, 192.0.2.2 }", "192.0.2.1 192.0.2.2", ""},
		{addr6, "2001:db8::1, 2001:db8:1::/48, ::ffff:192.0.2.1, fe80::1-fe80::9", "2001:db8::1 2001:db8:1::/48 ::ffff:192.0.2.1 fe80::1-fe80::9", ""},
		{port, "22, 80-90, http, $ports, 0x10, 010", "22 80-90 80 22 80-90 16 8", ""},
		{port, "22, 65536", "22", "65536 is too large; expected a port from 0 to 65535"},
		{mark, "1, 0x10-0x1f, 256/24", "1 16-31 256-511", ""},
		{names, "eth0, \"wg*\", ppp*", `"eth0" "wg"* "ppp"*`, ""},
		{state, "new, established|related", "8 6", ""},
		{proto, "tcp, 17, comp", "6 17 108", ""},
		{triple, "192.0.2.1 . tcp . 22, 192.0.2.0/24 . udp . 53-54", "(concat 192.0.2.1 6 22) (concat 192.0.2.0/24 17 53-54)", ""},
		{triple, "192.0.2.1 . tcp, 192.0.2.2 . tcp . 22", "(concat 192.0.2.2 6 22)", "the key has 2 of 3 parts; expected an IPv4 address . a protocol's name or number . a port"},
		{vmap, "22 : accept, 80-90 : jump web, * : drop", `22=(accept) 80-90=(jump "web") (elem * data=(drop))`, ""},
		{vmap, "22 counter : accept", "(elem 22 stmts=[(counter)] data=(accept))", ""},
		{vmap, "22, 23 : drop", "23=(drop)", `unexpected ","; expected : and a verdict`},
		{nat, "192.0.2.1 : 198.51.100.1 . 80", "192.0.2.1=(concat 198.51.100.1 80)", ""},
		{nat, "192.0.2.1 : 198.51.100.1", "", "the key has 1 of 2 parts; expected an IPv4 address . a port"},
		{objs, "192.0.2.1 : \"web\", 192.0.2.2 : tls", `192.0.2.1="web" 192.0.2.2="tls"`, ""},
		{dscp, "cs1, 63", "8 63", ""},
		{dscp, "64", "", "64 is too large; expected a DiffServ code point from 0 to 63"},
		{untold, "22, 192.0.2.1, eth0, 1d", `22 192.0.2.1 "eth0" 86400000`, ""},
		{addr, "", "", ""},
		{addr, " \n ", "", ""},
	} {
		var p ruleParser
		set := c.set
		p.parseElems(c.text, spanBase, &set, fuzzScope(ast.FamilyInet))
		got := strings.TrimSuffix(strings.TrimPrefix(ast.Dump(&ast.SetLit{Elems: set.Elems}), "{"), "}")
		if got != c.elems {
			t.Errorf("%q\ngot  %s\nwant %s", c.text, got, c.elems)
		}
		var errs []string
		for _, e := range p.errs {
			errs = append(errs, e.Error())
		}
		if got := strings.Join(errs, "|"); got != c.errs {
			t.Errorf("%q\nsays   %s\nshould %s", c.text, got, c.errs)
		}
		for _, e := range set.Elems {
			if e.From >= spanBase && e.To <= spanBase+uint32(len(c.text)) && e.From >= e.To {
				t.Errorf("%q: %s is at %d-%d", c.text, ast.Dump(e), e.From, e.To)
			}
		}
	}
}

// TestElemsFast reads lists of each form with and without the way that is made
// for the plain ones: both must give the same elements at the same places.
func TestElemsFast(t *testing.T) {
	for _, c := range []struct {
		typ  string
		text string
	}{
		{"ipv4_addr", "192.0.2.1, 192.0.2.0/24,198.51.100.255 ,203.0.113.0/0, 192.0.2.9/32"},
		{"ipv6_addr", "2001:db8::1, 2001:db8::/32,::, ::1/128 , 1:2:3:4:5:6:7:8"},
		{"inet_service", "0, 22,80 ,65535"},
		{"mark", "1, 4294967295, 77"},
	} {
		var fast, slow ast.Set
		fast.Key = types(c.typ)
		slow.Key = fast.Key
		var p, q ruleParser
		sc := &scope{}
		p.parseElems(c.text, spanBase, &fast, sc)
		q.begin(c.text, spanBase, sc)
		q.elements(typesOf(slow.Key, nil), dataNone, nil)
		slow.Elems = q.elemBuf
		if len(p.errs)+len(q.errs) > 0 || len(fast.Elems) != len(slow.Elems) {
			t.Fatalf("%s: %v %v, %d and %d elements", c.text, p.errs, q.errs, len(fast.Elems), len(slow.Elems))
		}
		for i, a := range fast.Elems {
			b := slow.Elems[i]
			if !ast.Equal(a, b) || a.Span != b.Span || a.Key.Source() != b.Key.Source() {
				t.Errorf("%s: %s at %v, %s at %v", c.text, ast.Dump(a), a.Span, ast.Dump(b), b.Span)
			}
		}
		if got := p.fastCount(c.text, fast.Key[0]); got != len(c.text) {
			t.Errorf("%s: the fast way goes up to byte %d", c.text, got)
		}
	}
}

// fastCount returns how far the way for plain elements goes.
func (p *ruleParser) fastCount(text string, typ ast.Type) int {
	return p.fastElems(text, vtype{typ: typ, bits: uint16(typ.Bits())}, &ast.Set{})
}
