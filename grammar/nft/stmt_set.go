package nft

import "github.com/ctlint/ctlint/ast"

// setStmt reads add, update or delete of an element of a named set.
func (p *ruleParser) setStmt(from int) ast.Stmt {
	op := &ast.SetOp{Verb: p.word()}
	p.advance()
	if !p.is(opAt) {
		p.unexpected("@ and the name of a set")
		return nil
	}
	at := p.here()
	p.advance()
	op.Set = p.setNameHere()
	if !p.is(opLBrace) {
		p.unexpected("{ and a key")
		return nil
	}
	lines := p.lines
	p.lines = false
	p.advance()
	key := p.dynamicKey(op)
	set := p.sc.set(op.Set)
	if set != nil && !p.failed {
		p.checkSet(at, set, key, p.is(opColon))
	}
	if p.accept(opColon) {
		var ts []vtype
		if set != nil {
			ts = typesOf(set.Data, set.DataExpr)
		}
		var t vtype
		if len(ts) > 0 {
			t = ts[0]
		}
		op.Data = p.stmtExpr(t, ts)
	}
	p.lines = lines
	p.expect(opRBrace)
	op.Span = p.since(from)
	return op
}

// dynamicKey reads the key of an element that is made from a packet, its
// timeout, and what it starts with.
func (p *ruleParser) dynamicKey(op *ast.SetOp) operand {
	key := p.concat(vtype{}, nil)
	op.Key = key.e
	for p.tok.kind == tokWord && !p.failed {
		switch p.word() {
		case "timeout":
			p.advance()
			if p.acceptWord("never") {
				op.Never = true
			} else {
				op.Timeout = p.duration()
			}
			continue
		case "expires":
			// The listing of a dynamic set has it; it says nothing.
			p.advance()
			p.duration()
			continue
		}
		s := p.statefulStmt()
		if s == nil {
			break
		}
		op.Stmts = append(op.Stmts, s)
	}
	return key
}

// setNameHere reads the name of a set.
func (p *ruleParser) setNameHere() string {
	if p.tok.kind == tokWord || p.tok.kind == tokQuoted || p.tok.kind == tokTime {
		name := p.unquoted()
		p.advance()
		return name
	}
	p.unexpected("the name of a set")
	return ""
}

// oldSetStmt reads set add KEY @NAME, the words of older releases.
func (p *ruleParser) oldSetStmt(from int) ast.Stmt {
	p.advance()
	if !p.isWord("add") && !p.isWord("update") && !p.isWord("delete") {
		p.near("what to do with a set", "add", "update", "delete")
		return nil
	}
	op := &ast.SetOp{Verb: p.word()}
	p.advance()
	key := p.dynamicKey(op)
	at := p.here()
	if p.expect(opAt) {
		op.Set = p.setNameHere()
	}
	if set := p.sc.set(op.Set); set != nil && !p.failed {
		p.checkSet(at, set, key, false)
	}
	op.Span = p.since(from)
	return op
}

// meterStmt reads meter NAME [size N] { KEY STATEMENT }.
func (p *ruleParser) meterStmt(from int) ast.Stmt {
	p.advance()
	m := &ast.Meter{Name: p.setNameHere()}
	if p.acceptWord("size") {
		m.Size = p.number()
	}
	return p.meterBody(from, m)
}

func (p *ruleParser) meterBody(from int, m *ast.Meter) ast.Stmt {
	if !p.is(opLBrace) {
		p.unexpected("{ and a key")
		return nil
	}
	lines := p.lines
	p.lines = false
	p.advance()
	var op ast.SetOp
	p.dynamicKey(&op)
	m.Key, m.Timeout, m.Stmts = op.Key, op.Timeout, op.Stmts
	if !p.failed && len(m.Stmts) == 0 {
		p.unexpected("a statement such as limit or counter")
	}
	p.lines = lines
	p.expect(opRBrace)
	m.Span = p.since(from)
	return m
}

// flowStmt reads flow add @NAME; or flow table NAME { ... }, the word of older
// releases for a meter.
func (p *ruleParser) flowStmt(from int) ast.Stmt {
	p.advance()
	switch {
	case p.acceptWord("table"):
		return p.meterBody(from, &ast.Meter{Name: p.setNameHere()})
	case p.acceptWord("add"), p.acceptWord("offload"):
		f := &ast.FlowAdd{}
		if p.expect(opAt) {
			f.Table = p.setNameHere()
		}
		f.Span = p.since(from)
		return f
	}
	p.near("what to do with the flow", "add", "table")
	return nil
}
