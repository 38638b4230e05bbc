package sandbox

import (
	"fmt"

	"github.com/ti-mo/conntrack"
	"golang.org/x/sys/unix"
)

// flowTimeout is how many seconds a connection stays, if nothing deletes it: longer
// than the slowest ruleset takes a packet.
const flowTimeout = 600

// establish makes a connection, its master before it.
func (i *injector) establish(f *Flow) error {
	c := conntrack.NewFlow(f.Proto, conntrack.StatusConfirmed, f.Saddr, f.Daddr, f.Sport, f.Dport, flowTimeout, f.Mark)
	if !f.Fresh {
		c.Status |= conntrack.StatusSeenReply | conntrack.StatusAssured
	}
	switch f.Proto {
	case unix.IPPROTO_TCP:
		c.ProtoInfo.TCP = &conntrack.ProtoInfoTCP{State: tcpEstablished}
		if f.Fresh {
			c.ProtoInfo.TCP.State = tcpSynSent
		}
	case unix.IPPROTO_ICMP, unix.IPPROTO_ICMPV6:
		six := f.Proto == unix.IPPROTO_ICMPV6
		icmp := func(t *conntrack.ProtoTuple, kind uint8) {
			t.ICMPv4, t.ICMPv6 = !six, six
			t.ICMPType, t.ICMPCode, t.ICMPID = kind, f.ICMPCode, f.ICMPID
		}
		icmp(&c.TupleOrig.Proto, f.ICMPType)
		icmp(&c.TupleReply.Proto, f.ReplyType)
	}
	if f.Master != nil {
		if err := i.establish(f.Master); err != nil {
			return err
		}
		c.TupleMaster = i.flows[len(i.flows)-1].TupleOrig
	}
	if err := i.ct.Create(c); err != nil {
		return refused{fmt.Errorf("connection %s: %w", c.TupleOrig, err)}
	}
	i.flows = append(i.flows, c)
	return nil
}

// States of TCP connections (enum tcp_conntrack).
const (
	tcpSynSent     = 1
	tcpEstablished = 3
)
