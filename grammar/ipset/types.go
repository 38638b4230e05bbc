package ipset

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// dim is a dimension of a set's type: what one part of an element is.
type dim uint8

const (
	dimIP   dim = iota // addresses
	dimNet             // networks of any size
	dimPort            // a protocol and its port
	dimMAC
	dimMark
	dimIface
	dimSet // the name of a set
)

var dimNames = map[string]dim{"ip": dimIP, "net": dimNet, "port": dimPort, "mac": dimMAC, "mark": dimMark, "iface": dimIface, "set": dimSet}

// feature is what options of a type depend on.
type feature uint8

const (
	isHash   feature = 1 << iota
	isBitmap         // a range of at most 65536 elements
	isList
	hasFamily
	hasMask     // netmask, and in a hash bitmask
	hasMarkmask // hash:ip,mark
	hasNomatch  // networks may be excluded
	anyNet      // networks may be of size 0
)

// setType is a type of set (ipset(8), SET TYPES).
type setType struct {
	name string
	old  string // its name before ipset 5
	dims []dim
	is   feature
}

var setTypes = makeTypes([]setType{
	{name: "bitmap:ip", old: "ipmap", is: isBitmap | hasMask},
	{name: "bitmap:ip,mac", old: "macipmap", is: isBitmap},
	{name: "bitmap:port", old: "portmap", is: isBitmap},
	{name: "hash:ip", old: "iphash", is: isHash | hasFamily | hasMask},
	{name: "hash:mac", old: "machash", is: isHash},
	{name: "hash:ip,mac", old: "ipmachash", is: isHash | hasFamily},
	{name: "hash:net", old: "nethash", is: isHash | hasFamily | hasNomatch},
	{name: "hash:net,net", old: "netnethash", is: isHash | hasFamily | hasMask | hasNomatch},
	{name: "hash:ip,port", old: "ipporthash", is: isHash | hasFamily | hasMask},
	{name: "hash:net,port", old: "netporthash", is: isHash | hasFamily | hasNomatch},
	{name: "hash:ip,port,ip", old: "ipportiphash", is: isHash | hasFamily},
	{name: "hash:ip,port,net", old: "ipportnethash", is: isHash | hasFamily | hasNomatch},
	{name: "hash:ip,mark", old: "ipmarkhash", is: isHash | hasFamily | hasMarkmask},
	{name: "hash:net,port,net", old: "netportnethash", is: isHash | hasFamily | hasNomatch | anyNet},
	{name: "hash:net,iface", old: "netifacehash", is: isHash | hasFamily | hasNomatch | anyNet},
	{name: "list:set", old: "setlist", is: isList},
})

func makeTypes(list []setType) map[string]*setType {
	m := make(map[string]*setType, 2*len(list))
	for i := range list {
		t := &list[i]
		_, data, _ := strings.Cut(t.name, ":")
		for _, d := range strings.Split(data, ",") {
			t.dims = append(t.dims, dimNames[d])
		}
		m[t.name], m[t.old] = t, t
	}
	return m
}

// typeNames returns the names of all types, for near misses.
func typeNames() []string {
	var out []string
	for n, t := range setTypes {
		if n == t.name {
			out = append(out, n)
		}
	}
	return out
}

// key returns the data types of an element's parts.
func (t *setType) key(v6 bool) []ast.Type {
	addr := ast.TypeIPv4Addr
	if v6 {
		addr = ast.TypeIPv6Addr
	}
	var out []ast.Type
	for _, d := range t.dims {
		switch d {
		case dimIP, dimNet:
			out = append(out, addr)
		case dimPort:
			if t.is&isBitmap == 0 {
				out = append(out, ast.TypeInetProto)
			}
			out = append(out, ast.TypeInetService)
		case dimMAC:
			out = append(out, ast.TypeEtherAddr)
		case dimMark:
			out = append(out, ast.TypeMark)
		case dimIface:
			out = append(out, ast.TypeIfname)
		case dimSet: // a set is no data
		}
	}
	return out
}
