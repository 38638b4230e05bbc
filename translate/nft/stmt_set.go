package nft

import (
	"strconv"

	"github.com/ctlint/ctlint/ast"
)

// setOp prints what adds, updates or deletes an element of a named set.
func (p *printer) setOp(s *ast.SetOp) {
	p.text(s.Verb)
	p.text(" @")
	p.setName(s, "the set", s.Set)
	p.text(" { ")
	p.elemOf(s.Key, s.Timeout, s.Never, s.Stmts)
	if s.Data != nil {
		p.text(" : ")
		p.expr(s.Data, p.dataDomain(s.Set))
	}
	p.text(" }")
}

// elemOf prints an element whose key is taken from the packet.
func (p *printer) elemOf(key ast.Expr, timeout uint64, never bool, stmts []ast.Stmt) {
	p.expr(key, domain{})
	switch {
	case never:
		p.text(" timeout never")
	case timeout != 0:
		p.text(" timeout ")
		p.duration(timeout)
	}
	if len(stmts) > 0 {
		p.b = append(p.b, ' ')
		p.stateful(stmts, true)
	}
}

// dataDomain is the domain of what a named map gives.
func (p *printer) dataDomain(name string) domain {
	if p.table == nil {
		return domain{}
	}
	s := p.table.Set(name)
	if s == nil {
		return domain{}
	}
	d := domainOfTypes(s.Data, s.DataExpr)
	d.assigned, d.element = true, true
	return d
}

// meter prints a set that the rule names itself.
func (p *printer) meter(m *ast.Meter) {
	p.text("meter ")
	p.setName(m, "the meter", m.Name)
	if m.Size != 0 {
		p.b = strconv.AppendUint(append(p.b, " size "...), m.Size, 10)
	}
	p.text(" { ")
	p.elemOf(m.Key, m.Timeout, false, m.Stmts)
	p.text(" }")
}
