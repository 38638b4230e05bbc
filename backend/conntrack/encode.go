//go:build linux

package conntrack

// flow appends the attributes of a flow to be created or changed.
func (a *attrs) flow(f *Flow) {
	if f.Orig.Set != 0 {
		a.nest(ctaTupleOrig, func() { a.tuple(&f.Orig) })
	}
	if f.Reply.Set != 0 {
		a.nest(ctaTupleReply, func() { a.tuple(&f.Reply) })
	}
	if f.Set&HasMaster != 0 {
		a.nest(ctaTupleMaster, func() { a.tuple(&f.Master) })
	}
	if f.Set&HasZone != 0 {
		a.put16(ctaZone, f.Zone)
	}
	if f.Set&HasStatus != 0 {
		a.put32(ctaStatus, uint32(f.Status|StatusConfirmed))
	}
	if f.Set&HasTimeout != 0 {
		a.put32(ctaTimeout, f.Timeout)
	}
	if f.Set&HasMark != 0 {
		a.put32(ctaMark, f.Mark)
	}
	if f.Set&HasSecmark != 0 {
		a.put32(ctaSecmark, f.Secmark)
	}
	a.protoInfo(f)
	if f.Set&HasHelper != 0 {
		a.nest(ctaHelp, func() { a.putName(ctaHelpName, f.Helper) })
	}
	if f.Set&HasSrcNAT != 0 {
		a.nest(ctaNATSrc, func() { a.nat(f.SrcNAT) })
	}
	if f.Set&HasDstNAT != 0 {
		a.nest(ctaNATDst, func() { a.nat(f.DstNAT) })
	}
	if f.Set&HasLabels != 0 {
		a.put(ctaLabels, f.Labels[:f.LabelsLen]...)
		if f.Set&HasLabelsMask != 0 {
			a.put(ctaLabelsMask, f.LabelsMask[:f.LabelsLen]...)
		}
	}
}

func (a *attrs) tuple(t *Tuple) {
	if t.Set&(HasSrc|HasDst) != 0 {
		a.nest(ctaTupleIP, func() {
			if t.Family() == FamilyIPv4 {
				a.put(ctaIPv4Src, t.Src.AsSlice()...)
				a.put(ctaIPv4Dst, t.Dst.AsSlice()...)
			} else {
				a.put(ctaIPv6Src, t.Src.AsSlice()...)
				a.put(ctaIPv6Dst, t.Dst.AsSlice()...)
			}
		})
	}
	if t.Set&HasProto != 0 {
		a.nest(ctaTupleProto, func() { a.tupleProto(t) })
	}
	if t.Set&HasTupleZone != 0 {
		a.put16(ctaTupleZone, t.Zone)
	}
}

func (a *attrs) tupleProto(t *Tuple) {
	a.put(ctaProtoNum, t.Proto)
	switch {
	case hasPorts(t.Proto):
		a.put16(ctaProtoSrcPort, t.SrcPort)
		a.put16(ctaProtoDstPort, t.DstPort)
	case t.Proto == ICMP:
		a.put16(ctaProtoICMPID, t.ICMPID)
		a.put(ctaProtoICMPType, t.ICMPType)
		a.put(ctaProtoICMPCode, t.ICMPCode)
	case t.Proto == ICMPv6:
		a.put16(ctaProtoICMPv6ID, t.ICMPID)
		a.put(ctaProtoICMPv6Type, t.ICMPType)
		a.put(ctaProtoICMPv6Code, t.ICMPCode)
	}
}

// protoInfo appends what a protocol's tracking knows. The kernel takes no empty
// attribute.
func (a *attrs) protoInfo(f *Flow) {
	if f.Set&(HasState|HasTCPFlags|HasVtagOrig|HasVtagReply|HasRole) == 0 {
		return
	}
	switch f.Orig.Proto {
	case TCP:
		a.nest(ctaProtoInfo, func() {
			a.nest(ctaProtoInfoTCP, func() {
				if f.Set&HasState != 0 {
					a.put(ctaTCPState, f.State)
				}
				if f.Set&HasTCPFlags != 0 {
					a.put(ctaTCPFlagsOrig, f.TCPFlags[0].Flags, f.TCPFlags[0].Mask)
					a.put(ctaTCPFlagsReply, f.TCPFlags[1].Flags, f.TCPFlags[1].Mask)
				}
			})
		})
	case SCTP:
		a.nest(ctaProtoInfo, func() {
			a.nest(ctaProtoInfoSCTP, func() {
				if f.Set&HasState != 0 {
					a.put(ctaSCTPState, f.State)
				}
				if f.Set&HasVtagOrig != 0 {
					a.put32(ctaSCTPVtagOrig, f.VtagOrig)
				}
				if f.Set&HasVtagReply != 0 {
					a.put32(ctaSCTPVtagReply, f.VtagReply)
				}
			})
		})
	case DCCP:
		a.nest(ctaProtoInfo, func() {
			a.nest(ctaProtoInfoDCCP, func() {
				if f.Set&HasState != 0 {
					a.put(ctaDCCPState, f.State)
				}
				if f.Set&HasRole != 0 {
					a.put(ctaDCCPRole, f.Role)
				}
			})
		})
	}
}

func (a *attrs) nat(n NAT) {
	switch {
	case n.Addr.Is4():
		a.put(ctaNATv4Min, n.Addr.AsSlice()...)
	case n.Addr.IsValid():
		a.put(ctaNATv6Min, n.Addr.AsSlice()...)
	}
	if n.Port != 0 {
		a.nest(ctaNATProto, func() {
			a.put16(ctaNATPortMin, n.Port)
			a.put16(ctaNATPortMax, n.Port)
		})
	}
}

// key appends what identifies a flow: one of its tuples, and its zone.
func (a *attrs) key(f *Flow) {
	switch {
	case f.Orig.Set&(HasSrc|HasDst) != 0:
		a.nest(ctaTupleOrig, func() { a.tuple(&f.Orig) })
	case f.Reply.Set&(HasSrc|HasDst) != 0:
		a.nest(ctaTupleReply, func() { a.tuple(&f.Reply) })
	}
	if f.Set&HasZone != 0 {
		a.put16(ctaZone, f.Zone)
	}
}
