package nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// symbol is a name of a number.
type symbol struct {
	name  string
	value uint64
}

// symbolTable are the names of the numbers of a type. Where a number has
// several, the first is the one that nft prints.
type symbolTable struct {
	what    string // one of them, for errors
	symbols []symbol
	// local says that the system has more names, in a file or a data base
	// of its own: what is not in the table may be one of those.
	local bool
}

// symbolTables are the tables of the types that have one (nft describe TYPE).
var symbolTables = [...]*symbolTable{
	ast.TypeNFProto:   {what: "a protocol family", symbols: []symbol{{"ipv4", 2}, {"ipv6", 10}}},
	ast.TypeEtherType: {what: "an EtherType", symbols: []symbol{{"ip", 0x0800}, {"arp", 0x0806}, {"ip6", 0x86dd}, {"8021q", 0x8100}, {"8021ad", 0x88a8}, {"vlan", 0x8100}}},
	ast.TypeARPOp: {what: "an ARP operation", symbols: []symbol{{"request", 1}, {"reply", 2}, {"rrequest", 3}, {"rreply", 4},
		{"inrequest", 8}, {"inreply", 9}, {"nak", 10}}},
	ast.TypeCTState: {what: "a conntrack state", symbols: []symbol{{"invalid", ast.StateInvalid}, {"established", ast.StateEstablished},
		{"related", ast.StateRelated}, {"new", ast.StateNew}, {"untracked", ast.StateUntracked}}},
	ast.TypeCTDir: {what: "a direction", symbols: []symbol{{"original", 0}, {"reply", 1}}},
	ast.TypeCTStatus: {what: "a conntrack status", symbols: []symbol{{"expected", ast.StatusExpected}, {"seen-reply", ast.StatusSeenReply},
		{"assured", ast.StatusAssured}, {"confirmed", ast.StatusConfirmed}, {"snat", ast.StatusSNAT}, {"dnat", ast.StatusDNAT}, {"dying", ast.StatusDying}}},
	// enum ip_conntrack_events
	ast.TypeCTEvent: {what: "a conntrack event", symbols: []symbol{{"new", 1}, {"related", 2}, {"destroy", 4}, {"reply", 8}, {"assured", 16},
		{"protoinfo", 32}, {"helper", 64}, {"mark", 128}, {"seqadj", 256}, {"secmark", 512}, {"label", 1024}}},
	ast.TypeCTLabel: {what: "a conntrack label", local: true},
	ast.TypeTCPFlag: {what: "a TCP flag", symbols: []symbol{{"fin", ast.TCPFin}, {"syn", ast.TCPSyn}, {"rst", ast.TCPRst}, {"psh", ast.TCPPsh},
		{"ack", ast.TCPAck}, {"urg", ast.TCPUrg}, {"ecn", ast.TCPEcn}, {"cwr", ast.TCPCwr}}},
	// RFC 4340, section 5.1
	ast.TypeDCCPType: {what: "a DCCP packet type", symbols: []symbol{{"request", 0}, {"response", 1}, {"data", 2}, {"ack", 3}, {"dataack", 4},
		{"closereq", 5}, {"close", 6}, {"reset", 7}, {"sync", 8}, {"syncack", 9}}},
	ast.TypeICMPType: {what: "an ICMP type", symbols: []symbol{{"echo-reply", 0}, {"destination-unreachable", 3}, {"source-quench", 4}, {"redirect", 5},
		{"echo-request", 8}, {"router-advertisement", 9}, {"router-solicitation", 10}, {"time-exceeded", 11}, {"parameter-problem", 12},
		{"timestamp-request", 13}, {"timestamp-reply", 14}, {"info-request", 15}, {"info-reply", 16}, {"address-mask-request", 17}, {"address-mask-reply", 18}}},
	ast.TypeICMPCode: {what: "an ICMP code", symbols: []symbol{{"net-unreachable", 0}, {"host-unreachable", 1}, {"prot-unreachable", 2},
		{"port-unreachable", 3}, {"frag-needed", 4}, {"net-prohibited", 9}, {"host-prohibited", 10}, {"admin-prohibited", 13}}},
	ast.TypeICMPv6Type: {what: "an ICMPv6 type", symbols: []symbol{{"destination-unreachable", 1}, {"packet-too-big", 2}, {"time-exceeded", 3},
		{"parameter-problem", 4}, {"echo-request", 128}, {"echo-reply", 129}, {"mld-listener-query", 130}, {"mld-listener-report", 131},
		{"mld-listener-done", 132}, {"mld-listener-reduction", 132}, {"nd-router-solicit", 133}, {"nd-router-advert", 134},
		{"nd-neighbor-solicit", 135}, {"nd-neighbor-advert", 136}, {"nd-redirect", 137}, {"router-renumbering", 138},
		{"ind-neighbor-solicit", 141}, {"ind-neighbor-advert", 142}, {"mld2-listener-report", 143}}},
	ast.TypeICMPv6Code: {what: "an ICMPv6 code", symbols: []symbol{{"no-route", 0}, {"admin-prohibited", 1}, {"addr-unreachable", 3},
		{"port-unreachable", 4}, {"policy-fail", 5}, {"reject-route", 6}}},
	ast.TypeICMPXCode: {what: "an ICMP or ICMPv6 code", symbols: []symbol{{"no-route", 0}, {"port-unreachable", 1}, {"host-unreachable", 2}, {"admin-prohibited", 3}}},
	// RFC 3376, section 4
	ast.TypeIGMPType: {what: "an IGMP type", symbols: []symbol{{"membership-query", 0x11}, {"membership-report-v1", 0x12}, {"membership-report-v2", 0x16},
		{"membership-report-v3", 0x22}, {"leave-group", 0x17}}},
	ast.TypeDSCP: {what: "a DiffServ code point", symbols: []symbol{{"cs0", 0x00}, {"cs1", 0x08}, {"cs2", 0x10}, {"cs3", 0x18}, {"cs4", 0x20}, {"cs5", 0x28},
		{"cs6", 0x30}, {"cs7", 0x38}, {"df", 0x00}, {"be", 0x00}, {"lephb", 0x01}, {"af11", 0x0a}, {"af12", 0x0c}, {"af13", 0x0e}, {"af21", 0x12}, {"af22", 0x14},
		{"af23", 0x16}, {"af31", 0x1a}, {"af32", 0x1c}, {"af33", 0x1e}, {"af41", 0x22}, {"af42", 0x24}, {"af43", 0x26}, {"va", 0x2c}, {"ef", 0x2e}}},
	// RFC 3168, section 5
	ast.TypeECN: {what: "an ECN code point", symbols: []symbol{{"not-ect", 0}, //nolint:misspell // nft's name
		{"ect1", 1}, {"ect0", 2}, {"ce", 3}}},
	// rtm_type of linux/rtnetlink.h
	ast.TypeFibAddr: {what: "a type of route", symbols: []symbol{{"unspec", 0}, {"unicast", 1}, {"local", 2}, {"broadcast", 3}, {"anycast", 4},
		{"multicast", 5}, {"blackhole", 6}, {"unreachable", 7}, {"prohibit", 8}}},
	ast.TypePktType: {what: "a packet type", symbols: []symbol{{"host", 0}, {"unicast", 0}, {"broadcast", 1}, {"multicast", 2}, {"other", 3}}},
	// ARPHRD_* of linux/if_arp.h
	ast.TypeIfaceType: {what: "an interface type", symbols: []symbol{{"ether", 1}, {"ppp", 512}, {"ipip", 768}, {"ipip6", 769}, {"loopback", 772},
		{"sit", 776}, {"ipgre", 778}}},
	ast.TypeDay: {what: "a day of the week", symbols: []symbol{{"Sunday", 0}, {"Monday", 1}, {"Tuesday", 2}, {"Wednesday", 3}, {"Thursday", 4},
		{"Friday", 5}, {"Saturday", 6}}},
	// RFC 6275, section 6.1; RFC 5568, RFC 5142
	ast.TypeMHType: {what: "a mobility header type", symbols: []symbol{{"binding-refresh-request", 0}, {"home-test-init", 1}, {"careof-test-init", 2},
		{"home-test", 3}, {"careof-test", 4}, {"binding-update", 5}, {"binding-acknowledgement", 6}, {"binding-error", 7}, {"fast-binding-update", 8},
		{"fast-binding-acknowledgement", 9}, {"fast-binding-advertisement", 10}, {"experimental-mobility-header", 11}, {"home-agent-switch-message", 12}}},
	ast.TypeTCHandle: {what: "a traffic class", symbols: []symbol{{"none", 0}, {"root", 0xffffffff}}},
	// The names of marks, realms, groups and users are those of files in
	// /etc; the ones given here cannot be otherwise.
	ast.TypeMark:     {what: "a mark", local: true},
	ast.TypeRealm:    {what: "a routing realm", symbols: []symbol{{"cosmos", 0}}, local: true},
	ast.TypeDevgroup: {what: "a device group", symbols: []symbol{{"default", 0}}, local: true},
	ast.TypeUID:      {what: "a user", symbols: []symbol{{"root", 0}}, local: true},
	ast.TypeGID:      {what: "a group", symbols: []symbol{{"root", 0}}, local: true},
}

