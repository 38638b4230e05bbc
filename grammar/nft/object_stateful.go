package nft

import "github.com/ctlint/ctlint/ast"

// The objects that are statements with a name: their configuration is the
// statement's without its first word.

// counterObject: counter name { packets 10 bytes 1400 }.
var counterObject = objectSpec{
	stmt: func() ast.Stmt { return &ast.Counter{} },
	read: func(p *ruleParser, o *ast.Object) {
		s := o.Stmt.(*ast.Counter)
		switch {
		case p.acceptWord("packets"):
			s.Packets = p.number()
		case p.acceptWord("bytes"):
			s.Bytes = p.number()
		default:
			p.near("what a counter holds", "packets", "bytes", "comment")
		}
	},
}

// quotaObject: quota name { over 100 mbytes used 5 mbytes }.
var quotaObject = objectSpec{
	stmt: func() ast.Stmt { return &ast.Quota{} },
	read: func(p *ruleParser, o *ast.Object) {
		s := o.Stmt.(*ast.Quota)
		switch {
		case p.acceptWord("used"):
			s.Used = p.bytes()
		case p.tok.kind == tokNumber, p.acceptWord("until"):
			s.Bytes = p.bytes()
		case p.acceptWord("over"):
			s.Over = true
			s.Bytes = p.bytes()
		default:
			p.near("a number of bytes, or", "over", "until", "used", "comment")
		}
	},
}

// limitObject: limit name { rate over 10 mbytes/second burst 1 mbytes }.
var limitObject = objectSpec{
	stmt: func() ast.Stmt { return &ast.Limit{} },
	read: func(p *ruleParser, o *ast.Object) {
		if !p.acceptWord("rate") {
			p.near("what a limit holds", "rate", "comment")
			return
		}
		span := o.Stmt.Source()
		l := p.limitRate()
		l.Span = span
		o.Stmt = l
	},
	check: func(c *config, r *reader) {
		if s := c.Stmt.(*ast.Limit); s.Rate == 0 && !c.failed {
			r.builder.failf(c.NameSpan, "the limit %s has no rate", c.Name).Expected("rate, such as rate 10/second")
		}
	},
}

// synproxyObject: synproxy name { mss 1460; wscale 7; timestamp sack-perm; }.
var synproxyObject = objectSpec{
	stmt: func() ast.Stmt { return &ast.Synproxy{} },
	read: func(p *ruleParser, o *ast.Object) {
		if words := []string{"mss", "wscale", "timestamp", "sack-perm", "ecn"}; p.tok.kind != tokWord || oneIn(p.word(), words) == "" {
			p.near("what a synproxy holds", append(words, "comment")...)
			return
		}
		s, given := o.Stmt.(*ast.Synproxy), p.synproxyOptions()
		if given.MSS != 0 {
			s.MSS = given.MSS
		}
		if given.HasWscale {
			s.Wscale, s.HasWscale = given.Wscale, true
		}
		s.Timestamp = s.Timestamp || given.Timestamp
		s.SackPerm = s.SackPerm || given.SackPerm
		s.ECN = s.ECN || given.ECN
	},
	check: func(c *config, r *reader) {
		if s := c.Stmt.(*ast.Synproxy); (s.MSS == 0 || !s.HasWscale) && !c.failed {
			r.builder.failf(c.NameSpan, "the synproxy %s is not whole", c.Name).Expected("mss and wscale")
		}
	},
}
