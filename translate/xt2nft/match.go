package xt2nft

import (
	"github.com/ctlint/ctlint/ast"
)

// strange reports whether a match has to be rewritten.
func (w *rule) strange(m *ast.Match) bool {
	switch l := m.Left.(type) {
	case *ast.IPSetKey:
		return true
	case *ast.Payload:
		return l.Field == ast.EtherSaddr
	case *ast.Meta:
		s, ok := m.Right.(*ast.String)
		return l.Key == ast.MetaPhysIn || l.Key == ast.MetaPhysOut || ok && s.Wildcard && s.Val == ""
	case *ast.CT:
		return ofConnection(l) && w.proto == nil
	}
	return false
}

const arphrdEther = 1

// match rewrites a condition.
func (w *rule) match(m *ast.Match, behind []ast.Stmt) []ast.Stmt {
	if p, ok := m.Left.(*ast.Payload); ok && p.Field == ast.EtherSaddr {
		// nft asks whether the device is of Ethernet, as mac_mt does.
		ether := &ast.Match{Span: m.Span, Left: &ast.Meta{Span: m.Span, Key: ast.MetaIiftype}, Right: &ast.Int{Span: m.Span, Val: arphrdEther}, Implied: true}
		return []ast.Stmt{ether, m}
	}
	if !w.strange(m) {
		return []ast.Stmt{w.said(m, behind)}
	}
	switch l := m.Left.(type) {
	case *ast.IPSetKey:
		return w.inSet(m, l)
	case *ast.CT:
		return one(anyProtocol(m, l))
	case *ast.Meta:
		if l.Key == ast.MetaPhysIn || l.Key == ast.MetaPhysOut {
			w.refuse(m.Span, "match physdev: %s", lacking[0]["physdev"])
			return nil
		}
		if m.Op == ast.OpEq {
			return nil // every name begins so
		}
		// No name is not among all. No interface has a name with a slash
		// (dev_valid_name), so nothing has this one.
		never := *m
		never.Op, never.Right = ast.OpEq, &ast.String{Span: m.Span, Val: "INVAL/D"}
		return one(&never)
	}
	return nil
}

// protocols are those whose connections have ports, or what stands in their
// place: the id and the type of ICMP, the key of GRE. Those of all others are 0.
var protocols = []uint64{6, 17, 33, 132, 136, 1, 58, 47}

// anyProtocol is a match on a port of a connection without a protocol: nft takes
// none without, so it becomes one for each.
func anyProtocol(m *ast.Match, ct *ast.CT) ast.Stmt {
	a := &ast.AnyOf{Span: m.Span, Use: m.Use}
	for _, p := range protocols {
		proto := &ast.Match{Span: m.Span, Left: &ast.CT{Span: ct.Span, Key: ast.CTProtocol, Dir: ct.Dir}, Right: &ast.Int{Span: m.Span, Val: p}}
		a.Alts = append(a.Alts, []ast.Stmt{proto, m})
	}
	return a
}
