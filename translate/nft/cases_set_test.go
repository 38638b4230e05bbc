package nft

import (
	"fmt"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// setOf is a case of one declared set.
func setOf(name, want string, s *ast.Set) printCase {
	s.Name = "s"
	return printCase{name: name, table: &ast.Table{Family: inet, Sets: []*ast.Set{s}}, want: want}
}

func setCases() []printCase {
	v4set := []ast.Type{ast.TypeIPv4Addr}
	cases := []printCase{
		setOf("set type", "set s {\n\ttype ipv4_addr . inet_service\n}\n", &ast.Set{Key: []ast.Type{ast.TypeIPv4Addr, ast.TypeInetService}}),
		setOf("set all", "set s {\n\ttype ipv4_addr\n\tpolicy memory\n\tsize 9\n\tflags interval,timeout\n\tcounter\n\tauto-merge\n\ttimeout 1d2h\n\tgc-interval 10m\n\tcomment \"x\"\n}\n",
			&ast.Set{Key: v4set, Policy: "memory", Size: 9, Flags: []string{"interval", "timeout"}, Stmts: []ast.Stmt{&ast.Counter{}}, AutoMerge: true,
				Timeout: 26 * 3600 * 1000, GC: 600 * 1000, Comment: "x"}),
		setOf("set dynamic", "set s {\n\ttype ipv4_addr\n\tsize 9\n\tflags dynamic\n\tcounter limit rate 1/second\n}\n",
			&ast.Set{Key: v4set, Size: 9, Flags: []string{"dynamic"}, Stmts: []ast.Stmt{&ast.Counter{}, &ast.Limit{Rate: 1, Unit: "second"}}}),
		setOf("set ct count", "set s {\n\ttype ipv4_addr\n\tsize 9\n\tflags dynamic\n\tct count over 5\n}\n",
			&ast.Set{Key: v4set, Size: 9, Flags: []string{"dynamic"}, Stmts: []ast.Stmt{&ast.ConnLimit{Count: 5, Over: true}}}),
		setOf("set typeof", "set s {\n\ttypeof ip saddr . @th,8,8 . meta mark\n\telements = { 192.0.2.1 . 0x5 . 0x00000001 }\n}\n",
			&ast.Set{KeyExpr: concat(field("ip", "saddr"), &ast.RawPayload{Base: ast.BaseTransport, Offset: 8, Len: 8}, meta("mark")),
				Key:   []ast.Type{ast.TypeIPv4Addr, ast.TypeInteger, ast.TypeMark},
				Elems: set(concat(addr("192.0.2.1"), num(5), num(1))).Elems}),
		setOf("set presence", "set s {\n\ttypeof tcp option sack-perm\n}\n", &ast.Set{KeyExpr: &ast.TCPOption{Kind: 4}, Key: []ast.Type{ast.TypeBoolean}}).
			listing("set s {\n\ttypeof tcp option sack-perm kind\n}\n"), // which nft does not read
		setOf("elements", "set s {\n\ttype ipv4_addr\n\tflags interval,timeout\n\telements = { 192.0.2.1 timeout 1h, 192.0.2.8-192.0.2.10,\n\t\t     198.51.100.0/24 comment \"net\" }\n}\n",
			&ast.Set{Key: v4set, Flags: []string{"interval", "timeout"}, Elems: []*ast.Elem{
				{Key: addr("192.0.2.1"), More: &ast.ElemMore{Timeout: 3600e3, Expires: 5}}, {Key: rng(addr("192.0.2.8"), addr("192.0.2.10"))}, {Key: prefix("198.51.100.0/24"), More: &ast.ElemMore{Comment: "net"}},
			}}),
		setOf("element counter", "set s {\n\ttype ipv4_addr\n\tcounter\n\ttimeout 1m\n\telements = { 192.0.2.1 counter timeout 1h comment \"c\", * counter }\n}\n",
			&ast.Set{Key: v4set, Timeout: 60000, Stmts: []ast.Stmt{&ast.Counter{}}, Elems: []*ast.Elem{
				{Key: addr("192.0.2.1"), More: &ast.ElemMore{Stmts: []ast.Stmt{&ast.Counter{Counters: ast.Counters{Packets: 5, Bytes: 6}}}, Timeout: 3600e3, Comment: "c"}},
				{More: &ast.ElemMore{Stmts: []ast.Stmt{&ast.Counter{}}}},
			}}),
		setOf("element never", "set s {\n\ttype ipv4_addr\n\ttimeout 1m\n\telements = { 192.0.2.1 timeout never }\n}\n",
			&ast.Set{Key: v4set, Timeout: 60000, Elems: []*ast.Elem{{Key: addr("192.0.2.1"), More: &ast.ElemMore{Never: true}}}}).without(tooOld),
		setOf("verdict map", "map s {\n\ttype ipv4_addr : verdict\n\tcounter\n\telements = { 192.0.2.1 counter : drop, * counter : accept }\n}\n",
			&ast.Set{Key: v4set, Data: []ast.Type{ast.TypeVerdict}, Stmts: []ast.Stmt{&ast.Counter{}}, Elems: []*ast.Elem{
				{Key: addr("192.0.2.1"), Data: drop, More: &ast.ElemMore{Stmts: []ast.Stmt{&ast.Counter{}}}}, {Data: accept, More: &ast.ElemMore{Stmts: []ast.Stmt{&ast.Counter{}}}},
			}}),
		setOf("map typeof", "map s {\n\ttypeof ip saddr . tcp dport : meta mark\n\telements = { 192.0.2.1 . 80 : 0x00000001 }\n}\n",
			&ast.Set{KeyExpr: concat(field("ip", "saddr"), field("tcp", "dport")), Key: []ast.Type{ast.TypeIPv4Addr, ast.TypeInetService}, DataExpr: meta("mark"),
				Data: []ast.Type{ast.TypeMark}, Elems: []*ast.Elem{to(concat(addr("192.0.2.1"), num(80)), num(1))}}),
		setOf("map typeof verdict", "map s {\n\ttypeof ip saddr : verdict\n}\n",
			&ast.Set{KeyExpr: field("ip", "saddr"), Key: v4set, Data: []ast.Type{ast.TypeVerdict}}),
		setOf("map interval", "map s {\n\ttype ipv4_addr : interval ipv4_addr . inet_service\n\tflags interval\n\telements = { 192.0.2.0/24 : 198.51.100.1-198.51.100.9 . 80-90 }\n}\n",
			&ast.Set{Key: v4set, Data: []ast.Type{ast.TypeIPv4Addr, ast.TypeInetService}, DataInterval: true, Flags: []string{"interval"},
				Elems: []*ast.Elem{to(prefix("192.0.2.0/24"), concat(rng(addr("198.51.100.1"), addr("198.51.100.9")), rng(num(80), num(90))))}}),
	}
	objects := setOf("object map", "quota q {\n\t1500 bytes\n}\n\nmap s {\n\ttype ipv4_addr : quota\n\telements = { 192.0.2.1 : \"q\" }\n}\n",
		&ast.Set{Key: v4set, Object: ast.ObjectQuota, Elems: []*ast.Elem{to(addr("192.0.2.1"), str("q"))}})
	objects.table.Objects = []*ast.Object{{Kind: ast.ObjectQuota, Name: "q", Stmt: &ast.Quota{Bytes: 1500}}}
	return append(append(cases, objects), lineCases()...)
}

// listing says how nft lists the table, where it is in other words.
func (c printCase) listing(text string) printCase {
	c.lists = text
	return c
}

// lineCases are sets of each type that has a line of its own width, with more
// elements than have room on one.
func lineCases() (cases []printCase) {
	numbers := func(ns ...uint64) (list []ast.Expr) {
		for _, n := range ns {
			list = append(list, num(n))
		}
		return list
	}
	seven := numbers(1, 2, 3, 4, 5, 6, 7)
	for _, c := range []struct {
		typ   ast.Type
		elems []ast.Expr
		lines string
	}{
		{ast.TypeIPv4Addr, []ast.Expr{addr("192.0.2.1"), addr("192.0.2.2"), addr("192.0.2.3")}, "192.0.2.1, 192.0.2.2\n192.0.2.3"},
		{ast.TypeIPv6Addr, []ast.Expr{addr("2001:db8::1"), addr("2001:db8::2")}, "2001:db8::1\n2001:db8::2"},
		{ast.TypeEtherAddr, []ast.Expr{ether(0, 0, 0x5e, 0, 0x53, 1), ether(0, 0, 0x5e, 0, 0x53, 2)}, "00:00:5e:00:53:01\n00:00:5e:00:53:02"},
		{ast.TypeEtherType, numbers(0x800, 0x9000), "ip\n0x9000"},
		{ast.TypeInetProto, numbers(1, 2, 6, 17, 33, 50, 200), "icmp, igmp, tcp, udp, dccp\nesp, 200"},
		{ast.TypeInetService, seven, "1, 2, 3, 4, 5\n6, 7"},
		{ast.TypeMark, seven, "0x00000001, 0x00000002, 0x00000003, 0x00000004, 0x00000005\n0x00000006, 0x00000007"},
		{ast.TypeNFProto, numbers(1, 2, 3, 4, 5, 10), "1, ipv4, 3, 4, 5\nipv6"},
		{ast.TypeIfname, []ast.Expr{str("eth0"), str("eth1")}, "\"eth0\"\n\"eth1\""},
		{ast.TypeIfaceType, numbers(1, 5, 772), "ether\n5\nloopback"},
		{ast.TypeDevgroup, numbers(0, 5), "\"default\"\n5"},
		{ast.TypeUID, seven, "1, 2, 3, 4, 5\n6, 7"},
		{ast.TypeGID, seven, "1, 2, 3, 4, 5\n6, 7"},
		{ast.TypeTCHandle, numbers(0, 0x10001, 0x10002, 0x10003, 0x10004, 0x1000a), "none, 1:1, 1:2, 1:3, 1:4\n1:a"},
		{ast.TypeRealm, numbers(0, 5), "\"cosmos\"\n5"},
		{ast.TypePktType, numbers(0, 1, 2, 3), "host, broadcast\nmulticast, other"},
		{ast.TypeTime, numbers(1000, 60000), "1s\n1m"},
		{ast.TypeCTState, numbers(1, 2, 4, 8), "invalid, established\nrelated, new"},
		{ast.TypeCTDir, numbers(0, 1), "original, reply"},
		{ast.TypeCTStatus, numbers(1, 2, 4), "expected, seen-reply\nassured"},
		{ast.TypeTCPFlag, numbers(1, 2, 4, 8, 16, 32), "fin, syn, rst, psh, ack\nurg"},
		{ast.TypeDCCPType, numbers(0, 1, 2, 3, 4, 5), "request, response, data, ack, dataack\nclosereq"},
		{ast.TypeICMPType, numbers(0, 8, 100), "echo-reply\necho-request\n100"},
		{ast.TypeICMPCode, numbers(1, 5), "host-unreachable\n5"},
		{ast.TypeICMPv6Type, numbers(1, 128), "destination-unreachable\necho-request"},
		{ast.TypeICMPv6Code, numbers(0, 1), "no-route\nadmin-prohibited"},
		{ast.TypeICMPXCode, numbers(0, 1), "no-route\nport-unreachable"},
		{ast.TypeIGMPType, numbers(0x11, 0x99), "membership-query\n153"},
		{ast.TypeARPOp, numbers(1, 2, 3, 4, 5, 6), "request, reply, rrequest, rreply, 5\n6"},
		{ast.TypeDSCP, numbers(0, 3), "cs0\n0x03"},
		{ast.TypeECN, numbers(1, 2), "ect1\nect0"},
		{ast.TypeFibAddr, numbers(1, 2), "unicast\nlocal"},
		{ast.TypeMHType, numbers(0, 99), "binding-refresh-request\n99"},
	} {
		var lines []string
		for line := range strings.Lines(c.lines) {
			lines = append(lines, strings.TrimSpace(line))
		}
		name := c.typ.String()
		cases = append(cases, setOf("lines of "+name,
			fmt.Sprintf("set s {\n\ttype %s\n\telements = { %s }\n}\n", name, strings.Join(lines, ",\n\t\t     ")),
			&ast.Set{Key: []ast.Type{c.typ}, Elems: set(c.elems...).Elems}))
	}
	return append(cases,
		setOf("lines of a concatenation", "set s {\n\ttype ipv4_addr . inet_service\n\telements = { 192.0.2.1 . 1,\n\t\t     192.0.2.1 . 2 }\n}\n",
			&ast.Set{Key: []ast.Type{ast.TypeIPv4Addr, ast.TypeInetService}, Elems: set(concat(addr("192.0.2.1"), num(1)), concat(addr("192.0.2.1"), num(2))).Elems}),
		setOf("lines of integers", "set s {\n\ttypeof meta length\n\telements = { 1, 2, 3, 4, 5,\n\t\t     6, 7 }\n}\n",
			&ast.Set{KeyExpr: meta("length"), Key: []ast.Type{ast.TypeInteger}, Elems: set(seven...).Elems}),
		setOf("lines of a map", "map s {\n\ttype ipv4_addr : mark\n\telements = { 192.0.2.1 : 0x00000001, 192.0.2.2 : 0x00000002,\n\t\t     192.0.2.3 : 0x00000003 }\n}\n",
			&ast.Set{Key: []ast.Type{ast.TypeIPv4Addr}, Data: []ast.Type{ast.TypeMark}, Elems: []*ast.Elem{to(addr("192.0.2.1"), num(1)), to(addr("192.0.2.2"), num(2)), to(addr("192.0.2.3"), num(3))}}),
	)
}
