//go:build linux

package conntrack

import (
	"errors"
	"fmt"

	"github.com/mdlayher/netlink"
	timo "github.com/ti-mo/conntrack"
	"github.com/ti-mo/netfilter"
	"golang.org/x/sys/unix"
)

// Conn speaks with the conntrack of the network namespace in which it was dialled.
// It is for one goroutine.
type Conn struct {
	nl   *netlink.Conn
	timo *timo.Conn
	buf  attrs
	decoder
}

// Dial opens a connection. It needs CAP_NET_ADMIN in the network namespace.
func Dial() (*Conn, error) {
	nl, err := netlink.Dial(unix.NETLINK_NETFILTER, nil)
	if err != nil {
		return nil, err
	}
	ti, err := timo.Dial(nil)
	if err != nil {
		return nil, errors.Join(err, nl.Close())
	}
	return &Conn{nl: nl, timo: ti}, nil
}

// Close closes the connection.
func (c *Conn) Close() error { return errors.Join(c.nl.Close(), c.timo.Close()) }

// Error is what the kernel refuses, with the words of conntrack(8) for it.
type Error struct {
	Errno unix.Errno
	text  string
}

func (e *Error) Error() string { return e.text }
func (e *Error) Unwrap() error { return e.Errno }

// refusals are words for the kernel's numbers, where its own say little.
var refusals = map[unix.Errno]string{
	unix.EPERM:        "permission denied; expected CAP_NET_ADMIN (root) in this network namespace",
	unix.EINVAL:       "the kernel calls a parameter invalid",
	unix.EEXIST:       "there is such an entry already; expected a new one, or update",
	unix.ENOENT:       "there is no such entry",
	unix.ETIME:        "the entry has expired",
	unix.EOPNOTSUPP:   "the kernel does not do that; is the module or the helper there?",
	unix.EAFNOSUPPORT: "the kernel has no conntrack for this family",
}

// refused makes an Error of what netlink reports.
func refused(err error) error {
	var errno unix.Errno
	if !errors.As(err, &errno) {
		return err
	}
	text := refusals[errno]
	if text == "" {
		text = errno.Error()
	}
	return &Error{errno, text}
}

// message makes a request. Its attributes stay in the connection's buffer.
func (c *Conn) message(subsys, typ uint16, flags netlink.HeaderFlags, family uint8, put func(*attrs)) netlink.Message {
	return message(&c.buf, subsys, typ, flags, family, put)
}

func message(buf *attrs, subsys, typ uint16, flags netlink.HeaderFlags, family uint8, put func(*attrs)) netlink.Message {
	*buf = append((*buf)[:0], family, 0, 0, 0) // struct nfgenmsg
	if put != nil {
		put(buf)
	}
	return netlink.Message{
		Header: netlink.Header{Type: netlink.HeaderType(subsys<<8 | typ), Flags: netlink.Request | flags},
		Data:   *buf,
	}
}

// do makes a request that is only acknowledged.
func (c *Conn) do(subsys, typ uint16, flags netlink.HeaderFlags, family uint8, put func(*attrs)) error {
	_, err := c.nl.Execute(c.message(subsys, typ, flags|netlink.Acknowledge, family, put))
	return refused(err)
}

// Create creates a flow. If exclusive, there must be no such flow; otherwise, one
// that is there is changed.
func (c *Conn) Create(f *Flow, exclusive bool) error {
	flags := netlink.Create
	if exclusive {
		flags |= netlink.Excl
	}
	return c.do(subsysFlow, msgNew, flags, f.Orig.Family(), func(a *attrs) { a.flow(f) })
}

// Update changes the flow that has the original tuple, or else the reply tuple, and
// the zone of f: to what is set in f.
func (c *Conn) Update(f *Flow) error {
	return c.do(subsysFlow, msgNew, 0, f.family(), func(a *attrs) { a.flow(f) })
}

// Delete deletes the flow that has the original tuple, or else the reply tuple, the
// zone and, if it is known, the ID of f.
func (c *Conn) Delete(f *Flow) error {
	return c.do(subsysFlow, msgDelete, 0, f.family(), func(a *attrs) {
		a.key(f)
		if f.Set&HasID != 0 {
			a.put32(ctaID, f.ID)
		}
	})
}

// Get looks the flow up that has the original tuple, or else the reply tuple, and
// the zone of f.
func (c *Conn) Get(f *Flow) (*Flow, error) {
	got := new(Flow)
	return got, c.ask(c.message(subsysFlow, msgGet, 0, f.family(), func(a *attrs) { a.key(f) }), func(b []byte) error {
		return c.flow(b, got)
	})
}

// ask makes a request that is answered by one message. The kernel marks such
// answers as if more followed (ctnetlink_fill_info, ctnetlink_stat_ct_fill_info):
// netlink.Conn.Receive would wait for them.
func (c *Conn) ask(m netlink.Message, answer func([]byte) error) error {
	if _, err := c.nl.Send(m); err != nil {
		return refused(err)
	}
	return read(c.nl, func(_ header, b []byte) error {
		if err := answer(b); err != nil {
			return err
		}
		return errDone
	})
}

// Flush deletes all flows of a family; of both, if it is 0.
func (c *Conn) Flush(family uint8) error {
	if family == 0 {
		return refused(c.timo.Flush())
	}
	return refused(c.timo.FlushFilter(timo.NewFilter().Family(netfilter.ProtoFamily(family))))
}

