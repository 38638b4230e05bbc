package ext

import (
	"math"
	"net/netip"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// hashlimitScale is how many parts a second has for xt_hashlimit
// (XT_HASHLIMIT_SCALE_v2).
const hashlimitScale = 1000000

// The defaults and limits of libxt_hashlimit and xt_hashlimit.
const (
	hashlimitBurst       = 5
	hashlimitBurstMax    = 1000000
	hashlimitSizeMax     = 1 << 20 // HASHLIMIT_MAX_SIZE: the kernel cuts more down to it
	hashlimitGCInterval  = 1000    // ms
	hashlimitByteExpire  = 15      // s
	hashlimitBurstExpire = 60      // s, of a rate in bytes with a burst
)

const hashlimitRateWhat = "a rate, such as 10/second or 3/hour, or in bytes 512kb/s"

// hashlimitRate is the argument of --hashlimit-upto and -above: Value.Lo is the
// time between two packets in parts of a second, or with Value.Bits set the cost
// of 16 bytes; Value.Hi is how many seconds its unit has.
var hashlimitRate = &Arg{
	What: hashlimitRateWhat,
	Parse: func(_ *Context, w []Word, v *Value) (err *grammar.Error) {
		// The tool looks for b/s anywhere but at the beginning, and reads a
		// rate without it, or of 0b/s, as one of packets.
		if strings.Index(w[0].Text, "b/s") > 0 {
			v.Lo, err = byteCost(w[0])
			v.Bits, v.Hi = 1, hashlimitByteExpire
			return err
		}
		period, unit, err := ratePeriod(w[0], hashlimitScale, func(s string) uint64 { return uint64(atoll(s)) })
		v.Lo, v.Hi = period, unit.seconds
		return err
	},
	Save: func(p *Printer, v *Value) {
		if v.Bits != 0 {
			p.Word(costText(v.Lo))
			return
		}
		p.Word(rateText(v.Lo, hashlimitScale))
	},
}

// hashlimitBurstArg is the argument of --hashlimit-burst (Value.Lo): a number
// with an m or k behind it; what else is there is not looked at, and the product
// wraps around.
var hashlimitBurstArg = &Arg{What: "a number from 1 to 1000000, or of bytes, such as 100kb or 2mb"}

// hashlimitModes are what --hashlimit-mode distinguishes, in the order in which
// iptables-save prints it.
var hashlimitModes = []Name{{"srcip", 1}, {"srcport", 2}, {"dstip", 4}, {"dstport", 8}}

// hashlimitMode is the argument of --hashlimit-mode (Value.Lo): a list joined by
// commas or bars, in which empty elements are passed over. Listings join it by -.
var hashlimitMode = &Arg{
	What: "a list of srcip, srcport, dstip and dstport joined by commas",
	Save: func(p *Printer, v *Value) { p.Word(bitNames(hashlimitModes, v.Lo)) },
}

// hashlimitInterval is the argument of --hashlimit-rate-interval (Value.Lo), in
// seconds.
var hashlimitInterval = &Arg{
	What: "a number of seconds from 1",
	Save: func(p *Printer, v *Value) { p.Uint(v.Lo) },
}

// prefixLength is the argument of --hashlimit-srcmask and -dstmask (Value.Lo):
// the length of a prefix, or a mask that is one.
var prefixLength = &Arg{
	What: "the length of a prefix, or its mask",
	Save: func(p *Printer, v *Value) { p.Uint(v.Lo) },
}

func init() {
	hashlimitBurstArg.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		n, rest, over, ok := strtoul(w[0].Text, 0)
		if !ok || over || n == 0 || strings.HasPrefix(strings.TrimLeft(w[0].Text, blanks), "-") || rest == "" && n > hashlimitBurstMax {
			return hashlimitBurstArg.Bad(w[0])
		}
		v.Lo = n * byteFactor(rest)
		return nil
	}
	hashlimitBurstArg.Save = func(p *Printer, v *Value) { p.Uint(v.Lo) }
	hashlimitMode.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		text, seps := w[0].Text, ",|"
		if c.Listing {
			seps = "-"
		}
		for at := 0; at < len(text); at++ {
			n := strings.IndexAny(text[at:], seps)
			if n < 0 {
				n = len(text) - at
			}
			if n > 0 {
				part := text[at : at+n]
				i := 0
				for ; i < len(hashlimitModes) && hashlimitModes[i].Name != part; i++ {
				}
				if i == len(hashlimitModes) {
					e := grammar.Errorf(w[0].Sub(at, at+n), "%q is no mode of hashlimit", part).Expected("srcip, srcport, dstip or dstport")
					e.Hint = grammar.Near(part, []string{"srcip", "srcport", "dstip", "dstport"})
					return e
				}
				v.Lo |= hashlimitModes[i].Bits
			}
			at += n
		}
		return nil
	}
	hashlimitInterval.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		n := atoi(w[0].Text)
		if n <= 0 {
			return hashlimitInterval.Bad(w[0])
		}
		v.Lo = uint64(n)
		return nil
	}
	prefixLength.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		bits := uint64(32)
		if c.V6() {
			bits = 128
		}
		n, ok := number(w[0].Text, 0, bits)
		if m, err := netip.ParseAddr(w[0].Text); err == nil && m.Is4() != c.V6() && m.Zone() == "" && prefixLen(m) >= 0 {
			n, ok = uint64(prefixLen(m)), true
		}
		if !ok {
			return grammar.Errorf(w[0].Span, "%q is no prefix", w[0].Text).Expected("its length, 0 to %d, or its mask", bits)
		}
		v.Lo = n
		return nil
	}
}

