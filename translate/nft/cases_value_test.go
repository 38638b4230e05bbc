package nft

import (
	"net/netip"

	"github.com/ctlint/ctlint/ast"
)

func valueCases() []printCase {
	flags := field("tcp", "flags")
	return []printCase{
		// Comparisons.
		one("not equal", ip, "ip ttl != 5", ne(field("ip", "ttl"), num(5))),
		one("less", ip, "ip ttl < 5", match(field("ip", "ttl"), ast.OpLt, num(5))),
		one("greater", ip, "ip ttl > 5", match(field("ip", "ttl"), ast.OpGt, num(5))),
		one("at most", ip, "ip ttl <= 5", match(field("ip", "ttl"), ast.OpLe, num(5))),
		one("at least", ip, "ip ttl >= 5", match(field("ip", "ttl"), ast.OpGe, num(5))),
		one("any bit", ip, "ct state established,related,new", any_(ct("state"), num(2|4|8))),
		one("no bit", ip, "ct status ! snat", match(ct("status"), ast.OpNone, num(16))),
		one("all bits", ip, "ct state == new", eq(ct("state"), num(8))),
		one("other bits", ip, "ct state != established | new", ne(ct("state"), num(2|8))),
		one("bits of a mask", ip, "ct state new / established,new", eq(op(ct("state"), ast.OpAnd, num(2|8)), num(8))),
		one("bits not of a mask", ip, "ct state != new / established,new", ne(op(ct("state"), ast.OpAnd, num(2|8)), num(8))),
		one("no bit of a mask", ip, "ct state ! established,new", eq(op(ct("state"), ast.OpAnd, num(2|8)), num(0))),
		one("a bit of a mask", ip, "ct state established,new", ne(op(ct("state"), ast.OpAnd, num(2|8)), num(0))),
		one("the bit of a mask", ip, "tcp flags & syn == syn", tcp(), eq(op(flags, ast.OpAnd, num(2)), num(2))),
		one("flags", ip, "tcp flags syn,ack / fin,syn,rst,ack", tcp(), eq(op(flags, ast.OpAnd, num(0x17)), num(0x12))),
		one("flags less", ip, "tcp flags & (syn | ack) < syn", tcp(), match(op(flags, ast.OpAnd, num(0x12)), ast.OpLt, num(2))),
		one("flags set", ip, "tcp flags { syn, syn | ack }", tcp(), eq(flags, set(num(2), num(0x12)))).as("tcp flags { syn | ack, syn }"),
		one("flags masked set", ip, "tcp flags & (syn | ack) == { syn, ack }", tcp(), eq(op(flags, ast.OpAnd, num(0x12)), set(num(2), num(16)))),
		one("no flags", ip, "tcp flags == 0x0", tcp(), eq(flags, num(0))),
		one("unknown bits", ip, "ct state new,0x80", any_(ct("state"), num(0x88))),
		one("bits set", ip, "ct state { established, related | new }", eq(ct("state"), set(num(2), num(4|8)))),

		// Addresses.
		one("addr", ip, "ip saddr 192.0.2.1", eq(field("ip", "saddr"), addr("192.0.2.1"))),
		one("addr range", ip, "ip saddr 192.0.2.1-192.0.2.7", eq(field("ip", "saddr"), rng(addr("192.0.2.1"), addr("192.0.2.7")))),
		one("addr prefix", ip, "ip saddr 192.0.2.0/24", eq(field("ip", "saddr"), prefix("192.0.2.0/24"))),
		one("addr host prefix", ip, "ip saddr 192.0.2.1/32", eq(field("ip", "saddr"), prefix("192.0.2.1/32"))).as("ip saddr 192.0.2.1"),
		one("addr mask", ip, "ip saddr & 255.255.0.255 == 192.0.0.2", eq(field("ip", "saddr"),
			&ast.MaskedAddr{Addr: netip.MustParseAddr("192.0.0.2"), Mask: netip.MustParseAddr("255.255.0.255")})),
		one("addr mask not", ip, "ip saddr & 255.255.0.255 != 192.0.0.2", ne(field("ip", "saddr"),
			&ast.MaskedAddr{Addr: netip.MustParseAddr("192.0.0.2"), Mask: netip.MustParseAddr("255.255.0.255")})),
		one("addr number", ip, "ip saddr & 0.0.0.255 < 0.0.0.127", match(op(field("ip", "saddr"), ast.OpAnd, num(255)), ast.OpLt, num(127))),
		one("addr6", ip6, "ip6 saddr 2001:db8::1", eq(field("ip6", "saddr"), addr("2001:db8::1"))),
		one("addr6 prefix", ip6, "ip6 saddr 2001:db8::/32", eq(field("ip6", "saddr"), prefix("2001:db8::/32"))),
		one("addr6 mapped", ip6, "ip6 saddr ::ffff:192.0.2.1", eq(field("ip6", "saddr"), addr("::ffff:192.0.2.1"))),
		one("addr6 compatible", ip6, "ip6 saddr ::192.0.2.1", eq(field("ip6", "saddr"), addr("::c000:201"))),
		one("addr6 small", ip6, "ip6 saddr ::201", eq(field("ip6", "saddr"), addr("::201"))),
		one("addr6 number", ip6, "ip6 saddr & ::ff < ::7", match(op(field("ip6", "saddr"), ast.OpAnd, num(255)), ast.OpLt, num(7))),
		one("ether range", bridge, "ether saddr 00:00:5e:00:53:00-00:00:5e:00:53:ff",
			eq(field("ether", "saddr"), rng(ether(0, 0, 0x5e, 0, 0x53, 0), ether(0, 0, 0x5e, 0, 0x53, 0xff)))),
		one("ether number", bridge, "ether saddr & ff:ff:ff:00:00:00 == 00:00:5e:00:00:00",
			eq(op(field("ether", "saddr"), ast.OpAnd, num(0xffffff000000)), num(0x5e000000))),

		// Numbers of the types.
		one("integer", ip, "ip length 40-50", eq(field("ip", "length"), rng(num(40), num(50)))),
		one("hex integer", ip, "comp flags 0x33", implied(meta("l4proto"), 108), eq(field("comp", "flags"), num(0x33))),
		one("proto", ip, "ip protocol { icmp, ipencap, tcp, ipv6-icmp, 200 }", eq(field("ip", "protocol"), set(num(1), num(4), num(6), num(58), num(200)))),
		one("proto zero", ip6, "ip6 nexthdr ip", eq(field("ip6", "nexthdr"), num(0))),
		one("proto range", ip, "ip protocol 6-17", eq(field("ip", "protocol"), rng(num(6), num(17)))),
		one("service", ip, "tcp dport 443", tcp(), eq(field("tcp", "dport"), num(443))),
		one("mark", ip, "meta mark 0x00000001-0x0000000a", eq(meta("mark"), rng(num(1), num(10)))),
		one("nfproto", inet, "meta nfproto ipv4", eq(meta("nfproto"), num(2))),
		one("ethertype", bridge, "ether type { ip, 0x1234, 8021q }", eq(field("ether", "type"), set(num(0x800), num(0x1234), num(0x8100)))),
		one("dscp", ip, "ip dscp { 0x03, cs1, ef }", eq(field("ip", "dscp"), set(num(3), num(8), num(0x2e)))),
		one("dscp range", ip, "ip dscp 0x08-0x10", eq(field("ip", "dscp"), rng(num(8), num(16)))),
		one("ecn", ip, "ip ecn ce", eq(field("ip", "ecn"), num(3))),
		one("icmp type", ip, "icmp type { echo-request, 200 }", implied(meta("l4proto"), 1), eq(field("icmp", "type"), set(num(8), num(200)))),
		one("icmp types", ip, "icmp type 0-8", implied(meta("l4proto"), 1), eq(field("icmp", "type"), rng(num(0), num(8)))),
		one("icmpv6 type", ip6, "icmpv6 type mld-listener-done", implied(meta("l4proto"), 58), eq(field("icmpv6", "type"), num(132))),
		one("iface type", ip, "meta iiftype { 5, ppp, loopback }", eq(meta("iiftype"), set(num(5), num(512), num(772)))),
		one("iface index", ip, `iif 1`, eq(meta("iif"), num(1))).as(`iif "lo"`),
		one("user", ip, "meta skuid 0 meta skgid 1000-2000", eq(meta("skuid"), num(0)), eq(meta("skgid"), rng(num(1000), num(2000)))),
		one("user name", ip, `meta skuid "daemon"`, eq(meta("skuid"), &ast.Unknown{Text: "daemon"})).as("meta skuid 1"),
		one("class", ip, "meta priority { none, 1:2 } meta priority root", eq(meta("priority"), set(num(0), num(0x10002))), eq(meta("priority"), num(0xffffffff))),
		one("label", ip, "ct label 5,100", any_(ct("label"), &ast.Big{Bytes: []byte{0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20}})),
		one("label not", ip, "ct label ! 5", match(ct("label"), ast.OpNone, num(32))),
		one("label set", ip, "ct label set 5", assign(ct("label"), num(32))),
		one("event", ip, "ct event set new,destroy", assign(ct("event"), num(5))),
		one("no event", ip, "ct event set 0x0", assign(ct("event"), num(0))),

		// Times.
		one("duration", ip, "ct expiration 1d2h3m4s5ms", eq(ct("expiration"), num(93784005))),
		one("no time", ip, "ct expiration > 0s", match(ct("expiration"), ast.OpGt, num(0))).as("ct expiration > "), // which nft does not read
		one("date", ip, `meta time "2024-12-31 23:59:59"`, eq(meta("time"), num(1735689599*1e9))),
		one("hours", ip, `meta hour "17:00"-"18:00:30"`, eq(meta("hour"), rng(num(17*3600), num(18*3600+30)))),
		one("day", ip, `meta day "Sunday"`, eq(meta("day"), num(0))),
		one("days", ip, "meta day 1-5", eq(meta("day"), rng(num(1), num(5)))),

		// Names.
		one("ifname", ip, `iifname "eth0"`, eq(meta("iifname"), str("eth0"))),
		one("ifname wild", ip, `iifname { "eth*", "wlan0" }`, eq(meta("iifname"), set(wild("eth"), str("wlan0")))),
		one("ifname star", ip, `iifname "eth\*"`, eq(meta("iifname"), str("eth*"))),
		one("ifname blank", ip, `iifname "a b"`, eq(meta("iifname"), str("a b"))),
		one("helper", ip, `ct helper "ftp"`, eq(ct("helper"), str("ftp"))),
	}
}
