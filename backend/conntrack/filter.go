//go:build linux

package conntrack

import "net/netip"

// Filter is what is asked of a flow. What is set in its Flow must be equal in the
// other, but: all bits of Status must be set, and all Labels; the mark is compared
// under MarkMask; and the timeout does not count.
type Filter struct {
	Flow
	Family   uint8 // 0 for both
	MarkMask uint32
	// NotStatus are bits that must not be set.
	NotStatus Status
	// Src and Dst are networks of the original direction; invalid for any.
	Src, Dst netip.Prefix
	// SNAT and DNAT ask for flows whose source or destination was translated;
	// AnyNAT for those where either was. SrcNAT and DstNAT of the Flow say to
	// what.
	SNAT, DNAT, AnyNAT bool
}

// Match reports whether the flow is asked for.
func (m *Filter) Match(f *Flow) bool {
	switch {
	case m.Family != 0 && m.Family != f.Orig.Family():
		return false
	case m.Set&HasMark != 0 && (f.Set&HasMark == 0 || f.Mark&m.MarkMask != m.Mark):
		return false
	case m.Set&HasStatus != 0 && (f.Status&m.Status != m.Status || f.Status&m.NotStatus != 0):
		return false
	case m.Set&HasZone != 0 && m.Zone != f.Zone: // the kernel tells of no zone 0
		return false
	case !m.Orig.match(&f.Orig) || !m.Reply.match(&f.Reply):
		return false
	case m.Src.IsValid() && !m.Src.Contains(f.Orig.Src) || m.Dst.IsValid() && !m.Dst.Contains(f.Orig.Dst):
		return false
	}
	return m.matchRest(f) && m.matchNAT(f)
}

// exact are the fields that are compared as they are.
const exact = HasState | HasID | HasSecmark | HasVtagOrig | HasVtagReply | HasRole | HasLabels | HasHelper

func (m *Filter) matchRest(f *Flow) bool {
	set := m.Set & exact
	switch {
	case set == 0:
		return true
	case set&^f.Set != 0:
		return false
	case set&HasState != 0 && m.State != f.State,
		set&HasID != 0 && m.ID != f.ID,
		set&HasSecmark != 0 && m.Secmark != f.Secmark,
		set&HasVtagOrig != 0 && m.VtagOrig != f.VtagOrig,
		set&HasVtagReply != 0 && m.VtagReply != f.VtagReply,
		set&HasRole != 0 && m.Role != f.Role,
		set&HasHelper != 0 && m.Helper != f.Helper,
		set&HasLabels != 0 && !f.Labels.contains(&m.Labels):
		return false
	}
	return true
}

// match reports whether what is set in t is equal in other.
func (t *Tuple) match(other *Tuple) bool {
	s := t.Set
	switch {
	case s == 0:
		return true
	case s&^HasTupleZone&^other.Set != 0: // nor of a zone 0
		return false
	case s&HasProto != 0 && t.Proto != other.Proto,
		s&HasSrcPort != 0 && t.SrcPort != other.SrcPort,
		s&HasDstPort != 0 && t.DstPort != other.DstPort,
		s&HasSrc != 0 && t.Src != other.Src,
		s&HasDst != 0 && t.Dst != other.Dst,
		s&HasICMPType != 0 && t.ICMPType != other.ICMPType,
		s&HasICMPCode != 0 && t.ICMPCode != other.ICMPCode,
		s&HasICMPID != 0 && t.ICMPID != other.ICMPID,
		s&HasTupleZone != 0 && t.Zone != other.Zone:
		return false
	}
	return true
}

func (m *Filter) matchNAT(f *Flow) bool {
	if !m.SNAT && !m.DNAT && !m.AnyNAT {
		return true
	}
	src, dst := f.Translated()
	answer := f.Orig.Answer()
	src = src && m.SrcNAT.is(f.Reply.Dst, f.Reply.DstPort, &answer.Dst, answer.DstPort)
	dst = dst && m.DstNAT.is(f.Reply.Src, f.Reply.SrcPort, &answer.Src, answer.SrcPort)
	if m.AnyNAT {
		return src || dst
	}
	return (src || !m.SNAT) && (dst || !m.DNAT)
}

// is reports whether something was translated to n: what n names must have been
// otherwise before.
func (n *NAT) is(addr netip.Addr, port uint16, wasAddr *netip.Addr, wasPort uint16) bool {
	return (!n.Addr.IsValid() || n.Addr == addr && addr != *wasAddr) && (n.Port == 0 || n.Port == port && port != wasPort)
}
