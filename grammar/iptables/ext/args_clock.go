package ext

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ctlint/ctlint/grammar"
)

// Dates and times of day as libxt_time reads them: with strtoul, to which an
// empty field is 0. So 2007- is the month 0 of 2007, which is December 2006.

var clockTokens = lexer.MustSimple([]lexer.SimpleRule{
	{Name: "Number", Pattern: `[0-9]+`},
	{Name: "Dash", Pattern: `-`},
	{Name: "T", Pattern: `T`},
	{Name: "Colon", Pattern: `:`},
})

// dateTree is a date: 2007, 2007-12, 2007-12-24, 2007-12-24T17, and on to the
// second.
type dateTree struct {
	Year   lexer.Token `parser:"@Number"`
	Month  *clockField `parser:"( Dash @@"`
	Day    *clockField `parser:"( Dash @@"`
	Hour   *clockField `parser:"( T @@"`
	Minute *clockField `parser:"( Colon @@"`
	Second *clockField `parser:"( Colon @@ )? )? )? )? )?"`
}

// clockTree is a time of day: 17:30, 17:30:59.
type clockTree struct {
	Hour   *clockField `parser:"@@ Colon"`
	Minute *clockField `parser:"@@"`
	Second *clockField `parser:"( Colon @@ )?"`
}

// clockField is a number, or nothing.
type clockField struct {
	Number lexer.Token `parser:"@Number?"`
}

const (
	dateWhat  = "a date, as YYYY[-MM[-DD[Thh[:mm[:ss]]]]]"
	clockWhat = "a time of day, as hh:mm[:ss]"
)

var (
	dateLanguage  = newLanguage[dateTree](dateWhat, clockTokens)
	clockLanguage = newLanguage[clockTree](clockWhat, clockTokens)
)

// clockReader reads the fields of a word, and keeps the first error.
type clockReader struct {
	w   Word
	err *grammar.Error
}

// field returns a field's number, def if it is not there.
func (r *clockReader) field(f *clockField, name string, def, most int) int {
	if f == nil {
		return def
	}
	return r.number(f.Number, name, 0, most)
}

func (r *clockReader) number(t lexer.Token, name string, least, most int) int {
	n, _, _, _ := strtoul(t.Value, 10)
	n = uint64(uint32(n))
	if r.err == nil && (n < uint64(least) || n > uint64(most)) {
		r.err = tokenError(r.w, t, "the %s %s does not exist", name, t.Value).Expected("%d to %d", least, most)
	}
	return int(n)
}

// Date is a date with a time of day, in UTC (Value.Lo: seconds since 1970). A day
// that a month does not have is one of the next month.
var Date = &Arg{
	What: dateWhat,
	Parse: func(_ *Context, w []Word, v *Value) *grammar.Error {
		tree, err := dateLanguage.parse(w[0])
		if err != nil {
			return err
		}
		r := clockReader{w: w[0]}
		if tree.Day != nil && tree.Month.Number.Value == "" && tree.Day.Number.Value != "" {
			// To strtoul, the - before the day is the month's sign.
			r.err = tokenError(w[0], tree.Day.Number, "the month before the day %s is missing", tree.Day.Number.Value).Expected("%s", dateWhat)
		}
		at := time.Date(r.number(tree.Year, "year", 1970, 2038), time.Month(r.field(tree.Month, "month", 1, 12)), r.field(tree.Day, "day", 1, 31),
			r.field(tree.Hour, "hour", 0, 23), r.field(tree.Minute, "minute", 0, 59), r.field(tree.Second, "second", 0, 59), 0, time.UTC).Unix()
		if r.err == nil && at < 0 {
			r.err = grammar.Errorf(w[0].Span, "the date %s is before 1970", w[0].Text).Expected("%s", dateWhat)
		}
		v.Lo = uint64(max(at, 0))
		return r.err
	},
	Save: func(p *Printer, v *Value) { p.Word(dateText(v.Lo)) },
}

func dateText(seconds uint64) string {
	return time.Unix(int64(seconds), 0).UTC().Format("2006-01-02T15:04:05")
}

// Clock is a time of day (Value.Lo: seconds since midnight).
var Clock = &Arg{
	What: clockWhat,
	Parse: func(_ *Context, w []Word, v *Value) *grammar.Error {
		tree, err := clockLanguage.parse(w[0])
		if err != nil {
			return err
		}
		r := clockReader{w: w[0]}
		v.Lo = uint64(r.field(tree.Hour, "hour", 0, 23)*3600 + r.field(tree.Minute, "minute", 0, 59)*60 + r.field(tree.Second, "second", 0, 59))
		return r.err
	},
	Save: func(p *Printer, v *Value) { p.Word(clockText(v.Lo)) },
}

