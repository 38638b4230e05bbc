//go:build linux

package conntrack

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// EventKind is a set of kinds of events.
type EventKind uint8

// The kinds of events.
const (
	EventNew EventKind = 1 << iota
	EventUpdate
	EventDestroy
	EventAll = EventNew | EventUpdate | EventDestroy
)

// tag returns what conntrack(8) puts before the line of an event, in ten columns.
func (k EventKind) tag() string {
	switch k {
	case EventNew:
		return "    [NEW] "
	case EventUpdate:
		return " [UPDATE] "
	case EventDestroy:
		return "[DESTROY] "
	}
	return ""
}

// String names a kind of event: NEW, UPDATE or DESTROY.
func (k EventKind) String() string {
	switch k {
	case EventNew:
		return "NEW"
	case EventUpdate:
		return "UPDATE"
	case EventDestroy:
		return "DESTROY"
	}
	return fmt.Sprintf("events %d", uint8(k))
}

// Command returns the command of conntrack(8) that would do the same: "-A", "-U" or
// "-D".
func (k EventKind) Command() string {
	switch k {
	case EventUpdate:
		return "-U"
	case EventDestroy:
		return "-D"
	}
	return "-A"
}

// Event is something that happened to a flow, or to an expectation if Expect is
// not nil. What it points to is overwritten by the next one.
type Event struct {
	Kind   EventKind
	Flow   *Flow
	Expect *Expect
	// PortID is the netlink address of the program that caused it; 0 if it was
	// no program.
	PortID uint32
}

// ErrLost says that events came faster than they were read.
var ErrLost = errors.New("events were lost: the netlink socket's buffer was full; expected a bigger one (--buffer-size)")

// Listener receives events.
type Listener struct {
	nl *netlink.Conn
	decoder
	flow   Flow
	expect Expect
}

// Listen joins the groups of events of these kinds: those of expectations, or
// those of flows. From then on, none is missed. A buffer of 0 leaves the system's
// size.
func Listen(kinds EventKind, expectations bool, buffer int) (*Listener, error) {
	first := uint32(groupNew)
	if expectations {
		first = groupExpectNew
	}
	var groups uint32
	for i := range uint32(3) {
		if kinds>>i&1 != 0 {
			groups |= 1 << (first + i - 1)
		}
	}
	nl, err := netlink.Dial(unix.NETLINK_NETFILTER, &netlink.Config{Groups: groups})
	if err != nil {
		return nil, refused(err)
	}
	if buffer > 0 {
		if err := nl.SetReadBuffer(buffer); err != nil {
			return nil, errors.Join(err, nl.Close())
		}
	}
	return &Listener{nl: nl}, nil
}

// BufferSize returns the size of the socket's buffer.
func (l *Listener) BufferSize() (int, error) { return l.nl.ReadBuffer() }

// Close leaves the groups.
func (l *Listener) Close() error { return l.nl.Close() }

// Events calls each with every event, until ctx ends or each returns an error. Where
// events are lost, lost is called with ErrLost; if it returns an error, that is the
// end.
func (l *Listener) Events(ctx context.Context, each func(*Event) error, lost func(error) error) error {
	stop := context.AfterFunc(ctx, func() {
		// The deadline wakes the reader up.
		_ = l.nl.SetReadDeadline(time.Unix(1, 0))
	})
	defer stop()
	for {
		err := read(l.nl, func(h header, b []byte) error {
			ev, err := l.event(h, b)
			if ev == nil || err != nil {
				return err
			}
			return each(ev)
		})
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, unix.ENOBUFS):
			if err := lost(ErrLost); err != nil {
				return err
			}
		case err != nil:
			return err
		}
	}
}

// event decodes an event; nil if it is none that this package knows.
func (l *Listener) event(h header, b []byte) (*Event, error) {
	ev := &Event{PortID: h.pid}
	switch {
	case h.typ&0xff == msgDelete:
		ev.Kind = EventDestroy
	case h.typ&0xff != msgNew:
		return nil, nil
	case h.flags&unix.NLM_F_CREATE != 0:
		ev.Kind = EventNew
	default:
		ev.Kind = EventUpdate
	}
	switch h.typ >> 8 {
	case subsysFlow:
		ev.Flow = &l.flow
		return ev, l.decoder.flow(b, ev.Flow)
	case subsysExpect:
		ev.Expect = &l.expect
		return ev, l.decoder.expect(b, ev.Expect)
	}
	return nil, nil
}

// Append appends conntrack(8)'s line of an event, without a line end.
func (ev *Event) Append(b []byte, o *Format) []byte {
	b = append(b, ev.Kind.tag()...)
	if ev.Expect != nil {
		return ev.Expect.Append(b)
	}
	return o.Append(b, ev.Flow)
}
