package ext

import (
	"math"
	"net/netip"

	"github.com/ctlint/ctlint/grammar"
)

// recentHits is the greatest --hitcount that xt_recent takes
// (XT_RECENT_MAX_NSTAMPS - 1). Kernels before 3.19 take no more than the
// module's parameter ip_pkt_list_tot, 20 by default.
const recentHits = 65535

// recentName is the list that is meant where no --name is.
const recentName = "DEFAULT"

// recentMask is the argument of --mask (Value.Addr): any address. Even 24 is
// one, 0.0.0.24, as C's inet_aton has it.
var recentMask = &Arg{
	What: "a mask, written as an address",
	Parse: func(c *Context, w []Word, v *Value) *grammar.Error {
		a, ok := inetAton(w[0].Text)
		if c.V6() {
			var err error
			a, err = netip.ParseAddr(w[0].Text)
			ok = err == nil && !a.Is4() && a.Zone() == ""
		}
		if !ok {
			want := "a mask such as 255.255.255.0"
			if c.V6() {
				want = "a mask such as ffff:ffff:ffff:ffff::"
			}
			return grammar.Errorf(w[0].Span, "%q is no mask", w[0].Text).Expected("%s", want)
		}
		v.Addr = a
		return nil
	},
	Save: func(p *Printer, v *Value) { p.Word(addrText(v.Addr)) },
}

// addrText prints an address as glibc's inet_ntop does: one that begins with 96
// zero bits, but not with 112, ends in the form of an IPv4 address.
func addrText(a netip.Addr) string {
	b := a.As16()
	if a.Is4() || [12]byte(b[:12]) != [12]byte{} || b[12]|b[13] == 0 {
		return a.String()
	}
	return "::" + netip.AddrFrom4([4]byte(b[12:])).String()
}

// The recent match (iptables-extensions(8), recent) looks addresses up in a
// list, and keeps it. The two declarations differ in the mask of a whole
// address.
var (
	_ = match(recent(V4, netip.AddrFrom4([4]byte{255, 255, 255, 255})))
	_ = match(recent(V6, netip.MustParseAddr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")))
)

// recentVerbs are the options that say what to do; one must stand.
var recentVerbs = []string{"set", "rcheck", "update", "remove"}

func recent(f Family, all netip.Addr) Ext {
	e := Ext{
		Name:   "recent",
		Family: f,
		Options: []Option{
			{Name: "set", Not: true, Excl: []string{"rcheck", "update", "remove", "rttl", "seconds"}},
			{Name: "rcheck", Not: true, Excl: []string{"update", "remove"}},
			{Name: "update", Not: true, Excl: []string{"remove"}},
			{Name: "remove", Not: true, Excl: []string{"rttl", "seconds"}},
			{Name: "seconds", Arg: Uint(1, math.MaxUint32)},
			{Name: "reap", Needs: []string{"seconds"}},
			{Name: "hitcount", Arg: Uint(0, recentHits)},
			{Name: "rttl"},
			{Name: "name", Arg: ProcName(199)},
			{Name: "mask", Arg: recentMask},
			{Name: "rsource"},
			{Name: "rdest"},
		},
		OneOf: recentVerbs,
		Check: func(_ *Context, u *Use) *grammar.Error {
			g := u.Get("hitcount")
			if g != nil && g.Lo != 0 && !u.Has("rcheck") && !u.Has("update") {
				return grammar.Errorf(g.Span, "--hitcount without a look at the list").Expected("--rcheck or --update with it")
			}
			return nil
		},
		Listed: []Listed{
			{"recent: SET", "--set"}, {"recent: CHECK", "--rcheck"}, {"recent: UPDATE", "--update"}, {"recent: REMOVE", "--remove"},
			{"seconds: $1", "--seconds $1"}, {"reap", "--reap"}, {"hit_count: $1", "--hitcount $1"}, {"TTL-Match", "--rttl"},
			{"name: $1", "--name $1"}, {"side: source", "--rsource"}, {"side: dest", "--rdest"}, {"mask: $1", "--mask $1"},
		},
	}
	e.Save, e.Lower = savePlain(func(u *Use) []plain { return recentPlain(u, all) })
	return e
}

// recentPlain makes the canonical form (recent_save): the options that do
// something, the list, the mask, and the side; of two sides the last counts.
func recentPlain(u *Use, all netip.Addr) (list []plain) {
	add := func(name string, number bool) {
		switch g := u.Get(name); {
		case g != nil && !number:
			list = append(list, plainOf(g, name, ""))
		case g != nil && g.Lo != 0:
			list = append(list, plainNum(g, name, g.Lo))
		}
	}
	for _, verb := range recentVerbs {
		add(verb, false)
	}
	add("seconds", true)
	add("reap", false)
	add("hitcount", true)
	add("rttl", false)
	name := recentName
	if g := u.Get("name"); g != nil {
		name = g.Text
	}
	list = append(list, plainOf(u.Get("name"), "name", bare(name)))
	mask := all
	if g := u.Get("mask"); g != nil {
		mask = g.Addr
	}
	list = append(list, plainOf(u.Get("mask"), "mask", addrText(mask)))
	side := plain{name: "rsource"}
	for i := range u.Given {
		if g := &u.Given[i]; g.Option.Name == "rsource" || g.Option.Name == "rdest" {
			side = plain{Span: g.Span, name: g.Option.Name}
		}
	}
	return append(list, side)
}
