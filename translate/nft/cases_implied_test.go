package nft

import "github.com/ctlint/ctlint/ast"

// impliedCases are rules with matches that nft adds by itself, or does not.
func impliedCases() []printCase {
	saddr := func() *ast.Match { return eq(field("ip", "saddr"), addr("192.0.2.1")) }
	dport := func() *ast.Match { return eq(field("tcp", "dport"), num(22)) }
	said := func(m *ast.Match) *ast.Match {
		m.Implied = false
		return m
	}
	return []printCase{
		one("implied family", inet, "ip saddr 192.0.2.1", v4(), saddr()),
		one("implied both", inet, "ip saddr 192.0.2.1 tcp dport 22", v4(), saddr(), tcp(), dport()),
		one("implied in bridge", bridge, "ip saddr 192.0.2.1", implied(meta("protocol"), 0x800), saddr()),
		one("implied in netdev", netdev, "ip saddr 192.0.2.1", implied(meta("protocol"), 0x800), saddr()),
		one("implied twice", inet, "icmp type echo-request", v4(), implied(meta("l4proto"), 1), eq(field("icmp", "type"), num(8))),
		one("implied first", inet, "iifname \"eth0\" exthdr frag exists", v6(), eq(meta("iifname"), str("eth0")), eq(&ast.Exthdr{Header: "frag"}, exists(true))),
		one("implied type", ip, "icmp type { echo-reply, echo-request } icmp id 5", implied(meta("l4proto"), 1),
			eq(field("icmp", "type"), set(num(0), num(8))), eq(field("icmp", "id"), num(5))),
		one("implied by reject", inet, "counter reject with tcp reset", tcp(), &ast.Counter{}, &ast.Reject{Kind: "tcp reset"}).
			as("meta l4proto tcp counter reject with tcp reset"),
		one("implied by map", inet, "meta mark set ip saddr map { 192.0.2.1 : 0x00000001 }", v4(),
			assign(meta("mark"), mapped(field("ip", "saddr"), elems(to(addr("192.0.2.1"), num(1)))))),

		// What the rule says is printed, though nft then lists less.
		one("said", inet, "meta nfproto ipv4 ip saddr 192.0.2.1", said(v4()), saddr()).as("ip saddr 192.0.2.1"),
		one("said and used", ip, "meta l4proto tcp th dport 22", said(tcp()), eq(field("th", "dport"), num(22))).as("tcp dport 22"),
		one("said far away", inet, "meta l4proto tcp counter tcp dport 22", said(tcp()), &ast.Counter{}, dport()),
		one("said by protocol", ip, "ip protocol tcp meta mark set 0x00000001 tcp dport 22", eq(field("ip", "protocol"), num(6)), assign(meta("mark"), num(1)), dport()),

		// What is hidden, but not what nft would add, is printed.
		one("not implied", inet, "meta nfproto ipv4 counter", v4(), &ast.Counter{}),
		one("not implied there", inet, "meta nfproto ipv4 counter ip saddr 192.0.2.1", v4(), &ast.Counter{}, saddr()),
		one("implied for one", inet, "meta nfproto ipv4 counter ip saddr 192.0.2.1 tcp dport 22", v4(), &ast.Counter{}, saddr(), tcp(), dport()),
		one("not that one", inet, "meta l4proto udp th dport 53", udp(), eq(field("th", "dport"), num(53))).as("udp dport 53"),
	}
}
