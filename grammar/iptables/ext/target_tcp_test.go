package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestTCPMSSTarget(t *testing.T) {
	const table, chain, syn = "mangle", "FORWARD", "-p tcp -m tcp --tcp-flags SYN,RST SYN "
	const v4, v6 = ast.FamilyIP, ast.FamilyIP6
	const flags = `(match meta.l4proto == 6) (match (& tcp.flags 0x6) == 0x2) `
	exttest.Run(t, []exttest.Case{
		{Table: table, Chain: chain, Rule: syn + "-j TCPMSS --clamp-mss-to-pmtu", AST: flags + `(set tcpopt.2.size rt.mtu)`},
		{Table: table, Chain: chain, Family: v4, Rule: syn + "-j TCPMSS --set-mss 65515", AST: flags + `(set tcpopt.2.size 65515)`},
		{Table: table, Chain: chain, Family: v6, Rule: syn + "-j TCPMSS --set-mss 65495"},
		{Table: "filter", Chain: "INPUT", Family: v4, Rule: syn + "-j TCPMSS --set-mss 1400"},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j TCPMSS --set-mss 42", Stock: "iptables-legacy wants SYN flags, iptables-nft does not"},
		{Table: table, Chain: chain, Family: v6, Rule: syn + "-j TCPMSS --set-mss 65496", Err: "65495 for IPv6"},
		{Table: table, Chain: chain, Family: v4, Rule: syn + "-j TCPMSS --set-mss 65516", Err: "a number from 0 to 65515"},
		{Table: table, Chain: chain, Family: v4, Rule: syn + "-j TCPMSS", Err: "no option that says what to do"},
		{Table: table, Chain: chain, Family: v4, Rule: syn + "-j TCPMSS --set-mss 1 --clamp-mss-to-pmtu", Err: "cannot stand with", Stock: "they take the last, against their manual"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j TCPMSS --set-mss 42", Err: "TCPMSS needs a protocol; expected -p tcp"},
		{Table: table, Chain: "PREROUTING", Family: v4, Rule: syn + "-j TCPMSS --clamp-mss-to-pmtu", Err: "--clamp-mss-to-pmtu cannot stand in chain PREROUTING"},
	})
}

func TestTCPOptStripTarget(t *testing.T) {
	const table, chain, v4 = "mangle", "FORWARD", ast.FamilyIP
	exttest.Run(t, []exttest.Case{
		{Table: table, Chain: chain, Rule: "-p tcp -j TCPOPTSTRIP --strip-options timestamp,mss,wscale,sack-permitted,sack,md5", Save: "-p tcp -j TCPOPTSTRIP --strip-options 2,3,4,5,8,19",
			AST: `(match meta.l4proto == 6) (reset tcpopt.2) (reset tcpopt.3) (reset tcpopt.4) (reset tcpopt.5) (reset tcpopt.8) (reset tcpopt.19)`},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j TCPOPTSTRIP --strip-options 255,0x1e", Save: "-p tcp -j TCPOPTSTRIP --strip-options 30,255"},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j TCPOPTSTRIP", AST: `(match meta.l4proto == 6) (target TCPOPTSTRIP)`},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j TCPOPTSTRIP --strip-options 1", Err: `"1" is no TCP option; expected numbers from 2 to 255`},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j TCPOPTSTRIP --strip-options MSS", Err: `"MSS" is no TCP option`},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j TCPOPTSTRIP --strip-options mss,sack,2", Err: `"2" is there already`},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j TCPOPTSTRIP --strip-options mss,", Err: `"" is no TCP option`},
		{Table: table, Chain: chain, Family: v4, Rule: "-p udp -j TCPOPTSTRIP --strip-options mss", Err: "TCPOPTSTRIP needs a protocol"},
		{Family: v4, Rule: "-p tcp -j TCPOPTSTRIP --strip-options mss", Err: "cannot stand in table filter"},
	})
}

