package ext

import (
	"math"
	"strconv"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// probabilityOne is the probability 1 as xt_statistic has it: of 31 random bits,
// how many values match.
const probabilityOne = 1 << 31

// probability is the argument of --probability (Value.Lo, of probabilityOne).
var probability = &Arg{What: "a number from 0 to 1"}

func init() {
	probability.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		x, rest, ok := strtod(w[0].Text)
		if !ok || rest != "" || x < 0 || x > 1 {
			return probability.Bad(w[0])
		}
		v.Lo = uint64(math.Round(x * probabilityOne))
		return nil
	}
	probability.Save = func(p *Printer, v *Value) {
		p.Word(strconv.FormatFloat(float64(v.Lo)/probabilityOne, 'f', 11, 64))
	}
}

// The modes of statistic.
const (
	statisticRandom = iota
	statisticNth
)

// statisticMode is the argument of --mode (Value.Lo).
var statisticMode = Keyword("mode", Name{"random", statisticRandom}, Name{"nth", statisticNth})

// The statistic match (iptables-extensions(8), statistic): nft's numgen.
var _ = match(Ext{
	Name: "statistic",
	Options: []Option{
		{Name: "mode", Arg: statisticMode, Required: true},
		{Name: "probability", Arg: probability, Not: true, Excl: []string{"every", "packet"}},
		{Name: "every", Arg: Uint(1, math.MaxUint32), Not: true, Needs: []string{"packet"}},
		{Name: "packet", Arg: Uint(0, math.MaxUint32), Needs: []string{"every"}},
	},
	Check: checkStatistic,
	Lower: lowerStatistic,
	Listed: []Listed{
		{"statistic mode random probability $1", "--mode random --probability $1"},
		{"statistic mode random ! probability $1", "--mode random ! --probability $1"},
		{"statistic mode nth every $1", "--mode nth --every $1 --packet 0"},
		{"statistic mode nth ! every $1", "--mode nth ! --every $1 --packet 0"},
		{"statistic mode nth every $1 packet $2", "--mode nth --every $1 --packet $2"},
		{"statistic mode nth ! every $1 packet $2", "--mode nth ! --every $1 --packet $2"},
	},
})

func checkStatistic(_ *Context, u *Use) *grammar.Error {
	mode, every, packet := u.Get("mode"), u.Get("every"), u.Get("packet")
	switch {
	case mode.Lo == statisticRandom && !u.Has("probability"):
		return grammar.Errorf(mode.Span, "mode random has no probability").Expected("--probability with it")
	case mode.Lo == statisticNth && every == nil:
		return grammar.Errorf(mode.Span, "mode nth does not say which packets").Expected("--every and --packet with it")
	case every != nil && packet != nil && packet.Lo >= every.Lo:
		return grammar.Errorf(packet.ArgSpan(), "there is no packet %d of every %d", packet.Lo, every.Lo).Expected("a number from 0 to %d", every.Lo-1)
	}
	return nil
}

// lowerStatistic compares a number of numgen. Random: xt_statistic looks at the
// lower 31 bits of a random number, numgen at the upper 31 of one
// (reciprocal_scale): both are below p in p of 2^31 cases. Nth: xt_statistic
// matches the packet p of the first every, counted from 0, and each every'th
// after it; numgen inc gives 0 for the first packet.
func lowerStatistic(l *Lowering, u *Use) {
	if g := u.Get("probability"); g != nil {
		if g.Lo == probabilityOne && !g.Not {
			return // always
		}
		left := &ast.Numgen{Span: g.Name.Span, Mode: "random", Mod: probabilityOne}
		l.Match(g.Span, left, ast.OpLt, g.Not, l.Int(g.ArgSpan(), g.Lo))
		return
	}
	every, packet := u.Get("every"), u.Get("packet")
	if every == nil || packet == nil {
		l.Extension(u)
		return
	}
	if every.Lo == 1 && !every.Not {
		return // always
	}
	left := &ast.Numgen{Span: every.Span, Mode: "inc", Mod: uint32(every.Lo)}
	l.Match(every.Span.Join(packet.Span), left, ast.OpEq, every.Not, l.Int(packet.ArgSpan(), packet.Lo))
}
