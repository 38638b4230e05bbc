package ipset

import (
	"net/netip"

	"github.com/ctlint/ctlint/ast"
)

// set is a set that the file creates, with what its elements depend on.
type set struct {
	*ast.Set
	typ *setType
	v6  bool

	bits    int        // of the netmask; 0 for none
	bitmask netip.Addr // not valid for none

	markmask uint32
	lo, hi   uint64 // the range of a bitmap

	timeout, counters, comment, skbinfo bool

	index map[string]int // the elements by their text, for del; nil if not made
}

// addrBits returns the length of the set's addresses.
func (s *set) addrBits() int {
	if s.v6 {
		return 128
	}
	return 32
}
