package ast

// Type is a data type of nft (nft(8), DATA TYPES): it says what a number means
// and which names it may have.
type Type uint8

// The data types.
const (
	TypeNone Type = iota
	TypeInteger
	TypeString
	TypeIPv4Addr
	TypeIPv6Addr
	TypeEtherAddr
	TypeEtherType
	TypeInetProto
	TypeInetService
	TypeMark
	TypeNFProto
	TypeIfname
	TypeIfaceIndex
	TypeIfaceType
	TypeDevgroup
	TypeUID
	TypeGID
	TypeTCHandle
	TypeRealm
	TypePktType
	TypeCgroup
	TypeBoolean
	TypeTime
	TypeDay
	TypeHour
	TypeCTState
	TypeCTDir
	TypeCTStatus
	TypeCTLabel
	TypeCTEvent
	TypeTCPFlag
	TypeDCCPType
	TypeICMPType
	TypeICMPCode
	TypeICMPv6Type
	TypeICMPv6Code
	TypeICMPXCode
	TypeIGMPType
	TypeARPOp
	TypeDSCP
	TypeECN
	TypeFibAddr
	TypeOSName
	TypeVerdict
	TypeMHType
	TypeCgroupV2
)

type typeInfo struct {
	name string
	bits uint16 // 0: of no fixed width
	mask bool   // a bitmask: the implicit operator tests bits
}

var types = [...]typeInfo{
	TypeNone: {"", 0, false}, TypeInteger: {"integer", 0, false}, TypeString: {"string", 0, false},
	TypeIPv4Addr: {"ipv4_addr", 32, false}, TypeIPv6Addr: {"ipv6_addr", 128, false}, TypeEtherAddr: {"ether_addr", 48, false},
	TypeEtherType: {"ether_type", 16, false}, TypeInetProto: {"inet_proto", 8, false}, TypeInetService: {"inet_service", 16, false},
	TypeMark: {"mark", 32, false}, TypeNFProto: {"nf_proto", 8, false}, TypeIfname: {"ifname", 128, false},
	TypeIfaceIndex: {"iface_index", 32, false}, TypeIfaceType: {"iface_type", 16, false}, TypeDevgroup: {"devgroup", 32, false},
	TypeUID: {"uid", 32, false}, TypeGID: {"gid", 32, false}, TypeTCHandle: {"classid", 32, false}, TypeRealm: {"realm", 32, false},
	TypePktType: {"pkt_type", 8, false}, TypeCgroup: {"cgroup", 32, false}, TypeBoolean: {"boolean", 1, false}, TypeTime: {"time", 64, false},
	TypeDay: {"day", 8, false}, TypeHour: {"hour", 32, false}, TypeCTState: {"ct_state", 32, true}, TypeCTDir: {"ct_dir", 8, false},
	TypeCTStatus: {"ct_status", 32, true}, TypeCTLabel: {"ct_label", 128, true}, TypeCTEvent: {"ct_event", 32, true},
	TypeTCPFlag: {"tcp_flag", 8, true}, TypeDCCPType: {"dccp_pkttype", 4, false}, TypeICMPType: {"icmp_type", 8, false},
	TypeICMPCode: {"icmp_code", 8, false}, TypeICMPv6Type: {"icmpv6_type", 8, false}, TypeICMPv6Code: {"icmpv6_code", 8, false},
	TypeICMPXCode: {"icmpx_code", 8, false}, TypeIGMPType: {"igmp_type", 8, false}, TypeARPOp: {"arp_op", 16, false},
	TypeDSCP: {"dscp", 6, false}, TypeECN: {"ecn", 2, false}, TypeFibAddr: {"fib_addrtype", 32, false}, TypeOSName: {"osf_name", 128, false}, TypeVerdict: {"verdict", 0, false},
	TypeMHType: {"mh_type", 8, false}, TypeCgroupV2: {"cgroupsv2", 64, false},
}

func (t Type) String() string {
	if int(t) < len(types) {
		return types[t].name
	}
	return "?"
}

// Bits returns the width of a value of the type in bits, 0 where the type alone
// does not say.
func (t Type) Bits() int { return int(t.info().bits) }

