//go:build linux

package cli

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/ctlint/ctlint/backend/conntrack"
)

const (
	addresses  = conntrack.HasSrc | conntrack.HasDst
	bothPorts  = conntrack.HasSrcPort | conntrack.HasDstPort
	icmpFields = conntrack.HasICMPType | conntrack.HasICMPCode
)

// whole checks that one direction is there as a whole: both of its addresses, and
// what its protocol tells flows apart by.
func (q *ctQuery) whole() error {
	o, r := &q.filter.Orig, &q.filter.Reply
	if !q.hasProto {
		return fmt.Errorf("the protocol is missing; expected --proto")
	}
	of, prefix := o, ""
	if o.Set&addresses == 0 && r.Set&addresses != 0 {
		of, prefix = r, "reply-"
	}
	if of.Set&addresses != addresses {
		return fmt.Errorf("an address is missing; expected --%ssrc and --%sdst", prefix, prefix)
	}
	return q.wholeProto(of)
}

// wholeProto checks what the protocol tells flows apart by.
func (q *ctQuery) wholeProto(of *conntrack.Tuple) error {
	reply := of == &q.filter.Reply
	switch q.filter.Orig.Proto {
	case conntrack.TCP, conntrack.UDP, conntrack.SCTP, conntrack.DCCP, conntrack.UDPLite:
		if of.Set&bothPorts != bothPorts {
			return fmt.Errorf("a port is missing; expected %s", map[bool]string{false: "--sport and --dport", true: "--reply-port-src and --reply-port-dst"}[reply])
		}
	case conntrack.GRE:
		if of.Set&bothPorts != bothPorts {
			return fmt.Errorf("a key is missing; expected %s", map[bool]string{false: "--srckey and --dstkey", true: "--reply-key-src and --reply-key-dst"}[reply])
		}
	case conntrack.ICMP, conntrack.ICMPv6:
		if q.filter.Orig.Set&icmpFields != icmpFields {
			return fmt.Errorf("the type or the code is missing; expected --icmp-type and --icmp-code")
		}
	}
	return nil
}

// otherProto gives the reply direction the protocol, which is only given once.
func (q *ctQuery) otherProto(f *conntrack.Flow) {
	if f.Reply.Set == 0 {
		return
	}
	f.Reply.Set |= conntrack.HasProto
	f.Reply.Proto = f.Orig.Proto
	if f.Orig.Set&addresses == 0 {
		switch f.Orig.Proto {
		case conntrack.ICMP, conntrack.ICMPv6:
			// What is given of ICMP is of the original direction.
			answer := f.Orig.Answer()
			f.Reply.Set |= answer.Set
			f.Reply.ICMPType, f.Reply.ICMPCode, f.Reply.ICMPID = answer.ICMPType, answer.ICMPCode, answer.ICMPID
		}
	}
}

// flow returns the flow that is to be made: with both directions, of which one may
// follow from the other.
func (q *ctQuery) flow() *conntrack.Flow {
	f := q.filter.Flow
	q.otherProto(&f)
	orig, reply := f.Orig, f.Reply
	if f.Orig.Set&addresses == 0 {
		orig = complete(orig, reply.Answer())
	}
	f.Orig, f.Reply = orig, complete(reply, orig.Answer())
	if len(q.addLabels) > 0 {
		f.Set |= conntrack.HasLabels
		f.Labels, f.LabelsLen = q.bits(q.addLabels), len(f.Labels)
	}
	f.Set &^= conntrack.HasID
	return &f
}

// complete adds to t what it lacks of other.
func complete(t, other conntrack.Tuple) conntrack.Tuple {
	missing := other.Set &^ t.Set
	if missing&conntrack.HasSrc != 0 {
		t.Src = other.Src
	}
	if missing&conntrack.HasDst != 0 {
		t.Dst = other.Dst
	}
	if missing&conntrack.HasProto != 0 {
		t.Proto = other.Proto
	}
	if missing&conntrack.HasSrcPort != 0 {
		t.SrcPort = other.SrcPort
	}
	if missing&conntrack.HasDstPort != 0 {
		t.DstPort = other.DstPort
	}
	if missing&conntrack.HasICMPType != 0 {
		t.ICMPType = other.ICMPType
	}
	if missing&conntrack.HasICMPCode != 0 {
		t.ICMPCode = other.ICMPCode
	}
	if missing&conntrack.HasICMPID != 0 {
		t.ICMPID = other.ICMPID
	}
	t.Set |= missing
	return t
}

// expectation returns the expectation whose tuple is given as --src, --dst and so
// on.
func (q *ctQuery) expectation() *conntrack.Expect { return &conntrack.Expect{Tuple: q.filter.Orig} }