func tableOf(t ast.Type) *symbolTable {
	if int(t) < len(symbolTables) {
		return symbolTables[t]
	}
	return nil
}

// SymbolValue returns the number that a name stands for in values of a type.
func SymbolValue(t ast.Type, name string) (uint64, bool) {
	switch t {
	case ast.TypeInetProto:
		return protocol(name)
	case ast.TypeInetService:
		n, ok := ext.ServicePort(name, 0)
		return uint64(n), ok
	default:
	}
	if tab := tableOf(t); tab != nil {
		for i := range tab.symbols {
			if tab.symbols[i].name == name {
				return tab.symbols[i].value, true
			}
		}
	}
	return 0, false
}

// SymbolName returns the name that nft prints for a number in values of a type,
// or "" if it has none. Protocols and ports, which nft prints as numbers, have
// none.
func SymbolName(t ast.Type, value uint64) string {
	if tab := tableOf(t); tab != nil {
		for i := range tab.symbols {
			if tab.symbols[i].value == value {
				return tab.symbols[i].name
			}
		}
	}
	return ""
}

// symbolNames returns all names of a type, for near misses.
func symbolNames(t ast.Type) (names []string) {
	switch t {
	case ast.TypeInetProto:
		return ext.ProtoNames()
	case ast.TypeInetService:
		return ext.ServiceNames()
	default:
	}
	if tab := tableOf(t); tab != nil {
		for i := range tab.symbols {
			names = append(names, tab.symbols[i].name)
		}
	}
	return names
}

