//go:build linux

package conntrack

import "bytes"

// decoder makes flows and expectations of the kernel's attributes. It keeps the
// few strings that they share.
type decoder struct{ names map[string]string }

// name returns the string of a value that ends with a zero byte.
func (d *decoder) name(v []byte) string {
	if i := bytes.IndexByte(v, 0); i >= 0 {
		v = v[:i]
	}
	s, ok := d.names[string(v)]
	if !ok {
		if d.names == nil || len(d.names) > 1000 {
			d.names = map[string]string{}
		}
		s = string(v)
		d.names[s] = s
	}
	return s
}

// flow decodes the attributes of a flow.
func (d *decoder) flow(b []byte, f *Flow) error {
	*f = Flow{}
	for {
		t, v, rest, err := next(b)
		if v == nil || err != nil {
			return err
		}
		b = rest
		switch t {
		case ctaTupleOrig:
			err = tuple(v, &f.Orig)
		case ctaTupleReply:
			err = tuple(v, &f.Reply)
		case ctaTupleMaster:
			f.Set |= HasMaster
			err = tuple(v, &f.Master)
		case ctaStatus:
			f.Set |= HasStatus
			f.Status = Status(be32(v))
		case ctaTimeout:
			f.Set |= HasTimeout
			f.Timeout = be32(v)
		case ctaMark:
			f.Set |= HasMark
			f.Mark = be32(v)
		case ctaSecmark:
			f.Set |= HasSecmark
			f.Secmark = be32(v)
		case ctaUse:
			f.Set |= HasUse
			f.Use = be32(v)
		case ctaID:
			f.Set |= HasID
			f.ID = be32(v)
		case ctaZone:
			f.Set |= HasZone
			f.Zone = be16(v)
		case ctaProtoInfo:
			err = protoInfo(v, f)
		case ctaCountersOrig:
			f.Set |= HasCountersOrig
			err = counter(v, &f.Counters[0])
		case ctaCountersReply:
			f.Set |= HasCountersReply
			err = counter(v, &f.Counters[1])
		case ctaTimestamp:
			err = timestamp(v, f)
		case ctaTimestampEvent:
			f.Set |= HasEventTime
			f.EventTime = int64(be64(v))
		case ctaHelp:
			f.Set |= HasHelper
			f.Helper, err = d.nested(v, ctaHelpName)
		case ctaSecctx:
			f.Set |= HasSecctx
			f.Secctx, err = d.nested(v, ctaSecctxName)
		case ctaLabels:
			f.Set |= HasLabels
			f.LabelsLen = copy(f.Labels[:], v)
		}
		if err != nil {
			return err
		}
	}
}

// nested returns the string of an attribute within b.
func (d *decoder) nested(b []byte, want uint16) (string, error) {
	for {
		t, v, rest, err := next(b)
		if v == nil || err != nil {
			return "", err
		}
		if t == want {
			return d.name(v), nil
		}
		b = rest
	}
}

func tuple(b []byte, to *Tuple) error {
	for {
		t, v, rest, err := next(b)
		if v == nil || err != nil {
			return err
		}
		b = rest
		switch t {
		case ctaTupleIP:
			err = tupleAddrs(v, to)
		case ctaTupleProto:
			err = tupleProto(v, to)
		case ctaTupleZone:
			to.Set |= HasTupleZone
			to.Zone = be16(v)
		}
		if err != nil {
			return err
		}
	}
}

func tupleAddrs(b []byte, to *Tuple) error {
	for {
		t, v, rest, err := next(b)
		if v == nil || err != nil {
			return err
		}
		b = rest
		switch t {
		case ctaIPv4Src:
			to.Set |= HasSrc
			to.Src = addr4(v)
		case ctaIPv4Dst:
			to.Set |= HasDst
			to.Dst = addr4(v)
		case ctaIPv6Src:
			to.Set |= HasSrc
			to.Src = addr6(v)
		case ctaIPv6Dst:
			to.Set |= HasDst
			to.Dst = addr6(v)
		}
	}
}

func tupleProto(b []byte, to *Tuple) error {
	for {
		t, v, rest, err := next(b)
		if v == nil || err != nil {
			return err
		}
		b = rest
		switch t {
		case ctaProtoNum:
			to.Set |= HasProto
			to.Proto = u8(v)
		case ctaProtoSrcPort:
			to.Set |= HasSrcPort
			to.SrcPort = be16(v)
		case ctaProtoDstPort:
			to.Set |= HasDstPort
			to.DstPort = be16(v)
		case ctaProtoICMPID, ctaProtoICMPv6ID:
			to.Set |= HasICMPID
			to.ICMPID = be16(v)
		case ctaProtoICMPType, ctaProtoICMPv6Type:
			to.Set |= HasICMPType
			to.ICMPType = u8(v)
		case ctaProtoICMPCode, ctaProtoICMPv6Code:
			to.Set |= HasICMPCode
			to.ICMPCode = u8(v)
		}
	}
}

func protoInfo(b []byte, f *Flow) error {
	proto, b, _, err := next(b)
	for b != nil && err == nil {
		var t uint16
		var v []byte
		t, v, b, err = next(b)
		if v == nil {
			break
		}
		switch {
		case t == ctaTCPState: // of the others too: their first attribute is the state
			f.Set |= HasState
			f.State = u8(v)
		case proto == ctaProtoInfoSCTP && t == ctaSCTPVtagOrig:
			f.Set |= HasVtagOrig
			f.VtagOrig = be32(v)
		case proto == ctaProtoInfoSCTP && t == ctaSCTPVtagReply:
			f.Set |= HasVtagReply
			f.VtagReply = be32(v)
		case proto == ctaProtoInfoDCCP && t == ctaDCCPRole:
			f.Set |= HasRole
			f.Role = u8(v)
		case proto == ctaProtoInfoTCP && (t == ctaTCPFlagsOrig || t == ctaTCPFlagsReply) && len(v) >= 2:
			f.Set |= HasTCPFlags
			f.TCPFlags[t-ctaTCPFlagsOrig] = TCPFlags{Flags: v[0], Mask: v[1]}
		}
	}
	return err
}

func counter(b []byte, c *Counter) error {
	for {
		t, v, rest, err := next(b)
		if v == nil || err != nil {
			return err
		}
		b = rest
		switch t {
		case ctaCounterPackets:
			c.Packets = be64(v)
		case ctaCounterBytes:
			c.Bytes = be64(v)
		}
	}
}

func timestamp(b []byte, f *Flow) error {
	for {
		t, v, rest, err := next(b)
		if v == nil || err != nil {
			return err
		}
		b = rest
		switch t {
		case ctaTimeStart:
			f.Set |= HasStart
			f.Start = int64(be64(v))
		case ctaTimeStop:
			f.Set |= HasStop
			f.Stop = int64(be64(v))
		}
	}
}