// newExpectation returns the expectation that is to be made: --src and so on are
// its master's.
func (q *ctQuery) newExpectation() (*conntrack.Expect, error) {
	e := &conntrack.Expect{
		Set: conntrack.ExpectHasTimeout, Timeout: q.filter.Timeout,
		Master: q.filter.Orig, Tuple: q.tuple, Mask: q.mask,
	}
	if e.Tuple.Set&addresses != addresses || e.Tuple.Set&conntrack.HasDstPort == 0 {
		return nil, fmt.Errorf("what is expected is missing; expected --tuple-src, --tuple-dst and --tuple-port-dst")
	}
	for _, t := range []*conntrack.Tuple{&e.Tuple, &e.Mask} {
		t.Set |= conntrack.HasProto | bothPorts
		t.Proto = e.Master.Proto
	}
	// What has no mask is expected as it is.
	if !q.given["mask-port-dst"] {
		e.Mask.DstPort = 1<<16 - 1
	}
	if !q.given["mask-port-src"] && q.given["tuple-port-src"] && e.Tuple.SrcPort != 0 {
		e.Mask.SrcPort = 1<<16 - 1
	}
	ones := netip.AddrFrom4([4]byte{255, 255, 255, 255})
	if e.Tuple.Src.Is6() {
		ones = netip.AddrFrom16([16]byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255})
	}
	if e.Mask.Src = q.maskSrc; !e.Mask.Src.IsValid() {
		e.Mask.Src = ones
	}
	if e.Mask.Dst = q.maskDst; !e.Mask.Dst.IsValid() {
		e.Mask.Dst = ones
	}
	e.Mask.Set |= addresses
	return e, nil
}

func (c *CLI) conntrackCreate() *cobra.Command {
	return c.conntrackVerb(ctCreate, "create [TABLE] PARAMETER...", "Create an entry",
		`Create creates an entry; it fails if there is one already. The parameters name the
original direction, or the reply direction, and the other follows from it; or
both. Of an expectation, --src and so on are those of its master.`,
		[]string{"conntrack", "expect"}, func(r *ctRun) error { return r.create(true) })
}

func (c *CLI) conntrackAdd() *cobra.Command {
	return c.conntrackVerb(ctAdd, "add PARAMETER...", "Create an entry, or change the one that is there",
		"Add is like create, but if there is such an entry already, it is changed.",
		[]string{"conntrack"}, func(r *ctRun) error { return r.create(false) })
}

// withState are the protocols of which a flow is made in some state.
var withState = map[uint8]bool{conntrack.TCP: true, conntrack.SCTP: true}

func (r *ctRun) create(exclusive bool) error {
	q := r.q()
	err := q.whole()
	switch {
	case err != nil:
	case q.filter.Set&conntrack.HasTimeout == 0:
		err = errors.New("the time to live is missing; expected --timeout")
	case withState[q.filter.Orig.Proto] && r.table == "conntrack" && q.state == "":
		err = errors.New("the state is missing; expected --state")
	case q.filter.Src.IsValid() || q.filter.Dst.IsValid():
		err = errors.New("an entry has addresses, no networks; expected no length and no mask")
	}
	if err != nil {
		return usageError{err}
	}
	err = r.with(func(conn *conntrack.Conn) error {
		if r.table == "expect" {
			e, err := q.newExpectation()
			if err != nil {
				return usageError{err}
			}
			return conn.CreateExpect(e)
		}
		return conn.Create(q.flow(), exclusive)
	})
	if err != nil || r.table == "expect" {
		return err
	}
	r.shown = 1
	if exclusive {
		return r.told("flow entries have been created", true)
	}
	return r.told("flow entries have been added", true)
}

func (c *CLI) conntrackUpdate() *cobra.Command {
	return c.conntrackVerb(ctUpdate, "update PARAMETER...", "Change entries",
		`Update changes the entries that have the addresses, ports, protocol, labels and ID
that are given. Their timeout, mark, status, state and labels become what is given:
bits of --status are set, none is cleared; of the mark, the bits of MASK are
cleared, and those of MARK then flipped. Entries that are so already do not count.`,
		[]string{"conntrack"}, (*ctRun).update)
}

// changes are the fields that update sets; the others say which flows are meant.
const changes = conntrack.HasTimeout | conntrack.HasMark | conntrack.HasStatus | conntrack.HasState | conntrack.HasSecmark | conntrack.HasVtagOrig | conntrack.HasVtagReply

func (r *ctRun) update() error {
	q := r.q()
	which := q.filter
	which.Set &^= changes
	if q.filter.Set&changes == 0 && len(q.addLabels) == 0 && !q.given["label-del"] {
		return usageError{errors.New("nothing is to be changed; expected --mark, --timeout, --status, --state, --label-add or --label-del")}
	}
	if len(q.addLabels) > 0 && q.given["label-del"] {
		return usageError{errors.New("--label-add and --label-del are two changes; expected one of them")}
	}
	err := r.with(func(conn *conntrack.Conn) error {
		return conn.Dump(conntrack.DumpOptions{Family: which.Family}, func(f *conntrack.Flow) error {
			if !which.Match(f) {
				return nil
			}
			changed, ok := q.change(f)
			if !ok {
				return nil
			}
			err := conn.Update(changed)
			if errors.Is(err, unix.ENOENT) {
				return nil // it has ended meanwhile
			}
			if err != nil {
				return err
			}
			now, err := conn.Get(changed)
			if errors.Is(err, unix.ENOENT) {
				return nil
			}
			if err != nil {
				return err
			}
			return r.print(now)
		})
	})
	if err != nil {
		return err
	}
	return r.told("flow entries have been updated", true)
}