// The hashlimit match (iptables-extensions(8), hashlimit) is a table of token
// buckets. The two declarations differ in how long an address is.
var (
	_ = match(hashlimit(V4, 32))
	_ = match(hashlimit(V6, 128))
)

func hashlimit(f Family, addrBits uint64) Ext {
	count := Uint(0, math.MaxUint32)
	e := Ext{
		Name:   "hashlimit",
		Family: f,
		Options: []Option{
			{Name: "hashlimit-upto", Aliases: []string{"hashlimit"}, Arg: hashlimitRate, Not: true, Excl: []string{"hashlimit-above"}},
			{Name: "hashlimit-above", Arg: hashlimitRate, Not: true},
			{Name: "hashlimit-burst", Arg: hashlimitBurstArg},
			{Name: "hashlimit-mode", Arg: hashlimitMode},
			{Name: "hashlimit-name", Arg: ProcName(254)},
			{Name: "hashlimit-htable-size", Arg: count},
			{Name: "hashlimit-htable-max", Arg: count},
			{Name: "hashlimit-htable-gcinterval", Arg: Uint(1, math.MaxUint32)},
			{Name: "hashlimit-htable-expire", Arg: Uint(1, math.MaxUint32)},
			{Name: "hashlimit-srcmask", Arg: prefixLength},
			{Name: "hashlimit-dstmask", Arg: prefixLength},
			{Name: "hashlimit-rate-match"},
			{Name: "hashlimit-rate-interval", Arg: hashlimitInterval},
		},
		OneOf: []string{"hashlimit-upto", "hashlimit-above"},
		Check: checkHashlimit,
		// A listing does not tell the name, and with rate-match not the
		// rate that was given. The second form is that of releases before
		// 1.4.1, which had only one kind of rate.
		Listed: []Listed{
			{"limit: up to $1", "--hashlimit-upto $1"}, {"limit: above $1", "--hashlimit-above $1"},
			{"limit: avg $1 burst $2 mode $3", "--hashlimit-upto $1 --hashlimit-burst $2 --hashlimit-mode $3"},
			{"burst $1", "--hashlimit-burst $1"}, {"mode $1", "--hashlimit-mode $1"},
			{"htable-size $1", "--hashlimit-htable-size $1"}, {"htable-max $1", "--hashlimit-htable-max $1"},
			{"htable-gcinterval $1", "--hashlimit-htable-gcinterval $1"}, {"htable-expire $1", "--hashlimit-htable-expire $1"},
			{"srcmask $1", "--hashlimit-srcmask $1"}, {"dstmask $1", "--hashlimit-dstmask $1"},
		},
	}
	e.Save, e.Lower = savePlain(func(u *Use) []plain { return hashlimitPlain(u, addrBits) })
	return e
}

// hashlimitValues are a use's numbers as libxt_hashlimit gives them to the
// kernel (hashlimit_mt_check).
type hashlimitValues struct {
	given    *Given // the rate
	above    bool
	bytes    bool
	cost     uint64 // of 16 bytes, or the time between packets
	burst    uint64
	expire   uint64 // ms
	match    bool   // --hashlimit-rate-match
	interval uint64
}

// hashlimitOf works the values out; false if the use has no rate.
func hashlimitOf(u *Use) (h hashlimitValues, ok bool) {
	h.given = u.Get("hashlimit-upto")
	if h.given == nil {
		h.given, h.above = u.Get("hashlimit-above"), true
	}
	if h.given == nil {
		return h, false
	}
	h.above = h.above != h.given.Not
	h.bytes, h.cost = h.given.Bits != 0, h.given.Lo
	h.burst = u.num("hashlimit-burst", hashlimitBurst)
	h.expire = h.given.Hi * 1000
	if h.bytes && !u.Has("hashlimit-burst") {
		h.burst = 0
	} else if h.bytes {
		// The burst is kept as a number of seconds' bytes, in 32 bits.
		if per := costBytes(h.cost); per > 0 {
			seconds := uint32(uint64(uint32(h.burst)) / per)
			if h.burst%per != 0 {
				seconds++
			}
			h.burst = uint64(seconds)
		}
		h.expire = hashlimitBurstExpire * 1000
	}
	h.expire = u.num("hashlimit-htable-expire", h.expire)
	if h.match = u.Has("hashlimit-rate-match"); h.match {
		h.interval = 1
		if !h.bytes {
			h.cost /= h.given.Hi
			h.interval = h.given.Hi
		}
		h.interval = u.num("hashlimit-rate-interval", h.interval)
	}
	return h, true
}

