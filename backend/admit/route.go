//go:build linux

package admit

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// Route is the way to an address.
type Route struct {
	// Interface is that by which packets leave; empty if there is no way.
	Interface string
	// Local says that the address is one of this host.
	Local bool
}

// Routes asks the kernel for ways, and remembers them.
type Routes struct {
	nl    *netlink.Conn
	known map[netip.Addr]Route
	names map[int]string
}

// DialRoutes opens a connection to the routing of this network namespace.
func DialRoutes() (*Routes, error) {
	nl, err := netlink.Dial(unix.NETLINK_ROUTE, nil)
	if err != nil {
		return nil, err
	}
	return &Routes{nl: nl, known: map[netip.Addr]Route{}, names: map[int]string{}}, nil
}

// Close closes the connection.
func (r *Routes) Close() error { return r.nl.Close() }

// To returns the way to an address, as ip route get would.
func (r *Routes) To(a netip.Addr) (Route, error) {
	if way, ok := r.known[a]; ok {
		return way, nil
	}
	way, err := r.ask(a)
	if err == nil {
		r.known[a] = way
	}
	return way, err
}

func (r *Routes) ask(a netip.Addr) (Route, error) {
	family := byte(unix.AF_INET6)
	if a.Is4() {
		family = unix.AF_INET
	}
	enc := netlink.NewAttributeEncoder()
	enc.Bytes(unix.RTA_DST, a.AsSlice())
	attrs, err := enc.Encode()
	if err != nil {
		return Route{}, err
	}
	head := make([]byte, unix.SizeofRtMsg) // family, length of the destination, and what an answer fills in
	head[0], head[1] = family, byte(a.BitLen())
	msgs, err := r.nl.Execute(netlink.Message{
		Header: netlink.Header{Type: unix.RTM_GETROUTE, Flags: netlink.Request},
		Data:   append(head, attrs...),
	})
	switch {
	case errors.Is(err, unix.ENETUNREACH), errors.Is(err, unix.EHOSTUNREACH), errors.Is(err, unix.EACCES), errors.Is(err, unix.EINVAL):
		return Route{}, nil // unreachable, prohibited or blackholed: no way
	case err != nil:
		return Route{}, err
	case len(msgs) == 0 || len(msgs[0].Data) < unix.SizeofRtMsg:
		return Route{}, errors.New("the kernel's answer about a route is cut short")
	}
	way := Route{Local: msgs[0].Data[7] == unix.RTN_LOCAL}
	dec, err := netlink.NewAttributeDecoder(msgs[0].Data[unix.SizeofRtMsg:])
	if err != nil {
		return Route{}, err
	}
	dec.ByteOrder = binary.NativeEndian
	for dec.Next() {
		if dec.Type() == unix.RTA_OIF {
			way.Interface, err = r.name(int(dec.Uint32()))
		}
	}
	return way, errors.Join(err, dec.Err())
}

func (r *Routes) name(index int) (string, error) {
	if n, ok := r.names[index]; ok {
		return n, nil
	}
	i, err := net.InterfaceByIndex(index)
	if err != nil {
		return "", err
	}
	r.names[index] = i.Name
	return i.Name, nil
}
