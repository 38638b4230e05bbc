package nft

import "github.com/ctlint/ctlint/ast"

var queueNumber = vtype{typ: ast.TypeInteger, bits: 16}

// queueStmt reads queue, with its number and flags before or behind it.
func (p *ruleParser) queueStmt(from int) ast.Stmt {
	p.advance()
	q := &ast.Queue{}
	flags := map[string]bool{}
	for p.tok.kind == tokWord && !p.failed {
		switch w := p.word(); w {
		case "flags":
			p.advance()
			p.queueFlags(flags)
			continue
		case "bypass", "fanout":
			p.queueFlags(flags)
			continue
		case "num", "to":
			at := p.here()
			p.advance()
			if q.Num != nil {
				p.failf(at, "the number of the queue is given twice")
			}
			q.Num = p.queueNum(w == "to")
			continue
		}
		break
	}
	for _, f := range []string{"bypass", "fanout"} {
		if flags[f] {
			q.Flags = append(q.Flags, f)
		}
	}
	if n, ok := q.Num.(*ast.Int); ok && n.Val == 0 {
		q.Num = nil // the default
	}
	q.Span = p.since(from)
	return q
}

func (p *ruleParser) queueFlags(flags map[string]bool) {
	for _, f := range p.flags("a flag", "bypass", "fanout") {
		flags[f] = true
	}
}

// queueNum reads a number of a queue, a range of them, or an expression that
// gives one.
func (p *ruleParser) queueNum(any bool) ast.Expr {
	from := p.tok.from
	if any {
		return p.stmtExpr(queueNumber, nil)
	}
	o := operand{e: p.value(queueNumber), t: queueNumber}
	if p.failed || !p.is(opDash) {
		return o.e
	}
	return p.rangeFrom(from, o, queueNumber)
}

// synproxyStmt reads synproxy and its options, or synproxy name NAME.
func (p *ruleParser) synproxyStmt(from int) ast.Stmt {
	p.advance()
	if p.isWord("name") {
		return p.objectRef(from, ast.ObjectSynproxy)
	}
	s := p.synproxyOptions()
	s.Span = p.since(from)
	return s
}

// synproxyOptions reads the options of synproxy.
func (p *ruleParser) synproxyOptions() *ast.Synproxy {
	s := &ast.Synproxy{}
	for p.tok.kind == tokWord && !p.failed {
		switch p.word() {
		case "mss":
			p.advance()
			s.MSS = uint16(p.count(1 << 16))
			continue
		case "wscale":
			p.advance()
			s.Wscale, s.HasWscale = uint8(p.count(15)), true
			continue
		case "timestamp":
			p.advance()
			s.Timestamp = true
			continue
		case "sack-perm":
			p.advance()
			s.SackPerm = true
			continue
		case "ecn":
			p.advance()
			s.ECN = true
			continue
		}
		break
	}
	return s
}
