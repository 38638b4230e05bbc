package sandbox

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"github.com/ctlint/ctlint/ast"
)

// Two sentinels stand at each hook, one before all chains and one behind them. They
// log each packet to a netlink group. The last of the way in and the last of the
// way out then drop it: so nobody answers it, and as that is before conntrack
// confirms its connection (NF_IP_PRI_CONNTRACK_CONFIRM is INT_MAX, and
// ipv6_conntrack_ops has NF_IP6_PRI_LAST - 1) it leaves no trace in the connection
// table.
const (
	firstPriority = -1<<31 + 1
	lastPriority  = 1<<31 - 3

	logGroup = 0xc71
	// snapLength is how much of a packet the log shows: the headers.
	snapLength = 80
)

// sentinelHooks are the hooks by their numbers (enum nf_inet_hooks).
var sentinelHooks = []ast.Hook{ast.HookPrerouting, ast.HookInput, ast.HookForward, ast.HookOutput, ast.HookPostrouting}

// states are what the sentinels behind conntrack ask it of a packet.
var states = map[string]uint32{
	"invalid": ast.StateInvalid, "established": ast.StateEstablished, "related": ast.StateRelated, "new": ast.StateNew, "untracked": ast.StateUntracked,
}

// sentinels returns the ruleset of the sentinels. Those that ask for the state make
// the kernel track connections, which it does not for a ruleset that has no use
// for it.
func sentinels(conntrack bool) string {
	var b strings.Builder
	b.WriteString("table inet ctlint_sentinel {\n")
	for _, h := range sentinelHooks {
		fmt.Fprintf(&b, "chain %s_first { type filter hook %s priority %d; %s; }\n", h, h, firstPriority, logAs("first"))
		verdict := "accept"
		if h == ast.HookInput || h == ast.HookPostrouting {
			verdict = "drop"
		}
		fmt.Fprintf(&b, "chain %s_last { type filter hook %s priority %d; policy %s\n", h, h, lastPriority, verdict)
		if conntrack {
			for _, name := range slices.Sorted(maps.Keys(states)) {
				fmt.Fprintf(&b, "ct state %s %s %s\n", name, logAs("last "+name), verdict)
			}
		} else {
			fmt.Fprintln(&b, logAs("last"))
		}
		b.WriteString("}\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// passing are commands that have the sentinels let forwarded packets out, or keep them
// in again.
func passing(conntrack, pass bool) string {
	const chain = "chain inet ctlint_sentinel postrouting_last"
	if pass {
		return "flush " + chain + "\nadd " + chain + " { policy accept; }\n"
	}
	return "delete table inet ctlint_sentinel\n" + sentinels(conntrack)
}

func logAs(prefix string) string {
	return fmt.Sprintf("log group %d snaplen %d queue-threshold 1 prefix %q", logGroup, snapLength, prefix)
}

// sighting is a packet that a sentinel has seen.
type sighting struct {
	Passage
	packet []byte // its beginning
}

// watch hears what the sentinels see.
type watch struct {
	conn *netlink.Conn
	fd   int
	buf  []byte
}

// The messages of nfnetlink_log (include/uapi/linux/netfilter/nfnetlink_log.h).
const (
	msgPacket = unix.NFNL_SUBSYS_ULOG << 8
	msgConfig = unix.NFNL_SUBSYS_ULOG<<8 | 1

	cfgCmd, cfgMode = 1, 2
	cfgBind         = 1
	cfgCopyPacket   = 2

	attrHeader, attrMark, attrPayload, attrPrefix = 1, 2, 9, 10
)

func newWatch() (*watch, error) {
	conn, err := netlink.Dial(unix.NETLINK_NETFILTER, nil)
	if err != nil {
		return nil, fmt.Errorf("nfnetlink: %w", err)
	}
	w := &watch{conn: conn, buf: make([]byte, 1<<16)}
	bind := []byte{cfgBind}
	mode := []byte{0, 0, 0, snapLength, cfgCopyPacket, 0}
	for _, a := range []netlink.Attribute{{Type: cfgCmd, Data: bind}, {Type: cfgMode, Data: mode}} {
		data, err := netlink.MarshalAttributes([]netlink.Attribute{a})
		if err != nil {
			return nil, err
		}
		head := []byte{unix.AF_UNSPEC, unix.NFNETLINK_V0, logGroup >> 8, logGroup & 0xff}
		m := netlink.Message{Header: netlink.Header{Type: msgConfig, Flags: netlink.Request | netlink.Acknowledge}, Data: append(head, data...)}
		if _, err := conn.Execute(m); err != nil {
			return nil, fmt.Errorf("nfnetlink_log: %w", err)
		}
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	// The connection stays open as long as the process, and so does its number.
	if err := raw.Control(func(fd uintptr) { w.fd = int(fd) }); err != nil {
		return nil, err
	}
	// The socket takes in what one packet may cause, and what timers of the
	// kernel send in between.
	if err := unix.SetsockoptInt(w.fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 8<<20); err != nil {
		// An ordinary user's sandbox has what is allowed to everybody.
		_ = unix.SetsockoptInt(w.fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 8<<20)
	}
	return w, nil
}

// hear returns what has been seen since it was last called. The kernel has
// written it before the system call that sent a packet returned.
func (w *watch) hear(out []sighting) ([]sighting, error) {
	for {
		n, _, err := unix.Recvfrom(w.fd, w.buf, unix.MSG_DONTWAIT)
		switch {
		case errors.Is(err, unix.EAGAIN):
			return out, nil
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return out, fmt.Errorf("nfnetlink_log: %w", err)
		}
		for b := w.buf[:n]; len(b) >= unix.NLMSG_HDRLEN; {
			length, kind := int(binary.NativeEndian.Uint32(b)), binary.NativeEndian.Uint16(b[4:])
			if length < unix.NLMSG_HDRLEN || length > len(b) {
				return out, errors.New("nfnetlink_log: a message is cut off")
			}
			if kind == msgPacket {
				s, err := parseSighting(b[unix.NLMSG_HDRLEN+4 : length])
				if err != nil {
					return out, err
				}
				out = append(out, s)
			}
			b = b[min((length+3)&^3, len(b)):]
		}
	}
}

func parseSighting(b []byte) (sighting, error) {
	var s sighting
	ad, err := netlink.NewAttributeDecoder(b)
	if err != nil {
		return s, err
	}
	ad.ByteOrder = binary.BigEndian
	for ad.Next() {
		switch ad.Type() {
		case attrHeader:
			if h := ad.Bytes(); len(h) >= 3 && int(h[2]) < len(sentinelHooks) {
				s.Hook = sentinelHooks[h[2]]
			}
		case attrMark:
			s.Mark = ad.Uint32()
		case attrPayload:
			s.packet = append([]byte(nil), ad.Bytes()...)
		case attrPrefix:
			place, state, _ := strings.Cut(ad.String(), " ")
			s.Last, s.State = place == "last", states[state]
		}
	}
	return s, ad.Err()
}

// header is what is left of a packet that a ruleset may have rewritten.
type header struct {
	src, dst netip.Addr
	proto    uint8
	length   int
}

// parseHeader reads the beginning of a packet.
func parseHeader(b []byte) (header, error) {
	switch {
	case len(b) >= 20 && b[0]>>4 == 4:
		return header{netip.AddrFrom4([4]byte(b[12:])), netip.AddrFrom4([4]byte(b[16:])), b[9], int(binary.BigEndian.Uint16(b[2:]))}, nil
	case len(b) >= 40 && b[0]>>4 == 6:
		return header{netip.AddrFrom16([16]byte(b[8:])), netip.AddrFrom16([16]byte(b[24:])), b[6], 40 + int(binary.BigEndian.Uint16(b[4:]))}, nil
	}
	return header{}, errors.New("it is no IP packet")
}

// same reports whether a sighting may be of the packet sent: NAT may have
// rewritten its addresses, but not all else; what the kernel answers it goes the
// other way, and what timers of the kernel send is nothing like it.
func (h header) same(o header) bool {
	if h.proto != o.proto || h.src.Is4() != o.src.Is4() {
		return false
	}
	// TCPMSS gives a packet without the option one (tcpmss_mangle_packet).
	if mss := h.proto == unix.IPPROTO_TCP && o.length == h.length+4; h.length != o.length && !mss {
		return false
	}
	return h.src == h.dst || o.src != h.dst || o.dst != h.src
}
