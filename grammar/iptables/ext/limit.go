package ext

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// limitScale is how many parts a second has for xt_limit (XT_LIMIT_SCALE).
const limitScale = 10000

// limitRate is the argument of --limit (Value.Lo: the time between two packets
// in parts of a second).
var limitRate = &Arg{
	What: "a rate, such as 10/second, 5/min, 3/hour or 100/day",
	Parse: func(_ *Context, w []Word, v *Value) (err *grammar.Error) {
		v.Lo, _, err = ratePeriod(w[0], limitScale, func(s string) uint64 { return uint64(uint32(atoi(s))) })
		return err
	},
	Save: func(p *Printer, v *Value) { p.Word(rateText(v.Lo, limitScale)) },
}

// The defaults of limit: 3/hour, and 5 packets at once.
const (
	limitPeriod = limitScale * 3600 / 3
	limitBurst  = 5
)

// The limit match (iptables-extensions(8), limit) is a token bucket. Whether
// xt_limit takes a slow rate with a great burst depends on the kernel's HZ (its
// credits overflow); iptables-nft makes an nft limit of it, which takes all.
var _ = match(Ext{
	Name: "limit",
	Options: []Option{
		{Name: "limit", Arg: limitRate},
		{Name: "limit-burst", Arg: Uint(0, 10000)},
	},
	Save: func(p *Printer, u *Use) {
		p.Flag(false, "limit")
		p.Word(rateText(u.num("limit", limitPeriod), limitScale))
		if burst := limitBurstOf(u); burst != limitBurst {
			p.Flag(false, "limit-burst")
			p.Uint(burst)
		}
	},
	Lower: func(l *Lowering, u *Use) {
		n, unit := periodRate(u.num("limit", limitPeriod), limitScale)
		l.Add(&ast.Limit{Span: u.Span, Rate: n, Unit: unit.nft, Burst: limitBurstOf(u), Use: l.use})
	},
	Listed: []Listed{{"limit: avg $1 burst $2", "-m limit --limit $1 --limit-burst $2"}},
})

// limitBurstOf returns the burst. A burst of 0 is refused by xt_limit and is 5
// for an nft limit (NFT_LIMIT_PKT_BURST_DEFAULT).
func limitBurstOf(u *Use) uint64 {
	if n := u.num("limit-burst", limitBurst); n != 0 {
		return n
	}
	return limitBurst
}
