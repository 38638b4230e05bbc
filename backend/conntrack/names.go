//go:build linux

package conntrack

import "strings"

// protoNames are the protocols that conntrack(8) has a name for in its lines; the
// others are "unknown".
var protoNames = [256]string{
	ICMP: "icmp", TCP: "tcp", UDP: "udp", DCCP: "dccp", GRE: "gre", ICMPv6: "icmpv6", SCTP: "sctp", UDPLite: "udplite",
}

// ProtoName returns conntrack(8)'s name of a protocol; empty if it has none.
func ProtoName(proto uint8) string { return protoNames[proto] }

// ProtoNumber returns the protocol of one of conntrack(8)'s names.
func ProtoNumber(name string) (proto uint8, ok bool) {
	for n, known := range protoNames {
		if known != "" && strings.EqualFold(known, name) {
			return uint8(n), true
		}
	}
	return 0, false
}

// stateNames are the states of the protocols that have them, by their numbers in
// the kernel: enum tcp_conntrack, ct_dccp_states, sctp_conntrack.
var stateNames = map[uint8][]string{
	TCP: {"NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE", "SYN_SENT2"},
	SCTP: {
		"NONE", "CLOSED", "COOKIE_WAIT", "COOKIE_ECHOED", "ESTABLISHED", "SHUTDOWN_SENT", "SHUTDOWN_RECD", "SHUTDOWN_ACK_SENT",
		"HEARTBEAT_SENT", "HEARTBEAT_ACKED",
	},
	DCCP: {"NONE", "REQUEST", "RESPOND", "PARTOPEN", "OPEN", "CLOSEREQ", "CLOSING", "TIMEWAIT", "IGNORE", "INVALID"},
}

// oldStates are names that conntrack(8) still takes.
var oldStates = map[string]uint8{"LISTEN": 9}

// StateNames are the names of a protocol's states, by their numbers; nil if it has
// none.
func StateNames(proto uint8) []string { return stateNames[proto] }

// StateNumber returns the number of a protocol's state.
func StateNumber(proto uint8, name string) (state uint8, ok bool) {
	for n, known := range stateNames[proto] {
		if strings.EqualFold(known, name) {
			return uint8(n), true
		}
	}
	if n, ok := oldStates[strings.ToUpper(name)]; ok && proto == TCP {
		return n, true
	}
	return 0, false
}

func stateName(proto, state uint8) string {
	if names := stateNames[proto]; int(state) < len(names) {
		return names[state]
	}
	return "NONE"
}

// Status is what the kernel knows of a flow (enum ip_conntrack_status).
type Status uint32

// The bits of a Status.
const (
	StatusExpected     Status = 1 << 0
	StatusSeenReply    Status = 1 << 1
	StatusAssured      Status = 1 << 2
	StatusConfirmed    Status = 1 << 3
	StatusSrcNAT       Status = 1 << 4
	StatusDstNAT       Status = 1 << 5
	StatusSeqAdjust    Status = 1 << 6
	StatusSrcNATDone   Status = 1 << 7
	StatusDstNATDone   Status = 1 << 8
	StatusDying        Status = 1 << 9
	StatusFixedTimeout Status = 1 << 10
	StatusTemplate     Status = 1 << 11
	StatusUntracked    Status = 1 << 12
	StatusHelper       Status = 1 << 13
	StatusOffload      Status = 1 << 14
	StatusHWOffload    Status = 1 << 15
)

var statusNames = []string{
	"EXPECTED", "SEEN_REPLY", "ASSURED", "CONFIRMED", "SRC_NAT", "DST_NAT", "SEQ_ADJUST", "SRC_NAT_DONE", "DST_NAT_DONE",
	"DYING", "FIXED_TIMEOUT", "TEMPLATE", "UNTRACKED", "HELPER", "OFFLOAD", "HW_OFFLOAD",
}

// Names are the names of the bits that are set.
func (s Status) Names() []string {
	out := []string{}
	for i, n := range statusNames {
		if s>>i&1 != 0 {
			out = append(out, n)
		}
	}
	return out
}
