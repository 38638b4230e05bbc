// Package draw makes random packets that a ruleset cares about: out of the
// addresses, ports, interfaces and other values that its rules name, their
// neighbours, and now and then something else.
package draw

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// constants are the values that rules compare packets with.
type constants struct {
	ifaces []string
	macs   [][6]byte
	v4, v6 []addrRange
	// numbers are those that a field is compared with, by the field.
	numbers map[field][]uint64
}

// field is something of a packet that is a number.
type field uint8

const (
	fieldNone field = iota
	fieldProto
	fieldPort
	fieldICMPType
	fieldICMPv6Type
	fieldICMPCode
	fieldTCPFlags
	fieldMark
	fieldCTMark
	fieldDSCP
	fieldECN
	fieldTTL
	fieldLength
	fieldPktType
)

// addrRange is the addresses from the first to the last.
type addrRange struct{ from, to netip.Addr }

// headerProtos are the protocols whose fields matter only to packets of theirs.
var headerProtos = map[string]uint64{"tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58, "sctp": 132, "dccp": 33, "udplite": 136, "esp": 50, "ah": 51, "comp": 108}

// collect reads all rulesets.
func collect(sets []*ast.Ruleset) *constants {
	c := &constants{numbers: map[field][]uint64{}}
	for _, rs := range sets {
		for _, s := range rs.IPSets {
			for _, e := range s.Elems {
				c.value(nil, e.Key, nil)
			}
		}
		for _, t := range rs.Tables {
			for n := range ast.Preorder(t) {
				switch n := n.(type) {
				case *ast.Match:
					c.value(n.Left, n.Right, t)
				case *ast.VMap:
					c.value(n.Key, n.Map, t)
				case *ast.Map:
					c.value(n.Key, n.Map, t)
				}
			}
		}
	}
	slices.Sort(c.ifaces)
	c.ifaces = slices.Compact(c.ifaces)
	for f, v := range c.numbers {
		slices.Sort(v)
		c.numbers[f] = slices.Compact(v)
	}
	for _, v := range []*[]addrRange{&c.v4, &c.v6} {
		slices.SortFunc(*v, func(a, b addrRange) int { return cmp.Or(a.from.Compare(b.from), a.to.Compare(b.to)) })
		*v = slices.Compact(*v)
	}
	return c
}

// value notes what left is compared with.
func (c *constants) value(left, right ast.Expr, t *ast.Table) {
	switch r := right.(type) {
	case *ast.SetLit:
		for _, e := range r.Elems {
			if e.Key != nil {
				c.value(left, e.Key, t)
			}
		}
	case *ast.SetRef:
		if t == nil || r.IPSet {
			return // an ipset's elements are read by themselves
		}
		if s := t.Set(r.Name); s != nil {
			for _, e := range s.Elems {
				if e.Key != nil {
					c.value(left, e.Key, nil)
				}
			}
		}
	case *ast.Concat:
		parts, _ := left.(*ast.Concat)
		for i, p := range r.Parts {
			if parts != nil && i < len(parts.Parts) {
				c.value(parts.Parts[i], p, t)
			} else {
				c.value(nil, p, t)
			}
		}
	case *ast.Range:
		if lo, ok := r.Lo.(*ast.Addr); ok {
			if hi, ok := r.Hi.(*ast.Addr); ok {
				c.addrs(lo.Addr, hi.Addr)
			}
			return
		}
		c.value(left, r.Lo, t)
		c.value(left, r.Hi, t)
	case *ast.Addr:
		c.addrs(r.Addr, r.Addr)
	case *ast.Prefix:
		c.addrs(r.Prefix.Masked().Addr(), last(r.Prefix))
	case *ast.MaskedAddr:
		c.addrs(r.Addr, r.Addr)
	case *ast.Ether:
		if len(r.Addr) == 6 {
			c.macs = append(c.macs, [6]byte(r.Addr[:]))
		}
	case *ast.String:
		if isIface(left) && r.Val != "" {
			c.iface(r.Val, r.Wildcard)
		}
	case *ast.Int:
		if f := c.fieldOf(left); f != fieldNone {
			c.numbers[f] = append(c.numbers[f], r.Val)
		}
	}
}

func (c *constants) iface(name string, wildcard bool) {
	if wildcard {
		name += "0"
	}
	if len(name) < 16 && !strings.ContainsAny(name, "/ \t") && name != "." && name != ".." {
		c.ifaces = append(c.ifaces, name)
	}
}

func (c *constants) addrs(from, to netip.Addr) {
	if from.Is4() {
		c.v4 = append(c.v4, addrRange{from, to})
	} else {
		c.v6 = append(c.v6, addrRange{from, to})
	}
}

func isIface(x ast.Expr) bool {
	m, ok := x.(*ast.Meta)
	return ok && (m.Key == ast.MetaIif || m.Key == ast.MetaIifname || m.Key == ast.MetaOif || m.Key == ast.MetaOifname)
}

// fieldOf returns what an expression reads, and notes the protocol that it takes.
func (c *constants) fieldOf(x ast.Expr) field {
	switch x := x.(type) {
	case *ast.Binary:
		return c.fieldOf(x.Left)
	case *ast.Meta:
		return metaFields[x.Key]
	case *ast.CT:
		return ctFields[x.Key]
	case *ast.Payload:
		info := x.Field.Info()
		if p, ok := headerProtos[info.Proto]; ok {
			c.numbers[fieldProto] = append(c.numbers[fieldProto], p)
		}
		if info.Name == "sport" || info.Name == "dport" {
			return fieldPort
		}
		return payloadFields[x.Field]
	}
	return fieldNone
}

var metaFields = map[ast.MetaKey]field{ast.MetaL4proto: fieldProto, ast.MetaMark: fieldMark, ast.MetaLength: fieldLength, ast.MetaPkttype: fieldPktType}

var ctFields = map[ast.CTKey]field{ast.CTMark: fieldCTMark, ast.CTProtoSrc: fieldPort, ast.CTProtoDst: fieldPort, ast.CTProtocol: fieldProto}

var payloadFields = map[ast.Field]field{
	ast.IPProtocol: fieldProto, ast.IP6Nexthdr: fieldProto, ast.TCPFlags: fieldTCPFlags,
	ast.ICMPType: fieldICMPType, ast.ICMPv6Type: fieldICMPv6Type, ast.ICMPCode: fieldICMPCode, ast.ICMPv6Code: fieldICMPCode,
	ast.IPECN: fieldECN, ast.IP6ECN: fieldECN, ast.IPDSCP: fieldDSCP, ast.IP6DSCP: fieldDSCP, ast.IPTTL: fieldTTL, ast.IP6Hoplimit: fieldTTL, ast.IPLength: fieldLength,
}

// last returns the last address of a prefix.
func last(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}
