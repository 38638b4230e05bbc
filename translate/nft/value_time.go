package nft

import (
	"strconv"
	"time"

	"github.com/ctlint/ctlint/ast"
)

// units are those of a length of time, in milliseconds.
var units = []struct {
	name string
	ms   uint64
}{{"d", 24 * 3600 * 1000}, {"h", 3600 * 1000}, {"m", 60 * 1000}, {"s", 1000}, {"ms", 1}}

// length prints a length of time: as a bound of a range nft prints it in seconds
// alone.
func (p *printer) length(ms uint64, d domain) {
	if d.plain && ms%1000 == 0 {
		p.decimal(ms / 1000)
		p.b = append(p.b, 's')
		return
	}
	p.duration(ms)
}

// duration prints a length of time in milliseconds: 1d2h3m4s5ms.
func (p *printer) duration(ms uint64) {
	if ms == 0 {
		p.text("0s")
	}
	for _, u := range units {
		if n := ms / u.ms; n > 0 {
			p.b = strconv.AppendUint(p.b, n, 10)
			p.text(u.name)
			ms %= u.ms
		}
	}
}

// date prints a point in time, in nanoseconds since 1970.
func (p *printer) date(e ast.Node, ns uint64) {
	s := ns / 1e9
	switch {
	case ns%1e9 != 0:
		p.refuse(e, "a point in time has a fraction of a second")
	case p.NumericTime:
		p.b = strconv.AppendUint(p.b, s, 10)
	default:
		p.b = time.Unix(int64(s), 0).UTC().AppendFormat(p.b, `"2006-01-02 15:04:05"`)
	}
}

// hour prints a time of the day, in seconds since midnight.
func (p *printer) hour(e ast.Node, s uint64) {
	switch {
	case s >= 24*3600:
		p.refuse(e, "a day has no second %d", s)
	case p.NumericTime:
		p.b = strconv.AppendUint(p.b, s, 10)
	case s%60 == 0:
		p.b = time.Unix(int64(s), 0).UTC().AppendFormat(p.b, `"15:04"`)
	default:
		p.b = time.Unix(int64(s), 0).UTC().AppendFormat(p.b, `"15:04:05"`)
	}
}