// change returns what is to be changed in a flow, beside what identifies it; ok is
// false if nothing is.
func (q *ctQuery) change(f *conntrack.Flow) (c *conntrack.Flow, ok bool) {
	c = &conntrack.Flow{Set: f.Set & conntrack.HasZone, Zone: f.Zone, Orig: f.Orig}
	want := &q.filter
	set := func(field conntrack.Field, differs bool) {
		if want.Set&field != 0 && (f.Set&field == 0 || differs) {
			c.Set |= field
			ok = true
		}
	}
	c.Timeout, c.State, c.Secmark = want.Timeout, want.State, want.Secmark
	c.VtagOrig, c.VtagReply = want.VtagOrig, want.VtagReply
	c.Mark = f.Mark&^want.MarkMask ^ want.Mark
	c.Status = f.Status | want.Status
	set(conntrack.HasTimeout, c.Timeout != f.Timeout)
	set(conntrack.HasState, c.State != f.State)
	set(conntrack.HasSecmark, c.Secmark != f.Secmark)
	set(conntrack.HasVtagOrig, c.VtagOrig != f.VtagOrig)
	set(conntrack.HasVtagReply, c.VtagReply != f.VtagReply)
	set(conntrack.HasMark, c.Mark != f.Mark)
	set(conntrack.HasStatus, c.Status != f.Status)

	labels := f.Labels
	mask := q.bits(append(q.addLabels, q.delLabels...))
	switch {
	case len(q.addLabels) > 0:
		for _, bit := range mask.Bits() {
			labels.Add(bit)
		}
	case q.given["label-del"] && len(q.delLabels) == 0:
		labels = conntrack.Labels{}
		for i := range mask {
			mask[i] = 0xff
		}
	case q.given["label-del"]:
		for _, bit := range mask.Bits() {
			labels.Delete(bit)
		}
	}
	if labels != f.Labels {
		// The kernel changes the labels of the mask alone.
		c.Set |= conntrack.HasLabels | conntrack.HasLabelsMask
		c.LabelsLen = len(labels)
		for i := range labels {
			c.Labels[i], c.LabelsMask[i] = labels[i]&mask[i], mask[i]
		}
		ok = true
	}
	return c, ok
}

func (c *CLI) conntrackDelete() *cobra.Command {
	return c.conntrackVerb(ctDelete, "delete [TABLE] PARAMETER...", "Delete entries",
		`Delete deletes the entries that the parameters ask for, and prints them. Of an
expectation it needs the addresses, the protocol and the ports.`,
		[]string{"conntrack", "expect"}, (*ctRun).remove)
}

func (r *ctRun) remove() error {
	q := r.q()
	if r.table == "expect" {
		if err := q.whole(); err != nil {
			return usageError{err}
		}
		if err := r.with(func(conn *conntrack.Conn) error { return conn.DeleteExpect(q.expectation()) }); err != nil {
			return err
		}
		r.shown = 1
		return r.told("expectations have been deleted", true)
	}
	err := r.with(func(conn *conntrack.Conn) error {
		return r.dump(conn, conntrack.DumpOptions{}, func(f *conntrack.Flow) error {
			switch err := conn.Delete(f); {
			case errors.Is(err, unix.ENOENT):
				return nil // it has ended meanwhile
			case err != nil:
				return err
			}
			return r.print(f)
		})
	})
	if err != nil {
		return err
	}
	return r.told("flow entries have been deleted", true)
}

func (c *CLI) conntrackFlush() *cobra.Command {
	return c.conntrackVerb(ctFlush, "flush [TABLE]", "Delete all entries of a table",
		"Flush deletes all entries of a table: conntrack, of one --family or of both, or expect.",
		[]string{"conntrack", "expect"}, (*ctRun).empty)
}

func (r *ctRun) empty() error {
	err := r.with(func(conn *conntrack.Conn) error {
		if r.table == "expect" {
			return conn.FlushExpect()
		}
		return conn.Flush(r.q().filter.Family)
	})
	if err != nil {
		return err
	}
	what := map[string]string{"conntrack": "connection tracking table", "expect": "expectation table"}[r.table]
	fmt.Fprintf(r.Stderr, "ctlint conntrack: %s has been emptied.\n", strings.TrimSpace(what))
	return nil
}