func clockText(seconds uint64) string {
	return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

// dayTree is a list of days joined by commas, of which the last may stand alone.
type dayTree struct {
	Days []lexer.Token `parser:"@(Day* Last?)"`
}

var dayLanguage = newLanguage[dayTree]("days joined by commas", lexer.MustSimple([]lexer.SimpleRule{
	{Name: "Day", Pattern: `[^,]*,`},
	{Name: "Last", Pattern: `[^,]+`},
}))

// days reads a list of days. Only the first letters of each are looked at, as
// many as cut; of those, day makes a number, which is a bit of the result.
func days(w Word, cut int, day func(s string) (int, bool), what string) (bits uint64, err *grammar.Error) {
	if w.Text == "" {
		return 0, nil
	}
	tree, err := dayLanguage.parse(w)
	if err != nil {
		return 0, err
	}
	for _, t := range tree.Days {
		t.Value = strings.TrimSuffix(t.Value, ",")
		n, ok := day(t.Value[:min(len(t.Value), cut)])
		if !ok {
			return 0, tokenError(w, t, "%q is no day", t.Value).Expected("%s", what)
		}
		bits |= 1 << (n & 31)
	}
	return bits, nil
}

var weekdayNames = []Name{{"Mon", 1 << 1}, {"Tue", 1 << 2}, {"Wed", 1 << 3}, {"Thu", 1 << 4}, {"Fri", 1 << 5}, {"Sat", 1 << 6}, {"Sun", 1 << 7}}

const (
	allWeekdays  = 0xfe
	allMonthdays = 0xfffffffe
	weekdayWhat  = "Mon, Tue, Wed, Thu, Fri, Sat, Sun, or 1 for Mon to 7 for Sun"
	monthdayWhat = "1 to 31"
)

// Weekdays is a list of days of the week (Value.Lo: bits 1 for Monday to 7). The
// tools look at three characters of each, and of a name at two; numbers over 7
// are taken, and match no day.
var Weekdays = &Arg{
	What: "a list of weekdays: " + weekdayWhat,
	Parse: func(_ *Context, w []Word, v *Value) (err *grammar.Error) {
		v.Lo, err = days(w[0], 3, func(s string) (int, bool) {
			if n, rest, _, ok := strtoul(s, 0); ok && rest == "" {
				return int(n), n != 0
			}
			for i, d := range weekdayNames {
				if len(s) >= 2 && s[:2] == d.Name[:2] {
					return i + 1, true
				}
			}
			return 0, false
		}, weekdayWhat)
		v.Lo &= 0xff
		return err
	},
	Save: func(p *Printer, v *Value) { p.Word(weekdayText(v.Lo)) },
}

// weekdayText prints days; of none, what can be read again, unlike what the tool
// prints.
func weekdayText(bits uint64) string {
	if bits &= allWeekdays; bits == 0 {
		return `""`
	}
	return bitNames(weekdayNames, bits)
}

// Monthdays is a list of days of the month (Value.Lo: bits 1 to 31). The tools
// look at two characters of each, so that 08 is the octal number 0 with an 8
// behind it. Listings print 1st,2nd,3rd,4th.
var Monthdays = &Arg{
	What: "a list of days of the month: " + monthdayWhat,
	Parse: func(c *Context, w []Word, v *Value) (err *grammar.Error) {
		cut := 2
		if c.Listing {
			cut = 4
		}
		v.Lo, err = days(w[0], cut, func(s string) (int, bool) {
			if c.Listing && len(s) > 2 {
				s = s[:len(s)-2]
			}
			n, rest, _, ok := strtoul(s, 0)
			return int(n), (ok && rest == "" || s == "") && n <= 31
		}, monthdayWhat)
		return err
	},
	Save: func(p *Printer, v *Value) { p.Word(monthdayText(v.Lo)) },
}

func monthdayText(bits uint64) string {
	if bits &= allMonthdays; bits == 0 {
		return `""`
	}
	var list []string
	for i := 1; i <= 31; i++ {
		if bits>>i&1 != 0 {
			list = append(list, strconv.Itoa(i))
		}
	}
	return strings.Join(list, ",")
}
