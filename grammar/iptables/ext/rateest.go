package ext

import (
	"math"
	"slices"

	"github.com/ctlint/ctlint/grammar"
)

// packetRate is the argument of --rateest-pps and its like (Value.Lo).
var packetRate = func() *Arg {
	a := Uint(0, math.MaxUint32)
	a.Optional = true
	return a
}()

// rateestName is the name of an estimator (Value.Text), which the kernel must
// know; the tool cuts it off (IFNAMSIZ - 1).
var rateestName = &Arg{
	What: "the name of an estimator",
	Parse: func(_ *Context, w []Word, v *Value) *grammar.Error {
		if w[0].Text == "" {
			return grammar.Errorf(w[0].Span, "the name is empty").Expected("that of an estimator of -j RATEEST")
		}
		v.Text = w[0].Text[:min(len(w[0].Text), 15)]
		return nil
	},
	Save: func(p *Printer, v *Value) { p.Word(bare(v.Text)) },
}

// rateestModes are the comparisons. The last that stands is made; a ! before any
// of them negates it.
var rateestModes = []string{"rateest-lt", "rateest-gt", "rateest-eq"}

// The rateest match (iptables-extensions(8), rateest) compares an estimator with
// a rate or with another one; with --rateest-delta, how far they are below given
// rates.
var _ = match(rateestExt())

func rateestExt() Ext {
	e := Ext{
		Name: "rateest",
		Options: []Option{
			{Name: "rateest", Aliases: []string{"rateest1"}, Arg: rateestName, Required: true},
			{Name: "rateest2", Arg: rateestName},
			{Name: "rateest-delta"},
			{Name: "rateest-bps1", Arg: BitRate},
			{Name: "rateest-pps1", Arg: packetRate},
			{Name: "rateest-bps", Aliases: []string{"rateest-bps2"}, Arg: BitRate},
			{Name: "rateest-pps", Aliases: []string{"rateest-pps2"}, Arg: packetRate},
			{Name: "rateest-lt", Not: true},
			{Name: "rateest-gt", Not: true},
			{Name: "rateest-eq", Not: true},
		},
		Check:  checkRateest,
		Listed: rateestListed(),
	}
	e.Save, e.Lower = savePlain(rateestPlain)
	return e
}

// checkRateest refuses what the kernel refuses (xt_rateest_mt_checkentry).
func checkRateest(_ *Context, u *Use) *grammar.Error {
	if mode := rateestMode(u); mode.name == "" {
		return (&grammar.Error{Msg: "rateest does not say how to compare"}).Expected("--rateest-lt, --rateest-gt or --rateest-eq")
	}
	bps, pps := rateestUnits(u)
	if !bps && !pps {
		return (&grammar.Error{Msg: "rateest does not say what to compare"}).Expected("--rateest-bps or --rateest-pps")
	}
	return nil
}

func rateestMode(u *Use) (mode plain) {
	not := false
	for i := range u.Given {
		if g := &u.Given[i]; slices.Contains(rateestModes, g.Option.Name) {
			mode = plainOf(g, g.Option.Name, "")
			not = not || g.Not
		}
	}
	mode.not = not
	return mode
}

// rateestUnits returns what is compared.
func rateestUnits(u *Use) (bps, pps bool) {
	return u.Has("rateest-bps") || u.Has("rateest-bps1"), u.Has("rateest-pps") || u.Has("rateest-pps1")
}

// rateestPlain makes the canonical form (rateest_save). Where both bytes and
// packets are compared, the tool prints the comparison twice, and does not read
// that again; here it stands once.
func rateestPlain(u *Use) (list []plain) {
	delta, relative := u.Has("rateest-delta"), u.Has("rateest2")
	if delta {
		list = append(list, plainOf(u.Get("rateest-delta"), "rateest-delta", ""))
	}
	name := func(given, name string) {
		if g := u.Get(given); g != nil {
			list = append(list, plainOf(g, name, bare(g.Text)))
		}
	}
	if relative {
		name("rateest", "rateest1")
	} else {
		name("rateest", "rateest")
	}
	mode := rateestMode(u)
	unit := func(name string, text func(uint64) string) {
		one, two := u.Get(name+"1"), u.Get(name)
		if delta {
			list = append(list, plainOf(one, name+"1", text(u.num(name+"1", 0))))
		}
		if mode.name != "" {
			list = append(list, mode)
			mode.name = ""
		}
		switch arg := text(u.num(name, 0)); {
		case delta:
			list = append(list, plainOf(two, name+"2", arg))
		case relative:
			list = append(list, plainOf(two, name, ""))
		default:
			list = append(list, plainOf(two, name, arg))
		}
	}
	bps, pps := rateestUnits(u)
	if bps {
		unit("rateest-bps", bitRateText)
	}
	if pps {
		unit("rateest-pps", uintText)
	}
	name("rateest2", "rateest2")
	return list
}

// rateestListed returns the forms of listings, which have rates in bytes per
// second.
func rateestListed() (list []Listed) {
	for _, mode := range []string{"lt", "gt", "eq"} {
		for _, not := range []string{"", "! "} {
			compare, option := not+mode, not+"--rateest-"+mode
			list = append(list,
				Listed{"rateest match $1 bps $2 " + compare, "--rateest $1 " + option + " --rateest-bps $2Bps"},
				Listed{"rateest match $1 pps " + compare + " $2", "--rateest $1 " + option + " --rateest-pps $2"},
				Listed{"rateest match $1 delta bps $2 $3 " + compare, "--rateest-delta --rateest $1 --rateest-bps1 $2Bps " + option + " --rateest-bps $3Bps"},
				Listed{"rateest match $1 delta pps $2 " + compare + " $3", "--rateest-delta --rateest $1 --rateest-pps1 $2 " + option + " --rateest-pps $3"},
				Listed{"rateest match $1 bps " + compare + " $2 bps", "--rateest1 $1 --rateest-bps " + option + " --rateest2 $2"},
				Listed{"rateest match $1 pps " + compare + " $2 pps", "--rateest1 $1 --rateest-pps " + option + " --rateest2 $2"},
				Listed{"rateest match $1 bps pps " + compare + " $2 bps pps", "--rateest1 $1 --rateest-bps --rateest-pps " + option + " --rateest2 $2"},
				Listed{"rateest match $1 delta bps $2 " + compare + " $3 bps $4", "--rateest-delta --rateest1 $1 --rateest-bps1 $2Bps " + option + " --rateest2 $3 --rateest-bps $4Bps"},
				Listed{"rateest match $1 delta pps $2 " + compare + " $3 pps $4", "--rateest-delta --rateest1 $1 --rateest-pps1 $2 " + option + " --rateest2 $3 --rateest-pps $4"},
			)
		}
	}
	return list
}
