package nft

import (
	"strconv"

	"github.com/ctlint/ctlint/ast"
)

// limit prints a rate, without the word limit.
func (p *printer) limit(l *ast.Limit) {
	p.text("rate ")
	if l.Over {
		p.text("over ")
	}
	p.b = strconv.AppendUint(p.b, l.Rate, 10)
	if l.Bytes {
		p.b = append(p.b, ' ')
		p.text(bytesUnit(l.RateUnit))
	}
	p.b = append(p.b, '/')
	p.text(l.Unit)
	if l.Burst == 0 {
		return
	}
	p.b = strconv.AppendUint(append(p.b, " burst "...), l.Burst, 10)
	p.b = append(p.b, ' ')
	if l.Bytes {
		p.text(bytesUnit(l.BurstUnit))
	} else {
		p.text("packets")
	}
}

func bytesUnit(s string) string {
	if s == "" {
		return "bytes"
	}
	return s
}

// quota prints a number of bytes, without the word quota.
func (p *printer) quota(q *ast.Quota) {
	if q.Over {
		p.text("over ")
	}
	p.bytes(q.Bytes)
	if q.Used != 0 && !p.Stateless {
		p.text(" used ")
		p.bytes(q.Used)
	}
}

// bytes prints a number of bytes in the largest unit that leaves no rest.
func (p *printer) bytes(n uint64) {
	n, unit := inUnit(n)
	p.b = strconv.AppendUint(p.b, n, 10)
	p.b = append(p.b, ' ')
	p.text(unit)
}

// inUnit returns a number of bytes in the largest unit that leaves no rest.
func inUnit(n uint64) (uint64, string) {
	unit := 0
	for n != 0 && n%1024 == 0 && unit < len(byteUnits)-1 {
		n /= 1024
		unit++
	}
	return n, byteUnits[unit]
}

var byteUnits = [...]string{"bytes", "kbytes", "mbytes"}

// connLimit prints a number of connections.
func (p *printer) connLimit(c *ast.ConnLimit) {
	p.text("ct count ")
	if c.Over {
		p.text("over ")
	}
	p.b = strconv.AppendUint(p.b, uint64(c.Count), 10)
}