func TestSynproxyTarget(t *testing.T) {
	const v4, wraps = ast.FamilyIP, "they use the lowest bits of what is too large"
	exttest.Run(t, []exttest.Case{
		{Rule: "-p tcp -j SYNPROXY --mss 1460 --timestamp --wscale 9 --sack-perm", Save: "-p tcp -j SYNPROXY --sack-perm --timestamp --wscale 9 --mss 1460",
			AST: `(match meta.l4proto == 6) (synproxy mss=1460 wscale=9 timestamp sack-perm)`},
		{Family: v4, Rule: "-p tcp -j SYNPROXY", AST: `(match meta.l4proto == 6) (synproxy)`},
		{Family: v4, Chain: "FORWARD", Rule: "-p tcp -j SYNPROXY --wscale 0 --ecn", AST: `(match meta.l4proto == 6) (synproxy wscale=0 ecn)`},
		{Family: v4, Rule: "-p tcp -j SYNPROXY --mss 0", AST: `(match meta.l4proto == 6) (target SYNPROXY mss="0")`},
		{Family: v4, Rule: "-p tcp -j SYNPROXY --wscale 15", AST: `(match meta.l4proto == 6) (target SYNPROXY wscale="15")`},
		{Family: v4, Rule: "-p tcp -j SYNPROXY --mss 65536", Err: "expected a number from 0 to 65535", Stock: wraps},
		{Family: v4, Rule: "-p tcp -j SYNPROXY --timestamps", Err: "unknown option"},
		{Family: v4, Rule: "-p udp -j SYNPROXY --mss 1460", Err: "SYNPROXY needs a protocol"},
		{Family: v4, Chain: "OUTPUT", Rule: "-p tcp -j SYNPROXY", Err: "cannot stand in chain OUTPUT"},
	})
}

func TestTproxyTarget(t *testing.T) {
	const table, chain = "mangle", "PREROUTING"
	const v4, v6 = ast.FamilyIP, ast.FamilyIP6
	exttest.Run(t, []exttest.Case{
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j TPROXY --on-port http", Save: "-p tcp -j TPROXY --on-port 80 --on-ip 0.0.0.0 --tproxy-mark 0x0/0x0",
			AST: `(match meta.l4proto == 6) (tproxy port=80 terminal)`},
		{Table: table, Chain: chain, Family: v6, Rule: "-p udp -j TPROXY --tproxy-mark 0x23/0xff --on-port 0", Save: "-p udp -j TPROXY --on-port 0 --on-ip :: --tproxy-mark 0x23/0xff",
			AST: `(match meta.l4proto == 17) (set meta.mark (^ (& meta.mark 0xffffff00) 0x23)) (tproxy port=0 terminal)`},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j TPROXY --on-ip 192.0.2.1 --on-port 010 --tproxy-mark 1",
			Save: "-p tcp -j TPROXY --on-port 10 --on-ip 192.0.2.1 --tproxy-mark 0x1/0xffffffff",
			AST:  `(match meta.l4proto == 6) (set meta.mark 0x1) (tproxy addr=192.0.2.1 port=10 terminal)`},
		{Table: table, Chain: chain, Family: v6, Rule: "-p tcp -j TPROXY --on-port 80 --on-ip ::192.0.2.1 --tproxy-mark 0x0/0x0"},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j TPROXY --on-ip 192.0.2.1", Err: "TPROXY has no --on-port"},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j TPROXY --on-port 65536", Err: "is no port", Stock: "they use the lowest bits of what is too large"},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j TPROXY --on-port 80 --on-ip 2001:db8::1", Err: "is no IPv4 address"},
		{Table: table, Chain: chain, Family: v6, Rule: "-j TPROXY --on-port 80", Err: "TPROXY needs a protocol; expected -p tcp or -p udp"},
		{Table: table, Chain: "INPUT", Family: v4, Rule: "-p tcp -j TPROXY --on-port 80", Err: "cannot stand in chain INPUT"},
		{Family: v4, Chain: "INPUT", Rule: "-p tcp -j TPROXY --on-port 80", Err: "cannot stand in table filter"},
	})
}

func TestTeeTarget(t *testing.T) {
	const v4, v6 = ast.FamilyIP, ast.FamilyIP6
	exttest.Run(t, []exttest.Case{
		{Family: v4, Rule: "-j TEE --oif eth0.5 --gateway 192.0.513", Save: "-j TEE --gateway 192.0.2.1 --oif eth0.5", AST: `(dup addr=192.0.2.1 device="eth0.5")`},
		{Family: v6, Rule: "-j TEE --gateway 2001:db8::1", AST: `(dup addr=2001:db8::1)`},
		{Family: v4, Rule: "-j TEE --gateway log.example", AST: `(dup addr=(host "log.example"/32))`, Stock: "they look the name up"},
		{Family: v4, Rule: "-j TEE --oif eth0", Err: "TEE has no --gateway"},
		{Family: v4, Rule: "-j TEE --gateway 0.0.0.0", Err: "is no host"},
		{Family: v6, Rule: "-j TEE --gateway ::", Err: "is no host"},
		{Family: v4, Rule: "-j TEE --gateway 192.0.2.0/24", Err: "is neither an address"},
		{Family: v4, Rule: "-j TEE ! --gateway 192.0.2.1", Err: "cannot be negated"},
	})
}
