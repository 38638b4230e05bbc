package sandbox

import (
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// devices are the network devices of the sandbox. The library netlink makes
// their addresses and routes: it speaks all of rtnetlink, and container
// runtimes have long relied on it.
type devices struct {
	rt     *netlink.Handle
	byName map[string]*device
	lo     int // its index
	// conntrack says that the sentinels may ask for the state of packets.
	conntrack bool
	// late are the sysctls that are there once connections are tracked.
	late map[string]string
}

type device struct {
	index int
	fd    int // what is written there comes in
	mac   net.HardwareAddr
}

// sysctls let in whatever a ruleset may be asked about, and keep the kernel from
// sending packets of its own. Documentation/networking/ip-sysctl.rst says what
// each does.
var sysctls = map[string]string{
	"net/ipv4/ip_forward":                        "1",
	"net/ipv6/conf/all/forwarding":               "1",
	"net/ipv6/conf/default/forwarding":           "1",
	"net/ipv4/conf/all/rp_filter":                "0",
	"net/ipv4/conf/default/rp_filter":            "0",
	"net/ipv4/conf/all/accept_local":             "1", // packets from addresses that are also local
	"net/ipv4/conf/all/route_localnet":           "1", // packets from and to 127.0.0.0/8
	"net/ipv4/conf/all/log_martians":             "0",
	"net/ipv4/conf/all/send_redirects":           "0",
	"net/ipv4/conf/default/send_redirects":       "0",
	"net/ipv4/conf/default/arp_notify":           "0",
	"net/ipv4/igmp_max_memberships":              "100000",
	"net/ipv6/conf/all/disable_ipv6":             "0",
	"net/ipv6/conf/default/disable_ipv6":         "0",
	"net/ipv6/conf/default/accept_dad":           "0",
	"net/ipv6/conf/default/accept_ra":            "0",
	"net/ipv6/conf/default/router_solicitations": "0",
	"net/ipv6/conf/default/addr_gen_mode":        "1",
	// A checksum is nothing that rules look at; and that of UDP-Lite the
	// kernel takes for one of UDP (udplite_error), and so for wrong.
	"net/netfilter/nf_conntrack_checksum": "0",
}

func sysctl(name, value string) error {
	if err := os.WriteFile(filepath.Join("/proc/sys", name), []byte(value), 0); err != nil {
		return fmt.Errorf("sysctl %s: %w", name, err)
	}
	return nil
}

func (s *server) network(n *Network) error {
	rt, err := netlink.NewHandle(unix.NETLINK_ROUTE)
	if err != nil {
		return fmt.Errorf("rtnetlink: %w", err)
	}
	s.rt, s.byName, s.conntrack = rt, map[string]*device{}, n.Conntrack
	s.late = map[string]string{}
	for _, m := range []map[string]string{sysctls, n.Sysctls} {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			if strings.HasPrefix(name, "net/netfilter/") {
				s.late[name] = m[name]
				continue
			}
			if err := sysctl(name, m[name]); err != nil {
				return err
			}
		}
	}
	lo, err := rt.LinkByName("lo")
	if err != nil {
		return fmt.Errorf("lo: %w", err)
	}
	if err := rt.LinkSetUp(lo); err != nil {
		return fmt.Errorf("lo: %w", err)
	}
	s.lo = lo.Attrs().Index
	for i, iface := range n.Interfaces {
		d, err := s.device(iface, i)
		if err != nil {
			return fmt.Errorf("device %s: %w", iface.Name, err)
		}
		s.byName[iface.Name] = d
	}
	return nil
}

// device makes a device and brings it up.
func (s *server) device(iface Interface, i int) (*device, error) {
	fd, err := unix.Open(s.tun, unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.tun, err)
	}
	ifr, err := unix.NewIfreq(iface.Name)
	if err != nil {
		return nil, fmt.Errorf("no device can have that name: %w", err)
	}
	mode := uint16(unix.IFF_TUN)
	if iface.Ethernet {
		mode = unix.IFF_TAP
	}
	ifr.SetUint16(mode | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, ifr); err != nil {
		return nil, fmt.Errorf("TUNSETIFF: %w", err)
	}
	link, err := s.rt.LinkByName(iface.Name)
	if err != nil {
		return nil, err
	}
	d := &device{index: link.Attrs().Index, fd: fd}
	if iface.Ethernet {
		d.mac = net.HardwareAddr{2, 0, 0, 0, byte(i >> 8), byte(i)}
		if err := s.rt.LinkSetHardwareAddr(link, d.mac); err != nil {
			return nil, err
		}
		// Nobody is there to answer.
		if err := s.rt.LinkSetARPOff(link); err != nil {
			return nil, err
		}
	}
	if err := s.rt.LinkSetMTU(link, mtu); err != nil {
		return nil, err
	}
	for _, a := range iface.Addrs {
		addr := &netlink.Addr{IPNet: ipnet(a), Flags: unix.IFA_F_NODAD}
		if err := s.rt.AddrAdd(link, addr); err != nil {
			return nil, fmt.Errorf("address %s: %w", a, err)
		}
	}
	return d, s.rt.LinkSetUp(link)
}

// mtu lets packets of any length out (ETH_MAX_MTU less what an Ethernet header
// takes).
const mtu = 65521