// protocol returns the number of a protocol's name: those of protocols(5), and
// the names of headers that nft takes for their protocols besides.
func protocol(name string) (uint64, bool) {
	switch name {
	case "comp":
		return ext.ProtoIPComp, true
	case "all", "mh":
		return 0, false // iptables alone has these
	}
	if name == "" || class[name[0]]&isDigit != 0 {
		return 0, false
	}
	n, ok := ext.Proto(name)
	return uint64(n), ok
}

// whatIs says what a value of the type is, for errors.
func whatIs(t vtype) string {
	switch t.typ {
	case ast.TypeNone:
		return "a value"
	case ast.TypeInteger, ast.TypeCgroup:
		return "a number"
	case ast.TypeString:
		return "a name"
	case ast.TypeIPv4Addr:
		return "an IPv4 address"
	case ast.TypeIPv6Addr:
		return "an IPv6 address"
	case ast.TypeEtherAddr:
		return "a link-layer address such as 00:00:5e:00:53:01"
	case ast.TypeInetProto:
		return "a protocol's name or number"
	case ast.TypeInetService:
		return "a port, or the name of a service"
	case ast.TypeIfname:
		return "the name of an interface"
	case ast.TypeIfaceIndex:
		return "the name or the number of an interface"
	case ast.TypeBoolean:
		return "exists or missing"
	case ast.TypeTime:
		if t.date {
			return `a time such as "2024-12-31 23:59:59"`
		}
		return "a time such as 1d2h3m4s"
	case ast.TypeHour:
		return `a time of the day such as "17:00"`
	case ast.TypeOSName:
		return "the name of an operating system"
	case ast.TypeCgroupV2:
		return "the path of a control group"
	case ast.TypeVerdict:
		return "a verdict such as accept or jump chain"
	default:
	}
	tab := tableOf(t.typ)
	if tab == nil {
		return t.typ.String()
	}
	if n := len(tab.symbols); n > 1 && n <= 8 {
		return tab.what + ": " + strings.Join(symbolNames(t.typ), ", ")
	}
	return tab.what
}
