package xt2nft

import "github.com/ctlint/ctlint/ast"

// mostPorts is how many elements a map of ports may have.
const mostPorts = 4096

// nat rewrites NAT. The ports that are shifted (--to-destination
// 192.0.2.1:1000-2000/5000) become a map from each port that the rule matches to
// its new one: the kernel adds the difference of the port to the base, modulo the
// size of the range (nf_nat_l4proto_unique_tuple, NF_NAT_RANGE_PROTO_OFFSET).
func (w *rule) nat(n *ast.NAT) ast.Stmt {
	if n.PortBase == nil {
		return n
	}
	base, ok1 := n.PortBase.(*ast.Int)
	lo, hi, ok2 := bounds(n.Port)
	field, ports := w.dports()
	switch {
	case !ok1 || !ok2:
		w.refuse(n.Span, "the shifted range of ports is not known")
		return n
	case ports == nil:
		w.refuse(n.Span, "a shift of ports needs a map of each port in nft, so the rule has to say with --dport which %d ports at the most it is for", mostPorts)
		return n
	}
	m := &ast.SetLit{Span: n.Span}
	size := hi - lo + 1
	for _, p := range ports {
		off := (p - base.Val) & 0xffff
		m.Elems = append(m.Elems, &ast.Elem{Span: n.Span, Key: &ast.Int{Span: n.Span, Val: p}, Value: &ast.Int{Span: n.Span, Val: lo + off%size}})
	}
	w.how("the shift of ports is a map of %d ports; if a port is in use already, the kernel takes no other", len(ports))
	out := *n
	out.PortBase = nil
	out.Port = &ast.Map{Span: n.Span, Key: &ast.Payload{Span: n.Span, Field: field}, Map: m}
	return &out
}

func bounds(e ast.Expr) (lo, hi uint64, ok bool) {
	switch e := e.(type) {
	case *ast.Int:
		return e.Val, e.Val, true
	case *ast.Range:
		l, ok1 := e.Lo.(*ast.Int)
		h, ok2 := e.Hi.(*ast.Int)
		if ok1 && ok2 {
			return l.Val, h.Val, true
		}
	}
	return 0, 0, false
}

// dports returns the destination ports that the rule at hand matches, and their
// field; nil if they are not listed.
func (w *rule) dports() (ast.Field, []uint64) {
	for _, s := range w.src.Stmts {
		m, ok := s.(*ast.Match)
		if !ok || m.Op != ast.OpEq {
			continue
		}
		p, ok := m.Left.(*ast.Payload)
		if !ok || p.Field.Info().Name != "dport" {
			continue
		}
		var ports []uint64
		add := func(e ast.Expr) bool {
			lo, hi, ok := bounds(e)
			for n := lo; ok && n <= hi && len(ports) <= mostPorts; n++ {
				ports = append(ports, n)
			}
			return ok && len(ports) <= mostPorts
		}
		all := true
		if set, ok := m.Right.(*ast.SetLit); ok {
			for _, e := range set.Elems {
				all = all && add(e.Key)
			}
		} else {
			all = add(m.Right)
		}
		if all {
			return p.Field, ports
		}
	}
	return ast.FieldNone, nil
}
