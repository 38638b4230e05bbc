package ext

import (
	"math"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ctlint/ctlint/grammar"
)

// timeUnit is a unit of time of a rate: iptables-save's name for it, nft's, and
// its length in seconds.
type timeUnit struct {
	name, nft string
	seconds   uint64
}

// The units of rates, the longest first.
var timeUnits = [...]timeUnit{{"day", "day", 86400}, {"hour", "hour", 3600}, {"min", "minute", 60}, {"sec", "second", 1}}

// rateTree is a rate: 10, 10/s, 3/hour. What stands between the number and the
// slash is not looked at: the tools take 5packets/s for 5/s.
type rateTree struct {
	Number string       `parser:"@Number"`
	Junk   string       `parser:"@(Number | Text)*"`
	Unit   *lexer.Token `parser:"( Slash @Text )?"`
}

var rateLanguage = newLanguage[rateTree](
	"a rate, such as 10/second, 5/min, 3/hour or 100/day",
	lexer.MustSimple([]lexer.SimpleRule{
		{Name: "Number", Pattern: `[ \t\n\v\f\r]*[+-]?[0-9]+`},
		{Name: "Slash", Pattern: `/`},
		{Name: "Text", Pattern: `[^/0-9]+`},
	}),
)

// unit returns the unit that a rate names: the beginning of second, minute, hour
// or day, in any case; second if it names none.
func (t *rateTree) unit(w Word) (timeUnit, *grammar.Error) {
	if t.Unit == nil {
		return timeUnits[len(timeUnits)-1], nil
	}
	for _, u := range timeUnits {
		if strings.HasPrefix(u.nft, strings.ToLower(t.Unit.Value)) {
			return u, nil
		}
	}
	return timeUnit{}, tokenError(w, *t.Unit, "%q is no unit of time for a rate", t.Unit.Value).Expected("second, minute, hour or day")
}

// ratePeriod reads a rate as the time between two packets, in parts of a second
// of which there are scale; that is how the kernel has it (struct
// xt_rateinfo.avg). number makes the number what the tool's own function makes
// of it.
func ratePeriod(w Word, scale uint64, number func(string) uint64) (period uint64, unit timeUnit, err *grammar.Error) {
	tree, err := rateLanguage.parse(w)
	if err != nil {
		return 0, timeUnit{}, err
	}
	if unit, err = tree.unit(w); err != nil {
		return 0, unit, err
	}
	n := number(tree.Number)
	if n == 0 {
		return 0, unit, grammar.Errorf(w.Span, "the rate %s is none", w.Text).Expected("at least 1/day")
	}
	if period = scale * unit.seconds / n; period == 0 {
		return 0, unit, grammar.Errorf(w.Span, "the rate %s is too fast", w.Text).Expected("at most %d/second", scale)
	}
	return period, unit, nil
}

// periodRate is the way back: the number of packets in the longest unit of time
// that gives the period well enough (libxt_limit, print_rate).
func periodRate(period, scale uint64) (n uint64, unit timeUnit) {
	i := 1
	for ; i < len(timeUnits); i++ {
		if whole := scale * timeUnits[i].seconds; period > whole || whole/period < whole%period {
			break
		}
	}
	return scale * timeUnits[i-1].seconds / period, timeUnits[i-1]
}

func rateText(period, scale uint64) string {
	n, unit := periodRate(period, scale)
	return strconv.FormatUint(n, 10) + "/" + unit.name
}

// byteRateTree is a rate in bytes: 512kb/s. What stands between the number and
// the unit is not looked at, nor what follows.
type byteRateTree struct {
	Number string   `parser:"@Number"`
	Junk   string   `parser:"@(Number | Text)*"`
	Unit   string   `parser:"@Unit"`
	Rest   []string `parser:"@(Number | Text | Unit)*"`
}

var byteRateLanguage = newLanguage[byteRateTree](
	"a rate in bytes, such as 1000b/s, 512kb/s or 10mb/s",
	lexer.MustSimple([]lexer.SimpleRule{
		{Name: "Number", Pattern: `[ \t\n\v\f\r]*[+-]?[0-9]+`},
		{Name: "Unit", Pattern: `[km]?b/s`},
		{Name: "Text", Pattern: `[^0-9]`},
	}),
)

// byteUnits are the units of bytes that hashlimit prints, the greatest first.
var byteUnits = [...]struct {
	name  string
	bytes uint64
}{{"m", 1 << 20}, {"k", 1 << 10}, {"", 1}}

// byteFactor returns what the letter before b/s multiplies by. The tools know no
// other and no capital letters: 1gb/s is 1b/s.
func byteFactor(s string) uint64 {
	for _, u := range byteUnits {
		if u.name != "" && strings.HasPrefix(s, u.name) {
			return u.bytes
		}
	}
	return 1
}