// Bitmask reports whether nft's implicit operator on the type tests bits
// instead of equality.
func (t Type) Bitmask() bool { return t.info().mask }

func (t Type) info() typeInfo {
	if int(t) < len(types) {
		return types[t]
	}
	return typeInfo{}
}

// ParseType returns the type of that name.
func ParseType(s string) (Type, bool) {
	for i := range types {
		if types[i].name == s && i != 0 {
			return Type(i), true
		}
	}
	return TypeNone, false
}

// TypeOf returns the data type of what e gives; TypeNone if e alone does not
// say (a number, a concatenation).
func TypeOf(e Expr) Type {
	switch e := e.(type) {
	case *Payload, *RawPayload:
		f, _ := Layout(e)
		return f.Type
	case *Exthdr:
		return fieldType(e, e.Field)
	case *IPOption:
		return fieldType(e, e.Field)
	case *SCTPChunk:
		return fieldType(e, e.Field)
	case *TCPOption:
		if e.Raw {
			return TypeInteger
		}
		return fieldType(e, e.Field)
	case *DCCPOption, *Bool:
		return TypeBoolean
	case *Meta:
		return e.Key.Type()
	case *CT:
		if e.Key == CTSaddr || e.Key == CTDaddr {
			return addrType(e.Family != FamilyIP6)
		}
		return e.Key.Type()
	case *Socket:
		switch e.Key {
		case "mark":
			return TypeMark
		case "cgroupv2":
			return TypeCgroupV2
		}
		return TypeInteger
	case *Rt:
		switch e.Key {
		case "classid":
			return TypeRealm
		case "nexthop":
			return addrType(e.Family != FamilyIP6)
		case "ipsec":
			return TypeBoolean
		}
		return TypeInteger
	case *Ipsec:
		if e.Key == "saddr" || e.Key == "daddr" {
			return addrType(e.Family != FamilyIP6)
		}
		return TypeInteger
	case *TunnelInfo:
		if e.Key == "path" {
			return TypeBoolean
		}
		return TypeInteger
	case *Numgen, *Hash:
		return TypeInteger
	case *Binary:
		return TypeOf(e.Left)
	case *Addr:
		return addrType(e.Addr.Is4())
	case *Prefix:
		return addrType(e.Prefix.Addr().Is4())
	case *MaskedAddr:
		return addrType(e.Addr.Is4())
	case *Ether:
		return TypeEtherAddr
	case *Range:
		return TypeOf(e.Lo)
	case *Fib:
		switch {
		case e.Check:
			return TypeBoolean
		case e.Result == "oif":
			return TypeIfaceIndex
		case e.Result == "oifname":
			return TypeIfname
		}
		return TypeFibAddr
	case *OSF:
		return TypeOSName
	}
	return TypeNone
}

// fieldType returns the type of a field; without one, e is a presence.
func fieldType(e Expr, field string) Type {
	if field == "" {
		return TypeBoolean
	}
	f, _ := Layout(e)
	return f.Type
}

// BitsOf returns the width in bits of what e gives; 0 if e alone does not say.
func BitsOf(e Expr) int {
	switch e := e.(type) {
	case *Meta:
		return e.Key.Bits()
	case *CT:
		if e.Key != CTSaddr && e.Key != CTDaddr {
			return e.Key.Bits()
		}
	case *Binary:
		return BitsOf(e.Left)
	case *Socket:
		if e.Key == "transparent" || e.Key == "wildcard" {
			return 8
		}
	case *Rt:
		if e.Key == "mtu" {
			return 16
		}
	case *Ipsec:
		if e.Key == "reqid" || e.Key == "spi" {
			return 32
		}
	case *TunnelInfo:
		if e.Key == "id" {
			return 32
		}
	case *Numgen, *Hash:
		return 32
	}
	if f, ok := Layout(e); ok {
		return int(f.Len)
	}
	return TypeOf(e).Bits()
}

func addrType(v4 bool) Type {
	if v4 {
		return TypeIPv4Addr
	}
	return TypeIPv6Addr
}
