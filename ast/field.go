package ast

// Base is where a header field is counted from (enum nft_payload_bases).
type Base uint8

// The bases of headers.
const (
	BaseLink Base = iota
	BaseNetwork
	BaseTransport
	BaseInner
)

var baseNames = [...]string{"ll", "nh", "th", "ih"}

func (b Base) String() string { return name(baseNames[:], int(b)) }

// Field is a field of a protocol header, by nft's name for it.
type Field uint16

// FieldInfo says where a field lies and what it holds.
type FieldInfo struct {
	Proto  string // nft's name of the header
	Name   string
	Base   Base
	Offset uint16 // bits
	Len    uint16 // bits
	Type   Type
}

// Info returns what is known of the field.
func (f Field) Info() FieldInfo {
	if int(f) < len(fields) {
		return fields[f]
	}
	return FieldInfo{Proto: "?", Name: "?"}
}

func (f Field) String() string {
	i := f.Info()
	return i.Proto + " " + i.Name
}

// fieldAliases are names that nft reads but does not print, and those of older
// versions.
var fieldAliases = map[string]string{
	"vlan cfi":              "vlan dei",
	"icmpv6 param-problem":  "icmpv6 parameter-problem",
	"icmpv6 packet-too-big": "icmpv6 mtu",
}

// ParseField returns the field of that protocol and name.
func ParseField(proto, name string) (Field, bool) {
	name = proto + " " + name
	if a, ok := fieldAliases[name]; ok {
		name = a
	}
	f, ok := fieldIndex[name]
	return f, ok
}

// Fields returns the fields of a protocol, in the order of the header; nil if
// there is no such protocol.
func Fields(proto string) []Field { return protoFields[proto] }

// The fields that more than a table of names needs to know.
const (
	FieldNone Field = iota
	EtherSaddr
	EtherDaddr
	EtherType
	IPVersion
	IPHdrlength
	IPDSCP
	IPECN
	IPLength
	IPID
	IPFragOff
	IPTTL
	IPProtocol
	IPChecksum
	IPSaddr
	IPDaddr
	IP6Version
	IP6DSCP
	IP6ECN
	IP6Flowlabel
	IP6Length
	IP6Nexthdr
	IP6Hoplimit
	IP6Saddr
	IP6Daddr
	ICMPType
	ICMPCode
	ICMPChecksum
	ICMPID
	ICMPSequence
	ICMPMTU
	ICMPGateway
	ICMPv6Type
	ICMPv6Code
	ICMPv6Checksum
	ICMPv6ParamProblem
	ICMPv6PacketTooBig
	ICMPv6ID
	ICMPv6Sequence
	ICMPv6MaxDelay
	ICMPv6Taddr
	ICMPv6Daddr
	TCPSport
	TCPDport
	TCPSequence
	TCPAckseq
	TCPDoff
	TCPReserved
	TCPFlags
	TCPWindow
	TCPChecksum
	TCPUrgptr
	UDPSport
	UDPDport
	UDPLength
	UDPChecksum
	UDPLiteSport
	UDPLiteDport
	UDPLiteCsumcov
	UDPLiteChecksum
	SCTPSport
	SCTPDport
	SCTPVtag
	SCTPChecksum
	DCCPSport
	DCCPDport
	DCCPType
	AHNexthdr
	AHHdrlength
	AHReserved
	AHSPI
	AHSequence
	ESPSPI
	ESPSequence
	COMPNexthdr
	COMPFlags
	COMPCPI
	THSport
	THDport
	fieldNamed // the first that has no name of its own in Go
)

