package ast

// MetaKey is a key of a meta expression (nft(8), META EXPRESSIONS).
type MetaKey uint8

// The meta keys.
const (
	MetaNone MetaKey = iota
	MetaLength
	MetaNfproto
	MetaL4proto
	MetaProtocol
	MetaPriority
	MetaMark
	MetaIif
	MetaIifname
	MetaIiftype
	MetaIifgroup
	MetaOif
	MetaOifname
	MetaOiftype
	MetaOifgroup
	MetaSkuid
	MetaSkgid
	MetaNftrace
	MetaRtclassid
	MetaIbrname // also ibriport: the bridge port's name is iifname there
	MetaObrname
	MetaPkttype
	MetaCPU
	MetaCgroup
	MetaRandom
	MetaIpsec
	MetaIifkind
	MetaOifkind
	MetaIbrpvid
	MetaIbrvproto
	MetaIbrhwaddr
	MetaSdif
	MetaSdifname
	MetaTime
	MetaDay
	MetaHour
	MetaBroute
	// MetaPhysIn and MetaPhysOut are the bridge ports of a packet that a
	// bridge gave to the IP stack; nft has no key for them outside of the
	// bridge family (xtables physdev).
	MetaPhysIn
	MetaPhysOut
)

type keyInfo struct {
	name string
	typ  Type
}

var metaKeys = [...]keyInfo{
	MetaNone: {"", TypeNone}, MetaLength: {"length", TypeInteger}, MetaNfproto: {"nfproto", TypeNFProto},
	MetaL4proto: {"l4proto", TypeInetProto}, MetaProtocol: {"protocol", TypeEtherType}, MetaPriority: {"priority", TypeTCHandle},
	MetaMark: {"mark", TypeMark}, MetaIif: {"iif", TypeIfaceIndex}, MetaIifname: {"iifname", TypeIfname}, MetaIiftype: {"iiftype", TypeIfaceType},
	MetaIifgroup: {"iifgroup", TypeDevgroup}, MetaOif: {"oif", TypeIfaceIndex}, MetaOifname: {"oifname", TypeIfname}, MetaOiftype: {"oiftype", TypeIfaceType},
	MetaOifgroup: {"oifgroup", TypeDevgroup}, MetaSkuid: {"skuid", TypeUID}, MetaSkgid: {"skgid", TypeGID}, MetaNftrace: {"nftrace", TypeBoolean},
	MetaRtclassid: {"rtclassid", TypeRealm}, MetaIbrname: {"ibrname", TypeIfname}, MetaObrname: {"obrname", TypeIfname}, MetaPkttype: {"pkttype", TypePktType},
	MetaCPU: {"cpu", TypeInteger}, MetaCgroup: {"cgroup", TypeCgroup}, MetaRandom: {"random", TypeInteger}, MetaIpsec: {"ipsec", TypeBoolean},
	MetaIifkind: {"iifkind", TypeIfname}, MetaOifkind: {"oifkind", TypeIfname}, MetaIbrpvid: {"ibrpvid", TypeInteger}, MetaIbrvproto: {"ibrvproto", TypeEtherType},
	MetaIbrhwaddr: {"ibrhwaddr", TypeEtherAddr}, MetaSdif: {"sdif", TypeIfaceIndex}, MetaSdifname: {"sdifname", TypeIfname}, MetaTime: {"time", TypeTime},
	MetaDay: {"day", TypeDay}, MetaHour: {"hour", TypeHour}, MetaBroute: {"broute", TypeBoolean},
	MetaPhysIn: {"physin", TypeIfname}, MetaPhysOut: {"physout", TypeIfname},
}

func (k MetaKey) String() string { return keyName(metaKeys[:], int(k)) }

// Type returns the type of the key's value.
func (k MetaKey) Type() Type { return keyType(metaKeys[:], int(k)) }

