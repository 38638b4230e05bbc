package inet

import (
	"fmt"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// rule is a rule of one side, in the words of the family inet.
type rule struct {
	*ast.Rule
	side *side
}

// rule rewrites a rule of a side.
func (s *side) rule(r *ast.Rule) *rule {
	if len(r.Stmts) == 0 {
		return &rule{r, s} // it keeps the place of one that is not here
	}
	n := *r
	n.Stmts = make([]ast.Stmt, len(r.Stmts))
	for i, x := range r.Stmts {
		n.Stmts[i] = s.stmt(x)
	}
	return &rule{&n, s}
}

// stmt rewrites a statement: the protocol is no field of one family's header, what a
// reject answers has one name for both, and sets may have new names.
func (s *side) stmt(x ast.Stmt) ast.Stmt {
	switch x := x.(type) {
	case *ast.Match:
		m := *x
		if p, ok := m.Left.(*ast.Payload); ok && p.Field == ast.IPProtocol && p.Tunnel == ast.TunnelNone {
			m.Left = &ast.Meta{Span: p.Span, Key: ast.MetaL4proto}
		}
		if r, ok := m.Right.(*ast.SetRef); ok {
			m.Right = &ast.SetRef{Span: r.Span, Name: s.name(r.Name)}
		}
		return &m
	case *ast.SetOp:
		o := *x
		o.Set = s.name(o.Set)
		return &o
	case *ast.ObjRef:
		o := *x
		if n, ok := o.Name.(*ast.String); ok {
			o.Name = &ast.String{Span: n.Span, Val: s.name(n.Val)}
		}
		return &o
	case *ast.TProxy:
		t := *x
		t.Family = s.family
		return &t
	case *ast.Reject:
		return reject(x)
	}
	return x
}

func (s *side) name(old string) string {
	if n, ok := s.sets[old]; ok {
		return n
	}
	return old
}

// rejects are the answers that have one name for both families, by their codes: those
// of icmp, icmpv6 and icmpx (nft_reject_icmp_code, nft_reject_icmpv6_code).
var rejects = []struct {
	icmp, icmpv6 uint8
	icmpx        uint8
}{{0, 0, 0}, {3, 4, 1}, {1, 3, 2}, {13, 1, 3}}

func reject(r *ast.Reject) ast.Stmt {
	for _, x := range rejects {
		if r.Kind == "icmp" && r.Code == x.icmp || r.Kind == "icmpv6" && r.Code == x.icmpv6 || r.Kind == "" && x.icmpx == 1 {
			n := *r
			if n.Kind, n.Code = "icmpx", x.icmpx; x.icmpx == 1 {
				n.Kind, n.Code = "", 0 // a port-unreachable is the default
			}
			return &n
		}
	}
	return r
}

// key is what two rules have alike that may stand once. One that is for its family, or
// that remembers packets, is like no other.
func (r *rule) key() string {
	if !neutral(r.Rule) {
		return fmt.Sprintf("%s %p", r.side.family, r.Rule)
	}
	var b []byte
	for _, s := range r.Stmts {
		b = append(ast.AppendMeaning(b, s), ' ')
	}
	return strings.ReplaceAll(string(b)+r.Comment, "\n", " ")
}

// neutral reports whether a rule means the same for packets of both families, and does
// not remember those of one for the other.
func neutral(r *ast.Rule) bool {
	ok := len(r.Stmts) > 0 && !r.Bad && !portOfUnknown(r)
	ast.Walk(r, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Payload:
			i := n.Field.Info()
			ok = ok && (i.Base != ast.BaseNetwork && i.Proto != "icmp" && i.Proto != "icmpv6")
		case *ast.Match:
			ok = ok && !ofFamily(n)
		case *ast.CT:
			ok = ok && n.Family == ast.FamilyUnknown && n.Key != ast.CTSaddr && n.Key != ast.CTDaddr
		case *ast.Reject:
			ok = ok && n.Kind != "icmp" && n.Kind != "icmpv6"
		case *ast.RawPayload, *ast.Exthdr, *ast.IPOption, *ast.SetRef, *ast.SetOp, *ast.ObjRef, *ast.Limit, *ast.Quota, *ast.ConnLimit,
			*ast.Numgen, *ast.TProxy, *ast.Addr, *ast.Prefix, *ast.MaskedAddr, *ast.Rt, *ast.Ipsec, *ast.Hash, *ast.Synproxy, *ast.OSF, *ast.Unknown:
			ok = false
		}
		return ok
	})
	return ok
}

// portOfUnknown reports whether a rule looks at a port of the connection of which nft
// knows neither the family nor the protocol from another match; it reads no number
// there then ("can't parse symbolic invalid expressions").
func portOfUnknown(r *ast.Rule) bool {
	port := false
	for _, s := range r.Stmts {
		m, ok := s.(*ast.Match)
		if !ok {
			continue
		}
		if k, ok := m.Left.(*ast.Meta); ok && m.Op == ast.OpEq && (k.Key == ast.MetaNfproto || k.Key == ast.MetaL4proto && !m.Implied) {
			return false
		}
		ast.Walk(m.Left, func(n ast.Node) bool {
			c, ok := n.(*ast.CT)
			port = port || ok && (c.Key == ast.CTProtoSrc || c.Key == ast.CTProtoDst)
			return !port
		})
	}
	return port
}

// ofFamily reports whether a match is for a protocol of one family alone.
func ofFamily(m *ast.Match) bool {
	k, ok := m.Left.(*ast.Meta)
	n, num := m.Right.(*ast.Int)
	return ok && k.Key == ast.MetaNfproto || ok && num && k.Key == ast.MetaL4proto && (n.Val == 1 || n.Val == 58)
}

// guarded is the rule for packets of its family alone. The guard is left unsaid where
// nft has it from another match.
func (r *rule) guarded() *ast.Rule {
	if len(r.Stmts) == 0 {
		return r.Rule
	}
	n := *r.Rule
	guard := &ast.Match{Span: r.Span, Left: &ast.Meta{Span: r.Span, Key: ast.MetaNfproto}, Right: &ast.Int{Span: r.Span, Val: r.side.number}, Implied: true}
	n.Stmts = append([]ast.Stmt{guard}, r.Stmts...)
	return &n
}

// both is a rule that stands for one of each side.
func (r *rule) both(o *rule) *ast.Rule {
	n := *r.Rule
	n.Stmts = append([]ast.Stmt(nil), r.Stmts...)
	for i, s := range n.Stmts {
		a, ok1 := s.(*ast.Counter)
		b, ok2 := o.Stmts[i].(*ast.Counter)
		if ok1 && ok2 {
			n.Stmts[i] = &ast.Counter{Span: a.Span, Counters: ast.Counters{Packets: a.Packets + b.Packets, Bytes: a.Bytes + b.Bytes}}
		}
	}
	return &n
}
