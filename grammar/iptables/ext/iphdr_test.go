package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestTTL(t *testing.T) {
	for f, name := range map[ast.Family]string{ast.FamilyIP: "ttl", ast.FamilyIP6: "hl"} {
		m, o := "-m "+name, "--"+name
		exttest.Run(t, in(f,
			exttest.Case{Rule: m + " " + o + "-eq 0"},
			exttest.Case{Rule: m + " ! " + o + "-eq 255"},
			exttest.Case{Rule: m + " ! " + o + " 0x10", Save: m + " ! " + o + "-eq 16"},
			exttest.Case{Rule: m + " " + o + "-lt 0"},
			exttest.Case{Rule: m + " " + o + "-gt 255"},
			exttest.Case{Rule: m, Err: "has no option"},
			exttest.Case{Rule: m + " " + o + "-eq 256", Err: "not valid"},
			exttest.Case{Rule: m + " " + o + "-eq -1", Err: "not valid"},
			exttest.Case{Rule: m + " ! " + o + "-gt 5", Err: "cannot be negated"},
			exttest.Case{Rule: m + " " + o + "-gt 5 " + o + "-lt 7", Err: "cannot stand with"},
			exttest.Case{Rule: m + " " + o + "-gt 5 " + o + "-gt 7", Err: "given twice"},
			exttest.Case{Rule: m + " " + o + "-gt", Err: "has no argument"},
		))
	}
	exttest.Run(t, lean([]exttest.Case{
		{Rule: "-m hl --hl-eq 5", Family: ast.FamilyIP, Err: "is one of ip6tables alone"},
		{Rule: "-m ttl --ttl-eq 5", Family: ast.FamilyIP6, Err: "is one of iptables alone"},
	}...))
}

func TestTOS(t *testing.T) {
	exttest.Run(t, lean([]exttest.Case{
		{Rule: "-m tos --tos 0", Save: "-m tos --tos 0x00/0xff"},
		{Rule: "-m tos ! --tos 0x10/0x3f"},
		{Rule: "-m tos --tos 16/010", Save: "-m tos --tos 0x10/0x08"},
		{Rule: "-m tos --tos Minimize-Delay", Save: "-m tos --tos 0x10/0x3f"},
		{Rule: "-m tos --tos maximize-throughput", Save: "-m tos --tos 0x08/0x3f"},
		{Rule: "-m tos --tos Maximize-Reliability", Save: "-m tos --tos 0x04/0x3f"},
		{Rule: "-m tos --tos Minimize-Cost", Save: "-m tos --tos 0x02/0x3f"},
		{Rule: "-m tos ! --tos Normal-Service", Save: "-m tos ! --tos 0x00/0x3f"},
		{Rule: "-m tos --tos 256", Err: "is no type of service"},
		{Rule: "-m tos --tos 1/256", Err: "is no mask"},
		{Rule: "-m tos --tos 1/", Err: "is no mask"},
		{Rule: "-m tos --tos Minimise-Delay", Err: `did you mean "Minimize-Delay"?`},
		{Rule: "-m tos --tos Minimize-Delay/0xff", Err: "is no type of service"},
		{Rule: "-m tos", Err: "has no --tos"},
		{Rule: "-m tos --tos 1 --tos 2", Err: "given twice"},
	}...))
}

func TestDSCP(t *testing.T) {
	exttest.Run(t, lean([]exttest.Case{
		{Rule: "-m dscp --dscp 63", Save: "-m dscp --dscp 0x3f"},
		{Rule: "-m dscp ! --dscp 0", Save: "-m dscp ! --dscp 0x00"},
		{Rule: "-m dscp ! --dscp-class ef", Save: "-m dscp ! --dscp 0x2e"},
		{Rule: "-m dscp --dscp 0x40", Err: "not valid"},
		{Rule: "-m dscp --dscp -1", Err: "not valid"},
		{Rule: "-m dscp --dscp-class AF1", Err: "is no class of DiffServ"},
		{Rule: "-m dscp --dscp-class AF14", Err: `did you mean "AF`},
		{Rule: "-m dscp --dscp-class EFX", Err: `did you mean "EF"?`, Stock: "the stock tools look at the first letters alone"},
		{Rule: "-m dscp --dscp 0x3f --dscp-class CS0", Err: "cannot stand with"},
		{Rule: "-m dscp --dscp 1 --dscp 2", Err: "given twice"},
		{Rule: "-m dscp", Err: "has no option"},
	}...))
}

func TestDSCPClasses(t *testing.T) {
	names(t, ast.FamilyIP, "-m dscp",
		"--dscp-class CS0", "--dscp 0x00", "--dscp-class CS1", "--dscp 0x08", "--dscp-class CS2", "--dscp 0x10", "--dscp-class CS3", "--dscp 0x18",
		"--dscp-class CS4", "--dscp 0x20", "--dscp-class CS5", "--dscp 0x28", "--dscp-class CS6", "--dscp 0x30", "--dscp-class CS7", "--dscp 0x38",
		"--dscp-class BE", "--dscp 0x00", "--dscp-class AF11", "--dscp 0x0a", "--dscp-class AF12", "--dscp 0x0c", "--dscp-class AF13", "--dscp 0x0e",
		"--dscp-class AF21", "--dscp 0x12", "--dscp-class AF22", "--dscp 0x14", "--dscp-class AF23", "--dscp 0x16", "--dscp-class AF31", "--dscp 0x1a",
		"--dscp-class AF32", "--dscp 0x1c", "--dscp-class AF33", "--dscp 0x1e", "--dscp-class AF41", "--dscp 0x22", "--dscp-class AF42", "--dscp 0x24",
		"--dscp-class AF43", "--dscp 0x26", "--dscp-class EF", "--dscp 0x2e")
}

