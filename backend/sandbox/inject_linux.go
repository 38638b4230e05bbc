package sandbox

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/ti-mo/conntrack"
	"golang.org/x/sys/unix"

	"github.com/ctlint/ctlint/ast"
)

// injector sends packets and hears what becomes of them. A packet that is written
// to a TUN device, or sent by a raw socket, is through all of netfilter when the
// system call returns: so what the sentinels see until then is its way, and
// nothing in the packet needs to tell it from others.
type injector struct {
	*devices
	routes routes
	watch  *watch
	ct     *conntrack.Conn
	raw    map[rawKey]int // sockets that send packets at output
	packet int            // the socket that sends on lo
	joined map[membership]bool
	join   [2]int // the sockets that are members, by family
	seen   []sighting
	// let has the sentinels let forwarded packets out, or not.
	let   func(pass bool) error
	flows []conntrack.Flow // that there are
}

type rawKey struct {
	six bool
	oif string
}

type membership struct {
	group netip.Addr
	index int
}

func newInjector(d *devices) (*injector, error) {
	w, err := newWatch()
	if err != nil {
		return nil, err
	}
	ct, err := conntrack.Dial(nil)
	if err != nil {
		return nil, fmt.Errorf("ctnetlink: %w", err)
	}
	i := &injector{devices: d, routes: routes{d, map[netip.Addr]route{}}, watch: w, ct: ct, raw: map[rawKey]int{}, joined: map[membership]bool{}, packet: -1}
	for n, family := range []int{unix.AF_INET, unix.AF_INET6} {
		if i.join[n], err = unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0); err != nil {
			return nil, fmt.Errorf("socket: %w", err)
		}
	}
	return i, nil
}

