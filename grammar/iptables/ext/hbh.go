package ext

import (
	"strconv"

	"github.com/ctlint/ctlint/grammar"
)

// anyLength says that the length of an IPv6 option does not matter. It is the
// kernel's own mark, so that the length 255 cannot be told from it (hbh_mt6 in
// ip6t_hbh).
const anyLength = 255

const ipv6OptWhat = "an option's type from 0 to 255, or type:length with the length of its data from 0 to 255"

// ipv6Options is a list of up to 16 IPv6 options, each a type with an optional
// length (Value.List: Lo and Hi).
var ipv6Options = &Arg{
	What: ipv6OptWhat + "; or several, joined by commas",
	Save: func(p *Printer, v *Value) {
		for i := range v.List {
			p.next(i)
			p.B = strconv.AppendUint(p.B, v.List[i].Lo, 10)
			if v.List[i].Hi != anyLength {
				p.B = strconv.AppendUint(append(p.B, ':'), v.List[i].Hi, 10)
			}
		}
	},
	Parse: func(_ *Context, w []Word, v *Value) *grammar.Error {
		elems, err := pairList.read(w[0], ipv6OptWhat, nil)
		if err != nil {
			return err
		}
		for i := range elems {
			e := &elems[i]
			it := Item{Span: w[0].Sub(e.at, e.end()), Hi: anyLength}
			var ok bool
			if it.Lo, ok = number(e.lo, 0, 255); !ok {
				return grammar.Errorf(w[0].Sub(e.at, e.at+len(e.lo)), "%q is no type of an option", e.lo).Expected(ipv6OptWhat)
			}
			if e.pair {
				if it.Hi, ok = number(e.hi, 0, 255); !ok {
					return grammar.Errorf(w[0].Sub(e.hiAt, e.hiAt+len(e.hi)), "%q is no length of an option", e.hi).Expected(ipv6OptWhat)
				}
				if it.Lo == 0 {
					return grammar.Errorf(it.Span, "the option Pad1 has no length").Expected("0 alone")
				}
			}
			if i == 16 {
				return grammar.Errorf(it.Span, "the list has more than 16 options").Expected("at most 16")
			}
			v.List = append(v.List, it)
		}
		return nil
	},
}

// The hbh and dst matches (iptables-extensions(8)): a Hop-by-Hop or Destination
// Options header.
var (
	_ = optionsHeader("hbh")
	_ = optionsHeader("dst")
)

func optionsHeader(name string) *Ext {
	return match(Ext{
		Name:   name,
		Family: V6,
		Options: []Option{
			// Units of 8 bytes less 1 (RFC 8200 section 4.3).
			{Name: name + "-len", Arg: Uint(0, 1<<32-1), Not: true, Lower: func(l *Lowering, g *Given) { l.extLength(g, name, "hdrlength", 8, 1) }},
			{Name: name + "-opts", Arg: ipv6Options},
		},
		Bare: extHeader(name),
		Lower: func(l *Lowering, u *Use) {
			l.options(u)
			if u.Has(name + "-opts") {
				l.Extension(u.only(func(g *Given) bool { return g.Option.Name == name+"-opts" }))
			}
		},
		Listed: listed(name, "-m "+name,
			"length:!$1", "! --"+name+"-len $1", "length:$1", "--"+name+"-len $1", "opts $1", "--"+name+"-opts $1"),
	})
}
