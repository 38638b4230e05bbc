package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestBaseIPv4(t *testing.T) {
	exttest.Run(t, in(ast.FamilyIP,
		exttest.Case{Rule: "-s 192.0.2.1", Save: "-s 192.0.2.1/32"},
		exttest.Case{Rule: "-s 192.0.2.77/24", Save: "-s 192.0.2.0/24"},
		exttest.Case{Rule: "! -d 192.0.2.77/255.255.255.0", Save: "! -d 192.0.2.0/24"},
		exttest.Case{Rule: "-s 192.0.2.77/255.0.255.0", Save: "-s 192.0.2.0/255.0.255.0"},
		exttest.Case{Rule: "-s 192.0.2.77/0.0.0.255", Save: "-s 0.0.0.77/0.0.0.255"},
		exttest.Case{Rule: "-s 192.0.2.1/0 -j ACCEPT", Save: "-j ACCEPT"},
		exttest.Case{Rule: "! -s 0/0", Save: "! -s 0.0.0.0/0", Stock: "iptables-nft does not load it"},
		exttest.Case{Rule: "-s anything/0 -d 192.0.2.1/32", Save: "-d 192.0.2.1/32"},
		exttest.Case{Rule: "-s 0", Save: "-s 0.0.0.0/32"},
		exttest.Case{Rule: "-s 192.0.2", Save: "-s 192.0.2.0/32"},
		exttest.Case{Rule: "-s 10.1/16", Save: "-s 10.1.0.0/16"},
		exttest.Case{Rule: "-s 010.0x1.2.3", Save: "-s 8.1.2.3/32"},
		exttest.Case{Rule: "-s 3221225985", Save: "-s 192.0.2.1/32"},
		exttest.Case{Rule: "-s 192.0.513", Save: "-s 192.0.2.1/32"},
		exttest.Case{Rule: "-s 192.0.2.1/0x18", Save: "-s 192.0.2.0/24"},
		exttest.Case{
			Rule: "-s 192.0.2.1,198.51.100.0/24 -d 203.0.113.1,203.0.113.2",
			Save: "-s 192.0.2.1/32 -d 203.0.113.1/32\n-A INPUT -s 192.0.2.1/32 -d 203.0.113.2/32\n" +
				"-A INPUT -s 198.51.100.0/24 -d 203.0.113.1/32\n-A INPUT -s 198.51.100.0/24 -d 203.0.113.2/32",
		},
		exttest.Case{Rule: `-s "192.0.2.1, 192.0.2.2"`, Save: "-s 192.0.2.1/32\n-A INPUT -s 192.0.2.2/32"},
		exttest.Case{Rule: "-f -p tcp --dport 22", Save: "-p tcp -f -m tcp --dport 22"},
		exttest.Case{Rule: "! --fragments", Save: "! -f"},
		exttest.Case{Rule: "--fragment", Save: "-f"},

		exttest.Case{Rule: "! -s 192.0.2.1,192.0.2.2", Err: "several addresses"},
		exttest.Case{Rule: "-s 192.0.2.1, -d 192.0.2.2", Err: "no address"},
		exttest.Case{Rule: "-s /24", Err: "no address"},
		exttest.Case{Rule: "-s 192.0.2.1/33", Err: "no such mask"},
		exttest.Case{Rule: "-s 192.0.2.1/", Err: "no address"},
		exttest.Case{Rule: "-s 192.0.2.1/255.255.255", Err: "no such mask"},
		exttest.Case{Rule: "-s 192.0.2.1/24/8", Err: "no such mask"},
		exttest.Case{Rule: "-s 256.0.2.1", Err: "neither an IPv4 address nor a host name"},
		exttest.Case{Rule: "-s 192.0.2.1.5", Err: "neither an IPv4 address nor a host name"},
		exttest.Case{Rule: "-s 2001:db8::1", Err: "an IPv6 address in an IPv4 rule"},
		exttest.Case{Rule: "-s 192.0.2.1 -s 192.0.2.2", Err: "given twice"},
		exttest.Case{Rule: "-f -f", Err: "given twice"},
	))
}

