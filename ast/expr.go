package ast

import "net/netip"

// Expr is what a match compares, an assignment sets or a set holds: something
// of the packet, or a value.
type Expr interface {
	Node
	expr()
}

// Payload is a field of a protocol header.
type Payload struct {
	Span
	Field Field
	// Tunnel is the encapsulation that the header lies in, if any.
	Tunnel Tunnel
}

// Tunnel is an encapsulation in which headers lie.
type Tunnel uint8

// The encapsulations of nft(8).
const (
	TunnelNone Tunnel = iota
	TunnelVXLAN
	TunnelGeneve
	TunnelGRE
	TunnelGRETAP
)

var tunnelNames = [...]string{"", "vxlan", "geneve", "gre", "gretap"}

func (t Tunnel) String() string { return name(tunnelNames[:], int(t)) }

// ParseTunnel returns the encapsulation of that name.
func ParseTunnel(s string) (Tunnel, bool) {
	i, ok := index(tunnelNames[1:], s)
	return Tunnel(i + 1), ok
}

// RawPayload is a range of bits of a header: @th,16,16.
type RawPayload struct {
	Span
	Base   Base
	Offset uint32 // bits
	Len    uint32 // bits
}

// Meta is a packet's metadata.
type Meta struct {
	Span
	Key MetaKey
}

// CT is something of the packet's connection.
type CT struct {
	Span
	Key CTKey
	Dir Dir
	// Family is that of ct original ip saddr and its like; else unknown.
	Family Family
}

// Dir is a direction of a connection (enum ip_conntrack_dir).
type Dir uint8

// The directions.
const (
	DirNone Dir = iota
	DirOriginal
	DirReply
)

var dirNames = [...]string{"", "original", "reply"}

func (d Dir) String() string { return name(dirNames[:], int(d)) }

// Exthdr is an IPv6 extension header: a field of it, or its presence.
type Exthdr struct {
	Span
	// Header is hbh, rt, rt0, rt2, srh, frag, dst or mh; or ah, esp, none,
	// which only xtables finds in the chain of headers.
	Header string
	Field  string // sid[1] holds its index; empty: the presence
}

// TCPOption is a TCP option: a field of it, or its presence.
type TCPOption struct {
	Span
	Kind   uint8
	Field  string // empty: the presence
	Block  uint8  // of the blocks of sack, from 0: sack1 left
	Raw    bool   // @kind,offset,len
	Offset uint32 // bits, where Raw
	Len    uint32 // bits, where Raw
}

// IPOption is an IPv4 option: a field of it, or its presence.
type IPOption struct {
	Span
	Kind  string // lsrr, ra, rr, ssrr
	Field string // empty: the presence
}

// SCTPChunk is an SCTP chunk: a field of it, or its presence.
type SCTPChunk struct {
	Span
	Chunk string
	Field string // empty: the presence
}

// DCCPOption is the presence of a DCCP option.
type DCCPOption struct {
	Span
	Kind uint8
}

// Socket is something of the local socket that would take the packet.
type Socket struct {
	Span
	Key   string // transparent, mark, wildcard, cgroupv2
	Level uint32
}

// TunnelInfo is something of the tunnel that the packet came through, or goes
// into.
type TunnelInfo struct {
	Span
	Key string // path, id
}

// OSF is the operating system that the SYN looks like.
type OSF struct {
	Span
	TTL     string // loose, skip; empty: strict
	Version bool
}

// Fib is a route look-up.
type Fib struct {
	Span
	Keys   []string // saddr, daddr, mark, iif, oif
	Result string   // oif, oifname, type
	Check  bool     // the presence of an oif: fib saddr . iif check exists
}

// Rt is something of the packet's route.
type Rt struct {
	Span
	Key    string // classid, nexthop, mtu, ipsec
	Family Family
}

// Ipsec is something of the packet's transformation.
type Ipsec struct {
	Span
	Dir    string // in, out
	Num    uint8  // spnum
	Family Family
	Key    string // reqid, spi, saddr, daddr
}

// Numgen makes numbers.
type Numgen struct {
	Span
	Mode   string // inc, random
	Mod    uint32
	Offset uint32
}