var fields = []FieldInfo{
	FieldNone:          {"", "", 0, 0, 0, TypeNone},
	EtherDaddr:         {"ether", "daddr", BaseLink, 0, 48, TypeEtherAddr},
	EtherSaddr:         {"ether", "saddr", BaseLink, 48, 48, TypeEtherAddr},
	EtherType:          {"ether", "type", BaseLink, 96, 16, TypeEtherType},
	IPVersion:          {"ip", "version", BaseNetwork, 0, 4, TypeInteger},
	IPHdrlength:        {"ip", "hdrlength", BaseNetwork, 4, 4, TypeInteger},
	IPDSCP:             {"ip", "dscp", BaseNetwork, 8, 6, TypeDSCP},
	IPECN:              {"ip", "ecn", BaseNetwork, 14, 2, TypeECN},
	IPLength:           {"ip", "length", BaseNetwork, 16, 16, TypeInteger},
	IPID:               {"ip", "id", BaseNetwork, 32, 16, TypeInteger},
	IPFragOff:          {"ip", "frag-off", BaseNetwork, 48, 16, TypeInteger},
	IPTTL:              {"ip", "ttl", BaseNetwork, 64, 8, TypeInteger},
	IPProtocol:         {"ip", "protocol", BaseNetwork, 72, 8, TypeInetProto},
	IPChecksum:         {"ip", "checksum", BaseNetwork, 80, 16, TypeInteger},
	IPSaddr:            {"ip", "saddr", BaseNetwork, 96, 32, TypeIPv4Addr},
	IPDaddr:            {"ip", "daddr", BaseNetwork, 128, 32, TypeIPv4Addr},
	IP6Version:         {"ip6", "version", BaseNetwork, 0, 4, TypeInteger},
	IP6DSCP:            {"ip6", "dscp", BaseNetwork, 4, 6, TypeDSCP},
	IP6ECN:             {"ip6", "ecn", BaseNetwork, 10, 2, TypeECN},
	IP6Flowlabel:       {"ip6", "flowlabel", BaseNetwork, 12, 20, TypeInteger},
	IP6Length:          {"ip6", "length", BaseNetwork, 32, 16, TypeInteger},
	IP6Nexthdr:         {"ip6", "nexthdr", BaseNetwork, 48, 8, TypeInetProto},
	IP6Hoplimit:        {"ip6", "hoplimit", BaseNetwork, 56, 8, TypeInteger},
	IP6Saddr:           {"ip6", "saddr", BaseNetwork, 64, 128, TypeIPv6Addr},
	IP6Daddr:           {"ip6", "daddr", BaseNetwork, 192, 128, TypeIPv6Addr},
	ICMPType:           {"icmp", "type", BaseTransport, 0, 8, TypeICMPType},
	ICMPCode:           {"icmp", "code", BaseTransport, 8, 8, TypeICMPCode},
	ICMPChecksum:       {"icmp", "checksum", BaseTransport, 16, 16, TypeInteger},
	ICMPID:             {"icmp", "id", BaseTransport, 32, 16, TypeInteger},
	ICMPSequence:       {"icmp", "sequence", BaseTransport, 48, 16, TypeInteger},
	ICMPMTU:            {"icmp", "mtu", BaseTransport, 48, 16, TypeInteger},
	ICMPGateway:        {"icmp", "gateway", BaseTransport, 32, 32, TypeInteger},
	ICMPv6Type:         {"icmpv6", "type", BaseTransport, 0, 8, TypeICMPv6Type},
	ICMPv6Code:         {"icmpv6", "code", BaseTransport, 8, 8, TypeICMPv6Code},
	ICMPv6Checksum:     {"icmpv6", "checksum", BaseTransport, 16, 16, TypeInteger},
	ICMPv6ParamProblem: {"icmpv6", "parameter-problem", BaseTransport, 32, 32, TypeInteger},
	ICMPv6PacketTooBig: {"icmpv6", "mtu", BaseTransport, 32, 32, TypeInteger},
	ICMPv6ID:           {"icmpv6", "id", BaseTransport, 32, 16, TypeInteger},
	ICMPv6Sequence:     {"icmpv6", "sequence", BaseTransport, 48, 16, TypeInteger},
	ICMPv6MaxDelay:     {"icmpv6", "max-delay", BaseTransport, 32, 16, TypeInteger},
	ICMPv6Taddr:        {"icmpv6", "taddr", BaseTransport, 64, 128, TypeIPv6Addr},
	ICMPv6Daddr:        {"icmpv6", "daddr", BaseTransport, 192, 128, TypeIPv6Addr},
	TCPSport:           {"tcp", "sport", BaseTransport, 0, 16, TypeInetService},
	TCPDport:           {"tcp", "dport", BaseTransport, 16, 16, TypeInetService},
	TCPSequence:        {"tcp", "sequence", BaseTransport, 32, 32, TypeInteger},
	TCPAckseq:          {"tcp", "ackseq", BaseTransport, 64, 32, TypeInteger},
	TCPDoff:            {"tcp", "doff", BaseTransport, 96, 4, TypeInteger},
	TCPReserved:        {"tcp", "reserved", BaseTransport, 100, 4, TypeInteger},
	TCPFlags:           {"tcp", "flags", BaseTransport, 104, 8, TypeTCPFlag},
	TCPWindow:          {"tcp", "window", BaseTransport, 112, 16, TypeInteger},
	TCPChecksum:        {"tcp", "checksum", BaseTransport, 128, 16, TypeInteger},
	TCPUrgptr:          {"tcp", "urgptr", BaseTransport, 144, 16, TypeInteger},
	UDPSport:           {"udp", "sport", BaseTransport, 0, 16, TypeInetService},
	UDPDport:           {"udp", "dport", BaseTransport, 16, 16, TypeInetService},
	UDPLength:          {"udp", "length", BaseTransport, 32, 16, TypeInteger},
	UDPChecksum:        {"udp", "checksum", BaseTransport, 48, 16, TypeInteger},
	UDPLiteSport:       {"udplite", "sport", BaseTransport, 0, 16, TypeInetService},
	UDPLiteDport:       {"udplite", "dport", BaseTransport, 16, 16, TypeInetService},
	UDPLiteCsumcov:     {"udplite", "csumcov", BaseTransport, 32, 16, TypeInteger},
	UDPLiteChecksum:    {"udplite", "checksum", BaseTransport, 48, 16, TypeInteger},
	SCTPSport:          {"sctp", "sport", BaseTransport, 0, 16, TypeInetService},
	SCTPDport:          {"sctp", "dport", BaseTransport, 16, 16, TypeInetService},
	SCTPVtag:           {"sctp", "vtag", BaseTransport, 32, 32, TypeInteger},
	SCTPChecksum:       {"sctp", "checksum", BaseTransport, 64, 32, TypeInteger},
	DCCPSport:          {"dccp", "sport", BaseTransport, 0, 16, TypeInetService},
	DCCPDport:          {"dccp", "dport", BaseTransport, 16, 16, TypeInetService},
	DCCPType:           {"dccp", "type", BaseTransport, 67, 4, TypeDCCPType},
	AHNexthdr:          {"ah", "nexthdr", BaseTransport, 0, 8, TypeInetProto},
	AHHdrlength:        {"ah", "hdrlength", BaseTransport, 8, 8, TypeInteger},
	AHReserved:         {"ah", "reserved", BaseTransport, 16, 16, TypeInteger},
	AHSPI:              {"ah", "spi", BaseTransport, 32, 32, TypeInteger},
	AHSequence:         {"ah", "sequence", BaseTransport, 64, 32, TypeInteger},
	ESPSPI:             {"esp", "spi", BaseTransport, 0, 32, TypeInteger},
	ESPSequence:        {"esp", "sequence", BaseTransport, 32, 32, TypeInteger},
	COMPNexthdr:        {"comp", "nexthdr", BaseTransport, 0, 8, TypeInetProto},
	COMPFlags:          {"comp", "flags", BaseTransport, 8, 8, TypeInteger},
	COMPCPI:            {"comp", "cpi", BaseTransport, 16, 16, TypeInteger},
	THSport:            {"th", "sport", BaseTransport, 0, 16, TypeInetService},
	THDport:            {"th", "dport", BaseTransport, 16, 16, TypeInetService},

	fieldNamed: {"vlan", "pcp", BaseLink, 112, 3, TypeInteger},
	{"vlan", "dei", BaseLink, 115, 1, TypeInteger},
	{"vlan", "id", BaseLink, 116, 12, TypeInteger},
	{"vlan", "type", BaseLink, 128, 16, TypeEtherType},
	{"arp", "htype", BaseNetwork, 0, 16, TypeInteger},
	{"arp", "ptype", BaseNetwork, 16, 16, TypeEtherType},
	{"arp", "hlen", BaseNetwork, 32, 8, TypeInteger},
	{"arp", "plen", BaseNetwork, 40, 8, TypeInteger},
	{"arp", "operation", BaseNetwork, 48, 16, TypeARPOp},
	{"arp", "saddr ether", BaseNetwork, 64, 48, TypeEtherAddr},
	{"arp", "saddr ip", BaseNetwork, 112, 32, TypeIPv4Addr},
	{"arp", "daddr ether", BaseNetwork, 144, 48, TypeEtherAddr},
	{"arp", "daddr ip", BaseNetwork, 192, 32, TypeIPv4Addr},
	{"igmp", "type", BaseTransport, 0, 8, TypeIGMPType},
	{"igmp", "mrt", BaseTransport, 8, 8, TypeInteger},
	{"igmp", "checksum", BaseTransport, 16, 16, TypeInteger},
	{"igmp", "group", BaseTransport, 32, 32, TypeInteger},
	{"gre", "flags", BaseTransport, 0, 5, TypeInteger},
	{"gre", "version", BaseTransport, 13, 3, TypeInteger},
	{"gre", "protocol", BaseTransport, 16, 16, TypeEtherType},
	{"vxlan", "flags", BaseInner, 0, 8, TypeInteger},
	{"vxlan", "vni", BaseInner, 32, 24, TypeInteger},
	{"geneve", "vni", BaseInner, 32, 24, TypeInteger},
	{"geneve", "type", BaseInner, 16, 16, TypeEtherType},
}

var (
	fieldIndex  = map[string]Field{}
	protoFields = map[string][]Field{}
)

func init() {
	for i := range fields {
		if f := Field(i); f != FieldNone {
			p := fields[i].Proto
			fieldIndex[f.String()] = f
			protoFields[p] = append(protoFields[p], f)
		}
	}
}
