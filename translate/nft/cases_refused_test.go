package nft

import (
	"net/netip"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// refusedCase is a model that nft has no words for.
type refusedCase struct {
	name   string
	table  *ast.Table
	reason string
}

func refused(name string, f ast.Family, reason string, stmts ...ast.Stmt) refusedCase {
	return refusedCase{name, &ast.Table{Family: f, Name: "t", Chains: []*ast.Chain{chain("c", rule(stmts...))}}, reason}
}

func refusedTable(name, reason string, t *ast.Table) refusedCase {
	if t.Name == "" {
		t.Name = "t"
	}
	return refusedCase{name, t, reason}
}

func refusedCases() []refusedCase {
	saddr := field("ip", "saddr")
	return []refusedCase{
		// Of xtables.
		refused("extension", ip, "the match string of xtables", &ast.Extension{Name: "string", Use: 1}),
		refused("target", ip, "the target TRACE of xtables", &ast.Extension{Name: "TRACE", Target: true, Use: 1}),
		refused("extension with options", ip, "the match u32", &ast.Extension{Name: "u32", Options: []ast.Option{opt("u32", str("0=0"))}}),
		refused("any of", ip, "one of several conditions", &ast.AnyOf{Alts: [][]ast.Stmt{{eq(saddr, addr("192.0.2.1"))}}}),
		refused("opaque", ip, `"-m foo" was not understood`, &ast.Opaque{Text: "-m foo"}),
		refused("host", ip, "gw.example", eq(saddr, &ast.Host{Name: "gw.example", Bits: -1})),
		refused("unknown", ip, "$LAN", eq(saddr, &ast.Unknown{Text: "$LAN"})),
		refused("unknown user", ip, "$USER", eq(meta("skuid"), &ast.Unknown{Text: "$USER"})),
		refused("ipset", ip, "ipset(8)", eq(&ast.IPSetKey{Dst: []bool{false}}, &ast.SetRef{Name: "x", IPSet: true})),
		refused("set of ipset", ip, "ipset(8)", eq(saddr, &ast.SetRef{Name: "x", IPSet: true})),
		refused("bridge port", ip, "bridge port", eq(meta("physin"), str("eth0"))),
		refused("exthdr", ip6, "ah in the chain", eq(&ast.Exthdr{Header: "ah"}, exists(true))),
		refused("helper", ip, "ct helper that is declared", assign(ct("helper"), str("ftp"))),
		refused("timeout", ip, "ct timeout that is declared", assign(ct("timeout"), str("x"))),
		refused("ct timeout", ip, "is an object", eq(ct("timeout"), str("x"))),
		refused("port shift", ip, "shift", &ast.NAT{Kind: ast.DNAT, Addr: addr("192.0.2.1"), Port: rng(num(1), num(9)), PortBase: num(5)}),
		refused("nat flag", ip, "no flag netmap", &ast.NAT{Kind: ast.DNAT, Addr: addr("192.0.2.1"), Flags: []string{"netmap"}}),
		refused("terminal tproxy", ip, "drops what no socket takes", isTCP(), &ast.TProxy{Port: num(80), Terminal: true}),
		refused("ecn", ip, "ECN", &ast.Synproxy{ECN: true}),
		refusedTable("nomatch", "does not match", &ast.Table{Family: ip, Sets: []*ast.Set{{Name: "s", Key: []ast.Type{ast.TypeIPv4Addr}, Elems: []*ast.Elem{{Key: addr("192.0.2.1"), NoMatch: true}}}}}),
		refusedTable("ipset set", "ipset(8)", &ast.Table{Family: ip, Sets: []*ast.Set{{Name: "s", IPSet: "hash:ip"}}}),

		// What nft would add.
		refused("adds family", inet, "would add a condition that the rule does not have: (match meta.nfproto == 2 implied)", eq(saddr, addr("192.0.2.1"))),
		refused("adds protocol", ip, "(match meta.l4proto == 6 implied)", eq(field("tcp", "dport"), num(22))),
		refused("adds interface type", ip, "(match meta.iiftype == 1 implied)", eq(field("ether", "saddr"), ether(0, 0, 0x5e, 0, 0x53, 1))),
		refused("conflict", ip, "nft refuses the rule", eq(field("ip6", "hoplimit"), num(5))),
		refused("two protocols", ip, "nft refuses the rule", eq(meta("l4proto"), num(6)), eq(field("udp", "dport"), num(5))),

		// What is not whole.
		refused("empty rule", ip, "no statement"),
		refused("no statement", ip, "missing", nil),
		refused("no verdict", ip, "missing", &ast.Verdict{}),
		refused("no expression", ip, "missing", eq(saddr, nil)),
		refused("empty set", ip, "empty", eq(saddr, set())),
		refused("no address", ip, "missing", eq(saddr, &ast.Addr{})),
		refused("no prefix", ip, "missing", eq(saddr, &ast.Prefix{})),
		refused("zone", ip6, "zones", eq(field("ip6", "saddr"), &ast.Addr{Addr: netip.MustParseAddr("fe80::1%eth0")})),
		refused("mask in a set", ip, "no prefix", eq(saddr, set(&ast.MaskedAddr{Addr: netip.MustParseAddr("192.0.0.2"), Mask: netip.MustParseAddr("255.0.0.255")}))),
		refused("any bit of a number", ip, "bits", any_(meta("mark"), num(5))),
		refused("no bit of a number", ip, "bits", match(meta("mark"), ast.OpNone, num(5))),
		refused("no labels", ip, "absence of all labels", eq(ct("label"), num(0))),
		refused("two labels", ip, "one label at a time", assign(ct("label"), num(3))),
		refused("wildcard", ip, "every name", eq(meta("iifname"), wild(""))),
		refused("no name", ip, "empty", eq(meta("iifname"), str(""))),
		refused("fraction", ip, "fraction", eq(meta("time"), num(5))),
		refused("late hour", ip, "no second", eq(meta("hour"), num(86400))),
		refused("reject kind", ip, "cannot reject with icmp6", &ast.Reject{Kind: "icmp6-no-route"}),
		refused("map of nothing", ip, "neither written out nor named", &ast.VMap{Key: saddr, Map: num(5)}),
		refused("element statement", ip, "an element cannot", &ast.SetOp{Verb: "add", Set: "s", Key: saddr, Stmts: []ast.Stmt{&ast.Log{}}}),
		refused("no nat", ip, "kind of NAT", &ast.NAT{}),
		refused("no dup", ip, "neither an address", &ast.Dup{}),
		refused("no fwd", netdev, "no device", &ast.Fwd{}),
		refused("no tproxy", ip, "neither an address", &ast.TProxy{}),
		refused("no object", ip, "no kind", &ast.ObjRef{Name: str("x")}),
		refusedTable("bad rule", "not understood as a whole", &ast.Table{Family: ip, Chains: []*ast.Chain{chain("c", &ast.Rule{Bad: true, Stmts: []ast.Stmt{accept}})}}),

		// Names and text.
		refused("quote", ip, "cannot write in quotes", &ast.Log{Prefix: `a"b`}),
		refused("chain of a rule", ip, `"foo:bar" has a name that nft cannot read`, jump("foo:bar")),
		refusedTable("chain name", "a word of nft's language", &ast.Table{Family: ip, Chains: []*ast.Chain{chain("log")}}),
		refusedTable("table name", "cannot read", &ast.Table{Family: ip, Name: "1st"}),
		refusedTable("set name", "a word", &ast.Table{Family: ip, Sets: []*ast.Set{{Name: "th", Key: []ast.Type{ast.TypeIPv4Addr}}}}),
		refusedTable("counter name", "a word", &ast.Table{Family: ip, Objects: []*ast.Object{{Kind: ast.ObjectCounter, Name: "packets", Stmt: &ast.Counter{}}}}),
		refusedTable("long comment", "200 bytes", &ast.Table{Family: ip, Comment: strings.Repeat("x", 200)}),
		refusedTable("rule comment", "in quotes", &ast.Table{Family: ip, Chains: []*ast.Chain{chain("c", &ast.Rule{Comment: `"`, Stmts: []ast.Stmt{accept}})}}),

		// Declarations.
		refusedTable("set without type", "type of the keys is missing", &ast.Table{Family: ip, Sets: []*ast.Set{{Name: "s"}}}),
		refusedTable("set of integers", "no fixed width", &ast.Table{Family: ip, Sets: []*ast.Set{{Name: "s", Key: []ast.Type{ast.TypeInteger}}}}),
		refusedTable("half a typeof", "must say what the map gives", &ast.Table{Family: ip, Sets: []*ast.Set{{Name: "s", KeyExpr: saddr, Data: []ast.Type{ast.TypeMark}}}}),
		refusedTable("implicit chain", "declared elsewhere", &ast.Table{Family: ip, Chains: []*ast.Chain{{Name: "c", Implicit: true}}}),
		refusedTable("chain without type", "no type", &ast.Table{Family: ip, Chains: []*ast.Chain{{Name: "c", Hook: ast.HookInput}}}),
		refusedTable("object without content", "no content", &ast.Table{Family: ip, Objects: []*ast.Object{{Kind: ast.ObjectLimit, Name: "x"}}}),
		refusedTable("object option", "nothing that is called color", &ast.Table{Family: ip, Objects: []*ast.Object{{Kind: ast.ObjectCTHelper, Name: "x", Options: []ast.Option{opt("color", num(1))}}}}),
	}
}
