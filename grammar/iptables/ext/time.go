package ext

import (
	"math"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// The ends of what xt_time can say (XT_TIME_MAX_DAYTIME, and the default of
// --datestop, which libxt_time prints).
const (
	lastSecond = 86399
	lastDate   = math.MaxInt32
)

// The time match (iptables-extensions(8), time). The old name of --weekdays was
// --days, which no release since 1.4.0 takes. A listing says UTC, or means the
// kernel's time zone.
var _ = match(timeExt())

func timeExt() Ext {
	e := Ext{
		Name: "time",
		Options: []Option{
			{Name: "timestart", Arg: Clock},
			{Name: "timestop", Arg: Clock},
			{Name: "monthdays", Arg: Monthdays, Not: true},
			{Name: "weekdays", Arg: Weekdays, Not: true},
			{Name: "datestart", Arg: Date},
			{Name: "datestop", Arg: Date},
			{Name: "kerneltz", Excl: []string{"utc"}},
			{Name: "localtz", Excl: []string{"utc"}},
			{Name: "utc"},
			{Name: "contiguous"},
		},
		Check: checkTime,
		Lower: lowerTime,
		Listed: []Listed{
			{"TIME", "-m time"},
			{"TIME from $1 to $2", "--timestart $1 --timestop $2"},
			{"TIME on $1 on $2", "--weekdays $1 --monthdays $2"},
			{"TIME starting from $1 $2", "--datestart $1T$2"}, {"TIME until date $1 $2", "--datestop $1T$2"},
			{"TIME UTC", "--utc"}, {"TIME contiguous", "--contiguous"},
		},
	}
	for _, first := range []string{"M", "T", "W", "F", "S"} {
		e.Listed = append(e.Listed, Listed{"TIME on " + first + "$1", "--weekdays " + first + "$1"})
	}
	for _, first := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"} {
		e.Listed = append(e.Listed, Listed{"TIME on " + first + "$1", "--monthdays " + first + "$1"})
	}
	e.Save, _ = savePlain(timePlain)
	return e
}

// timeValues are what a use says, as struct xt_time_info has it.
type timeValues struct {
	start, stop         uint64 // seconds of the day
	dateStart, dateStop uint64 // seconds since 1970
	weekdays, monthdays uint64
	kernelTZ            bool
	contiguous          bool
}

func timeOf(u *Use) timeValues {
	t := timeValues{
		start: u.num("timestart", 0), stop: u.num("timestop", lastSecond),
		dateStart: u.num("datestart", 0), dateStop: u.num("datestop", lastDate),
		weekdays: u.num("weekdays", allWeekdays), monthdays: u.num("monthdays", allMonthdays),
		kernelTZ: u.Has("kerneltz") || u.Has("localtz"), contiguous: u.Has("contiguous"),
	}
	if g := u.Get("weekdays"); g != nil && g.Not {
		t.weekdays ^= allWeekdays
	}
	if g := u.Get("monthdays"); g != nil && g.Not {
		t.monthdays ^= allMonthdays
	}
	return t
}

func checkTime(c *Context, u *Use) *grammar.Error {
	if c.Listing && !u.Has("utc") && !u.Has("kerneltz") {
		g := u.Next()
		*g = Given{Span: u.Span, Option: u.Ext.Lookup("kerneltz"), Name: Word{Span: u.Span, Text: "--kerneltz"}, Args: g.Args[:0]}
	}
	if t := timeOf(u); t.contiguous && t.start < t.stop {
		return grammar.Errorf(u.Get("contiguous").Span, "--contiguous, but the time does not go past midnight").Expected("--timestop before --timestart")
	}
	return nil
}

