//go:build linux

package conntrack

import (
	"fmt"
	"net/netip"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/ctlint/ctlint/internal/netnstest"
)

func TestMain(m *testing.M) { os.Exit(netnstest.Main(m)) }

// dial opens a connection in a new namespace that counts, stamps times and has
// labels.
func dial(t testing.TB) *Conn {
	t.Helper()
	netnstest.New(t, "conntrack", "nft")
	netnstest.Sysctl(t, "net/netfilter/nf_conntrack_acct", "1")
	netnstest.Sysctl(t, "net/netfilter/nf_conntrack_timestamp", "1")
	netnstest.Sysctl(t, "net/netfilter/nf_conntrack_events", "1")
	// A rule that speaks of labels makes room for them in new flows
	// (nf_connlabels_get).
	netnstest.Run(t, "nft", "table inet t { chain c { type filter hook input priority 0; ct label set 1\n }\n }")
	c, err := Dial()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// protoKinds are protocols to make flows of, with two that conntrack knows nothing
// of.
var protoKinds = []uint8{TCP, UDP, ICMP, ICMPv6, SCTP, DCCP, GRE, UDPLite, 253, 51}

// varied returns the nth of a row of flows of every kind.
func varied(n int) *Flow {
	f := &Flow{Set: HasTimeout, Timeout: uint32(10000 + n*7)}
	o := &f.Orig
	o.Set = HasSrc | HasDst | HasProto
	o.Proto = protoKinds[n%len(protoKinds)]
	k := n / len(protoKinds) // of this protocol
	v6 := o.Proto == ICMPv6 || o.Proto != ICMP && k%3 == 0
	if v6 {
		o.Src = netip.MustParseAddr(fmt.Sprintf("2001:db8::%x:%x", k%5, n+1))
		o.Dst = netip.MustParseAddr(fmt.Sprintf("2001:db8:%x::1", k%7))
		if k%11 == 0 {
			o.Dst = netip.MustParseAddr("::192.0.2.7") // has a form of its own
		}
	} else {
		o.Src = netip.AddrFrom4([4]byte{192, 0, 2, byte(n)})
		o.Dst = netip.AddrFrom4([4]byte{198, 51, 100, byte(k)})
	}
	switch {
	case hasPorts(o.Proto):
		o.Set |= HasSrcPort | HasDstPort
		o.SrcPort, o.DstPort = uint16(1024+n), []uint16{22, 53, 80, 443, 65535}[k%5]
	case o.Proto == ICMP, o.Proto == ICMPv6:
		o.Set |= HasICMPType | HasICMPCode | HasICMPID
		o.ICMPID, o.ICMPType = uint16(n), 8
		if v6 {
			o.ICMPType = 128
		}
	}
	switch o.Proto {
	case TCP:
		f.Set |= HasState
		f.State = uint8(k % 10)
	case SCTP:
		f.Set |= HasState | HasVtagOrig | HasVtagReply
		f.State, f.VtagOrig, f.VtagReply = uint8(k%8), uint32(n), uint32(2*n)
	}
	f.Reply = o.Answer()
	if k%2 == 0 {
		f.Set |= HasMark
		f.Mark = uint32(k % 6)
	}
	f.Set |= HasStatus
	f.Status = []Status{0, StatusSeenReply, StatusSeenReply | StatusAssured, StatusFixedTimeout | StatusAssured}[k%4]
	switch k % 9 {
	case 1:
		f.Set |= HasZone
		f.Zone = uint16(1 + k%3)
	case 2:
		o.Set |= HasTupleZone
		o.Zone = uint16(1 + k%3)
	case 3:
		f.Reply.Set |= HasTupleZone
		f.Reply.Zone = uint16(1 + k%3)
	case 4:
		f.Set |= HasLabels
		f.LabelsLen = len(f.Labels)
		f.Labels.Add(k % 128)
		f.Labels.Add(127 - k%128)
	case 5:
		if o.Proto == TCP || o.Proto == UDP {
			f.Set |= HasHelper
			f.Helper = map[uint8]string{TCP: "ftp", UDP: "tftp"}[o.Proto]
		}
	case 6, 7:
		if o.Proto == TCP || o.Proto == UDP {
			f.NATFor(k)
		}
	}
	return f
}

// NATFor has the kernel translate the flow.
func (f *Flow) NATFor(k int) {
	to := netip.AddrFrom4([4]byte{203, 0, 113, byte(k)})
	if f.Orig.Src.Is6() {
		to = netip.MustParseAddr(fmt.Sprintf("2001:db8:ffff::%x", k+1))
	}
	if k%9 == 6 {
		f.Set |= HasSrcNAT
		f.SrcNAT = NAT{Addr: to, Port: uint16(40000 + k)}
	} else {
		f.Set |= HasDstNAT
		f.DstNAT = NAT{Addr: to}
	}
}

// fill makes varied flows.
func fill(t testing.TB, c *Conn, n int) {
	t.Helper()
	for i := range n {
		if err := c.Create(varied(i), true); err != nil {
			t.Fatalf("flow %d, %+v: %v", i, varied(i), err)
		}
	}
}

// traffic sends a packet of a protocol that conntrack does not know over the loopback interface.
func traffic(t testing.TB) {
	t.Helper()
	for _, proto := range []int{253} {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_RAW, proto)
		if err != nil {
			t.Fatal(err)
		}
		if err := unix.Sendto(fd, make([]byte, 20), 0, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
			t.Fatal(err)
		}
		if err := unix.Close(fd); err != nil {
			t.Fatal(err)
		}
	}
}