// Hash is a hash of Key (jhash) or of the packet's flow (symhash).
type Hash struct {
	Span
	Key     Expr // nil: symhash
	Mod     uint32
	Seed    uint32
	HasSeed bool
	Offset  uint32
}

// BinaryOp is an operation on bits.
type BinaryOp uint8

// The operations.
const (
	OpAnd BinaryOp = iota
	OpOr
	OpXor
	OpShl
	OpShr
)

var binaryNames = [...]string{"&", "|", "^", "<<", ">>"}

func (o BinaryOp) String() string { return name(binaryNames[:], int(o)) }

// Binary is an operation on bits of two expressions.
type Binary struct {
	Span
	Left  Expr
	Right Expr
	Op    BinaryOp
}

// Concat is a concatenation: a . b . c.
type Concat struct {
	Span
	Parts []Expr
}

// Map is the value that a map has for a key.
type Map struct {
	Span
	Key Expr
	Map Expr // SetLit or SetRef
}

// IPSetKey is what an xtables set match takes from the packet: for each
// dimension of the set its source or destination. Which field that is, the type
// of the ipset says.
type IPSetKey struct {
	Span
	Dst []bool // by dimension; false is src
}

// Int is a whole number of up to 64 bits.
type Int struct {
	Span
	Val uint64
}

// Big is a number of more than 64 bits, or of a width that matters, in network
// byte order.
type Big struct {
	Span
	Bytes []byte
}

// Addr is an IPv4 or IPv6 address.
type Addr struct {
	Span
	Addr netip.Addr
}

// Prefix is a network: the addresses whose first Bits bits are those of Addr.
// Bits of the address below the prefix are zero.
type Prefix struct {
	Span
	Prefix netip.Prefix
}

// MaskedAddr is an address with a mask that is not a prefix; the address has no
// bits outside of it.
type MaskedAddr struct {
	Span
	Addr, Mask netip.Addr
}

// Ether is a link-layer address.
type Ether struct {
	Span
	Addr [6]byte
}

// String is text: an interface name, a helper.
type String struct {
	Span
	Val string
	// Wildcard says that Val is only how the name begins: eth+ in iptables,
	// eth* in nft.
	Wildcard bool
}

// Host is a name that is looked up when the ruleset is loaded.
type Host struct {
	Span
	Name string
	// Bits is the length of the prefix after the name, or -1.
	Bits int
}

// Bool is the presence (exists) or absence (missing) of something.
type Bool struct {
	Span
	Val bool
}

// Range is all values from Lo to Hi, both included.
type Range struct {
	Span
	Lo, Hi Expr
}

// SetLit is a set or map that is written out in a rule.
type SetLit struct {
	Span
	Elems []*Elem
}

// SetRef is a named set or map. IPSet tells one of ipset(8) from one of the
// rule's own table.
type SetRef struct {
	Span
	Name  string
	IPSet bool
}

// Unknown is a value that only the running system knows: a shell variable, the
// output of a command.
type Unknown struct {
	Span
	Text string
}

func (*Payload) expr()    {}
func (*RawPayload) expr() {}
func (*Meta) expr()       {}
func (*CT) expr()         {}
func (*Exthdr) expr()     {}
func (*TCPOption) expr()  {}
func (*IPOption) expr()   {}
func (*SCTPChunk) expr()  {}
func (*DCCPOption) expr() {}
func (*Socket) expr()     {}
func (*TunnelInfo) expr() {}
func (*OSF) expr()        {}
func (*Fib) expr()        {}
func (*Rt) expr()         {}
func (*Ipsec) expr()      {}
func (*Numgen) expr()     {}
func (*Hash) expr()       {}
func (*Binary) expr()     {}
func (*Concat) expr()     {}
func (*Map) expr()        {}
func (*IPSetKey) expr()   {}
func (*Int) expr()        {}
func (*Big) expr()        {}
func (*Addr) expr()       {}
func (*Prefix) expr()     {}
func (*MaskedAddr) expr() {}
func (*Ether) expr()      {}
func (*String) expr()     {}
func (*Host) expr()       {}
func (*Bool) expr()       {}
func (*Range) expr()      {}
func (*SetLit) expr()     {}
func (*SetRef) expr()     {}
func (*Unknown) expr()    {}
