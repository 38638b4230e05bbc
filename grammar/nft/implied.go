package nft

import (
	"github.com/ctlint/ctlint/ast"
)

// Implier tells which matches nft adds to a rule by itself, statement by
// statement. It is for rules that were not read from nft's text: what prints
// them must leave out what nft will add, and what reads them from another form
// must add it. The zero value is ready for use, by one goroutine.
type Implier struct {
	p     ruleParser
	scope scope
	added []bool // of the statements of the rule at hand
}

// Begin begins a rule in a table of that family.
func (im *Implier) Begin(f ast.Family) {
	im.scope.family = f
	im.p.begin("", 1, &im.scope)
	im.p.errs = im.p.errs[:0]
	im.p.noDeps = false
	im.p.ctx.reset(f)
}

// Next returns what nft adds to the rule for its next statement: matches at the
// beginning of the rule, and matches right before the statement. All of them
// are Implied. The error is that nft would refuse the statement there, as it does
// not go with what stands before it.
func (im *Implier) Next(s ast.Stmt) (first, before []ast.Stmt, err error) {
	p := &im.p
	p.stmts, p.implied, p.front, p.failed = p.stmts[:0], p.implied[:0], 0, false
	p.needs(s)
	if p.failed {
		return nil, nil, p.errs[len(p.errs)-1]
	}
	if m, ok := s.(*ast.Match); ok && m.Op == ast.OpEq {
		p.ctx.learn(m.Left, m.Right)
	}
	return p.stmts[:p.front], p.stmts[p.front:], nil
}

// needs adds the matches that a statement implies, from left to right. What
// stands in the sets and maps of a statement is constant, and implies nothing.
func (p *ruleParser) needs(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.Match:
		p.exprNeeds(s.Left)
	case *ast.VMap:
		p.exprNeeds(s.Key)
	case *ast.ObjRef:
		p.exprNeeds(s.Name)
	case *ast.Reject:
		p.rejectNeeds(s)
	case *ast.NAT:
		p.exprNeeds(s.Addr)
		p.exprNeeds(s.Port)
	case *ast.TProxy:
		p.exprNeeds(s.Addr)
		p.exprNeeds(s.Port)
	case *ast.Assign:
		p.exprNeeds(s.Left)
		p.exprNeeds(s.Right)
	case *ast.Dup:
		p.exprNeeds(s.Addr)
		p.exprNeeds(s.Device)
	case *ast.Fwd:
		p.exprNeeds(s.Addr)
		p.exprNeeds(s.Device)
	case *ast.Queue:
		p.exprNeeds(s.Num)
	case *ast.SetOp:
		p.exprNeeds(s.Key)
		p.exprNeeds(s.Data)
	case *ast.Meter:
		p.exprNeeds(s.Key)
	}
}

// exprNeeds adds the matches that an expression implies.
func (p *ruleParser) exprNeeds(e ast.Expr) {
	if p.failed {
		return
	}
	switch e := e.(type) {
	case *ast.Payload:
		p.payloadNeeds(e)
	case *ast.Exthdr:
		p.needNetwork(e.Span, protoIP6)
	case *ast.IPOption:
		p.needNetwork(e.Span, protoIP)
	case *ast.Binary:
		p.exprNeeds(e.Left)
		p.exprNeeds(e.Right)
	case *ast.Concat:
		for _, part := range e.Parts {
			p.exprNeeds(part)
		}
	case *ast.Hash:
		p.exprNeeds(e.Key)
	case *ast.Map:
		p.exprNeeds(e.Key)
	}
}

// payloadNeeds adds the matches that a header field implies: inside of a tunnel,
// those of the tunnel.
func (p *ruleParser) payloadNeeds(e *ast.Payload) {
	switch {
	case e.Tunnel != ast.TunnelNone:
		if h := headers[e.Tunnel.String()]; h != nil {
			p.needTunnel(e.Span, h)
		}
	case e.Field != ast.FieldNone && int(e.Field) < len(fieldProtos):
		p.need(e.Span, e.Field)
	}
}

// rejectNeeds adds what the answer of a reject implies.
func (p *ruleParser) rejectNeeds(r *ast.Reject) {
	if r.Kind == "tcp reset" {
		if now, _ := p.ctx.at(ast.BaseTransport); now == protoNone {
			p.implyFirst(p.meta(r.Span, ast.MetaL4proto), p.int(r.Span, uint64(protos[protoTCP].ip)))
		}
		return
	}
	if k := rejects[r.Kind]; k.of != protoNone {
		p.rejectNetwork(r, k.of)
	}
}