// timePlain makes the canonical form (time_save).
func timePlain(u *Use) (list []plain) {
	t := timeOf(u)
	add := func(name, arg string) {
		o := plainOf(u.Get(name), name, arg)
		o.not = false // the days are the others, then
		list = append(list, o)
	}
	if t.start != 0 || t.stop != lastSecond {
		add("timestart", clockText(t.start))
		add("timestop", clockText(t.stop))
	}
	if t.monthdays != allMonthdays {
		add("monthdays", monthdayText(t.monthdays))
	}
	if t.weekdays != allWeekdays {
		add("weekdays", weekdayText(t.weekdays))
	}
	if t.dateStart != 0 {
		add("datestart", dateText(t.dateStart))
	}
	add("datestop", dateText(t.dateStop))
	if t.kernelTZ {
		add("kerneltz", "")
	}
	if t.contiguous {
		add("contiguous", "")
	}
	return list
}

// lowerTime lowers a use to matches of meta time (nanoseconds since 1970), hour
// (seconds of the day) and day (0 is Sunday), which are in UTC for the kernel.
// What they cannot say stays an extension: the kernel's time zone, days of the
// month, and no day at all.
//
// The default of --datestop is no condition here, though xt_time stops matching
// in 2038.
func lowerTime(l *Lowering, u *Use) {
	t := timeOf(u)
	weekdays := t.weekdays & allWeekdays
	if t.kernelTZ || t.monthdays&allMonthdays != allMonthdays || weekdays == 0 {
		l.plain(u, timePlain(u))
		return
	}
	m := timeLowering{Lowering: l, use: u}
	if t.dateStart != 0 {
		m.date("datestart", ast.OpGe, t.dateStart)
	}
	if t.dateStop != lastDate {
		// The second that it names is in it.
		m.date("datestop", ast.OpLt, t.dateStop+1)
	}
	switch {
	case t.start < t.stop:
		if t.start != 0 || t.stop != lastSecond {
			l.Add(m.hour(ast.OpEq, t.start, t.stop))
		}
	case t.contiguous && weekdays != allWeekdays:
		// What is after midnight belongs to the day before.
		var alts [][]ast.Stmt
		if from := max(t.start, t.stop+1); from <= lastSecond {
			alts = append(alts, []ast.Stmt{m.hour(ast.OpEq, from, lastSecond), m.day(weekdays)})
		}
		next := weekdays << 1
		if next>>8 != 0 {
			next = next&0xff | 1<<1
		}
		alts = append(alts, []ast.Stmt{m.hour(ast.OpEq, 0, t.stop), m.day(next)})
		l.Add(&ast.AnyOf{Span: u.Span, Alts: alts, Use: l.UseIndex()})
		return
	case t.start > t.stop+1:
		// Not between the stop and the start. If they are equal, or
		// neighbours, every time matches.
		l.Add(m.hour(ast.OpNe, t.stop+1, t.start-1))
	}
	if weekdays != allWeekdays {
		l.Add(m.day(weekdays))
	}
}

// timeLowering makes the matches of a use.
type timeLowering struct {
	*Lowering
	use *Use
}

// span returns where an option stands, or else the whole use.
func (m *timeLowering) span(name string) ast.Span {
	if g := m.use.Get(name); g != nil {
		return g.Span
	}
	return m.use.Span
}

func (m *timeLowering) date(name string, op ast.Op, seconds uint64) {
	at := m.span(name)
	m.Add(m.NewMatch(at, m.Meta(at, ast.MetaTime), op, m.Int(at, seconds*1e9)))
}

func (m *timeLowering) hour(op ast.Op, from, to uint64) *ast.Match {
	at := m.span("timestart").Join(m.span("timestop"))
	return m.NewMatch(at, m.Meta(at, ast.MetaHour), op, m.IntRange(at, from, to))
}

func (m *timeLowering) day(bits uint64) *ast.Match {
	at := m.span("weekdays")
	var list []ast.Expr
	for i := uint64(1); i <= 7; i++ {
		if bits>>i&1 != 0 {
			list = append(list, m.Int(at, i%7))
		}
	}
	right := list[0]
	if len(list) > 1 {
		right = m.Set(at, list...)
	}
	return m.NewMatch(at, m.Meta(at, ast.MetaDay), ast.OpEq, right)
}
