//go:build linux

package conntrack

// Message types of the subsystems (enum cntl_msg_types and
// ctnl_exp_msg_types of linux/netfilter/nfnetlink_conntrack.h).
const (
	subsysFlow   = 1 // NFNL_SUBSYS_CTNETLINK
	subsysExpect = 2 // NFNL_SUBSYS_CTNETLINK_EXP

	msgNew            = 0
	msgGet            = 1
	msgDelete         = 2
	msgGetZero        = 3
	msgStatsCPU       = 4
	msgStats          = 5
	msgGetDying       = 6
	msgGetUnconfirmed = 7
	msgExpectStatsCPU = 3
)

// Multicast groups (enum nfnetlink_groups).
const (
	groupNew           = 1
	groupUpdate        = 2
	groupDestroy       = 3
	groupExpectNew     = 4
	groupExpectUpdate  = 5
	groupExpectDestroy = 6
)

// Attributes of a flow (enum ctattr_type).
const (
	ctaTupleOrig      = 1
	ctaTupleReply     = 2
	ctaStatus         = 3
	ctaProtoInfo      = 4
	ctaHelp           = 5
	ctaNATSrc         = 6
	ctaTimeout        = 7
	ctaMark           = 8
	ctaCountersOrig   = 9
	ctaCountersReply  = 10
	ctaUse            = 11
	ctaID             = 12
	ctaNATDst         = 13
	ctaTupleMaster    = 14
	ctaSecmark        = 17
	ctaZone           = 18
	ctaSecctx         = 19
	ctaTimestamp      = 20
	ctaMarkMask       = 21
	ctaLabels         = 22
	ctaLabelsMask     = 23
	ctaStatusMask     = 26
	ctaTimestampEvent = 27
)

// Attributes within those.
const (
	ctaTupleIP    = 1 // enum ctattr_tuple
	ctaTupleProto = 2
	ctaTupleZone  = 3

	ctaIPv4Src = 1 // enum ctattr_ip
	ctaIPv4Dst = 2
	ctaIPv6Src = 3
	ctaIPv6Dst = 4

	ctaProtoNum        = 1 // enum ctattr_l4proto
	ctaProtoSrcPort    = 2
	ctaProtoDstPort    = 3
	ctaProtoICMPID     = 4
	ctaProtoICMPType   = 5
	ctaProtoICMPCode   = 6
	ctaProtoICMPv6ID   = 7
	ctaProtoICMPv6Type = 8
	ctaProtoICMPv6Code = 9

	ctaProtoInfoTCP  = 1 // enum ctattr_protoinfo
	ctaProtoInfoDCCP = 2
	ctaProtoInfoSCTP = 3

	ctaTCPState      = 1 // enum ctattr_protoinfo_tcp
	ctaTCPFlagsOrig  = 4
	ctaTCPFlagsReply = 5
	ctaDCCPState     = 1 // enum ctattr_protoinfo_dccp
	ctaDCCPRole      = 2
	ctaSCTPState     = 1 // enum ctattr_protoinfo_sctp
	ctaSCTPVtagOrig  = 2
	ctaSCTPVtagReply = 3

	ctaCounterPackets = 1 // enum ctattr_counters
	ctaCounterBytes   = 2

	ctaTimeStart = 1 // enum ctattr_tstamp
	ctaTimeStop  = 2

	ctaHelpName   = 1 // enum ctattr_help
	ctaSecctxName = 1 // enum ctattr_secctx

	ctaNATv4Min   = 1 // enum ctattr_nat
	ctaNATProto   = 3
	ctaNATv6Min   = 4
	ctaNATPortMin = 1 // enum ctattr_protonat
	ctaNATPortMax = 2
)

// Attributes of an expectation (enum ctattr_expect).
const (
	ctaExpectMaster   = 1
	ctaExpectTuple    = 2
	ctaExpectMask     = 3
	ctaExpectTimeout  = 4
	ctaExpectID       = 5
	ctaExpectHelpName = 6
	ctaExpectZone     = 7
	ctaExpectFlags    = 8
	ctaExpectClass    = 9
	ctaExpectNAT      = 10
	ctaExpectFn       = 11
)

// Attributes of the statistics (enum ctattr_stats_global).
const (
	ctaStatsEntries = 1
	ctaStatsMost    = 2
)

// Families of addresses (AF_INET, AF_INET6).
const (
	FamilyIPv4 = 2
	FamilyIPv6 = 10
)

// Protocols that conntrack knows (IANA).
const (
	ICMP    = 1
	TCP     = 6
	UDP     = 17
	DCCP    = 33
	GRE     = 47
	ICMPv6  = 58
	SCTP    = 132
	UDPLite = 136
)
