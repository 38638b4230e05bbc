package semantics

import "github.com/ctlint/ctlint/ast"

// value returns what an expression gives for the packet.
func (e *env) value(x ast.Expr) value {
	switch x := x.(type) {
	case *ast.Int:
		return num(x.Val)
	case *ast.Addr:
		return value{kind: address, addr: x.Addr}
	case *ast.String:
		if x.Wildcard {
			return value{kind: unsure}
		}
		return value{kind: text, s: x.Val}
	case *ast.Meta:
		return e.meta(x.Key)
	case *ast.CT:
		return e.ct(x)
	case *ast.Payload:
		return e.payload(x.Field)
	case *ast.Binary:
		return binary(x.Op, e.value(x.Left), e.value(x.Right))
	case *ast.Concat:
		v := value{kind: concat}
		for _, p := range x.Parts {
			part := e.value(p)
			if part.kind == absent || part.kind == unsure {
				return part
			}
			v.list = append(v.list, part)
		}
		return v
	case *ast.TCPOption:
		if e.Proto != protoTCP || e.Fragment {
			return value{}
		}
	case *ast.Exthdr:
		if e.Saddr.Is4() {
			return value{}
		}
	case *ast.IPOption:
		if !e.Saddr.Is4() {
			return value{}
		}
	}
	return value{kind: unsure}
}

func binary(op ast.BinaryOp, l, r value) value {
	if l.kind == absent || r.kind == absent {
		return value{}
	}
	if l.kind != number || r.kind != number {
		return value{kind: unsure}
	}
	switch op {
	case ast.OpAnd:
		return num(l.n & r.n)
	case ast.OpOr:
		return num(l.n | r.n)
	case ast.OpXor:
		return num(l.n ^ r.n)
	case ast.OpShl:
		return num(l.n << min(r.n, 63))
	default: // ast.OpShr
		return num(l.n >> min(r.n, 63))
	}
}

// Values of meta nfproto and meta protocol.
const (
	nfprotoIPv4 = 2
	nfprotoIPv6 = 10
	ethIPv4     = 0x0800
	ethIPv6     = 0x86dd
)

func (e *env) meta(k ast.MetaKey) value {
	v4 := e.Saddr.Is4()
	switch k {
	case ast.MetaL4proto:
		return num(uint64(e.Proto))
	case ast.MetaNfproto:
		if v4 {
			return num(nfprotoIPv4)
		}
		return num(nfprotoIPv6)
	case ast.MetaProtocol:
		if v4 {
			return num(ethIPv4)
		}
		return num(ethIPv6)
	case ast.MetaIifname:
		return ifname(e.Iif)
	case ast.MetaOifname:
		return ifname(e.Oif)
	case ast.MetaIif:
		return ifname(e.Iif)
	case ast.MetaOif:
		return ifname(e.Oif)
	case ast.MetaMark:
		if e.markUnsure {
			return value{kind: unsure}
		}
		return num(uint64(e.Mark))
	case ast.MetaLength:
		if e.Length == 0 {
			return value{kind: unsure}
		}
		return num(uint64(e.Length))
	case ast.MetaPkttype:
		return num(uint64(e.PktType))
	}
	return value{kind: unsure}
}

// ifname is the name of an interface. Where the hook has none it is empty: both
// dialects compare with an empty name then (iptables) or fail (nft); a match for
// equality fails alike.
func ifname(s string) value { return value{kind: text, s: s} }

func (e *env) ct(x *ast.CT) value {
	if e.stateUnsure {
		return value{kind: unsure}
	}
	if x.Key == ast.CTState {
		if !e.tracked && !e.exempt {
			return num(ast.StateInvalid)
		}
		return num(uint64(e.State))
	}
	if !e.tracked || e.State == ast.StateInvalid || e.State == ast.StateUntracked {
		return value{} // no connection: the load fails
	}
	if x.Family != ast.FamilyUnknown && x.Family != e.Family() {
		return value{}
	}
	switch x.Key {
	case ast.CTStatus:
		return num(uint64(e.Status))
	case ast.CTDirection:
		if e.Dir == ast.DirReply {
			return num(1)
		}
		return num(0)
	case ast.CTMark:
		if e.ctMarkUnsure {
			return value{kind: unsure}
		}
		return num(uint64(e.CTMark))
	case ast.CTProtocol:
		if e.quotes() {
			return value{kind: unsure}
		}
		return num(uint64(e.Proto))
	}
	t, ok := e.tuple(x.Dir)
	if !ok {
		return value{kind: unsure}
	}
	switch x.Key {
	case ast.CTSaddr:
		return value{kind: address, addr: t.Saddr}
	case ast.CTDaddr:
		return value{kind: address, addr: t.Daddr}
	case ast.CTProtoSrc:
		if hasPorts(e.Proto) {
			return num(uint64(t.Sport))
		}
	case ast.CTProtoDst:
		if hasPorts(e.Proto) {
			return num(uint64(t.Dport))
		}
	}
	return value{kind: unsure}
}

