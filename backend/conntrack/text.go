//go:build linux

package conntrack

import (
	"net/netip"
	"strconv"
	"time"
)

// Format says what conntrack(8)'s lines show beside what they always do: its
// option -o.
type Format struct {
	Extended  bool // the protocol of the network layer
	ID        bool
	Timestamp bool       // when the kernel saw the flow begin and end (ktimestamp)
	Labels    LabelNames // nil to show none
	Now       time.Time  // for the age of flows; the zero Time for the present
}

// Append appends the line of a flow, without a line end.
func (o *Format) Append(b []byte, f *Flow) []byte {
	if o.Extended {
		b = appendFamily(b, f.Orig.Family())
	}
	b = appendProto(b, f.Orig.Proto)
	if f.Set&HasTimeout != 0 {
		b = strconv.AppendUint(b, uint64(f.Timeout), 10)
		b = append(b, ' ')
	}
	if f.Set&HasState != 0 {
		b = append(b, stateName(f.Orig.Proto, f.State)...)
		b = append(b, ' ')
	}
	b = appendTuple(b, &f.Orig, "src=", "dst=")
	if f.Orig.Set&HasTupleZone != 0 {
		b = appendUint(b, "zone-orig=", uint64(f.Orig.Zone))
	}
	if f.Set&HasCountersOrig != 0 {
		b = appendCounter(b, f.Counters[0])
	}
	if f.Set&HasStatus != 0 && f.Status&StatusSeenReply == 0 {
		b = append(b, "[UNREPLIED] "...)
	}
	b = appendTuple(b, &f.Reply, "src=", "dst=")
	if f.Reply.Set&HasTupleZone != 0 {
		b = appendUint(b, "zone-reply=", uint64(f.Reply.Zone))
	}
	if f.Set&HasCountersReply != 0 {
		b = appendCounter(b, f.Counters[1])
	}
	switch {
	case f.Status&StatusHWOffload != 0:
		b = append(b, "[HW_OFFLOAD] "...)
	case f.Status&StatusOffload != 0:
		b = append(b, "[OFFLOAD] "...)
	case f.Status&StatusAssured != 0:
		b = append(b, "[ASSURED] "...)
	}
	if f.Set&HasMark != 0 {
		b = appendUint(b, "mark=", uint64(f.Mark))
	}
	if f.Set&HasSecmark != 0 {
		b = appendUint(b, "secmark=", uint64(f.Secmark))
	}
	if f.Set&HasSecctx != 0 {
		b = append(append(append(b, "secctx="...), f.Secctx...), ' ')
	}
	if f.Set&HasZone != 0 {
		b = appendUint(b, "zone=", uint64(f.Zone))
	}
	if f.Set&HasStart != 0 {
		b = o.appendTimes(b, f)
	}
	if f.Set&HasHelper != 0 {
		b = append(append(append(b, "helper="...), f.Helper...), ' ')
	}
	if f.Set&HasUse != 0 {
		b = appendUint(b, "use=", uint64(f.Use))
	}
	if o.ID && f.Set&HasID != 0 {
		b = appendUint(b, "id=", uint64(f.ID))
	}
	if o.Labels != nil && f.Set&HasLabels != 0 {
		b = o.appendLabels(b, f)
	}
	return b[:len(b)-1] // the last blank
}

// appendTimes appends the seconds of a flow's life, and when it began and ended.
func (o *Format) appendTimes(b []byte, f *Flow) []byte {
	stop := f.Stop
	if stop == 0 {
		now := o.Now
		if now.IsZero() {
			now = time.Now()
		}
		stop = now.UnixNano()
	}
	const second = int64(time.Second)
	b = appendUint(b, "delta-time=", uint64(stop/second-f.Start/second))
	if !o.Timestamp {
		return b
	}
	b = append(b, "[start="...)
	b = time.Unix(0, f.Start).AppendFormat(b, time.ANSIC)
	b = append(b, "] "...)
	if f.Set&HasStop != 0 {
		b = append(b, "[stop="...)
		b = time.Unix(0, f.Stop).AppendFormat(b, time.ANSIC)
		b = append(b, "] "...)
	}
	return b
}

// appendLabels appends the labels that have names.
func (o *Format) appendLabels(b []byte, f *Flow) []byte {
	b = append(b, "labels="...)
	for _, bit := range f.Labels.Bits() {
		if name := o.Labels[bit]; name != "" {
			b = append(append(b, name...), ',')
		}
	}
	b[len(b)-1] = ' ' // over the last comma, or the equals sign
	return b
}

func appendUint(b []byte, name string, n uint64) []byte {
	b = append(b, name...)
	b = strconv.AppendUint(b, n, 10)
	return append(b, ' ')
}

func appendCounter(b []byte, c Counter) []byte {
	return appendUint(appendUint(b, "packets=", c.Packets), "bytes=", c.Bytes)
}

// appendPadded appends a name in eight columns, and a number.
func appendPadded(b []byte, name string, n uint8) []byte {
	b = append(b, name...)
	for i := len(name); i < 8; i++ {
		b = append(b, ' ')
	}
	return appendUint(b, " ", uint64(n))
}

func appendFamily(b []byte, family uint8) []byte {
	name := "unknown"
	switch family {
	case FamilyIPv4:
		name = "ipv4"
	case FamilyIPv6:
		name = "ipv6"
	}
	return appendPadded(b, name, family)
}

func appendProto(b []byte, proto uint8) []byte {
	name := protoNames[proto]
	if name == "" {
		name = "unknown"
	}
	return appendPadded(b, name, proto)
}

func appendTuple(b []byte, t *Tuple, src, dst string) []byte {
	if t.Set&(HasSrc|HasDst) != 0 {
		b = append(b, src...)
		b = appendAddr(b, t.Src)
		b = append(b, ' ')
		b = append(b, dst...)
		b = appendAddr(b, t.Dst)
		b = append(b, ' ')
	}
	return appendPorts(b, t)
}

// appendPorts appends what a protocol tells its flows apart by. Where the kernel
// has no ports of a protocol that should have some, conntrack(8) shows zeros.
func appendPorts(b []byte, t *Tuple) []byte {
	switch t.Proto {
	case TCP, UDP, UDPLite, SCTP, DCCP:
		b = appendUint(b, "sport=", uint64(t.SrcPort))
		b = appendUint(b, "dport=", uint64(t.DstPort))
	case GRE:
		b = append(b, "srckey=0x"...)
		b = strconv.AppendUint(b, uint64(t.SrcPort), 16)
		b = append(b, " dstkey=0x"...)
		b = strconv.AppendUint(b, uint64(t.DstPort), 16)
		b = append(b, ' ')
	case ICMP, ICMPv6:
		b = appendUint(b, "type=", uint64(t.ICMPType))
		b = appendUint(b, "code=", uint64(t.ICMPCode))
		b = appendUint(b, "id=", uint64(t.ICMPID))
	}
	return b
}

// appendAddr appends an address as inet_ntop(3) writes it: it has the old
// IPv4-compatible addresses (::192.0.2.1) with dots, which net/netip has not.
func appendAddr(b []byte, a netip.Addr) []byte {
	if !a.Is4() && a.IsValid() {
		v := a.As16()
		if [12]byte(v[:12]) == [12]byte{} && v[12]|v[13] != 0 {
			return netip.AddrFrom4([4]byte(v[12:])).AppendTo(append(b, "::"...))
		}
	}
	return a.AppendTo(b)
}
