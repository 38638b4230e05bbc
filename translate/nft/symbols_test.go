package nft

import (
	"fmt"
	"testing"

	"github.com/ctlint/ctlint/ast"
	syntax "github.com/ctlint/ctlint/grammar/nft"
	"github.com/ctlint/ctlint/internal/nfttest"
)

// symbolFields are expressions of the types that have names for numbers, with the
// family of a rule that has them, and the matches that they imply.
var symbolFields = []struct {
	family  ast.Family
	left    ast.Expr
	implied []ast.Stmt
	typed   bool // sets may be of the type
	set     bool // it can be set
}{
	{ip, field("ip", "protocol"), nil, true, true},
	{ip6, field("ip6", "nexthdr"), nil, true, true},
	{ip, meta("l4proto"), nil, true, false},
	{ip, ct("protocol"), nil, true, false},
	{inet, meta("nfproto"), nil, true, false},
	{bridge, field("ether", "type"), nil, true, true},
	{bridge, meta("protocol"), nil, true, false},
	{arp, field("arp", "operation"), nil, true, true},
	{ip, ct("state"), nil, true, false},
	{ip, ct("direction"), nil, true, false},
	{ip, ct("status"), nil, true, false},
	{ip, ct("event"), nil, false, true},
	{ip, field("tcp", "flags"), []ast.Stmt{tcp()}, true, true},
	{ip, field("dccp", "type"), []ast.Stmt{implied(meta("l4proto"), 33)}, true, false},
	{ip, field("icmp", "type"), []ast.Stmt{implied(meta("l4proto"), 1)}, true, true},
	{ip, field("icmp", "code"), []ast.Stmt{implied(meta("l4proto"), 1)}, true, true},
	{ip6, field("icmpv6", "type"), []ast.Stmt{implied(meta("l4proto"), 58)}, true, true},
	{ip6, field("icmpv6", "code"), []ast.Stmt{implied(meta("l4proto"), 58)}, true, true},
	{ip, field("igmp", "type"), []ast.Stmt{implied(meta("l4proto"), 2)}, true, true},
	{ip, field("ip", "dscp"), nil, true, true},
	{ip, field("ip", "ecn"), nil, true, true},
	{ip, &ast.Fib{Keys: []string{"daddr"}, Result: "type"}, nil, true, false},
	{ip, meta("pkttype"), nil, true, true},
	{ip, meta("iiftype"), nil, true, false},
	{ip, meta("day"), nil, false, false},
	{ip6, &ast.Exthdr{Header: "mh", Field: "type"}, nil, true, false},
	{ip, meta("priority"), nil, true, true},
	{ip, meta("iifgroup"), nil, true, false},
	{ip, &ast.Rt{Key: "classid"}, nil, true, false},
}

// named are the numbers of a type that have a name.
func named(t ast.Type) (list []uint64) {
	for n := range uint64(256) {
		if t == ast.TypeInetProto && protocolName(n) != "" {
			list = append(list, n)
		}
	}
	for _, n := range []uint64{0x0800, 0x0806, 0x86dd, 0x8100, 0x88a8, 512, 768, 769, 772, 776, 778, 1024, 0xffffffff} {
		if syntax.SymbolName(t, n) != "" {
			list = append(list, n)
		}
	}
	for n := range uint64(513) {
		if syntax.SymbolName(t, n) != "" && (len(list) == 0 || n != list[0]) && n != 512 {
			list = append(list, n)
		}
	}
	return list
}

// TestSymbols prints each name of a number in each place where it may stand. nft
// must read it there, and so must we. nft does not read all that it lists: a name
// that is a word of its language is none behind set.
func TestSymbols(t *testing.T) {
	var tables []*ast.Table
	add := func(f ast.Family, stmts []ast.Stmt, last ast.Stmt) *ast.Table {
		table := &ast.Table{Family: f, Name: fmt.Sprintf("t%d", len(tables)), Chains: []*ast.Chain{chain("c", rule(append(stmts[:len(stmts):len(stmts)], last)...))}}
		tables = append(tables, table)
		return table
	}
	for _, s := range symbolFields {
		typ := ast.TypeOf(s.left)
		numbers := named(typ)
		if len(numbers) == 0 {
			t.Errorf("%s has no names", typ)
		}
		inSet, keys, marks := set(), set(), &ast.SetLit{}
		for i, n := range numbers {
			if typ == ast.TypeCTEvent { // which the kernel only sets
				add(s.family, s.implied, assign(s.left, num(n)))
				add(s.family, s.implied, assign(s.left, num(n|numbers[0])))
				continue
			}
			add(s.family, s.implied, eq(s.left, num(n)))
			add(s.family, s.implied, ne(s.left, num(n)))
			if typ.Bitmask() {
				add(s.family, s.implied, any_(s.left, num(n|numbers[0])))
				add(s.family, s.implied, match(s.left, ast.OpNone, num(n)))
				if i > 0 {
					add(s.family, s.implied, eq(op(s.left, ast.OpAnd, num(n|numbers[0])), num(n)))
				}
			}
			if s.set {
				add(s.family, s.implied, assign(s.left, num(n)))
			}
			inSet.Elems = append(inSet.Elems, &ast.Elem{Key: num(n)})
			keys.Elems = append(keys.Elems, &ast.Elem{Key: concat(num(n), num(1))})
			marks.Elems = append(marks.Elems, to(num(uint64(i)), num(n)))
		}
		if typ == ast.TypeCTEvent {
			continue
		}
		add(s.family, s.implied, eq(s.left, inSet))
		vmap := &ast.SetLit{}
		for _, e := range inSet.Elems {
			vmap.Elems = append(vmap.Elems, to(e.Key, accept))
		}
		add(s.family, s.implied, &ast.VMap{Key: s.left, Map: vmap})
		if typ != ast.TypeDCCPType { // four bits of a byte cannot be joined
			add(s.family, s.implied, eq(concat(s.left, meta("mark")), keys))
		}
		if s.set && ast.BitsOf(s.left) >= 16 { // nft cannot put a part of 16 bits in the place of a map's
			add(s.family, s.implied, assign(s.left, mapped(meta("mark"), marks)))
		}
		if s.typed {
			table := add(s.family, nil, accept)
			table.Sets = append(table.Sets, &ast.Set{Name: "s", Key: []ast.Type{typ}, Elems: inSet.Elems},
				&ast.Set{Name: "m", Key: []ast.Type{ast.TypeMark}, Data: []ast.Type{typ}, Elems: marks.Elems},
				&ast.Set{Name: "d", Key: []ast.Type{ast.TypeMark}, Data: []ast.Type{typ}, Size: 9, Flags: []string{"dynamic"}})
			for _, n := range numbers {
				table.Chains[0].Rules = append(table.Chains[0].Rules, rule(&ast.SetOp{Verb: "update", Set: "d", Key: meta("mark"), Data: num(n)}))
			}
		}
	}
	var scripts []string
	for _, table := range tables {
		rs := &ast.Ruleset{Tables: []*ast.Table{table}}
		text, err := print(t, rs, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := parse(t, "printed", text); !ast.Equal(got, rs) {
			t.Errorf("printed %s\nof      %s\nbecomes %s", text, ast.Dump(rs), ast.Dump(got))
		}
		scripts = append(scripts, text)
	}
	_, errs := nfttest.ListEach(t, scripts)
	for i, err := range errs {
		if err != nil {
			t.Errorf("%v\n%s", err, scripts[i])
		}
	}
	t.Logf("%d tables", len(tables))
}
