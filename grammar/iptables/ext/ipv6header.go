package ext

import (
	"slices"

	"github.com/ctlint/ctlint/grammar"
)

// ipv6Headers are the headers of --header with the bits of struct
// ip6t_ipv6header_info, in the order in which they are printed: the canonical
// name first, then those that libip6t_ipv6header and protocols(5) have for it.
// Upper and lower case differ.
var ipv6Headers = []struct {
	bit   uint64
	names []string
}{
	{0x80, []string{"hop-by-hop", "hop", "0", "hopopt", "HOPOPT", "ip", "IP"}},
	{0x40, []string{"ipv6-opts", "dst", "60", "IPv6-Opts"}},
	{0x20, []string{"ipv6-route", "route", "43", "IPv6-Route"}},
	{0x10, []string{"ipv6-frag", "frag", "44", "IPv6-Frag"}},
	{0x08, []string{"ah", "auth", "51", "IPSEC-AH"}},
	{0x04, []string{"esp", "50", "IPSEC-ESP"}},
	{0x02, []string{"ipv6-nonxt", "none", "59", "IPv6-NoNxt"}},
	{0x01, []string{"protocol", "prot", "255"}},
}

// ipv6HeaderList is the argument of --header (Value.Lo: the bits).
var ipv6HeaderList = &Arg{
	What: "headers joined by commas: hop-by-hop, ipv6-opts, ipv6-route, ipv6-frag, ah, esp, ipv6-nonxt, protocol",
	Save: func(p *Printer, v *Value) {
		n := 0
		for i := range ipv6Headers {
			if v.Lo&ipv6Headers[i].bit != 0 {
				p.next(n)
				p.B = append(p.B, ipv6Headers[i].names[0]...)
				n++
			}
		}
	},
}

func init() { ipv6HeaderList.Parse = parseIPv6Headers }

func parseIPv6Headers(c *Context, w []Word, v *Value) *grammar.Error {
	if n, ok := number(w[0].Text, 1, 255); ok && c.Listing {
		v.Lo = n
		return nil
	}
	elems, err := looseList.read(w[0], ipv6HeaderList.What, nil)
	if err != nil {
		return err
	}
	for i := range elems {
		e := &elems[i]
		var known []Name
		found := false
		for j := range ipv6Headers {
			h := &ipv6Headers[j]
			known = append(known, Name{Name: h.names[0]})
			if slices.Contains(h.names, e.lo) {
				v.Lo |= h.bit
				found = true
			}
		}
		if !found {
			return unknownName(w[0].Sub(e.at, e.end()), e.lo, "extension header", known)
		}
	}
	return nil
}

// The ipv6header match (iptables-extensions(8), ipv6header): exactly these
// headers, or with --soft these and perhaps others. (The manual says of --soft
// that any of them will do; the kernel wants all: ipv6header_mt6 in
// ip6t_ipv6header.) It walks the headers in a way of its own, past those of a
// later fragment too, so that nft's exthdr does not mean the same.
var _ = match(Ext{
	Name:   "ipv6header",
	Family: V6,
	Options: []Option{
		{Name: "header", Arg: ipv6HeaderList, Not: true, Required: true},
		{Name: "soft"},
	},
	Listed: listed("ipv6header", "-m ipv6header", "flags:$1", "--header $1", "soft", "--soft"),
})
