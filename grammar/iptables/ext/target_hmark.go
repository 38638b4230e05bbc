package ext

import (
	"strconv"

	"github.com/ctlint/ctlint/grammar"
)

// hmarkFields are the parts of --hmark-tuple: each is short for an option with
// all bits of its field.
var hmarkFields = []struct {
	name, option string
	ones         uint64
}{
	{"src", "hmark-src-prefix", 0}, {"dst", "hmark-dst-prefix", 0},
	{"sport", "hmark-sport-mask", 0xffff}, {"dport", "hmark-dport-mask", 0xffff},
	{"spi", "hmark-spi-mask", 0xffffffff}, {"proto", "hmark-proto-mask", 0xffff},
	{"ct", "hmark-tuple", 0},
}

// hmarkTuple is a list of these parts (Value.Lo, a bit for each; Value.Bits is
// how long an address is).
var hmarkTuple = func() *Arg {
	names := make([]Name, len(hmarkFields))
	for i, f := range hmarkFields {
		names[i] = Name{f.name, 1 << i}
	}
	a := *NameList("parts of a packet", "", names...)
	parse := a.Parse
	a.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		if v.Bits = 32; c.V6() {
			v.Bits = 128
		}
		return parse(c, w, v)
	}
	return &a
}()

// hmarkPrefix is a [MaskLen] that is the length of a prefix (Value.Lo).
var hmarkPrefix = &Arg{
	What: "the length of a prefix, or a mask that is one",
	Save: func(p *Printer, v *Value) { p.Uint(v.Lo) },
}

func init() {
	hmarkPrefix.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		if err := MaskLen.Parse(c, w, v); err != nil || v.Bits < 0 {
			return hmarkPrefix.Bad(w[0])
		}
		v.Lo, v.Hi = uint64(v.Bits), uint64(v.Bits)
		return nil
	}
}

// The HMARK target (iptables-extensions(8), HMARK; xt_HMARK).
var _ = target(Ext{
	Name: "HMARK",
	Options: []Option{
		{Name: "hmark-src-prefix", Arg: hmarkPrefix},
		{Name: "hmark-dst-prefix", Arg: hmarkPrefix},
		{Name: "hmark-sport-mask", Arg: hexUint(0xffff, 4)},
		{Name: "hmark-dport-mask", Arg: hexUint(0xffff, 4)},
		{Name: "hmark-spi-mask", Arg: hexUint(allOnes, 8)},
		{Name: "hmark-sport", Arg: hexUint(0xffff, 4)},
		{Name: "hmark-dport", Arg: hexUint(0xffff, 4)},
		{Name: "hmark-spi", Arg: hexUint(allOnes, 8)},
		{Name: "hmark-proto-mask", Arg: hexUint(0xffff, 2)},
		{Name: "hmark-rnd", Arg: hexUint(allOnes, 8), Required: true},
		{Name: "hmark-mod", Arg: Uint(1, allOnes), Required: true},
		{Name: "hmark-offset", Arg: Uint(0, allOnes)},
		{Name: "hmark-tuple", Arg: hmarkTuple},
	},
	Check: checkHmark,
	Save:  hmarkSave,
	Lower: hmarkLower,
	Listed: []Listed{
		{"HMARK mod $1", "--hmark-mod $1"}, {"+ $1", "--hmark-offset $1"}, {"ct,", "--hmark-tuple ct"},
		{"src-prefix $1", "--hmark-src-prefix $1"}, {"dst-prefix $1", "--hmark-dst-prefix $1"},
		{"sport-mask $1", "--hmark-sport-mask $1"}, {"dport-mask $1", "--hmark-dport-mask $1"}, {"spi-mask $1", "--hmark-spi-mask $1"},
		{"sport $1", "--hmark-sport $1"}, {"dport $1", "--hmark-dport $1"}, {"spi $1", "--hmark-spi $1"},
		{"proto-mask $1", "--hmark-proto-mask $1"}, {"rnd $1", "--hmark-rnd $1"},
	},
})

// hmarkHas reports whether a field is named, by its option or in the tuple.
func hmarkHas(u *Use, option string) bool {
	if option != "hmark-tuple" && u.Has(option) {
		return true
	}
	g := u.Get("hmark-tuple")
	for i, f := range hmarkFields {
		if f.option == option && g != nil && g.Lo>>i&1 == 1 {
			return true
		}
	}
	return false
}

// checkHmark refuses what libxt_HMARK and hmark_tg_check refuse.
func checkHmark(_ *Context, u *Use) *grammar.Error {
	if g := u.Get("hmark-tuple"); g != nil {
		for i, f := range hmarkFields {
			if f.option != "hmark-tuple" && g.Lo>>i&1 == 1 && u.Has(f.option) {
				return grammar.Errorf(g.Span, "--hmark-tuple %s is --%s, which is given too", f.name, f.option)
			}
		}
	}
	first := func(options ...string) string {
		for _, o := range options {
			if hmarkHas(u, o) {
				return o
			}
		}
		return ""
	}
	if port := first("hmark-sport-mask", "hmark-dport-mask"); port != "" && hmarkHas(u, "hmark-spi-mask") {
		return grammar.Errorf(u.Span, "--hmark-spi-mask cannot stand with --%s", port).Expected("a mask of ports, or one of the SPI")
	}
	if port := first("hmark-sport", "hmark-dport"); port != "" && u.Has("hmark-spi") {
		return grammar.Errorf(u.Get(port).Span, "--%s cannot stand with --hmark-spi", port)
	}
	if first("hmark-src-prefix", "hmark-dst-prefix", "hmark-sport-mask", "hmark-dport-mask", "hmark-spi-mask", "hmark-sport", "hmark-dport", "hmark-spi", "hmark-proto-mask", "hmark-tuple") == "" {
		return (&grammar.Error{Msg: "HMARK has nothing to hash"}).Expected("--hmark-tuple, or a prefix or mask")
	}
	return nil
}

// A tuple is saved as masks, but for ct.
var hmarkSave, hmarkLower = savePlain(func(u *Use) []plain {
	var out []plain
	tuple := u.Get("hmark-tuple")
	for i := range u.Ext.Options {
		o := &u.Ext.Options[i]
		if g := u.Get(o.Name); g != nil && g != tuple {
			out = append(out, plainOf(g, o.Name, argText(o.Arg, &g.Value)))
			continue
		}
		if !hmarkHas(u, o.Name) {
			continue
		}
		all := "ct"
		for _, f := range hmarkFields {
			switch {
			case f.option != o.Name || o.Arg == hmarkTuple:
			case o.Arg == hmarkPrefix:
				all = strconv.Itoa(tuple.Bits)
			default:
				all = argText(o.Arg, &Value{Lo: f.ones})
			}
		}
		out = append(out, plainOf(tuple, o.Name, all))
	}
	return out
})
