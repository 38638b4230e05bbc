package ext

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// rateTime is a time with a unit, of microseconds without one (Value.Lo, in
// microseconds).
var rateTime = &Arg{What: "a time, such as 250ms or 1.5s, of less than 4295s"}

var (
	rateTimeForm = regexp.MustCompile(`^([0-9]+\.?[0-9]*|\.[0-9]+)((?i:e[+-]?[0-9]+))?([A-Za-z]*)$`)
	rateUnits    = map[string]float64{
		"s": 1e6, "sec": 1e6, "secs": 1e6, "ms": 1e3, "msec": 1e3, "msecs": 1e3, "us": 1, "usec": 1, "usecs": 1, "": 1,
	}
)

func init() {
	rateTime.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		m := rateTimeForm.FindStringSubmatch(w[0].Text)
		if m == nil {
			return rateTime.Bad(w[0])
		}
		n, err := strconv.ParseFloat(m[1]+m[2], 64)
		unit, ok := rateUnits[strings.ToLower(m[3])]
		if err != nil || !ok || n*unit > allOnes {
			return rateTime.Bad(w[0])
		}
		v.Lo = uint64(n * unit)
		v.Hi = v.Lo
		return nil
	}
	rateTime.Save = func(p *Printer, v *Value) { p.Word(rateTimeText(v.Lo)) }
}

// rateTimeText writes microseconds as libxt_RATEEST does.
func rateTimeText(us uint64) string {
	switch {
	case us >= 1e6:
		return fmt.Sprintf("%.1fs", float64(us)/1e6)
	case us >= 1e3:
		return fmt.Sprintf("%.1fms", float64(us)/1e3)
	}
	return strconv.FormatUint(us, 10) + "us"
}

// The RATEEST target (iptables-extensions(8), RATEEST; xt_RATEEST). The kernel
// measures every 250ms << n, and averages over a number of these times that is a
// power of two; what is asked for is rounded to that.
var _ = target(Ext{
	Name: "RATEEST",
	Options: []Option{
		{Name: "rateest-name", Arg: rateestName, Required: true},
		{Name: "rateest-interval", Arg: rateTime, Required: true},
		{Name: "rateest-ewmalog", Arg: rateTime, Required: true},
	},
	Check: func(_ *Context, u *Use) *grammar.Error {
		_, _, err := rateOf(u)
		return err
	},
	Save:   rateSave,
	Lower:  rateLower,
	Listed: []Listed{{"name $1* interval $2 ewmalog $3", "--rateest-name $1 --rateest-interval $2 --rateest-ewmalog $3"}},
})

const rateStep = 250000 // microseconds

// rateOf returns the interval and the time of averaging that a use comes to,
// both in microseconds.
func rateOf(u *Use) (interval, average uint64, err *grammar.Error) {
	i, a := u.Get("rateest-interval"), u.Get("rateest-ewmalog")
	if i == nil || a == nil {
		return 0, 0, nil
	}
	interval = rateStep
	for i.Lo > interval {
		interval <<= 1
	}
	if interval > rateStep<<5 {
		return 0, 0, grammar.Errorf(i.ArgSpan(), "the interval %s is too long", i.Args[0].Text).Expected("at most 8s")
	}
	log := 1
	for log < 32 && float64(i.Lo)/-math.Log(1-1/math.Pow(2, float64(log))) <= float64(a.Lo) {
		log++
	}
	average = interval << (log - 1)
	if log == 1 || average > allOnes {
		return 0, 0, grammar.Errorf(a.ArgSpan(), "averaging over %s does not go with an interval of %s", a.Args[0].Text, i.Args[0].Text).
			Expected("at least 1.45 times the interval, and not thousands of times")
	}
	return interval, average, nil
}

var rateSave, rateLower = savePlain(func(u *Use) []plain {
	var out []plain
	interval, average, _ := rateOf(u)
	for i, o := range u.Ext.Options {
		g := u.Get(o.Name)
		switch {
		case g == nil:
		case i > 0 && interval != 0:
			out = append(out, plainOf(g, o.Name, rateTimeText([]uint64{0, interval, average}[i])))
		default:
			out = append(out, plainOf(g, o.Name, argText(o.Arg, &g.Value)))
		}
	}
	return out
})
