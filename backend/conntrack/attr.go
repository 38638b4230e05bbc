//go:build linux

package conntrack

import (
	"encoding/binary"
	"errors"
	"net/netip"
)

var (
	native = binary.NativeEndian
	big    = binary.BigEndian
)

var errShort = errors.New("the kernel sent an attribute that is cut short")

// Flags in an attribute's type (NLA_F_NESTED, NLA_TYPE_MASK).
const (
	attrNested   = 1 << 15
	attrTypeMask = 1<<14 - 1
	attrHeader   = 4
)

// next cuts the first attribute off b: netlink's attributes have a length, a type,
// a value and up to three bytes that align the next one. A nil value without an
// error is the end.
func next(b []byte) (typ uint16, value, rest []byte, err error) {
	if len(b) < attrHeader {
		return 0, nil, nil, nil
	}
	n := int(native.Uint16(b))
	if n < attrHeader || n > len(b) {
		return 0, nil, nil, errShort
	}
	return native.Uint16(b[2:]) & attrTypeMask, b[attrHeader:n:n], b[min((n+3)&^3, len(b)):], nil
}

// The readers of values return zero where the value is too short.

func be16(v []byte) uint16 {
	if len(v) < 2 {
		return 0
	}
	return big.Uint16(v)
}

func be32(v []byte) uint32 {
	if len(v) < 4 {
		return 0
	}
	return big.Uint32(v)
}

func be64(v []byte) uint64 {
	if len(v) < 8 {
		return 0
	}
	return big.Uint64(v)
}

func u8(v []byte) uint8 {
	if len(v) < 1 {
		return 0
	}
	return v[0]
}

func addr4(v []byte) netip.Addr {
	if len(v) < 4 {
		return netip.Addr{}
	}
	return netip.AddrFrom4([4]byte(v))
}

func addr6(v []byte) netip.Addr {
	if len(v) < 16 {
		return netip.Addr{}
	}
	return netip.AddrFrom16([16]byte(v))
}

// attrs appends attributes to a message. Its buffer grows; it is used again for
// the next message.
type attrs []byte

func (a *attrs) put(typ uint16, value ...byte) {
	n := attrHeader + len(value)
	*a = native.AppendUint16(*a, uint16(n))
	*a = native.AppendUint16(*a, typ)
	*a = append(*a, value...)
	for ; n&3 != 0; n++ {
		*a = append(*a, 0)
	}
}

func (a *attrs) put16(typ, v uint16) { a.put(typ, byte(v>>8), byte(v)) }
func (a *attrs) put32(typ uint16, v uint32) {
	a.put(typ, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
}
func (a *attrs) putName(typ uint16, s string) { a.put(typ, append([]byte(s), 0)...) }

// nest appends an attribute that holds what put appends.
func (a *attrs) nest(typ uint16, put func()) {
	start := len(*a)
	a.put(typ | attrNested)
	put()
	native.PutUint16((*a)[start:], uint16(len(*a)-start))
}
