package nft

import (
	"math/bits"
	"strconv"

	"github.com/ctlint/ctlint/ast"
)

func uintText(n uint64) string { return strconv.FormatUint(n, 10) }

// number reads a number of 64 bits.
func (p *ruleParser) number() uint64 {
	if p.tok.kind == tokNumber {
		if n, ok := parseNumber(p.word()); ok {
			p.advance()
			return n
		}
		p.failf(p.here(), "%s is too large", clip(p.word())).Expected("a number of at most 64 bits")
		return 0
	}
	p.unexpected("a number")
	return 0
}

// counterStmt reads counter [packets N] [bytes N], or counter name NAME.
func (p *ruleParser) counterStmt(from int) ast.Stmt {
	p.advance()
	if p.isWord("name") {
		return p.objectRef(from, ast.ObjectCounter)
	}
	c := p.counters.get()
	for p.tok.kind == tokWord && !p.failed {
		switch p.word() {
		case "packets":
			p.advance()
			c.Packets = p.number()
			continue
		case "bytes":
			p.advance()
			c.Bytes = p.number()
			continue
		}
		break
	}
	c.Span = p.since(from)
	return c
}

// lastStmt reads last [used never | used DURATION].
func (p *ruleParser) lastStmt(from int) ast.Stmt {
	p.advance()
	l := &ast.Last{}
	if p.acceptWord("used") && !p.acceptWord("never") {
		l.Used, l.Set = p.duration(), true
	}
	l.Span = p.since(from)
	return l
}

// quotaStmt reads quota [over | until] N UNIT [used N UNIT], or quota name NAME.
func (p *ruleParser) quotaStmt(from int) ast.Stmt {
	p.advance()
	if p.isWord("name") {
		return p.objectRef(from, ast.ObjectQuota)
	}
	q := &ast.Quota{Over: p.acceptWord("over")}
	if !q.Over {
		p.acceptWord("until")
	}
	q.Bytes = p.bytes()
	if p.acceptWord("used") {
		q.Used = p.bytes()
	}
	q.Span = p.since(from)
	return q
}

// bytes reads a number of bytes with its unit.
func (p *ruleParser) bytes() uint64 {
	at := p.tok.from
	n := p.number()
	unit, ok := dataUnit(p.word())
	if !ok || p.tok.kind != tokWord {
		p.near("a unit", "bytes", "kbytes", "mbytes")
		return 0
	}
	p.advance()
	hi, lo := bits.Mul64(n, unit)
	if hi != 0 {
		p.failf(p.since(at), "these are too many bytes").Expected("less than 2^64")
	}
	return lo
}

// limitStmt reads limit rate [over | until] N/UNIT [burst N packets], or the
// same with bytes, or limit name NAME.
func (p *ruleParser) limitStmt(from int) ast.Stmt {
	p.advance()
	if p.isWord("name") {
		return p.objectRef(from, ast.ObjectLimit)
	}
	if !p.acceptWord("rate") {
		p.unexpected("rate, or name")
		return nil
	}
	l := p.limitRate()
	l.Span = p.since(from)
	return l
}

// limitRate reads a limit behind the word rate.
func (p *ruleParser) limitRate() *ast.Limit {
	l := &ast.Limit{Over: p.acceptWord("over")}
	if !l.Over {
		p.acceptWord("until")
	}
	at := p.here()
	l.Rate = p.number()
	if l.Rate == 0 && !p.failed {
		p.failf(at, "a rate of 0 is none").Expected("at least 1")
		return l
	}
	if p.tok.kind == tokWord {
		unit := p.cutWord()
		if _, ok := dataUnit(unit); !ok {
			p.near("a unit, or /second", "bytes", "kbytes", "mbytes")
			return l
		}
		l.Bytes, l.RateUnit = true, unit
		p.advance()
	}
	p.expect(opSlash)
	units := []string{"second", "minute", "hour", "day", "week"}
	if p.tok.kind != tokWord || !contains(units, p.word()) {
		p.near("a unit of time", units...)
		return l
	}
	l.Unit = p.word()
	p.advance()
	if !p.acceptWord("burst") {
		return l
	}
	at = p.here()
	l.Burst = p.number()
	unit := p.word()
	_, isBytes := dataUnit(unit)
	switch {
	case p.failed:
	case l.Bytes && isBytes && p.tok.kind == tokWord:
		l.BurstUnit = unit
		p.advance()
		if l.Burst == 0 {
			l.BurstUnit = ""
		}
	case l.Bytes:
		p.near("a unit, as the rate has one", "bytes", "kbytes", "mbytes")
	case unit != "packets":
		p.unexpected("packets, as the rate counts them")
	case l.Burst == 0:
		p.failf(at, "a burst of no packets lets none pass").Expected("at least 1")
	default:
		p.advance()
		if l.Burst == 5 {
			// The default of nft, which it prints as any other.
			l.Burst = 0
		}
	}
	return l
}
