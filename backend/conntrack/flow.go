//go:build linux

package conntrack

import (
	"net/netip"
	"time"
)

// Field is a set of the things that may be known of a flow. What is not in the set
// is not known: a mark of 0 and no mark are two things.
type Field uint32

// The fields of a Flow.
const (
	HasStatus Field = 1 << iota
	HasTimeout
	HasMark
	HasSecmark
	HasUse
	HasID
	HasZone
	HasState
	HasTCPFlags
	HasVtagOrig
	HasVtagReply
	HasRole
	HasCountersOrig
	HasCountersReply
	HasStart
	HasStop
	HasEventTime
	HasHelper
	HasSecctx
	HasLabels
	HasLabelsMask
	HasMaster
	HasSrcNAT
	HasDstNAT
)

// Flow is a connection as conntrack knows it; or what is asked of one, or what is
// to be changed in one.
type Flow struct {
	Set                 Field
	Orig, Reply, Master Tuple

	Status                 Status
	Timeout                uint32 // seconds
	Mark, Secmark, Use, ID uint32
	Zone                   uint16
	State                  uint8 // of TCP, SCTP or DCCP: see [StateNames]
	TCPFlags               [2]TCPFlags
	VtagOrig, VtagReply    uint32
	Role                   uint8 // DCCP: 0 client, 1 server
	Counters               [2]Counter
	Start, Stop, EventTime int64 // nanoseconds since 1970
	Helper, Secctx         string
	Labels, LabelsMask     Labels
	LabelsLen              int // bytes that the kernel keeps for labels
	SrcNAT, DstNAT         NAT
}

// TCPFlags are flags of TCP's tracking (struct nf_ct_tcp_flags) to be set.
type TCPFlags struct{ Flags, Mask uint8 }

// Counter is what has passed in one direction.
type Counter struct{ Packets, Bytes uint64 }

// NAT is an address to translate to; the port is 0 if it is to stay.
type NAT struct {
	Addr netip.Addr
	Port uint16
}

// TupleField is a set of the things that may be known of a tuple.
type TupleField uint16

// The fields of a Tuple.
const (
	HasSrc TupleField = 1 << iota
	HasDst
	HasProto
	HasSrcPort
	HasDstPort
	HasICMPType
	HasICMPCode
	HasICMPID
	HasTupleZone
)

// Tuple is one direction of a flow: what identifies its packets.
type Tuple struct {
	Set      TupleField
	Proto    uint8
	ICMPType uint8
	ICMPCode uint8
	Src, Dst netip.Addr
	// SrcPort and DstPort are ports, or the keys of GRE.
	SrcPort, DstPort uint16
	ICMPID           uint16
	Zone             uint16
}

// Family returns FamilyIPv4 or FamilyIPv6; 0 if no address is known.
func (t *Tuple) Family() uint8 {
	a := t.Src
	if t.Set&HasSrc == 0 {
		a = t.Dst
	}
	switch {
	case !a.IsValid():
		return 0
	case a.Is4():
		return FamilyIPv4
	}
	return FamilyIPv6
}

// hasPorts reports whether conntrack tells flows of the protocol apart by two
// numbers of 16 bits.
func hasPorts(proto uint8) bool {
	switch proto {
	case TCP, UDP, UDPLite, SCTP, DCCP, GRE:
		return true
	}
	return false
}

// answers are the types of ICMP that answer a type (invmap of
// nf_conntrack_proto_icmp.c).
var answers = map[uint8]uint8{8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17}

// answers6 are those of ICMPv6 (nf_conntrack_proto_icmpv6.c).
var answers6 = map[uint8]uint8{128: 129, 129: 128, 139: 140, 140: 139}

// Answer returns the tuple of the packets that answer those of t, where nothing is
// translated.
func (t *Tuple) Answer() Tuple {
	a := *t
	a.Src, a.Dst = t.Dst, t.Src
	a.Set = t.Set &^ (HasSrc | HasDst | HasSrcPort | HasDstPort | HasTupleZone)
	a.Zone = 0
	for _, s := range [][2]TupleField{{HasSrc, HasDst}, {HasDst, HasSrc}, {HasSrcPort, HasDstPort}, {HasDstPort, HasSrcPort}} {
		if t.Set&s[0] != 0 {
			a.Set |= s[1]
		}
	}
	a.SrcPort, a.DstPort = t.DstPort, t.SrcPort
	switch t.Proto {
	case ICMP:
		a.ICMPType = answers[t.ICMPType]
	case ICMPv6:
		a.ICMPType = answers6[t.ICMPType]
	}
	return a
}

// Translated reports whether the source or the destination of the flow's first
// packet was translated.
func (f *Flow) Translated() (src, dst bool) {
	answer := f.Orig.Answer()
	src = f.Status&StatusSrcNATDone != 0 && (f.Reply.Dst != answer.Dst || f.Reply.DstPort != answer.DstPort)
	dst = f.Status&StatusDstNATDone != 0 && (f.Reply.Src != answer.Src || f.Reply.SrcPort != answer.SrcPort)
	return src, dst
}

// Age returns for how long the flow has been there; 0 if the kernel keeps no
// timestamps (net.netfilter.nf_conntrack_timestamp).
func (f *Flow) Age(now time.Time) time.Duration {
	if f.Set&HasStart == 0 {
		return 0
	}
	if f.Stop != 0 {
		return time.Duration(f.Stop - f.Start)
	}
	return time.Duration(now.UnixNano() - f.Start)
}