// Count returns how many flows there are, and how many there may be; most is 0 if
// the kernel does not say.
func (c *Conn) Count() (n, most uint32, err error) {
	err = c.ask(c.message(subsysFlow, msgStats, 0, 0, nil), func(b []byte) error {
		for {
			t, v, rest, err := next(b)
			if v == nil || err != nil {
				return err
			}
			b = rest
			switch t {
			case ctaStatsEntries:
				n = be32(v)
			case ctaStatsMost:
				most = be32(v)
			}
		}
	})
	return n, most, err
}

// family returns the family of a flow's addresses.
func (f *Flow) family() uint8 {
	if n := f.Orig.Family(); n != 0 {
		return n
	}
	return f.Reply.Family()
}

// header is a netlink message's (struct nlmsghdr).
type header struct {
	typ, flags uint16
	pid        uint32
	family     uint8
	res        uint16 // nfgenmsg's res_id
}

const (
	messageHeader = 16 // sizeof(struct nlmsghdr)
	familyHeader  = 4  // sizeof(struct nfgenmsg)
)

// errDone ends a reading of messages.
var errDone = errors.New("no more messages")

// messages calls each with the attributes of the messages in b.
func messages(b []byte, each func(header, []byte) error) error {
	for len(b) >= messageHeader {
		n := int(native.Uint32(b))
		if n < messageHeader || n > len(b) {
			return errShort
		}
		h := header{typ: native.Uint16(b[4:]), flags: native.Uint16(b[6:]), pid: native.Uint32(b[12:])}
		body := b[messageHeader:n]
		b = b[min((n+3)&^3, len(b)):]
		switch h.typ {
		case unix.NLMSG_NOOP:
			continue
		case unix.NLMSG_ERROR, unix.NLMSG_DONE:
			if len(body) >= 4 {
				if errno := int32(native.Uint32(body)); errno < 0 {
					return refused(unix.Errno(-errno))
				}
			}
			return errDone
		}
		if len(body) < familyHeader {
			return errShort
		}
		h.family, h.res = body[0], be16(body[2:])
		if err := each(h, body[familyHeader:]); err != nil {
			return err
		}
	}
	return nil
}

// bufferSize is what a dump reads at once: the kernel fills up to 32 KiB for a
// reader that has room for it (netlink_dump).
const bufferSize = 64 << 10

// read reads messages as they come until each returns an error; errDone is none.
// The netlink package's own Receive gathers all messages of a dump first.
func read(nl *netlink.Conn, each func(header, []byte) error) error {
	raw, err := nl.SyscallConn()
	if err != nil {
		return err
	}
	buf := make([]byte, bufferSize)
	var n int
	var failed error
	receive := func(fd uintptr) bool {
		n, failed = unix.Read(int(fd), buf)
		return !errors.Is(failed, unix.EAGAIN) && !errors.Is(failed, unix.EINTR)
	}
	for {
		if err := raw.Read(receive); err != nil {
			return err
		}
		if failed != nil {
			return failed
		}
		switch err := messages(buf[:n], each); {
		case errors.Is(err, errDone):
			return nil
		case err != nil:
			return err
		}
	}
}

// stream makes a request for a dump on a connection of its own, and reads the
// answers as they come.
func stream(subsys, typ uint16, family uint8, put func(*attrs), each func(header, []byte) error) (err error) {
	nl, err := netlink.Dial(unix.NETLINK_NETFILTER, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, nl.Close()) }()
	var buf attrs
	if _, err := nl.Send(message(&buf, subsys, typ, netlink.Dump, family, put)); err != nil {
		return refused(err)
	}
	return read(nl, each)
}

// Table is one of the lists of flows.
type Table uint8

// The tables: all flows, those that end but whose end nobody has heard of yet, and
// those whose first packet is still on its way.
const (
	TableConntrack Table = iota
	TableDying
	TableUnconfirmed
)

// DumpOptions say what a dump holds. The zero options ask for everything.
type DumpOptions struct {
	Table Table
	// Zero sets the counters to zero as they are read.
	Zero   bool
	Family uint8
	// Filter is what the kernel leaves out already, as far as it can; it may
	// leave in what the filter would not.
	Filter *Filter
}

// Dump calls each with every flow as the kernel tells of it: the table is not kept
// in memory. The flow is overwritten afterwards. An error that each returns ends
// the dump.
func (c *Conn) Dump(o DumpOptions, each func(*Flow) error) error {
	typ := uint16(msgGet)
	switch {
	case o.Table == TableDying:
		typ = msgGetDying
	case o.Table == TableUnconfirmed:
		typ = msgGetUnconfirmed
	case o.Zero:
		typ = msgGetZero
	}
	var put func(*attrs)
	if o.Table == TableConntrack && o.Filter != nil {
		put = o.Filter.kernel
	}
	var f Flow
	return stream(subsysFlow, typ, o.Family, put, func(_ header, b []byte) error {
		if err := c.flow(b, &f); err != nil {
			return err
		}
		return each(&f)
	})
}

// kernel appends what the kernel can filter by: marks and status
// (ctnetlink_alloc_filter). A kernel that cannot sends everything.
func (m *Filter) kernel(a *attrs) {
	if m.Set&HasMark != 0 {
		a.put32(ctaMark, m.Mark)
		a.put32(ctaMarkMask, m.MarkMask)
	}
	if m.Status|m.NotStatus != 0 {
		a.put32(ctaStatus, uint32(m.Status))
		a.put32(ctaStatusMask, uint32(m.Status|m.NotStatus))
	}
}

// String names the table as conntrack(8) does.
func (t Table) String() string {
	switch t {
	case TableConntrack:
		return "conntrack"
	case TableDying:
		return "dying"
	case TableUnconfirmed:
		return "unconfirmed"
	}
	return fmt.Sprintf("table %d", uint8(t))
}
