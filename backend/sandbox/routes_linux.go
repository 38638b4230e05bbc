package sandbox

import (
	"fmt"
	"net"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/ctlint/ctlint/ast"
)

// route is a host route that brings a packet to its hook.
type route struct {
	dst   netip.Addr
	local bool
	index int // of the device
}

// routeOf returns the route that a probe's destination needs; false if the kernel
// needs none.
func (d *devices) routeOf(p *Probe, dst netip.Addr) (route, bool) {
	if dst.IsMulticast() || dst == limitedBroadcast {
		return route{}, false
	}
	switch p.Hook {
	case ast.HookInput:
		if dst.Is4() && dst.IsLoopback() && p.Iif == "lo" {
			return route{}, false
		}
		return route{dst, true, d.index(p.Iif)}, true
	case ast.HookOutput:
		if p.Oif == "lo" {
			return route{dst, true, d.lo}, true
		}
	}
	return route{dst, false, d.index(p.Oif)}, true
}

func (d *devices) index(name string) int {
	if name == "lo" {
		return d.lo
	}
	if dev := d.byName[name]; dev != nil {
		return dev.index
	}
	return 0
}

var limitedBroadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})

// routes are the host routes that are there. A packet's are taken away before the
// next comes, as rules may ask of what kind an address is.
type routes struct {
	*devices
	have map[netip.Addr]route
}

// want makes the route to be the only one.
func (r *routes) want(w route, ok bool) error {
	for dst, h := range r.have {
		if ok && h == w {
			return nil
		}
		if err := r.rt.RouteDel(h.netlink()); err != nil {
			return fmt.Errorf("route to %s: %w", dst, err)
		}
		delete(r.have, dst)
	}
	if !ok {
		return nil
	}
	if err := r.rt.RouteReplace(w.netlink()); err != nil {
		return fmt.Errorf("route to %s: %w", w.dst, err)
	}
	r.have[w.dst] = w
	return nil
}

func (r *route) netlink() *netlink.Route {
	n := &netlink.Route{
		LinkIndex: r.index, Dst: ipnet(netip.PrefixFrom(r.dst, r.dst.BitLen())),
		Table: unix.RT_TABLE_MAIN, Protocol: unix.RTPROT_STATIC, Type: unix.RTN_UNICAST, Scope: netlink.SCOPE_LINK,
	}
	if r.local {
		n.Type, n.Scope = unix.RTN_LOCAL, netlink.SCOPE_HOST
		// The first table that is asked.
		n.Table = unix.RT_TABLE_LOCAL
	}
	return n
}

func ipnet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}