// quotes reports whether the packet is an ICMP error: its connection is that of the
// packet which it quotes.
func (e *env) quotes() bool {
	return e.State == ast.StateRelated && (e.Proto == protoICMP && e.Saddr.Is4() || e.Proto == protoICMPv6 && e.Saddr.Is6())
}

// tuple returns the addresses and ports of one direction of the connection; ok is
// false if they are not known.
func (e *env) tuple(d ast.Dir) (t Tuple, ok bool) {
	translated := e.Status&(ast.StatusSNAT|ast.StatusDNAT) != 0
	switch {
	case e.quotes():
		return Tuple{}, false
	case d == ast.DirReply && e.HasAnswer:
		return e.Answer, true
	case d == ast.DirReply && e.HasOrig && !translated:
		return Tuple{e.Orig.Daddr, e.Orig.Saddr, e.Orig.Dport, e.Orig.Sport}, true
	case d != ast.DirReply && e.HasOrig && (!translated || e.HasAnswer):
		return e.Orig, true
	}
	return Tuple{}, false
}

// headerProtos are the protocols whose header a field belongs to.
var headerProtos = map[string]uint8{
	"tcp": protoTCP, "udp": protoUDP, "dccp": protoDCCP, "sctp": protoSCTP, "udplite": protoUDPLite,
	"icmp": protoICMP, "icmpv6": protoICMPv6, "ah": 51, "esp": 50, "comp": 108,
}

// laterFragment is a field of the transport header of a packet that has none. The
// matches of x_tables look at first fragments only; nft takes what is there for the
// header (nft_payload_fast_eval, which does not ask for the fragment's offset as
// nft_payload_eval does).
func (e *env) laterFragment() value {
	if e.table != nil && e.table.Xtables {
		return value{}
	}
	return value{kind: unsure}
}

func (e *env) payload(f ast.Field) value {
	info := f.Info()
	switch info.Base {
	case ast.BaseNetwork:
		if v4 := e.Saddr.Is4(); info.Proto == "ip" && !v4 || info.Proto == "ip6" && v4 || info.Proto == "arp" {
			return value{}
		}
	case ast.BaseTransport:
		if p, ok := headerProtos[info.Proto]; ok && p != e.Proto {
			return value{}
		}
		if e.Fragment {
			return e.laterFragment()
		}
		if info.Proto == "th" && !hasPorts(e.Proto) {
			return value{kind: unsure} // some bytes of whatever there is
		}
	}
	if e.sourceUnsure && (info.Name == "saddr" || info.Name == "sport") {
		return value{kind: unsure}
	}
	switch f {
	case ast.IPSaddr, ast.IP6Saddr:
		return value{kind: address, addr: e.Saddr}
	case ast.IPDaddr, ast.IP6Daddr:
		return value{kind: address, addr: e.Daddr}
	case ast.IPProtocol:
		return num(uint64(e.Proto))
	case ast.IPTTL, ast.IP6Hoplimit:
		if e.TTL == 0 { // left unsaid
			return value{kind: unsure}
		}
		return num(uint64(e.TTL))
	case ast.IPDSCP, ast.IP6DSCP:
		if e.dscpUnsure {
			return value{kind: unsure}
		}
		return num(uint64(e.DSCP))
	case ast.IPFragOff:
		if e.Fragment {
			return num(185) // some offset
		}
		return num(0)
	case ast.TCPSport, ast.UDPSport, ast.SCTPSport, ast.DCCPSport, ast.UDPLiteSport, ast.THSport:
		return num(uint64(e.Sport))
	case ast.TCPDport, ast.UDPDport, ast.SCTPDport, ast.DCCPDport, ast.UDPLiteDport, ast.THDport:
		return num(uint64(e.Dport))
	case ast.TCPFlags:
		return num(uint64(e.TCPFlags))
	case ast.ICMPType, ast.ICMPv6Type:
		return num(uint64(e.ICMPType))
	case ast.ICMPCode, ast.ICMPv6Code:
		return num(uint64(e.ICMPCode))
	}
	return value{kind: unsure}
}
