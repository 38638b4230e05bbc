//go:build linux

package conntrack

import (
	"github.com/mdlayher/netlink"
)

// ExpectField is a set of the things that may be known of an expectation.
type ExpectField uint16

// The fields of an Expect.
const (
	ExpectHasTimeout ExpectField = 1 << iota
	ExpectHasID
	ExpectHasZone
	ExpectHasFlags
	ExpectHasClass
	ExpectHasHelper
	ExpectHasNAT
)

// ExpectFlags say how the kernel treats an expectation (NF_CT_EXPECT_PERMANENT and
// others).
type ExpectFlags uint32

// The bits of ExpectFlags.
const (
	ExpectPermanent ExpectFlags = 1 << iota
	ExpectInactive
	ExpectUserspace
)

var expectFlagNames = []string{"PERMANENT", "INACTIVE", "USERSPACE"}

// Names are the names of the flags that are set.
func (e ExpectFlags) Names() []string {
	out := []string{}
	for i, n := range expectFlagNames {
		if e>>i&1 != 0 {
			out = append(out, n)
		}
	}
	return out
}

// Expect is an expectation: a flow that a helper waits for, as it was spoken of in
// another, its master.
type Expect struct {
	Set                 ExpectField
	Tuple, Mask, Master Tuple
	Timeout, ID, Class  uint32
	Zone                uint16
	Flags               ExpectFlags
	Helper              string
}

func (d *decoder) expect(b []byte, e *Expect) error {
	*e = Expect{}
	for {
		t, v, rest, err := next(b)
		if v == nil || err != nil {
			return err
		}
		b = rest
		switch t {
		case ctaExpectMaster:
			err = tuple(v, &e.Master)
		case ctaExpectTuple:
			err = tuple(v, &e.Tuple)
		case ctaExpectMask:
			err = tuple(v, &e.Mask)
		case ctaExpectTimeout:
			e.Set |= ExpectHasTimeout
			e.Timeout = be32(v)
		case ctaExpectID:
			e.Set |= ExpectHasID
			e.ID = be32(v)
		case ctaExpectZone:
			e.Set |= ExpectHasZone
			e.Zone = be16(v)
		case ctaExpectFlags:
			e.Set |= ExpectHasFlags
			e.Flags = ExpectFlags(be32(v))
		case ctaExpectClass:
			e.Set |= ExpectHasClass
			e.Class = be32(v)
		case ctaExpectHelpName:
			e.Set |= ExpectHasHelper
			e.Helper = d.name(v)
		case ctaExpectNAT:
			e.Set |= ExpectHasNAT
		}
		if err != nil {
			return err
		}
	}
}

// Append appends conntrack(8)'s line of an expectation, without a line end.
func (e *Expect) Append(b []byte) []byte {
	if e.Set&ExpectHasTimeout != 0 {
		b = appendUint(b, "", uint64(e.Timeout))
	}
	b = appendUint(b, "proto=", uint64(e.Tuple.Proto))
	b = appendTuple(b, &e.Tuple, "src=", "dst=")
	b = appendTuple(b, &e.Mask, "mask-src=", "mask-dst=")
	b = appendTuple(b, &e.Master, "master-src=", "master-dst=")
	if e.Set&ExpectHasZone != 0 {
		b = appendUint(b, "zone=", uint64(e.Zone))
	}
	for i, n := range e.Flags.Names() {
		if i > 0 {
			b[len(b)-1] = ','
		}
		b = append(append(b, n...), ' ')
	}
	if e.Set&ExpectHasClass != 0 {
		b = appendUint(b, "class=", uint64(e.Class))
	}
	if e.Set&ExpectHasHelper != 0 {
		b = append(append(append(b, "helper="...), e.Helper...), ' ')
	}
	return b[:len(b)-1]
}

// DumpExpect calls each with every expectation. It is overwritten afterwards.
func (c *Conn) DumpExpect(family uint8, each func(*Expect) error) error {
	var e Expect
	return stream(subsysExpect, msgGet, family, nil, func(_ header, b []byte) error {
		if err := c.expect(b, &e); err != nil {
			return err
		}
		return each(&e)
	})
}

// CreateExpect creates an expectation. Its master must be there, and have a helper.
func (c *Conn) CreateExpect(e *Expect) error {
	return c.do(subsysExpect, msgNew, netlink.Create|netlink.Excl, e.Master.Family(), func(a *attrs) {
		a.nest(ctaExpectMaster, func() { a.tuple(&e.Master) })
		a.nest(ctaExpectTuple, func() { a.tuple(&e.Tuple) })
		a.nest(ctaExpectMask, func() { a.tuple(&e.Mask) })
		a.put32(ctaExpectTimeout, e.Timeout)
		if e.Set&ExpectHasZone != 0 {
			a.put16(ctaExpectZone, e.Zone)
		}
		if e.Set&ExpectHasFlags != 0 {
			a.put32(ctaExpectFlags, uint32(e.Flags))
		}
		if e.Set&ExpectHasHelper != 0 {
			a.putName(ctaExpectHelpName, e.Helper)
		}
	})
}

// GetExpect looks the expectation of a master up, or, if the master has no
// addresses, the one with e's tuple.
func (c *Conn) GetExpect(e *Expect) (*Expect, error) {
	got := new(Expect)
	return got, c.ask(c.message(subsysExpect, msgGet, 0, e.family(), e.key), func(b []byte) error {
		return c.expect(b, got)
	})
}

// DeleteExpect deletes the expectation with e's tuple.
func (c *Conn) DeleteExpect(e *Expect) error {
	return c.do(subsysExpect, msgDelete, 0, e.family(), func(a *attrs) { e.key(a) })
}

// FlushExpect deletes all expectations.
func (c *Conn) FlushExpect() error { return c.do(subsysExpect, msgDelete, 0, 0, nil) }

func (e *Expect) family() uint8 {
	if n := e.Master.Family(); n != 0 {
		return n
	}
	return e.Tuple.Family()
}

func (e *Expect) key(a *attrs) {
	if e.Master.Set != 0 {
		a.nest(ctaExpectMaster, func() { a.tuple(&e.Master) })
	}
	if e.Tuple.Set != 0 {
		a.nest(ctaExpectTuple, func() { a.tuple(&e.Tuple) })
	}
	if e.Set&ExpectHasZone != 0 {
		a.put16(ctaExpectZone, e.Zone)
	}
}