func TestBaseIPv6(t *testing.T) {
	exttest.Run(t, in(ast.FamilyIP6,
		exttest.Case{Rule: "-s 2001:DB8::1/64", Save: "-s 2001:db8::/64"},
		exttest.Case{Rule: "-s 2001:db8::5/ffff:ff00::", Save: "-s 2001:d00::/24"},
		exttest.Case{Rule: "-s 2001:db8::5/ffff:0:ffff::", Save: "-s 2001::/ffff:0:ffff::"},
		exttest.Case{Rule: "-s ::5/::f"},
		exttest.Case{Rule: "-s ::/0 -j ACCEPT", Save: "-j ACCEPT"},
		exttest.Case{Rule: "! -s ::/0", Stock: "ip6tables-nft does not load it"},
		exttest.Case{Rule: "-s ::1", Save: "-s ::1/128"},
		// As inet_ntop(3) writes them.
		exttest.Case{Rule: "-s ::192.0.2.1", Save: "-s ::192.0.2.1/128"},
		exttest.Case{Rule: "-s ::2:3", Save: "-s ::0.2.0.3/128"},
		exttest.Case{Rule: "-s ::1:0", Save: "-s ::0.1.0.0/128"},
		exttest.Case{Rule: "-s ::ffff:0:0/96", Save: "-s ::ffff:0.0.0.0/96"},
		exttest.Case{Rule: "-s 64:ff9b::192.0.2.33", Save: "-s 64:ff9b::c000:221/128"},
		exttest.Case{Rule: "-s 2001:db8:0:0:1:0:0:1", Save: "-s 2001:db8::1:0:0:1/128"},
		exttest.Case{Rule: "-d 2001:db8:0:1:1:1:1:1", Save: "-d 2001:db8:0:1:1:1:1:1/128"},
		exttest.Case{Rule: "-s fe80::1%lo", Save: "-s fe80::1/128"},
		exttest.Case{Rule: "-s 2001:db8::1,2001:db8::2", Save: "-s 2001:db8::1/128\n-A INPUT -s 2001:db8::2/128"},
		exttest.Case{Rule: "-s 192.0.2.1", Err: "an IPv4 address in an IPv6 rule"},
		exttest.Case{Rule: "-s 2001:db8::1/129", Err: "no such mask"},
		exttest.Case{Rule: "-s [2001:db8::1]", Err: "neither an IPv6 address nor a host name"},
		exttest.Case{Rule: "-f", Err: "-m frag"},
		// These never match, and load all the same.
		exttest.Case{Rule: "-p 60", Save: "-p ipv6-opts"},
		exttest.Case{Rule: "-p 51", Save: "-p ah"},
		exttest.Case{Rule: "! -p ipv6-route"},
	))
}

func TestBase(t *testing.T) {
	exttest.Run(t, lean([]exttest.Case{
		{Rule: "-i alongifacename0 -j ACCEPT"},
		{Rule: "! -i eth0"},
		{Rule: "! -o eth+", Chain: "FORWARD"},
		{Rule: "-j ACCEPT -p tcp -o lo -i eth+", Save: "-i eth+ -o lo -p tcp -j ACCEPT", Chain: "FORWARD"},
		{Rule: "-i + -j ACCEPT", Save: "-j ACCEPT"},
		{Rule: "! -i +", Chain: "FORWARD"},
		{Rule: "-i eth0:1"},
		{Rule: "-i !eth0"},
		{Rule: `-i "a b"`, Stock: "iptables-save does not quote it"},
		{Rule: "-i thisinterfaceistoolong0", Err: "bytes long"},
		{Rule: `-i ""`, Err: "empty"},
		{Rule: "-o eth0", Err: "cannot stand in chain INPUT"},
		{Rule: "-o eth0", Table: "mangle", Chain: "PREROUTING", Err: "cannot stand in chain PREROUTING"},
		{Rule: "-i eth0", Chain: "OUTPUT", Err: "cannot stand in chain OUTPUT"},
		{Rule: "-i eth0", Table: "mangle", Chain: "POSTROUTING", Err: "cannot stand in chain POSTROUTING"},

		{Rule: "-p all -j ACCEPT", Save: "-j ACCEPT"},
		{Rule: "-p 0 -j ACCEPT", Save: "-j ACCEPT"},
		{Rule: "-p hopopt -j ACCEPT", Save: "-j ACCEPT"},
		{Rule: "--proto 0x6", Save: "-p tcp"},
		{Rule: "! -p ICMP", Save: "! -p icmp"},
		{Rule: "-p mh", Save: "-p mobility-header"},
		{Rule: "-p 253"},
		{Rule: "! -p all", Err: "no packet is of no protocol"},
		{Rule: "-p 256", Err: "unknown protocol"},
		{Rule: "-p ospfigp", Err: "unknown protocol"},
		{Rule: "-p icmp6", Err: "unknown protocol"},
		{Rule: "-p tcp -p udp", Err: "given twice"},
	}...))
}

// TestProtocolNames holds the name of every protocol to the stock tool's.
func TestProtocolNames(t *testing.T) {
	names(t, ast.FamilyIP, "-p",
		"1", "icmp", "2", "igmp", "3", "ggp", "4", "ipencap", "5", "st", "8", "egp", "9", "igp", "12", "pup", "20", "hmp", "22", "xns-idp",
		"27", "rdp", "29", "iso-tp4", "33", "dccp", "36", "xtp", "37", "ddp", "38", "idpr-cmtp", "41", "ipv6", "43", "ipv6-route",
		"44", "ipv6-frag", "45", "idrp", "46", "rsvp", "47", "gre", "50", "esp", "51", "ah", "57", "skip", "58", "ipv6-icmp", "59", "ipv6-nonxt",
		"60", "ipv6-opts", "73", "rspf", "81", "vmtp", "88", "eigrp", "89", "ospf", "93", "ax.25", "94", "ipip", "97", "etherip", "98", "encap",
		"103", "pim", "108", "ipcomp", "112", "vrrp", "115", "l2tp", "124", "isis", "132", "sctp", "133", "fc", "135", "mobility-header",
		"136", "udplite", "137", "mpls-in-ip", "138", "manet", "139", "hip", "140", "shim6", "141", "wesp", "142", "rohc", "143", "ethernet")
}