// byteCost reads a rate in bytes as hashlimit's cost of 16 bytes
// (xt_hashlimit.h, XT_HASHLIMIT_BYTE_SHIFT), with the arithmetic of the tool,
// which wraps around.
func byteCost(w Word) (uint64, *grammar.Error) {
	tree, err := byteRateLanguage.parse(w)
	if err != nil {
		return 0, err
	}
	n := uint64(atoll(tree.Number))
	if n == 0 {
		return 0, grammar.Errorf(w.Span, "the rate %s is none", w.Text).Expected("at least 1b/s")
	}
	chunks := uint32(n * byteFactor(tree.Unit) >> 4)
	if chunks == math.MaxUint32 {
		return 0, grammar.Errorf(w.Span, "the rate %s is too high", w.Text).Expected("less than 32768mb/s")
	}
	return costOf(chunks), nil
}

func costOf(chunks uint32) uint64 { return math.MaxUint32 / (uint64(chunks) + 1) }

// costBytes is the way back.
func costBytes(cost uint64) uint64 { return (math.MaxUint32/cost - 1) << 4 }

// costText prints a rate in bytes in the greatest unit that gives the same cost;
// the tool compares only the lower 32 bits.
func costText(cost uint64) string {
	r := costBytes(cost)
	if r == 0 {
		return "1b/s" // the tool prints 0b/s, which it does not read
	}
	for _, u := range byteUnits {
		if r >= u.bytes && costOf(uint32(r&uint64(^uint32(u.bytes-1))>>4)) == cost {
			return strconv.FormatUint(r/u.bytes, 10) + u.name + "b/s"
		}
	}
	return strconv.FormatUint(r, 10) + "b/s"
}

// burstText prints a number of bytes in the greatest unit that it fills, cut
// down to it.
func burstText(bytes uint64) string {
	for _, u := range byteUnits {
		if bytes >= u.bytes {
			return strconv.FormatUint(bytes/u.bytes, 10) + u.name + "b"
		}
	}
	return "0b"
}

// bitRateTree is a rate in bits or bytes per second, as of iproute: 5mbit,
// 2.5Mbit, 100KiBps; a number alone is in bits.
type bitRateTree struct {
	Number string       `parser:"@Number"`
	Unit   *lexer.Token `parser:"@Unit?"`
}

var bitRateLanguage = newLanguage[bitRateTree](
	"a rate, such as 500kbit, 2.5mbit or 100KBps",
	lexer.MustSimple([]lexer.SimpleRule{
		{Name: "Number", Pattern: float.String()[1:]},
		{Name: "Unit", Pattern: `[a-zA-Z]+`},
	}),
)

// bitUnits are the units of a rate in bits (libxt_rateest).
var bitUnits = []struct {
	name string
	bits float64
}{
	{"bit", 1}, {"kibit", 1 << 10}, {"kbit", 1e3}, {"mibit", 1 << 20}, {"mbit", 1e6}, {"gibit", 1 << 30}, {"gbit", 1e9}, {"tibit", 1 << 40}, {"tbit", 1e12},
	{"bps", 8}, {"kibps", 8 << 10}, {"kbps", 8e3}, {"mibps", 8 << 20}, {"mbps", 8e6}, {"gibps", 8 << 30}, {"gbps", 8e9}, {"tibps", 8 << 40}, {"tbps", 8e12},
}

// BitRate is a rate in bits or bytes per second, which may be left out
// (Value.Lo: bytes per second; they wrap around at 32 bits).
var BitRate = &Arg{
	What:     "a rate, such as 500kbit, 2.5mbit or 100KBps",
	Optional: true,
	Parse: func(_ *Context, w []Word, v *Value) *grammar.Error {
		tree, err := bitRateLanguage.parse(w[0])
		if err != nil {
			return err
		}
		bits := 1.0
		if tree.Unit != nil {
			if bits, err = bitUnit(w[0], *tree.Unit); err != nil {
				return err
			}
		}
		x, _, ok := strtod(tree.Number)
		if x *= bits / 8; !ok || x < 0 || x >= 1<<63 {
			return grammar.Errorf(w[0].Span, "the rate %s is out of range", w[0].Text).Expected("less than %s", bitRateText(math.MaxUint32))
		}
		v.Lo = uint64(uint32(uint64(x)))
		return nil
	},
	Save: func(p *Printer, v *Value) { p.Word(bitRateText(v.Lo)) },
}

func bitUnit(w Word, t lexer.Token) (float64, *grammar.Error) {
	var names []string
	for _, u := range bitUnits {
		if strings.EqualFold(u.name, t.Value) {
			return u.bits, nil
		}
		names = append(names, u.name)
	}
	e := tokenError(w, t, "%q is no unit of a rate", t.Value).Expected("bit or Bps, with k, m, g, t, ki, mi, gi or ti before it")
	e.Hint = grammar.Near(t.Value, names)
	return 0, e
}

// bitRateText prints a rate of bytes per second in rounded bits
// (rateest_print_rate).
func bitRateText(bytes uint64) string {
	x, unit := float64(bytes)*8, "bit"
	switch {
	case x >= 1e9:
		x, unit = x/1e6, "Mbit"
	case x >= 1e6:
		x, unit = x/1e3, "Kbit"
	}
	return strconv.FormatFloat(x, 'f', 0, 64) + unit
}
