package nft

import "github.com/ctlint/ctlint/ast"

func stmtCases() []printCase {
	counterObject := func(name string) func(*ast.Table) {
		return func(t *ast.Table) {
			t.Objects = append(t.Objects, &ast.Object{Kind: ast.ObjectCounter, Name: name, Stmt: &ast.Counter{}})
		}
	}
	dynamic := func(t *ast.Table) {
		t.Sets = append(t.Sets, &ast.Set{Name: "s", Key: []ast.Type{ast.TypeIPv4Addr}, Size: 9, Flags: []string{"dynamic", "timeout"}})
	}
	const dynamicText = "set s {\n\ttype ipv4_addr\n\tsize 9\n\tflags dynamic,timeout\n}\n"
	const queueless = "CONFIG_NFT_QUEUE"
	return []printCase{
		one("verdicts", ip, "jump d", jump("d")).with("chain d {\n\tcontinue\n\treturn\n\tgoto e\n}\n\nchain e {\n\taccept\n\tdrop\n}\n", func(t *ast.Table) {
			t.Chains = append(t.Chains,
				chain("d", rule(&ast.Verdict{Kind: ast.VerdictContinue}), rule(&ast.Verdict{Kind: ast.VerdictReturn}), rule(&ast.Verdict{Kind: ast.VerdictGoto, Chain: "e"})),
				chain("e", rule(accept), rule(drop)))
		}),
		one("written chain", ip, "ip ttl 5 jump {\n\t\tip saddr 192.0.2.1 accept\n\t\tdrop\n\t} comment \"inside\"", eq(field("ip", "ttl"), num(5)), jump("{1}")).
			with("chain d {\n\tip ttl 6 jump {\n\t\treturn\n\t}\n}\n", func(t *ast.Table) {
				t.Chains[0].Rules[0].Comment = "inside"
				t.Chains = append(t.Chains,
					&ast.Chain{Name: "{1}", Anonymous: true, Rules: []*ast.Rule{rule(eq(field("ip", "saddr"), addr("192.0.2.1")), accept), rule(drop)}},
					chain("d", rule(eq(field("ip", "ttl"), num(6)), jump("{2}"))),
					&ast.Chain{Name: "{2}", Anonymous: true, Rules: []*ast.Rule{rule(&ast.Verdict{Kind: ast.VerdictReturn})}})
			}),
		one("vmap", ip, "ct state vmap { invalid : drop, established | related : accept, * : jump d }",
			&ast.VMap{Key: ct("state"), Map: elems(to(num(1), drop), to(num(6), accept), to(nil, jump("d")))}).
			with("chain d {\n}\n", func(t *ast.Table) { t.Chains = append(t.Chains, chain("d")) }),
		one("vmap named", ip, "ip saddr . tcp dport vmap @m", tcp(), &ast.VMap{Key: concat(field("ip", "saddr"), field("tcp", "dport")), Map: ref("m")}).
			with("map m {\n\ttype ipv4_addr . inet_service : verdict\n}\n", func(t *ast.Table) {
				t.Sets = append(t.Sets, &ast.Set{Name: "m", Key: []ast.Type{ast.TypeIPv4Addr, ast.TypeInetService}, Data: []ast.Type{ast.TypeVerdict}})
			}),
		one("counter", ip, "counter", &ast.Counter{Counters: ast.Counters{Packets: 1, Bytes: 2}}),
		one("last", ip, "last", &ast.Last{}).without(tooOld),
		one("comment", ip, `tcp dport 22 accept comment "it's me"`, tcp(), eq(field("tcp", "dport"), num(22)), accept).
			with("counter x {\n}\n", func(t *ast.Table) { counterObject("x")(t); t.Chains[0].Rules[0].Comment = "it's me" }),

		one("objref", ip, `counter name "x"`, &ast.ObjRef{Kind: ast.ObjectCounter, Name: str("x")}).with("counter x {\n}\n", counterObject("x")),
		one("objref map", ip, `counter name ip saddr map { 192.0.2.1 : "x" }`,
			&ast.ObjRef{Kind: ast.ObjectCounter, Name: mapped(field("ip", "saddr"), elems(to(addr("192.0.2.1"), str("x"))))}).with("counter x {\n}\n", counterObject("x")),
		one("objref helper", ip, `ct helper set "x"`, &ast.ObjRef{Kind: ast.ObjectCTHelper, Name: str("x")}).
			with("ct helper x {\n\ttype \"ftp\" protocol tcp\n\tl3proto ip\n}\n", func(t *ast.Table) {
				t.Objects = append(t.Objects, helperObject("x", "ftp", "tcp", "ip"))
			}),
		one("objref tunnel", ip, `tunnel name "x"`, &ast.ObjRef{Kind: ast.ObjectTunnel, Name: str("x")}).without(tooOld),

		one("log", ip, "log", &ast.Log{}),
		one("log group", ip, `log prefix "in: " group 0 snaplen 20 queue-threshold 3`, &ast.Log{Prefix: "in: ", HasGroup: true, Snaplen: 20, QueueThr: 3}),
		one("log level", ip, "log level debug flags tcp sequence,options flags ip options flags skuid",
			&ast.Log{Level: "debug", Flags: []string{"skuid", "tcp sequence", "tcp options", "ip options"}}),
		one("log all", ip, "log flags all", &ast.Log{Flags: []string{"tcp sequence", "tcp options", "ip options", "skuid", "ether"}}),
		one("log ether", ip, "log flags tcp options flags ether", &ast.Log{Flags: []string{"tcp options", "ether"}}),
		one("log audit", ip, "log level audit", &ast.Log{Level: "audit"}),
		one("log warn", ip, "log level warn", &ast.Log{Level: "warn"}).as("log"),

		one("limit", ip, "limit rate 10/second", &ast.Limit{Rate: 10, Unit: "second"}),
		one("limit over", ip, "limit rate over 400/minute burst 7 packets", &ast.Limit{Rate: 400, Unit: "minute", Burst: 7, Over: true}),
		one("limit bytes", ip, "limit rate 1 mbytes/hour burst 100 kbytes",
			&ast.Limit{Rate: 1, RateUnit: "mbytes", Unit: "hour", Burst: 100, BurstUnit: "kbytes", Bytes: true}),
		one("limit default", ip, "limit rate 10/second burst 5 packets", &ast.Limit{Rate: 10, Unit: "second", Burst: 5}).as("limit rate 10/second"),
		one("quota", ip, "quota over 25 mbytes", &ast.Quota{Bytes: 25 << 20, Over: true}),
		one("quota odd", ip, "quota 1025 bytes", &ast.Quota{Bytes: 1025}),
		one("ct count", ip, "ct count over 5", &ast.ConnLimit{Count: 5, Over: true}),

		one("reject", inet, "reject", &ast.Reject{}),
		one("reject code", ip, "reject with icmp host-unreachable", &ast.Reject{Kind: "icmp", Code: 1}),
		one("reject number", ip, "reject with icmp 200", &ast.Reject{Kind: "icmp", Code: 200}),
		one("reject 6", ip6, "reject with icmpv6 admin-prohibited", &ast.Reject{Kind: "icmpv6", Code: 1}),
		one("reject inet", inet, "reject with icmpx no-route", &ast.Reject{Kind: "icmpx"}),
		one("reject tcp", ip, "meta l4proto tcp reject with tcp reset", isTCP(), &ast.Reject{Kind: "tcp reset"}).as("reject with tcp reset"),

		one("snat", ip, "snat to 192.0.2.1", &ast.NAT{Kind: ast.SNAT, Addr: addr("192.0.2.1")}),
		one("snat inet", inet, "snat ip6 to 2001:db8::1-2001:db8::5 persistent",
			&ast.NAT{Kind: ast.SNAT, Family: ip6, Addr: rng(addr("2001:db8::1"), addr("2001:db8::5")), Flags: []string{"persistent"}}),
		one("snat ports", ip, "meta l4proto tcp snat to 192.0.2.1-192.0.2.9:1024-65535 random,fully-random",
			isTCP(), &ast.NAT{Kind: ast.SNAT, Addr: rng(addr("192.0.2.1"), addr("192.0.2.9")), Port: rng(num(1024), num(65535)), Flags: []string{"fully-random", "random"}}),
		one("dnat 6", ip6, "meta l4proto tcp dnat to [2001:db8::1]:80", isTCP(), &ast.NAT{Kind: ast.DNAT, Addr: addr("2001:db8::1"), Port: num(80)}),
		one("dnat 6 range", ip6, "meta l4proto tcp dnat to [2001:db8::1]-[2001:db8::5]:80", isTCP(),
			&ast.NAT{Kind: ast.DNAT, Addr: rng(addr("2001:db8::1"), addr("2001:db8::5")), Port: num(80)}),
		one("dnat port", ip, "meta l4proto tcp dnat to :80", isTCP(), &ast.NAT{Kind: ast.DNAT, Port: num(80)}),
		one("dnat prefix", inet, "dnat ip prefix to ip daddr map { 192.0.2.0/24 : 198.51.100.0/24 }", v4(),
			&ast.NAT{Kind: ast.DNAT, Family: ip, Flags: []string{"prefix"}, Addr: mapped(field("ip", "daddr"), elems(to(prefix("192.0.2.0/24"), prefix("198.51.100.0/24"))))}),
		one("dnat map ports", inet, "dnat ip to ip daddr . tcp dport map { 192.0.2.1 . 80 : 198.51.100.1 . 8080 }", v4(), tcp(),
			&ast.NAT{Kind: ast.DNAT, Family: ip, Addr: mapped(concat(field("ip", "daddr"), field("tcp", "dport")),
				elems(to(concat(addr("192.0.2.1"), num(80)), concat(addr("198.51.100.1"), num(8080)))))}),
		one("dnat two maps", ip, "tcp sport 5 dnat to ip saddr map { 192.0.2.1 : 198.51.100.1 }:tcp dport map { 80 : 8080 }", tcp(), eq(field("tcp", "sport"), num(5)),
			&ast.NAT{Kind: ast.DNAT, Addr: mapped(field("ip", "saddr"), elems(to(addr("192.0.2.1"), addr("198.51.100.1")))),
				Port: mapped(field("tcp", "dport"), elems(to(num(80), num(8080))))}),
		one("masquerade", ip, "masquerade", &ast.NAT{Kind: ast.Masquerade}),
		one("masquerade ports", ip, "meta l4proto tcp masquerade to :1024-65535 random", isTCP(),
			&ast.NAT{Kind: ast.Masquerade, Port: rng(num(1024), num(65535)), Flags: []string{"random"}}),
		one("redirect", ip, "redirect", &ast.NAT{Kind: ast.Redirect}),
		one("redirect port", ip, "meta l4proto tcp redirect to :8080", isTCP(), &ast.NAT{Kind: ast.Redirect, Port: num(8080)}),

		one("notrack", ip, "notrack", &ast.Notrack{}),
		one("set meta", ip, "meta mark set 0x00000001 meta nftrace set 1 meta priority set 1:2",
			assign(meta("mark"), num(1)), assign(meta("nftrace"), num(1)), assign(meta("priority"), num(0x10002))),
		one("set ct", ip, "ct zone set 5 ct mark set meta mark", assign(ct("zone"), num(5)), assign(ct("mark"), meta("mark"))),
		one("set payload", ip, "ip dscp set cs1", assign(field("ip", "dscp"), num(8))),
		one("set raw", ip, "@nh,96,32 set 0xc0000201", assign(&ast.RawPayload{Base: ast.BaseNetwork, Offset: 96, Len: 32}, num(0xc0000201))).
			as("ip saddr set 192.0.2.1"),
		one("set option", ip, "tcp option maxseg size set 1400", assign(&ast.TCPOption{Kind: 2, Field: "size"}, num(1400))),
		one("set flags", ip, "tcp flags set syn | ack", tcp(), assign(field("tcp", "flags"), num(0x12))),
		one("set secmark", ip, "ct secmark set meta secmark", assign(ct("secmark"), meta("secmark"))),
		one("reset", ip, "reset tcp option sack-perm", &ast.Reset{Target: &ast.TCPOption{Kind: 4}}),
		one("dup", ip, `dup to 192.0.2.1 device "lo"`, &ast.Dup{Addr: addr("192.0.2.1"), Device: str("lo")}),
		one("dup map", ip, "dup to ip saddr map { 192.0.2.1 : 198.51.100.1 }", &ast.Dup{Addr: mapped(field("ip", "saddr"), elems(to(addr("192.0.2.1"), addr("198.51.100.1"))))}),
		one("dup netdev", netdev, `dup to "lo"`, &ast.Dup{Device: str("lo")}),
		one("fwd", netdev, `fwd to meta mark map { 0x00000001 : "lo" }`, &ast.Fwd{Device: mapped(meta("mark"), elems(to(num(1), str("lo"))))}),
		one("fwd address", netdev, `fwd ip6 to 2001:db8::1 device "lo"`, &ast.Fwd{Family: ip6, Addr: addr("2001:db8::1"), Device: str("lo")}),
		one("queue", ip, "queue", &ast.Queue{}).without(noModule(queueless)),
		one("queue range", ip, "queue flags bypass,fanout to 1-3", &ast.Queue{Num: rng(num(1), num(3)), Flags: []string{"bypass", "fanout"}}).without(noModule(queueless)),
		one("queue map", ip, `queue to oifname map { "eth0" : 1 }`, &ast.Queue{Num: mapped(meta("oifname"), elems(to(str("eth0"), num(1))))}).without(noModule(queueless)),
		one("tproxy", ip, "meta l4proto tcp tproxy to 192.0.2.1:80", isTCP(), &ast.TProxy{Addr: addr("192.0.2.1"), Port: num(80)}),
		one("tproxy port", inet, "meta l4proto tcp tproxy to :80", isTCP(), &ast.TProxy{Port: num(80)}),
		one("tproxy 6", inet, "meta l4proto tcp tproxy ip6 to [2001:db8::1]", isTCP(), &ast.TProxy{Family: ip6, Addr: addr("2001:db8::1")}),
		one("synproxy", ip, "synproxy mss 1460 wscale 7 timestamp sack-perm", &ast.Synproxy{MSS: 1460, Wscale: 7, HasWscale: true, Timestamp: true, SackPerm: true}),
		one("flow add", ip, "flow add @f", &ast.FlowAdd{Table: "f"}).without(noModule("CONFIG_NF_FLOW_TABLE")),
		one("set add", ip, "add @s { ip saddr timeout 1m counter } update @s { ip daddr limit rate 1/second } delete @s { ip saddr }",
			&ast.SetOp{Verb: "add", Set: "s", Key: field("ip", "saddr"), Timeout: 60000, Stmts: []ast.Stmt{&ast.Counter{}}},
			&ast.SetOp{Verb: "update", Set: "s", Key: field("ip", "daddr"), Stmts: []ast.Stmt{&ast.Limit{Rate: 1, Unit: "second"}}},
			&ast.SetOp{Verb: "delete", Set: "s", Key: field("ip", "saddr")}).with(dynamicText, dynamic),
		one("set never", ip, "add @s { ip saddr timeout never }", &ast.SetOp{Verb: "add", Set: "s", Key: field("ip", "saddr"), Never: true}).
			with(dynamicText, dynamic).without(tooOld),
		one("map add", ip, "update @m { ip saddr timeout 1m : 0x00000005 }",
			&ast.SetOp{Verb: "update", Set: "m", Key: field("ip", "saddr"), Timeout: 60000, Data: num(5)}).
			with("map m {\n\ttype ipv4_addr : mark\n\tsize 9\n\tflags dynamic,timeout\n}\n", func(t *ast.Table) {
				t.Sets = append(t.Sets, &ast.Set{Name: "m", Key: []ast.Type{ast.TypeIPv4Addr}, Data: []ast.Type{ast.TypeMark}, Size: 9, Flags: []string{"dynamic", "timeout"}})
			}),
		one("meter", ip, "meter m size 9 { ip saddr . tcp dport timeout 1m limit rate over 5/second }", tcp(),
			&ast.Meter{Name: "m", Size: 9, Key: concat(field("ip", "saddr"), field("tcp", "dport")), Timeout: 60000, Stmts: []ast.Stmt{&ast.Limit{Rate: 5, Unit: "second", Over: true}}}),
		one("xt", ip, `xt target "TCPMSS"`, &ast.Extension{Name: "TCPMSS", Target: true}).without("nft reads no extension of xtables"),
	}
}