// checkHashlimit refuses what libxt_hashlimit and xt_hashlimit refuse. What the
// kernel's HZ decides (whether a slow rate with a great burst overflows) is not
// refused.
func checkHashlimit(c *Context, u *Use) *grammar.Error {
	h, _ := hashlimitOf(u)
	rate, burst := h.given, u.Get("hashlimit-burst")
	switch {
	case !u.Has("hashlimit-name") && !c.Listing:
		return (&grammar.Error{Msg: "hashlimit has no --hashlimit-name"}).Expected("--hashlimit-name, which it cannot do without")
	case !h.bytes && h.burst > hashlimitBurstMax:
		return grammar.Errorf(burst.ArgSpan(), "the burst of %d packets is too great", h.burst).Expected("at most %d", hashlimitBurstMax)
	case h.bytes && burst != nil && costBytes(rate.Lo) == 0:
		return grammar.Errorf(rate.ArgSpan(), "the rate is too low for a burst").Expected("at least 16b/s")
	case h.bytes && burst != nil && burst.Lo < costBytes(rate.Lo):
		return grammar.Errorf(burst.ArgSpan(), "the burst of %d bytes is smaller than what the rate lets through in a second", burst.Lo).Expected("at least %db", costBytes(rate.Lo))
	case h.bytes && !h.match && h.cost < 2, h.match && h.cost == 0:
		return grammar.Errorf(rate.ArgSpan(), "the rate is too high for the kernel").Expected("a lower one")
	case !u.Has("hashlimit-name"):
		return &grammar.Error{Kind: grammar.RunTime, Msg: "the listing does not tell the name of hashlimit's table", Want: "what iptables-save prints"}
	}
	return nil
}

// hashlimitPlain makes the canonical form (hashlimit_mt_save).
func hashlimitPlain(u *Use, addrBits uint64) (list []plain) {
	h, ok := hashlimitOf(u)
	quantum := h.expire
	if ok && h.cost > 0 {
		list, quantum = h.plain(u)
	}
	text := func(name string) {
		if g := u.Get(name); g != nil && len(g.Args) > 0 {
			var p Printer
			if g.Option.Arg.Save(&p, &g.Value); len(p.B) > 0 {
				list = append(list, plainOf(g, name, string(p.B)))
			}
		}
	}
	number := func(name string, n, def uint64) {
		if n != def {
			list = append(list, plainNum(u.Get(name), name, n))
		}
	}
	text("hashlimit-mode")
	text("hashlimit-name")
	number("hashlimit-htable-size", min(u.num("hashlimit-htable-size", 0), hashlimitSizeMax), 0)
	number("hashlimit-htable-max", min(u.num("hashlimit-htable-max", 0), hashlimitSizeMax), 0)
	number("hashlimit-htable-gcinterval", u.num("hashlimit-htable-gcinterval", hashlimitGCInterval), hashlimitGCInterval)
	number("hashlimit-htable-expire", h.expire, quantum)
	number("hashlimit-srcmask", u.num("hashlimit-srcmask", addrBits), addrBits)
	number("hashlimit-dstmask", u.num("hashlimit-dstmask", addrBits), addrBits)
	if h.match {
		list = append(list, plainOf(u.Get("hashlimit-rate-match"), "hashlimit-rate-match", ""))
		number("hashlimit-rate-interval", h.interval, 1)
	}
	return list
}

// plain returns the rate and its burst, and the milliseconds after which an
// entry expires if nothing else is said.
func (h *hashlimitValues) plain(u *Use) (list []plain, quantum uint64) {
	rate := plain{Span: h.given.Span, name: "hashlimit-upto"}
	if h.above {
		rate.name = "hashlimit-above"
	}
	burst := plainOf(u.Get("hashlimit-burst"), "hashlimit-burst", strconv.FormatUint(h.burst, 10))
	switch {
	case h.bytes && h.burst > 0:
		rate.arg, burst.arg = costText(h.cost), burstText(costBytes(h.cost)*h.burst)
		return []plain{rate, burst}, hashlimitBurstExpire * 1000
	case h.bytes:
		rate.arg = costText(h.cost)
		return []plain{rate}, hashlimitByteExpire * 1000
	}
	_, unit := periodRate(h.cost, hashlimitScale)
	rate.arg = rateText(h.cost, hashlimitScale)
	return []plain{rate, burst}, unit.seconds * 1000
}