// ParseMetaKey returns the key of that name.
func ParseMetaKey(s string) (MetaKey, bool) {
	i, ok := keyIndex(metaKeys[:], s)
	return MetaKey(i), ok
}

// CTKey is a key of a ct expression (nft(8), CONNTRACK EXPRESSIONS).
type CTKey uint8

// The conntrack keys.
const (
	CTNone CTKey = iota
	CTState
	CTDirection
	CTStatus
	CTMark
	CTExpiration
	CTHelper
	CTLabel
	CTL3proto
	CTSaddr // ct original ip saddr, or ct original saddr
	CTDaddr
	CTProtocol
	CTProtoSrc
	CTProtoDst
	CTPackets
	CTBytes
	CTAvgpkt
	CTZone
	CTID
	CTCount
	CTSecmark
	CTEvent
	CTTimeout
	CTExpectation
)

var ctKeys = [...]keyInfo{
	CTNone: {"", TypeNone}, CTState: {"state", TypeCTState}, CTDirection: {"direction", TypeCTDir}, CTStatus: {"status", TypeCTStatus},
	CTMark: {"mark", TypeMark}, CTExpiration: {"expiration", TypeTime}, CTHelper: {"helper", TypeString}, CTLabel: {"label", TypeCTLabel},
	CTL3proto: {"l3proto", TypeNFProto}, CTSaddr: {"saddr", TypeNone}, CTDaddr: {"daddr", TypeNone}, CTProtocol: {"protocol", TypeInetProto},
	CTProtoSrc: {"proto-src", TypeInetService}, CTProtoDst: {"proto-dst", TypeInetService}, CTPackets: {"packets", TypeInteger},
	CTBytes: {"bytes", TypeInteger}, CTAvgpkt: {"avgpkt", TypeInteger}, CTZone: {"zone", TypeInteger}, CTID: {"id", TypeInteger},
	CTCount: {"count", TypeInteger}, CTSecmark: {"secmark", TypeInteger}, CTEvent: {"event", TypeCTEvent},
	CTTimeout: {"timeout", TypeString}, CTExpectation: {"expectation", TypeString},
}

func (k CTKey) String() string { return keyName(ctKeys[:], int(k)) }

// Type returns the type of the key's value; TypeNone where the direction's
// family decides it.
func (k CTKey) Type() Type { return keyType(ctKeys[:], int(k)) }

// ParseCTKey returns the key of that name.
func ParseCTKey(s string) (CTKey, bool) {
	i, ok := keyIndex(ctKeys[:], s)
	return CTKey(i), ok
}

// The bits of ct state as nft and xt_conntrack test them (NF_CT_STATE_BIT in
// nf_conntrack_common.h).
const (
	StateInvalid     = 1 << 0
	StateEstablished = 1 << 1
	StateRelated     = 1 << 2
	StateNew         = 1 << 3
	StateUntracked   = 1 << 6
	StateAll         = StateInvalid | StateEstablished | StateRelated | StateNew | StateUntracked
)

// The bits of ct status (enum ip_conntrack_status).
const (
	StatusExpected  = 1 << 0
	StatusSeenReply = 1 << 1
	StatusAssured   = 1 << 2
	StatusConfirmed = 1 << 3
	StatusSNAT      = 1 << 4
	StatusDNAT      = 1 << 5
	StatusDying     = 1 << 9
)

// The bits of tcp flags.
const (
	TCPFin = 1 << iota
	TCPSyn
	TCPRst
	TCPPsh
	TCPAck
	TCPUrg
	TCPEcn
	TCPCwr
)

func keyName(keys []keyInfo, i int) string {
	if i < len(keys) {
		return keys[i].name
	}
	return "?"
}

func keyType(keys []keyInfo, i int) Type {
	if i < len(keys) {
		return keys[i].typ
	}
	return TypeNone
}

func keyIndex(keys []keyInfo, s string) (int, bool) {
	for i := 1; i < len(keys); i++ {
		if keys[i].name == s {
			return i, true
		}
	}
	return 0, false
}