func TestECN(t *testing.T) {
	exttest.Run(t, lean([]exttest.Case{
		{Rule: "-m ecn ! --ecn-ip-ect 0"},
		{Rule: "-m ecn --ecn-ip-ect 0x3", Save: "-m ecn --ecn-ip-ect 3"},
		{Rule: "-p tcp -m ecn --ecn-ip-ect 2 ! --ecn-tcp-cwr --ecn-tcp-ece", Save: "-p tcp -m ecn --ecn-tcp-ece ! --ecn-tcp-cwr --ecn-ip-ect 2"},
		{Rule: "-p tcp -m ecn ! --ecn-tcp-ece"},
		{Rule: "-m ecn --ecn-ip-ect 4", Err: "not valid"},
		{Rule: "-m ecn --ecn-ip-ect 1 --ecn-ip-ect 1", Err: "given twice"},
		{Rule: "-m ecn", Err: "has no option"},
		{Rule: "-m ecn --ecn-tcp-cwr", Err: "-p tcp"},
		{Rule: "-p udp -m ecn --ecn-tcp-ece", Err: "-p tcp"},
		{Rule: "! -p tcp -m ecn --ecn-tcp-ece", Err: "-p tcp"},
	}...))
}

func TestLength(t *testing.T) {
	exttest.Run(t, lean([]exttest.Case{
		{Rule: "-m length --length 0x10:0x20", Save: "-m length --length 16:32"},
		{Rule: "-m length ! --length :", Save: "-m length ! --length 0:65535"},
		{Rule: "-m length --length :", Save: "-m length --length 0:65535"},
		{Rule: "-m length --length 5:", Save: "-m length --length 5:65535"},
		{Rule: "-m length --length 5:5", Save: "-m length --length 5"},
		{Rule: "-m length --length 65536", Err: "not valid"},
		{Rule: "-m length --length 5:6:7", Err: "not valid"},
		{Rule: "-m length --length 6:5", Err: "reversed", Stock: lostOrder},
		{Rule: "-m length", Err: "has no --length"},
		{Rule: "-m length --length 1 --length 2", Err: "given twice"},
	}...))
}

func TestTCPMSS(t *testing.T) {
	exttest.Run(t, lean([]exttest.Case{
		{Rule: "-p tcp -m tcpmss --mss 42"},
		{Rule: "-p tcp -m tcpmss ! --mss 42:12345"},
		{Rule: "-p tcp -m tcpmss --mss :", Save: "-p tcp -m tcpmss --mss 0:65535"},
		{Rule: "-p tcp --syn -m tcpmss --mss 1460:", Save: "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m tcpmss --mss 1460:65535"},
		{Rule: "-p tcp -m tcpmss --mss 65535:1000", Err: "reversed"},
		{Rule: "-p tcp -m tcpmss --mss 42:65536", Err: "not valid"},
		{Rule: "-p tcp -m tcpmss", Err: "has no --mss"},
		{Rule: "-m tcpmss --mss 42", Err: "needs a protocol"},
		{Rule: "-p udp -m tcpmss --mss 42", Err: "needs a protocol"},
	}...))
}

func TestIPRange(t *testing.T) {
	exttest.Run(t, in(ast.FamilyIP,
		exttest.Case{Rule: "-m iprange --src-range 192.0.2.1-192.0.2.9"},
		exttest.Case{Rule: "-m iprange --src-range 192.0.2.1", Save: "-m iprange --src-range 192.0.2.1-192.0.2.1"},
		exttest.Case{Rule: "-m iprange ! --dst-range 192.0.2.1-192.0.2.2 --src-range 198.51.100.1-198.51.100.2", Save: "-m iprange --src-range 198.51.100.1-198.51.100.2 ! --dst-range 192.0.2.1-192.0.2.2"},
		exttest.Case{Rule: "-m iprange --src-range 192.0.2-0xc0.0.3", Save: "-m iprange --src-range 192.0.2.0-192.0.3.0"},
		exttest.Case{Rule: "-m iprange --dst-range 192.0.2.9-192.0.2.1"},
		exttest.Case{Rule: "-m iprange --src-range 192.0.2.1-", Err: `"" is no IPv4 address`},
		exttest.Case{Rule: "-m iprange --src-range 192.0.2.0/24", Err: "is no IPv4 address"},
		exttest.Case{Rule: "-m iprange --src-range 192.0.2.1:192.0.2.2", Err: "is no IPv4 address"},
		exttest.Case{Rule: "-m iprange --src-range localhost-192.0.2.1", Err: "is no IPv4 address"},
		exttest.Case{Rule: "-m iprange --src-range 2001:db8::1-2001:db8::2", Err: "is no IPv4 address"},
		exttest.Case{Rule: "-m iprange", Err: "has no option"},
		exttest.Case{Rule: "-m iprange --src-range 192.0.2.1 --src-range 192.0.2.2", Err: "given twice"},
	))
	exttest.Run(t, in(ast.FamilyIP6,
		exttest.Case{Rule: "-m iprange --src-range 2001:DB8::1-2001:db8:0::2", Save: "-m iprange --src-range 2001:db8::1-2001:db8::2"},
		exttest.Case{Rule: "-m iprange ! --dst-range ::192.0.2.1", Save: "-m iprange ! --dst-range ::192.0.2.1-::192.0.2.1"},
		exttest.Case{Rule: "-m iprange --dst-range ::ffff:192.0.2.1-::ffff:192.0.2.7"},
		exttest.Case{Rule: "-m iprange --dst-range 192.0.2.1-192.0.2.7", Err: "is no IPv6 address"},
	))
}
