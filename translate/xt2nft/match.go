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

// noDevice is a name that no network device has, as it has a slash (dev_valid_name).
const noDevice = "INVAL/D"

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
		return one(w.anyProtocol(m, l))
	case *ast.Meta:
		if l.Key == ast.MetaPhysIn || l.Key == ast.MetaPhysOut {
			w.refuse(m.Span, "match physdev: %s", lacking[0]["physdev"])
			return nil
		}
		if m.Op == ast.OpEq {
			return nil // every name begins so
		}
		// No name is not among all.
		never := *m
		never.Op, never.Right = ast.OpEq, &ast.String{Span: m.Span, Val: noDevice}
		return one(&never)
	}
	return nil
}

// protocols are those whose connections have ports, or what stands in their place:
// the id and the type of ICMP, of each family, and the key of GRE. It is 0 for all
// others.
var protocols = map[ast.Family][]uint64{
	ast.FamilyIP:  {6, 17, 33, 132, 136, 1, gre},
	ast.FamilyIP6: {6, 17, 33, 132, 136, 58, gre},
}

const gre = 47

// icmps are the protocols of the errors of each family.
var icmps = map[ast.Family]uint64{ast.FamilyIP: 1, ast.FamilyIP6: 58}

// anyProtocol rewrites a match on a port of a connection without a protocol: nft
// takes none without, so it becomes one for each.
func (w *rule) anyProtocol(m *ast.Match, ct *ast.CT) ast.Stmt {
	proto := func(p uint64) ast.Stmt {
		left := ast.Expr(&ast.CT{Span: ct.Span, Key: ast.CTProtocol, Dir: ct.Dir})
		if p == gre {
			// nft does not learn of this one from the connection.
			left = &ast.Meta{Span: ct.Span, Key: ast.MetaL4proto}
		}
		return &ast.Match{Span: m.Span, Left: left, Right: &ast.Int{Span: m.Span, Val: p}}
	}
	a := &ast.AnyOf{Span: m.Span, Use: m.Use}
	list := protocols[w.table.src.Family]
	for _, p := range list {
		a.Alts = append(a.Alts, []ast.Stmt{proto(p), m})
		if p == gre { // an error of ICMP tells of it, and is none
			icmp := &ast.Match{Span: m.Span, Left: &ast.Meta{Span: ct.Span, Key: ast.MetaL4proto}, Right: &ast.Int{Span: m.Span, Val: icmps[w.table.src.Family]}}
			of := &ast.Match{Span: m.Span, Left: &ast.CT{Span: ct.Span, Key: ast.CTProtocol, Dir: ct.Dir}, Right: &ast.Int{Span: m.Span, Val: p}}
			a.Alts = append(a.Alts, []ast.Stmt{icmp, of, m})
		}
	}
	w.how("a port without a protocol is that of one protocol or another")
	if lo, _, ok := bounds(m.Right); ok && (lo == 0) != (m.Op == ast.OpNe) {
		// The others have port 0.
		others := &ast.SetLit{Span: m.Span}
		for _, p := range list {
			others.Elems = append(others.Elems, &ast.Elem{Span: m.Span, Key: &ast.Int{Span: m.Span, Val: p}})
		}
		a.Alts = append(a.Alts, one(&ast.Match{Span: m.Span, Left: &ast.CT{Span: ct.Span, Key: ast.CTProtocol, Dir: ct.Dir}, Op: ast.OpNe, Right: others}))
	}
	return a
}
