//go:build linux

package conntrack

import (
	"encoding/json"
	"net/netip"
	"time"
)

// JSON is a flow as JSON: with the names that the lines have. What the kernel does
// not tell is left out.
type JSON struct {
	Event    string     `json:"event,omitempty"`
	Family   string     `json:"family,omitempty"`
	Protocol string     `json:"protocol,omitempty"`
	Number   uint8      `json:"protonum"`
	Timeout  *uint32    `json:"timeout,omitempty"`
	State    string     `json:"state,omitempty"`
	Original *JSONTuple `json:"original,omitempty"`
	Reply    *JSONTuple `json:"reply,omitempty"`
	Master   *JSONTuple `json:"master,omitempty"`
	Mask     *JSONTuple `json:"mask,omitempty"`
	Status   []string   `json:"status,omitempty"`
	Mark     *uint32    `json:"mark,omitempty"`
	Secmark  *uint32    `json:"secmark,omitempty"`
	Secctx   string     `json:"secctx,omitempty"`
	Zone     *uint16    `json:"zone,omitempty"`
	Start    string     `json:"start,omitempty"`
	Stop     string     `json:"stop,omitempty"`
	Time     string     `json:"time,omitempty"`
	Helper   string     `json:"helper,omitempty"`
	Class    *uint32    `json:"class,omitempty"`
	Flags    []string   `json:"flags,omitempty"`
	Use      *uint32    `json:"use,omitempty"`
	ID       *uint32    `json:"id,omitempty"`
	Labels   []string   `json:"labels,omitempty"`
	Bits     []int      `json:"label_bits,omitempty"`
	PortID   uint32     `json:"portid,omitempty"`
	Program  string     `json:"program,omitempty"`
	// Why is for what others know of the flow.
	Why any `json:"why,omitempty"`
}

// JSONTuple is a direction of a flow as JSON.
type JSONTuple struct {
	Src      *netip.Addr `json:"src,omitempty"`
	Dst      *netip.Addr `json:"dst,omitempty"`
	Sport    *uint16     `json:"sport,omitempty"`
	Dport    *uint16     `json:"dport,omitempty"`
	SrcKey   *uint16     `json:"srckey,omitempty"`
	DstKey   *uint16     `json:"dstkey,omitempty"`
	ICMPType *uint8      `json:"type,omitempty"`
	ICMPCode *uint8      `json:"code,omitempty"`
	ICMPID   *uint16     `json:"id,omitempty"`
	Zone     *uint16     `json:"zone,omitempty"`
	Vtag     *uint32     `json:"vtag,omitempty"`
	Packets  *uint64     `json:"packets,omitempty"`
	Bytes    *uint64     `json:"bytes,omitempty"`
}

// when returns a pointer to what is known, or nil.
func when[T any](known bool, v T) *T {
	if known {
		return &v
	}
	return nil
}

var familyNames = map[uint8]string{FamilyIPv4: "ipv4", FamilyIPv6: "ipv6"}

func (t *Tuple) json() *JSONTuple {
	if t.Set == 0 {
		return nil
	}
	j := &JSONTuple{
		Src: when(t.Set&HasSrc != 0, t.Src), Dst: when(t.Set&HasDst != 0, t.Dst),
		ICMPType: when(t.Set&HasICMPType != 0, t.ICMPType), ICMPCode: when(t.Set&HasICMPCode != 0, t.ICMPCode),
		ICMPID: when(t.Set&HasICMPID != 0, t.ICMPID), Zone: when(t.Set&HasTupleZone != 0, t.Zone),
	}
	src, dst := when(t.Set&HasSrcPort != 0, t.SrcPort), when(t.Set&HasDstPort != 0, t.DstPort)
	if t.Proto == GRE {
		j.SrcKey, j.DstKey = src, dst
	} else if hasPorts(t.Proto) {
		j.Sport, j.Dport = src, dst
	}
	return j
}

// JSON returns the flow as it is to be marshalled. Labels have names where names
// has some.
func (f *Flow) JSON(names LabelNames) *JSON {
	has := func(x Field) bool { return f.Set&x != 0 }
	j := &JSON{
		Family: familyNames[f.Orig.Family()], Protocol: protoNames[f.Orig.Proto], Number: f.Orig.Proto,
		Timeout: when(has(HasTimeout), f.Timeout), Original: f.Orig.json(), Reply: f.Reply.json(), Master: f.Master.json(),
		Mark: when(has(HasMark), f.Mark), Secmark: when(has(HasSecmark), f.Secmark), Secctx: f.Secctx,
		Zone: when(has(HasZone), f.Zone), Helper: f.Helper, Use: when(has(HasUse), f.Use), ID: when(has(HasID), f.ID),
	}
	if has(HasStatus) {
		j.Status = f.Status.Names()
	}
	if has(HasState) {
		j.State = stateName(f.Orig.Proto, f.State)
	}
	for i, t := range []*JSONTuple{j.Original, j.Reply} {
		if t == nil {
			continue
		}
		if known := has([]Field{HasCountersOrig, HasCountersReply}[i]); known {
			t.Packets, t.Bytes = &f.Counters[i].Packets, &f.Counters[i].Bytes
		}
		t.Vtag = when(has([]Field{HasVtagOrig, HasVtagReply}[i]), []uint32{f.VtagOrig, f.VtagReply}[i])
	}
	for _, x := range []struct {
		known bool
		ns    int64
		to    *string
	}{{has(HasStart), f.Start, &j.Start}, {has(HasStop), f.Stop, &j.Stop}, {has(HasEventTime), f.EventTime, &j.Time}} {
		if x.known {
			*x.to = time.Unix(0, x.ns).UTC().Format(time.RFC3339Nano)
		}
	}
	if has(HasLabels) {
		j.Bits = f.Labels.Bits()
		for _, bit := range j.Bits {
			if n := names[bit]; n != "" {
				j.Labels = append(j.Labels, n)
			}
		}
	}
	return j
}

// JSON returns the expectation as it is to be marshalled.
func (e *Expect) JSON() *JSON {
	has := func(x ExpectField) bool { return e.Set&x != 0 }
	j := &JSON{
		Family: familyNames[e.Tuple.Family()], Protocol: protoNames[e.Tuple.Proto], Number: e.Tuple.Proto,
		Timeout: when(has(ExpectHasTimeout), e.Timeout), Original: e.Tuple.json(), Mask: e.Mask.json(), Master: e.Master.json(),
		Zone: when(has(ExpectHasZone), e.Zone), Helper: e.Helper, Class: when(has(ExpectHasClass), e.Class), ID: when(has(ExpectHasID), e.ID),
	}
	if has(ExpectHasFlags) {
		j.Flags = e.Flags.Names()
	}
	return j
}

// Append appends the JSON in one line, without a line end.
func (j *JSON) Append(b []byte) []byte {
	text, err := json.Marshal(j)
	if err != nil {
		panic(err) // there is nothing in it that cannot be marshalled
	}
	return append(b, text...)
}
