//go:build linux

package conntrack

import (
	"math/bits"
	"strconv"
)

// AppendSave appends a flow as the options of conntrack(8) that would make it: its
// output format save. The command, such as "-A", comes first.
func AppendSave(b []byte, command string, f *Flow) []byte {
	b = append(append(b, command...), ' ')
	if f.Set&HasTimeout != 0 {
		b = appendUint(b, "-t ", uint64(f.Timeout))
	}
	if f.Set&HasStatus != 0 {
		b = appendSaveStatus(b, f.Status)
	}
	if f.Set&HasSecmark != 0 {
		b = appendUint(b, "-c ", uint64(f.Secmark))
	}
	if f.Set&HasZone != 0 {
		b = appendUint(b, "-w ", uint64(f.Zone))
	}
	if f.Orig.Set&HasTupleZone != 0 {
		b = appendUint(b, "--orig-zone ", uint64(f.Orig.Zone))
	}
	if f.Reply.Set&HasTupleZone != 0 {
		b = appendUint(b, "--reply-zone ", uint64(f.Reply.Zone))
	}
	b = appendSaveAddrs(b, f)
	name := protoNames[f.Orig.Proto]
	if name == "" {
		name = strconv.Itoa(int(f.Orig.Proto))
	}
	b = append(append(append(b, "-p "...), name...), ' ')
	b = appendSaveProto(b, f)
	return b[:len(b)-1]
}

// savedStatus are the bits that conntrack(8) sets, in its order.
var savedStatus = []Status{StatusExpected, StatusSeenReply, StatusAssured, StatusFixedTimeout}

func appendSaveStatus(b []byte, s Status) []byte {
	b = append(b, "-u "...)
	start := len(b)
	for _, bit := range savedStatus {
		if s&bit != 0 {
			b = append(append(b, bit.Names()[0]...), ',')
		}
	}
	if len(b) == start {
		return append(b, "UNSET "...)
	}
	b[len(b)-1] = ' '
	return b
}

func appendSaveAddrs(b []byte, f *Flow) []byte {
	replySrc, replyDst := "-r ", "-q "
	if f.Status&StatusDstNATDone != 0 && f.Reply.Src != f.Orig.Dst {
		replySrc = "-g "
	}
	if f.Status&StatusSrcNATDone != 0 && f.Reply.Dst != f.Orig.Src {
		replyDst = "-n "
	}
	b = append(appendAddr(append(b, "-s "...), f.Orig.Src), ' ')
	b = append(appendAddr(append(b, "-d "...), f.Orig.Dst), ' ')
	b = append(appendAddr(append(b, replySrc...), f.Reply.Src), ' ')
	return append(appendAddr(append(b, replyDst...), f.Reply.Dst), ' ')
}

func appendSaveProto(b []byte, f *Flow) []byte {
	o, r := &f.Orig, &f.Reply
	switch {
	case o.Proto == GRE:
		b = appendUint(b, "--srckey ", uint64(o.SrcPort))
		b = appendUint(b, "--dstkey ", uint64(o.DstPort))
		b = appendUint(b, "--reply-key-src ", uint64(r.SrcPort))
		b = appendUint(b, "--reply-key-dst ", uint64(r.DstPort))
	case hasPorts(o.Proto) && o.Set&HasSrcPort != 0:
		b = appendUint(b, "--sport ", uint64(o.SrcPort))
		b = appendUint(b, "--dport ", uint64(o.DstPort))
		b = appendUint(b, "--reply-port-src ", uint64(r.SrcPort))
		b = appendUint(b, "--reply-port-dst ", uint64(r.DstPort))
	case o.Proto == ICMP, o.Proto == ICMPv6:
		prefix := "--" + protoNames[o.Proto]
		b = appendUint(b, prefix+"-type ", uint64(o.ICMPType))
		b = appendUint(b, prefix+"-code ", uint64(o.ICMPCode))
		b = appendUint(b, prefix+"-id ", uint64(o.ICMPID))
	}
	if f.Set&HasState != 0 {
		b = append(append(append(b, "--state "...), stateName(o.Proto, f.State)...), ' ')
	}
	if f.Set&HasVtagOrig != 0 {
		b = appendUint(b, "--orig-vtag ", savedVtag(f.VtagOrig))
	}
	if f.Set&HasVtagReply != 0 {
		b = appendUint(b, "--reply-vtag ", savedVtag(f.VtagReply))
	}
	if f.Set&HasRole != 0 {
		b = append(append(append(b, "--role "...), [...]string{"client", "server"}[f.Role&1]...), ' ')
	}
	return b
}

// savedVtag returns a verification tag as conntrack(8) saves and loads it: where
// the machine has its bytes in the other order than the network, so has the tag.
func savedVtag(tag uint32) uint64 {
	if littleEndian {
		tag = bits.ReverseBytes32(tag)
	}
	return uint64(tag)
}
