package ext

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// services.txt lists service names with their port and the protocols they are
// registered for, as services(5) of a Debian system has them: a name in a
// ruleset means the same on every machine that ctlint runs on.
//
//go:embed services.txt
var servicesText string

type service struct {
	port   uint16
	protos string
}

var services = sync.OnceValue(func() map[string][]service {
	m := make(map[string][]service)
	for line := range strings.Lines(servicesText) {
		f := strings.Fields(line)
		n, _ := strconv.ParseUint(f[1], 10, 16)
		m[f[0]] = append(m[f[0]], service{uint16(n), f[2]})
	}
	return m
})

// ServicePort returns the port of a service's name, as getservbyname does: for
// the protocol, or for any if proto is 0.
func ServicePort(name string, proto uint8) (uint16, bool) {
	want := ""
	switch proto {
	case ProtoTCP:
		want = "tcp"
	case ProtoUDP, ProtoUDPLite:
		want = "udp"
	case ProtoSCTP:
		want = "sctp"
	case ProtoDCCP:
		want = "dccp"
	}
	for _, s := range services()[name] {
		if want == "" || strings.Contains(","+s.protos+",", ","+want+",") {
			return s.port, true
		}
	}
	return 0, false
}

// ServiceNames returns all names of services.
func ServiceNames() []string {
	var out []string
	for n := range services() {
		out = append(out, n)
	}
	return out
}

// port reads a port or the name of a service.
func port(s string, proto uint8) (uint64, bool) {
	if n, ok := number(s, 0, 65535); ok {
		return n, true
	}
	n, ok := ServicePort(s, proto)
	return uint64(n), ok
}
