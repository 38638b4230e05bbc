package ext

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// Numbers of protocols (IANA, Assigned Internet Protocol Numbers).
const (
	ProtoICMP    = 1
	ProtoTCP     = 6
	ProtoUDP     = 17
	ProtoDCCP    = 33
	ProtoGRE     = 47
	ProtoESP     = 50
	ProtoAH      = 51
	ProtoICMPv6  = 58
	ProtoIPComp  = 108
	ProtoSCTP    = 132
	ProtoMH      = 135
	ProtoUDPLite = 136
)

// protocols are the names of protocols, the preferred one of a number first: the
// names that libxtables itself knows, then those of protocols(5).
var protocols = []Name{
	{"tcp", 6}, {"sctp", 132}, {"udp", 17}, {"udplite", 136}, {"icmp", 1}, {"ipv6-icmp", 58}, {"icmpv6", 58},
	{"esp", 50}, {"ah", 51}, {"mobility-header", 135}, {"ipv6-mh", 135}, {"mh", 135}, {"all", 0},
	{"ip", 0}, {"hopopt", 0}, {"igmp", 2}, {"ggp", 3}, {"ipencap", 4}, {"st", 5}, {"egp", 8}, {"igp", 9}, {"pup", 12}, {"hmp", 20},
	{"xns-idp", 22}, {"rdp", 27}, {"iso-tp4", 29}, {"dccp", 33}, {"xtp", 36}, {"ddp", 37}, {"idpr-cmtp", 38}, {"ipv6", 41}, {"ipv6-route", 43},
	{"ipv6-frag", 44}, {"idrp", 45}, {"rsvp", 46}, {"gre", 47}, {"skip", 57}, {"ipv6-nonxt", 59}, {"ipv6-opts", 60}, {"rspf", 73}, {"vmtp", 81},
	{"eigrp", 88}, {"ospf", 89}, {"ax.25", 93}, {"ipip", 94}, {"etherip", 97}, {"encap", 98}, {"pim", 103}, {"ipcomp", 108},
	{"vrrp", 112}, {"l2tp", 115}, {"isis", 124}, {"fc", 133}, {"mpls-in-ip", 137}, {"manet", 138}, {"hip", 139}, {"shim6", 140}, {"wesp", 141},
	{"rohc", 142}, {"ethernet", 143},
}

// Proto returns the number of a protocol's name or number; case is ignored, as
// iptables does.
func Proto(s string) (uint8, bool) {
	if n, ok := number(s, 0, 255); ok {
		return uint8(n), true
	}
	n, ok := protoNumbers[strings.ToLower(s)]
	return n, ok
}

// protoNumbers has the number of each name; protoNamed the preferred name of
// each number.
var protoNumbers, protoNamed = func() (map[string]uint8, [256]string) {
	numbers, named := make(map[string]uint8), [256]string{}
	for _, p := range protocols {
		numbers[p.Name] = uint8(p.Bits)
		if named[p.Bits] == "" {
			named[p.Bits] = p.Name
		}
	}
	return numbers, named
}()

// ProtoName returns the name that iptables-save prints for a protocol, or "".
func ProtoName(n uint8) string { return protoNamed[n] }

// ProtoNames returns the names of all protocols, the preferred one of a number first.
func ProtoNames() []string {
	var out []string
	for i := range protocols {
		out = append(out, protocols[i].Name)
	}
	return out
}

// protoMatch returns the name of the match that libxtables loads for a protocol
// (find_proto): that of the protocol, but for those with a name of their own.
func protoMatch(n uint8, f ast.Family) string {
	switch n {
	case ProtoICMPv6:
		return "icmp6"
	case ProtoMH:
		return "mh"
	}
	return ProtoName(n)
}

// hasProto reports whether -p names one of protos, not negated.
func (c *Context) hasProto(protos ...uint8) bool {
	return !c.ProtoNot && slices.Contains(protos, c.Proto)
}