// inject sends packets one by one.
func (i *injector) inject(probes []Probe) ([]Result, error) {
	out := make([]Result, len(probes))
	for k := range probes {
		if err := i.one(&probes[k], &out[k]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// refused says that a packet cannot be injected; other errors are of the sandbox.
type refused struct{ error }

// one sends a packet. Its connections are there as long as it is on its way.
func (i *injector) one(p *Probe, r *Result) error {
	err := i.pass(p, r)
	for k := len(i.flows) - 1; k >= 0; k-- {
		// The packet may have ended it.
		if e := i.ct.Delete(i.flows[k]); e != nil && !errors.Is(e, unix.ENOENT) {
			err = errors.Join(err, fmt.Errorf("a connection cannot be deleted: %w", e))
		}
	}
	i.flows = i.flows[:0]
	if len(p.Before) > 0 {
		err = errors.Join(err, i.ct.Flush())
	}
	var no refused
	if errors.As(err, &no) {
		r.Err = no.Error()
		err = nil
	}
	return err
}

func (i *injector) pass(p *Probe, r *Result) error {
	h, err := parseHeader(p.Packet)
	if err != nil {
		return refused{err}
	}
	if err := i.lead(p.Before); err != nil {
		return err
	}
	if err := i.prepare(p, h); err != nil {
		return err
	}
	for k := range p.Flows {
		if err := i.establish(&p.Flows[k]); err != nil {
			return err
		}
	}
	// What was seen in between is nobody's.
	if i.seen, err = i.watch.hear(i.seen[:0]); err != nil {
		return err
	}
	if err := i.send(p, h); err != nil {
		return err
	}
	return i.listen(p, h, r)
}

// lead sends the packets that go before another.
func (i *injector) lead(before []Lead) error {
	if len(before) == 0 {
		return nil
	}
	if err := i.let(true); err != nil {
		return err
	}
	err := i.sendAll(before)
	return errors.Join(err, i.let(false))
}

func (i *injector) sendAll(before []Lead) error {
	for _, l := range before {
		p := &Probe{Hook: ast.HookForward, Iif: l.Iif, Oif: l.Oif, Packet: l.Packet}
		h, err := parseHeader(p.Packet)
		if err != nil {
			return refused{err}
		}
		if err := i.prepare(p, h); err != nil {
			return err
		}
		if err := i.send(p, h); err != nil {
			return err
		}
	}
	return nil
}

// prepare makes the way that leads the packet to its hook.
func (i *injector) prepare(p *Probe, h header) error {
	for _, name := range []string{p.Iif, p.Oif} {
		if name != "" && i.index(name) == 0 {
			return refused{fmt.Errorf("there is no device %s", name)}
		}
	}
	switch {
	case p.Hook == ast.HookInput && p.Iif != "" && p.Oif == "":
		if h.dst.IsMulticast() {
			if err := i.member(h.dst, i.index(p.Iif)); err != nil {
				return refused{err}
			}
		}
	case p.Hook == ast.HookForward && p.Iif != "" && p.Oif != "":
		switch {
		case p.Iif == "lo" || p.Oif == "lo":
			return refused{errors.New("nothing is forwarded from or to lo")}
		case h.dst.IsMulticast() || h.dst == limitedBroadcast:
			return refused{errors.New("packets to many are not forwarded without a multicast router")}
		}
	case p.Hook == ast.HookOutput && p.Iif == "" && p.Oif != "":
	default:
		return refused{fmt.Errorf("a packet at hook %q cannot be from %q to %q", p.Hook, p.Iif, p.Oif)}
	}
	if err := i.routes.want(i.routeOf(p, h.dst)); err != nil {
		return refused{err}
	}
	return nil
}

// member makes the host a member of a multicast group, so that packets to it come
// in.
func (i *injector) member(group netip.Addr, index int) error {
	m := membership{group, index}
	if i.joined[m] {
		return nil
	}
	var err error
	if group.Is4() {
		err = unix.SetsockoptIPMreqn(i.join[0], unix.IPPROTO_IP, unix.IP_ADD_MEMBERSHIP, &unix.IPMreqn{Multiaddr: group.As4(), Ifindex: int32(index)})
	} else {
		err = unix.SetsockoptIPv6Mreq(i.join[1], unix.IPPROTO_IPV6, unix.IPV6_JOIN_GROUP, &unix.IPv6Mreq{Multiaddr: group.As16(), Interface: uint32(index)})
	}
	if err != nil && !errors.Is(err, unix.EADDRINUSE) {
		return fmt.Errorf("group %s: %w", group, err)
	}
	i.joined[m] = true
	return nil
}

// send injects the packet.
func (i *injector) send(p *Probe, h header) error {
	if p.Hook == ast.HookOutput {
		return i.sendRaw(p, h)
	}
	if p.Iif == "lo" {
		return i.sendLo(p)
	}
	d := i.byName[p.Iif]
	frame := p.Packet
	if d.mac != nil {
		frame = append(ethernet(p, h, d.mac), frame...)
	}
	for {
		_, err := unix.Write(d.fd, frame)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return refused{fmt.Errorf("%s: %w", p.Iif, err)}
		}
		return nil
	}
}

// nobody is where frames come from unless a probe says so.
var nobody = net.HardwareAddr{2, 0, 0, 1, 0, 0}

// ethernet returns the header of a frame.
func ethernet(p *Probe, h header, mac net.HardwareAddr) []byte {
	dst, src := mac, p.Source
	switch p.Cast {
	case Broadcast:
		dst = net.HardwareAddr{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	case Multicast:
		dst = net.HardwareAddr{1, 0, 0x5e, 0, 0, 1}
	}
	if len(src) != len(nobody) {
		src = nobody
	}
	b := make([]byte, 0, 14+len(p.Packet))
	b = append(append(b, dst...), src...)
	if h.src.Is4() {
		return append(b, 0x08, 0x00)
	}
	return append(b, 0x86, 0xdd)
}

// sendLo sends a packet that comes in from lo without having gone out.
func (i *injector) sendLo(p *Probe) error {
	if i.packet < 0 {
		fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return fmt.Errorf("packet socket: %w", err)
		}
		i.packet = fd
	}
	proto := uint16(unix.ETH_P_IP)
	if p.Packet[0]>>4 == 6 {
		proto = unix.ETH_P_IPV6
	}
	err := unix.Sendto(i.packet, p.Packet, 0, &unix.SockaddrLinklayer{Protocol: proto<<8 | proto>>8, Ifindex: i.lo, Halen: 6})
	if err != nil {
		return refused{fmt.Errorf("lo: %w", err)}
	}
	return nil
}

// sendRaw sends a packet as a local program does, with a header of its own.
func (i *injector) sendRaw(p *Probe, h header) error {
	key := rawKey{!h.src.Is4(), p.Oif}
	fd, ok := i.raw[key]
	if !ok {
		var err error
		if fd, err = newRaw(key); err != nil {
			return fmt.Errorf("raw socket: %w", err)
		}
		i.raw[key] = fd
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_MARK, int(p.Mark)); err != nil {
		return fmt.Errorf("SO_MARK: %w", err)
	}
	var to unix.Sockaddr
	if key.six {
		sa := &unix.SockaddrInet6{Addr: h.dst.As16()}
		if h.dst.IsLinkLocalUnicast() || h.dst.IsLinkLocalMulticast() {
			sa.ZoneId = uint32(i.index(p.Oif))
		}
		to = sa
	} else {
		to = &unix.SockaddrInet4{Addr: h.dst.As4()}
	}
	err := unix.Sendto(fd, p.Packet, 0, to)
	// A packet that the ruleset drops is not permitted (nf_hook_slow).
	if err != nil && !errors.Is(err, unix.EPERM) {
		return refused{fmt.Errorf("%s: %w", p.Oif, err)}
	}
	return nil
}

func newRaw(key rawKey) (int, error) {
	family, level, option := unix.AF_INET, unix.IPPROTO_IP, unix.IP_HDRINCL
	if key.six {
		family, level, option = unix.AF_INET6, unix.IPPROTO_IPV6, unix.IPV6_HDRINCL
	}
	fd, err := unix.Socket(family, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.IPPROTO_RAW)
	if err != nil {
		return -1, err
	}
	err = errors.Join(
		unix.SetsockoptInt(fd, level, option, 1),
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_BROADCAST, 1),
		unix.BindToDevice(fd, key.oif))
	if key.six && err == nil {
		// The kernel looks for an address to send from, though the packet has
		// one: the socket has an address of nobody's.
		err = errors.Join(unix.SetsockoptInt(fd, unix.SOL_IPV6, unix.IPV6_FREEBIND, 1), unix.Bind(fd, &unix.SockaddrInet6{Addr: sender}))
	}
	return fd, err
}

// sender is an address of the block for documentation (RFC 3849).
var sender = netip.MustParseAddr("2001:db8:ffff:ffff::1").As16()

// patience is how long a packet on lo may take to come in: a kernel thread brings
// it, if there is much to do.
const patience = 100 * time.Millisecond

// listen collects the packet's way.
func (i *injector) listen(p *Probe, h header, r *Result) error {
	var err error
	for start := time.Now(); ; time.Sleep(50 * time.Microsecond) {
		if i.seen, err = i.watch.hear(i.seen); err != nil {
			return err
		}
		if p.Iif != "lo" || len(i.seen) > 0 || time.Since(start) > patience {
			break
		}
	}
	hooks := ways[p.Hook]
	for _, s := range i.seen {
		o, err := parseHeader(s.packet)
		if err != nil {
			return fmt.Errorf("a sentinel has seen this: %w", err)
		}
		if len(r.Passed) == 0 && !hooks.starts(s.Hook) || !hooks.follows(r.Passed, s.Passage) || !h.same(o) {
			continue
		}
		r.Passed = append(r.Passed, s.Passage)
	}
	return nil
}

// way is which hooks a packet may meet, the first first. DNAT may lead one that
// was for this host to another, and back.
type way []ast.Hook

var ways = map[ast.Hook]way{
	ast.HookInput:   {ast.HookPrerouting, ast.HookInput, ast.HookForward, ast.HookPostrouting},
	ast.HookForward: {ast.HookPrerouting, ast.HookInput, ast.HookForward, ast.HookPostrouting},
	ast.HookOutput:  {ast.HookOutput, ast.HookPostrouting},
}

func (w way) starts(h ast.Hook) bool { return len(w) > 0 && w[0] == h }

// follows reports whether a sighting may come behind those so far: the last of a
// hook behind its first, a hook behind those before it.
func (w way) follows(passed []Passage, p Passage) bool {
	at := -1
	for i, h := range w {
		if h == p.Hook {
			at = i
		}
	}
	if at < 0 {
		return false
	}
	if len(passed) == 0 {
		return !p.Last
	}
	before := passed[len(passed)-1]
	if before.Hook == p.Hook {
		return p.Last && !before.Last
	}
	if p.Last || !before.Last {
		return false
	}
	for _, h := range w[:at] {
		if h == before.Hook {
			return true
		}
	}
	return false
}
