package nft

import "github.com/ctlint/ctlint/ast"

func helperObject(name, helper, protocol, l3proto string) *ast.Object {
	return &ast.Object{Kind: ast.ObjectCTHelper, Name: name, Options: []ast.Option{opt("type", str(helper)), opt("protocol", str(protocol)), opt("l3proto", str(l3proto))}}
}

func opt(name string, value ast.Expr) ast.Option {
	return ast.Option{Name: name, Args: []ast.Expr{value}}
}

func tableCases() []printCase {
	empty := func(name string, f ast.Family) *ast.Chain { return chain(name) }
	_ = empty
	return []printCase{
		{name: "empty table", table: &ast.Table{Family: ip}},
		{name: "table flags", table: &ast.Table{Family: ip6, Flags: []string{"dormant"}, Comment: "not yet", Chains: []*ast.Chain{chain("c")}},
			want: "flags dormant\ncomment \"not yet\"\n\nchain c {\n}\n"},
		{name: "chain", table: &ast.Table{Family: inet, Chains: []*ast.Chain{{Name: "c", Comment: "a chain"}, chain("a/b-c.d_E")}},
			want: "chain c {\n\tcomment \"a chain\"\n}\n\nchain a/b-c.d_E {\n}\n"},
		{name: "base chains", table: &ast.Table{Family: inet, Chains: []*ast.Chain{
			base("a", ast.HookInput, 0, rule(accept), rule(drop)),
			{Name: "b", Type: ast.ChainNAT, Hook: ast.HookPostrouting, Priority: 100, Policy: ast.PolicyAccept, Comment: "out"},
			{Name: "c", Type: ast.ChainRoute, Hook: ast.HookOutput, Priority: -150, Policy: ast.PolicyDrop},
			{Name: "d", Type: ast.ChainFilter, Hook: ast.HookIngress, Devices: []string{"lo"}, Priority: 5, Policy: ast.PolicyAccept},
		}},
			want: "chain a {\n\ttype filter hook input priority filter; policy accept;\n\taccept\n\tdrop\n}\n\n" +
				"chain b {\n\tcomment \"out\"\n\ttype nat hook postrouting priority srcnat; policy accept;\n}\n\n" +
				"chain c {\n\ttype route hook output priority mangle; policy drop;\n}\n\n" +
				"chain d {\n\ttype filter hook ingress device \"lo\" priority filter + 5; policy accept;\n}\n"},
		{name: "no policy", table: &ast.Table{Family: inet, Chains: []*ast.Chain{{Name: "a", Type: ast.ChainFilter, Hook: ast.HookForward}}},
			want:  "chain a {\n\ttype filter hook forward priority filter;\n}\n",
			lists: "chain a {\n\ttype filter hook forward priority filter; policy accept;\n}\n"},
		{name: "devices", table: &ast.Table{Family: netdev, Chains: []*ast.Chain{
			{Name: "a", Type: ast.ChainFilter, Hook: ast.HookIngress, Devices: []string{"eth0", "6in4"}, Policy: ast.PolicyDrop},
		}},
			want:  "chain a {\n\ttype filter hook ingress devices = { eth0, \"6in4\" } priority filter; policy drop;\n}\n",
			lacks: "the devices must exist"},
		{name: "offload", table: &ast.Table{Family: netdev, Chains: []*ast.Chain{
			{Name: "a", Type: ast.ChainFilter, Hook: ast.HookIngress, Devices: []string{"lo"}, Policy: ast.PolicyAccept, Flags: []string{"offload"}},
		}},
			want:  "chain a {\n\ttype filter hook ingress device \"lo\" priority filter; policy accept; flags offload;\n}\n",
			lacks: "the device must do it"},
		{name: "flowtable", table: &ast.Table{Family: inet, Flowtables: []*ast.Flowtable{
			{Name: "f", Hook: ast.HookIngress, Priority: -5, Devices: []string{"lo", "vlan"}, Flags: []string{"offload"}, Counter: true}, {Name: "g", Hook: ast.HookIngress, Priority: 20},
		}},
			want: "flowtable f {\n\thook ingress priority filter - 5\n\tdevices = { lo, \"vlan\" }\n\tflags offload\n\tcounter\n}\n\n" +
				"flowtable g {\n\thook ingress priority 20\n}\n",
			lacks: noModule("CONFIG_NF_FLOW_TABLE")},

		{name: "counter object", table: &ast.Table{Family: ip, Objects: []*ast.Object{
			{Kind: ast.ObjectCounter, Name: "a", Stmt: &ast.Counter{}, Comment: "of a"},
		}},
			want: "counter a {\n\tcomment \"of a\"\n}\n"},
		{name: "quota objects", table: &ast.Table{Family: ip, Objects: []*ast.Object{
			{Kind: ast.ObjectQuota, Name: "a", Stmt: &ast.Quota{Bytes: 25 << 20, Over: true, Used: 5}}, {Kind: ast.ObjectQuota, Name: "b", Stmt: &ast.Quota{Bytes: 1500}},
		}},
			want: "quota a {\n\tover 25 mbytes\n}\n\nquota b {\n\t1500 bytes\n}\n"},
		{name: "limit object", table: &ast.Table{Family: ip, Objects: []*ast.Object{
			{Kind: ast.ObjectLimit, Name: "a", Stmt: &ast.Limit{Rate: 1, RateUnit: "kbytes", Unit: "second", Burst: 512, BurstUnit: "bytes", Bytes: true, Over: true}},
		}},
			want: "limit a {\n\trate over 1 kbytes/second burst 512 bytes\n}\n"},
		{name: "helper object", table: &ast.Table{Family: inet, Objects: []*ast.Object{helperObject("a", "ftp", "tcp", "inet")}},
			want: "ct helper a {\n\ttype \"ftp\" protocol tcp\n\tl3proto inet\n}\n"},
		{name: "timeout object", table: &ast.Table{Family: ip, Objects: []*ast.Object{
			{Kind: ast.ObjectCTTimeout, Name: "a", Options: []ast.Option{opt("policy", elems(to(str("established"), num(120)), to(str("close"), num(20)))), opt("l3proto", str("ip")), opt("protocol", str("tcp"))}},
		}},
			want: "ct timeout a {\n\tprotocol tcp\n\tl3proto ip\n\tpolicy = { established : 120, close : 20 }\n}\n"},
		{name: "expectation object", table: &ast.Table{Family: ip, Objects: []*ast.Object{
			{Kind: ast.ObjectCTExpectation, Name: "a", Options: []ast.Option{opt("protocol", str("udp")), opt("dport", num(9876)), opt("timeout", num(120000)), opt("size", num(12)), opt("l3proto", str("ip"))}},
		}},
			want: "ct expectation a {\n\tprotocol udp\n\tdport 9876\n\ttimeout 2m\n\tsize 12\n\tl3proto ip\n}\n"},
		{name: "secmark object", table: &ast.Table{Family: ip, Objects: []*ast.Object{
			{Kind: ast.ObjectSecmark, Name: "a", Options: []ast.Option{opt("context", str("system_u:object_r:ssh_server_packet_t:s0"))}},
		}},
			want: "secmark a {\n\t\"system_u:object_r:ssh_server_packet_t:s0\"\n}\n", lacks: "the kernel must have SELinux"},
		{name: "synproxy objects", table: &ast.Table{Family: ip, Objects: []*ast.Object{
			{Kind: ast.ObjectSynproxy, Name: "a", Stmt: &ast.Synproxy{MSS: 1460, Wscale: 7, HasWscale: true, Timestamp: true, SackPerm: true}},
			{Kind: ast.ObjectSynproxy, Name: "b", Stmt: &ast.Synproxy{MSS: 1400, Wscale: 5, HasWscale: true}},
		}},
			want: "synproxy a {\n\tmss 1460\n\twscale 7\n\ttimestamp sack-perm\n}\n\nsynproxy b {\n\tmss 1400\n\twscale 5\n}\n"},
		{name: "tunnel object", table: &ast.Table{Family: netdev, Objects: []*ast.Object{
			{Kind: ast.ObjectTunnel, Name: "a", Options: []ast.Option{opt("id", num(10)), opt("ip saddr", addr("192.0.2.1")), opt("ip daddr", addr("192.0.2.2")),
				opt("sport", num(20)), opt("ttl", num(10)), opt("erspan version", num(2)), opt("erspan direction", str("egress"))}},
		}},
			want:  "tunnel a {\n\tid 10\n\tip saddr 192.0.2.1\n\tip daddr 192.0.2.2\n\tsport 20\n\tttl 10\n\terspan {\n\t\tversion 2\n\t\tdirection egress\n\t}\n}\n",
			lacks: tooOld},
	}
}
