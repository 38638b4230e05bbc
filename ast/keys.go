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
	MetaIif // a String on the right is the interface that has the name when the rule is loaded
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
	MetaTime // nanoseconds since 1970
	MetaDay  // 0 is Sunday
	MetaHour // seconds since midnight, UTC
	MetaBroute
	// MetaPhysIn and MetaPhysOut are the bridge ports of a packet that a
	// bridge gave to the IP stack; nft has no key for them outside of the
	// bridge family (xtables physdev).
	MetaPhysIn
	MetaPhysOut
	MetaSecmark
)

type keyInfo struct {
	name string
	typ  Type
	bits uint8 // where the type does not say, or another width
}

var metaKeys = [...]keyInfo{
	MetaNone: {"", TypeNone, 0}, MetaLength: {"length", TypeInteger, 32}, MetaNfproto: {"nfproto", TypeNFProto, 0},
	MetaL4proto: {"l4proto", TypeInetProto, 0}, MetaProtocol: {"protocol", TypeEtherType, 0}, MetaPriority: {"priority", TypeTCHandle, 0},
	MetaMark: {"mark", TypeMark, 0}, MetaIif: {"iif", TypeIfaceIndex, 0}, MetaIifname: {"iifname", TypeIfname, 0}, MetaIiftype: {"iiftype", TypeIfaceType, 0},
	MetaIifgroup: {"iifgroup", TypeDevgroup, 0}, MetaOif: {"oif", TypeIfaceIndex, 0}, MetaOifname: {"oifname", TypeIfname, 0}, MetaOiftype: {"oiftype", TypeIfaceType, 0},
	MetaOifgroup: {"oifgroup", TypeDevgroup, 0}, MetaSkuid: {"skuid", TypeUID, 0}, MetaSkgid: {"skgid", TypeGID, 0}, MetaNftrace: {"nftrace", TypeBoolean, 0},
	MetaRtclassid: {"rtclassid", TypeRealm, 0}, MetaIbrname: {"ibrname", TypeIfname, 0}, MetaObrname: {"obrname", TypeIfname, 0}, MetaPkttype: {"pkttype", TypePktType, 0},
	MetaCPU: {"cpu", TypeInteger, 32}, MetaCgroup: {"cgroup", TypeCgroup, 0}, MetaRandom: {"random", TypeInteger, 32}, MetaIpsec: {"ipsec", TypeBoolean, 0},
	MetaIifkind: {"iifkind", TypeIfname, 0}, MetaOifkind: {"oifkind", TypeIfname, 0}, MetaIbrpvid: {"ibrpvid", TypeInteger, 16}, MetaIbrvproto: {"ibrvproto", TypeEtherType, 0},
	MetaIbrhwaddr: {"ibrhwaddr", TypeEtherAddr, 0}, MetaSdif: {"sdif", TypeIfaceIndex, 0}, MetaSdifname: {"sdifname", TypeIfname, 0}, MetaTime: {"time", TypeTime, 0},
	MetaDay: {"day", TypeDay, 0}, MetaHour: {"hour", TypeHour, 0}, MetaBroute: {"broute", TypeBoolean, 0},
	MetaPhysIn: {"physin", TypeIfname, 0}, MetaPhysOut: {"physout", TypeIfname, 0},
	MetaSecmark: {"secmark", TypeInteger, 32},
}

func (k MetaKey) String() string { return keyName(metaKeys[:], int(k)) }

// Type returns the type of the key's value.
func (k MetaKey) Type() Type { return keyType(metaKeys[:], int(k)) }

// Bits returns the width of the key's value in bits.
func (k MetaKey) Bits() int { return keyBits(metaKeys[:], int(k)) }

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
	CTNone: {"", TypeNone, 0}, CTState: {"state", TypeCTState, 0}, CTDirection: {"direction", TypeCTDir, 0}, CTStatus: {"status", TypeCTStatus, 0},
	CTMark: {"mark", TypeMark, 0}, CTExpiration: {"expiration", TypeTime, 32}, CTHelper: {"helper", TypeString, 0}, CTLabel: {"label", TypeCTLabel, 0},
	CTL3proto: {"l3proto", TypeNFProto, 0}, CTSaddr: {"saddr", TypeNone, 0}, CTDaddr: {"daddr", TypeNone, 0}, CTProtocol: {"protocol", TypeInetProto, 0},
	CTProtoSrc: {"proto-src", TypeInetService, 0}, CTProtoDst: {"proto-dst", TypeInetService, 0}, CTPackets: {"packets", TypeInteger, 64},
	CTBytes: {"bytes", TypeInteger, 64}, CTAvgpkt: {"avgpkt", TypeInteger, 64}, CTZone: {"zone", TypeInteger, 16}, CTID: {"id", TypeInteger, 32},
	CTCount: {"count", TypeInteger, 32}, CTSecmark: {"secmark", TypeInteger, 32}, CTEvent: {"event", TypeCTEvent, 0},
	CTTimeout: {"timeout", TypeString, 0}, CTExpectation: {"expectation", TypeString, 0},
}

func (k CTKey) String() string { return keyName(ctKeys[:], int(k)) }

// Type returns the type of the key's value; TypeNone where the direction's
// family decides it.
func (k CTKey) Type() Type { return keyType(ctKeys[:], int(k)) }

// Bits returns the width of the key's value in bits, 0 where the direction's
// family decides it.
func (k CTKey) Bits() int { return keyBits(ctKeys[:], int(k)) }

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

func keyBits(keys []keyInfo, i int) int {
	if i < len(keys) && keys[i].bits != 0 {
		return int(keys[i].bits)
	}
	return keyType(keys, i).Bits()
}

func keyIndex(keys []keyInfo, s string) (int, bool) {
	for i := 1; i < len(keys); i++ {
		if keys[i].name == s {
			return i, true
		}
	}
	return 0, false
}
