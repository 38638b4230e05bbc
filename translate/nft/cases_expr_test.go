package nft

import "github.com/ctlint/ctlint/ast"

const (
	ip     = ast.FamilyIP
	ip6    = ast.FamilyIP6
	inet   = ast.FamilyInet
	arp    = ast.FamilyARP
	bridge = ast.FamilyBridge
	netdev = ast.FamilyNetdev
)

// tooOld is why nft 1.0.6 is not asked.
const tooOld = "the oldest nft that is supported, 1.0.6, does not read it"

// noModule is why a kernel is not asked that may have been built without it.
func noModule(name string) string { return "the kernel may have been built without " + name }

func exprCases() []printCase {
	return []printCase{
		// Header fields, by layer.
		one("ether", bridge, "ether saddr 00:00:5e:00:53:01", eq(field("ether", "saddr"), ether(0, 0, 0x5e, 0, 0x53, 1))),
		one("vlan", bridge, "vlan id 5", implied(field("ether", "type"), 0x8100), eq(field("vlan", "id"), num(5))),
		one("arp operation", arp, "arp operation request", eq(field("arp", "operation"), num(1))),
		one("arp address", arp, "arp saddr ip 192.0.2.1", eq(field("arp", "saddr ip"), addr("192.0.2.1"))),
		one("ip", ip, "ip ttl 5", eq(field("ip", "ttl"), num(5))),
		one("ip6", ip6, "ip6 hoplimit 255", eq(field("ip6", "hoplimit"), num(255))),
		one("tcp", ip, "tcp dport 22", tcp(), eq(field("tcp", "dport"), num(22))),
		one("th", ip, "meta l4proto { tcp, udp } th dport 53", eq(meta("l4proto"), set(num(6), num(17))), eq(field("th", "dport"), num(53))),
		one("vxlan", ip, "meta l4proto udp vxlan tcp dport 80", eq(meta("l4proto"), num(17)), eq(&ast.Payload{Tunnel: ast.TunnelVXLAN, Field: ast.TCPDport}, num(80))).without(tooOld),
		one("raw", ip, "@nh,97,15 0x4000", eq(&ast.RawPayload{Base: ast.BaseNetwork, Offset: 97, Len: 15}, num(0x4000))).as("@nh,96,16 & 0x7fff == 0x4000"),
		one("raw known", ip, "@nh,64,8 0x5", eq(&ast.RawPayload{Base: ast.BaseNetwork, Offset: 64, Len: 8}, num(5))).as("ip ttl 5"),
		one("raw long", ip, "@ih,0,128 0x5", eq(&ast.RawPayload{Base: ast.BaseInner, Len: 128}, &ast.Big{Bytes: append(make([]byte, 15), 5)})),
		one("raw longer", ip, "@ih,0,128 0x102030405060708090a0b0c0d0e0f00", eq(&ast.RawPayload{Base: ast.BaseInner, Len: 128},
			&ast.Big{Bytes: []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0}})),

		// Extension headers and options.
		one("exthdr", ip6, "frag frag-off 5", eq(&ast.Exthdr{Header: "frag", Field: "frag-off"}, num(5))),
		one("exthdr index", ip6, "srh sid[1] 2001:db8::1", eq(&ast.Exthdr{Header: "srh", Field: "sid[1]"}, addr("2001:db8::1"))),
		one("exthdr there", ip6, "exthdr hbh exists", eq(&ast.Exthdr{Header: "hbh"}, exists(true))),
		one("exthdr gone", ip6, "exthdr frag missing", eq(&ast.Exthdr{Header: "frag"}, exists(false))),
		one("tcp option", ip, "tcp option maxseg size 1-500", eq(&ast.TCPOption{Kind: 2, Field: "size"}, rng(num(1), num(500)))),
		one("tcp option there", ip, "tcp option sack-perm exists", eq(&ast.TCPOption{Kind: 4}, exists(true))),
		one("tcp option block", ip, "tcp option sack1 left 5", eq(&ast.TCPOption{Kind: 5, Block: 1, Field: "left"}, num(5))),
		one("tcp option number", ip, "tcp option 77 missing", eq(&ast.TCPOption{Kind: 77}, exists(false))),
		one("tcp option raw", ip, "tcp option @255,8,8 10", eq(&ast.TCPOption{Kind: 255, Raw: true, Offset: 8, Len: 8}, num(10))),
		one("ip option", ip, "ip option ra value 5", eq(&ast.IPOption{Kind: "ra", Field: "value"}, num(5))),
		one("ip option there", ip, "ip option rr exists", eq(&ast.IPOption{Kind: "rr"}, exists(true))),
		one("sctp chunk", ip, "sctp chunk init initial-tsn 5", eq(&ast.SCTPChunk{Chunk: "init", Field: "initial-tsn"}, num(5))),
		one("sctp chunk there", ip, "sctp chunk data missing", eq(&ast.SCTPChunk{Chunk: "data"}, exists(false))),
		one("dccp option", ip, "dccp option 5 exists", eq(&ast.DCCPOption{Kind: 5}, exists(true))).without(tooOld),

		// Metadata, connections, routes, sockets.
		one("meta", ip, "meta pkttype multicast", eq(meta("pkttype"), num(2))),
		one("meta short", ip, `iifname "eth0" oif "lo"`, eq(meta("iifname"), str("eth0")), eq(meta("oif"), str("lo"))),
		one("meta group", ip, `iifgroup "default" oifgroup 5`, eq(meta("iifgroup"), num(0)), eq(meta("oifgroup"), num(5))),
		one("ct", ip, "ct direction original", eq(ct("direction"), num(0))),
		one("ct address", inet, "ct original ip saddr 192.0.2.1",
			eq(&ast.CT{Key: ast.CTSaddr, Dir: ast.DirOriginal, Family: ip}, addr("192.0.2.1"))),
		one("ct direction", ip, "ct reply packets > 5", match(&ast.CT{Key: ast.CTPackets, Dir: ast.DirReply}, ast.OpGt, num(5))),
		one("socket", ip, "socket transparent 1", eq(&ast.Socket{Key: "transparent"}, num(1))),
		one("socket mark", ip, "socket mark 0x00000005", eq(&ast.Socket{Key: "mark"}, num(5))),
		one("socket cgroup", ip, `socket cgroupv2 level 1 "system.slice"`,
			eq(&ast.Socket{Key: "cgroupv2", Level: 1}, str("system.slice"))).without("the control group must exist"),
		one("tunnel", ip, "tunnel id 5", eq(&ast.TunnelInfo{Key: "id"}, num(5))).without(tooOld),
		one("osf", ip, `osf name "Linux"`, eq(&ast.OSF{}, str("Linux"))),
		one("osf version", ip, `osf ttl skip version "Linux:3.0"`, eq(&ast.OSF{TTL: "skip", Version: true}, str("Linux:3.0"))),
		one("fib", ip, "fib daddr . iif type { local, broadcast }",
			eq(&ast.Fib{Keys: []string{"daddr", "iif"}, Result: "type"}, set(num(2), num(3)))),
		one("fib there", ip, "fib saddr . mark . iif oif missing",
			eq(&ast.Fib{Keys: []string{"saddr", "mark", "iif"}, Result: "oif", Check: true}, exists(false))),
		one("fib name", ip, `fib daddr oifname "eth0"`, eq(&ast.Fib{Keys: []string{"daddr"}, Result: "oifname"}, str("eth0"))),
		one("rt", ip, `rt classid "cosmos"`, eq(&ast.Rt{Key: "classid"}, num(0))),
		one("rt nexthop", inet, "rt ip6 nexthop 2001:db8::1", eq(&ast.Rt{Key: "nexthop", Family: ip6}, addr("2001:db8::1"))),
		one("ipsec", inet, "ipsec in spnum 1 reqid 5", eq(&ast.Ipsec{Dir: "in", Num: 1, Key: "reqid"}, num(5))),
		one("ipsec address", inet, "ipsec in ip saddr 192.0.2.1",
			eq(&ast.Ipsec{Dir: "in", Key: "saddr", Family: ip}, addr("192.0.2.1"))),
		one("numgen", ip, "numgen inc mod 2 offset 100 100", eq(&ast.Numgen{Mode: "inc", Mod: 2, Offset: 100}, num(100))),
		one("numgen random", ip, "numgen random mod 10 < 5", match(&ast.Numgen{Mode: "random", Mod: 10}, ast.OpLt, num(5))),
		one("jhash", ip, "jhash ip saddr . tcp dport mod 8 seed 0xdeadbeef offset 3 5", tcp(),
			eq(&ast.Hash{Key: concat(field("ip", "saddr"), field("tcp", "dport")), Mod: 8, Seed: 0xdeadbeef, HasSeed: true, Offset: 3}, num(5))),
		one("symhash", ip, "symhash mod 2 1", eq(&ast.Hash{Mod: 2}, num(1))),

		// Operations on bits, and how they bind.
		one("and", ip, "meta mark & 0x000000ff == 0x00000005", eq(op(meta("mark"), ast.OpAnd, num(0xff)), num(5))),
		one("and or", ip, "meta mark set meta mark & 0x000000ff | 0x00000005",
			assign(meta("mark"), op(op(meta("mark"), ast.OpAnd, num(0xff)), ast.OpOr, num(5)))),
		one("or shift", ip, "meta mark set (meta mark | 0x00000010) << 8",
			assign(meta("mark"), op(op(meta("mark"), ast.OpOr, num(0x10)), ast.OpShl, num(8)))),
		one("shift", ip, "ct mark set meta mark >> 8", assign(ct("mark"), op(meta("mark"), ast.OpShr, num(8)))),
		one("xor", ip, "ct mark set ct mark ^ 0x00000001", assign(ct("mark"), op(ct("mark"), ast.OpXor, num(1)))),

		// Concatenations, sets and maps.
		one("concat", ip, `iifname . ip saddr { "eth0" . 192.0.2.1 }`, eq(concat(meta("iifname"), field("ip", "saddr")), set(concat(str("eth0"), addr("192.0.2.1"))))),
		one("concat ranges", ip, "ip saddr . tcp dport { 192.0.2.0/24 . 80-90, 198.51.100.1 . 22 }", tcp(),
			eq(concat(field("ip", "saddr"), field("tcp", "dport")), set(concat(prefix("192.0.2.0/24"), rng(num(80), num(90))), concat(addr("198.51.100.1"), num(22))))),
		one("concat raw", ip, "ip saddr . @ih,32,32 { 192.0.2.1 . 0x14 }",
			eq(concat(field("ip", "saddr"), &ast.RawPayload{Base: ast.BaseInner, Offset: 32, Len: 32}), set(concat(addr("192.0.2.1"), num(20))))),
		one("set", ip, "ip saddr { 192.0.2.1, 198.51.100.0/24 }", eq(field("ip", "saddr"), set(addr("192.0.2.1"), prefix("198.51.100.0/24")))),
		one("set not", ip, "ip saddr != { 192.0.2.1, 198.51.100.0/24 }", ne(field("ip", "saddr"), set(addr("192.0.2.1"), prefix("198.51.100.0/24")))),
		one("set masked", ip, "ct mark & 0x000000ff == { 0x00000001, 0x00000002 }", eq(op(ct("mark"), ast.OpAnd, num(0xff)), set(num(1), num(2)))),
		one("map", ip, "meta mark set tcp dport map { 22 : 0x00000001, 80-90 : 0x00000002, * : 0x00000003 }", tcp(),
			assign(meta("mark"), mapped(field("tcp", "dport"), elems(to(num(22), num(1)), to(rng(num(80), num(90)), num(2)), to(nil, num(3)))))),
		one("set named", ip, "ip saddr @s ip daddr != @s", eq(field("ip", "saddr"), ref("s")), ne(field("ip", "daddr"), ref("s"))).
			with("set s {\n\ttype ipv4_addr\n}\n", func(t *ast.Table) {
				t.Sets = append(t.Sets, &ast.Set{Name: "s", Key: []ast.Type{ast.TypeIPv4Addr}})
			}),
	}
}
