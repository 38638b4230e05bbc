package flows

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// addresses are those of a host, of a network behind it and of the outside.
type addresses struct{ host, inside, outside netip.Addr }

// spare are addresses of documentation and benchmark ranges (RFC 5737, RFC 2544,
// RFC 3849, RFC 9637).
var spare = map[ast.Family][]netip.Addr{
	ast.FamilyIP:  parse("192.0.2.1", "198.51.100.10", "203.0.113.80", "198.18.0.1", "198.18.7.10", "198.19.113.80", "198.18.213.4", "198.19.1.9", "192.0.2.211"),
	ast.FamilyIP6: parse("2001:db8::1", "2001:db8:1::10", "2001:db8:ffff::80", "3fff::1", "3fff:1::10", "3fff:fff::80", "3fff:77::4"),
}

func parse(texts ...string) (out []netip.Addr) {
	for _, s := range texts {
		out = append(out, netip.MustParseAddr(s))
	}
	return out
}

// picker counts how often rules name each of the spare addresses.
type picker struct {
	spare []netip.Addr
	named []int
}

// pickAddresses returns addresses that no rule of the ruleset names, or as few as
// can be, so that a block list does not hit them by accident.
func pickAddresses(rs *ast.Ruleset, f ast.Family) addresses {
	p := picker{spare: spare[f], named: make([]int, len(spare[f]))}
	for _, t := range rs.Tables {
		for _, s := range t.Sets {
			p.elems(s.Elems)
		}
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				p.stmts(r.Stmts)
			}
		}
	}
	for _, s := range rs.IPSets {
		p.elems(s.Elems)
	}
	order := make([]int, len(p.spare))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p.named[a], p.named[b]) })
	return addresses{p.spare[order[0]], p.spare[order[1]], p.spare[order[2]]}
}

func (p *picker) stmts(stmts []ast.Stmt) {
	for _, s := range stmts {
		switch s := s.(type) {
		case *ast.Match:
			p.expr(s.Right)
		case *ast.AnyOf:
			for _, alt := range s.Alts {
				p.stmts(alt)
			}
		case *ast.VMap:
			p.expr(s.Map)
		}
	}
}

func (p *picker) elems(elems []*ast.Elem) {
	for _, e := range elems {
		p.expr(e.Key)
	}
}

func (p *picker) expr(e ast.Expr) {
	switch e := e.(type) {
	case *ast.Addr:
		for i, a := range p.spare {
			if a == e.Addr {
				p.named[i]++
			}
		}
	case *ast.Prefix:
		for i, a := range p.spare {
			if e.Prefix.Bits() > 0 && e.Prefix.Contains(a) {
				p.named[i]++
			}
		}
	case *ast.Range:
		lo, ok := e.Lo.(*ast.Addr)
		hi, is := e.Hi.(*ast.Addr)
		for i, a := range p.spare {
			if ok && is && lo.Addr.Compare(a) <= 0 && a.Compare(hi.Addr) <= 0 {
				p.named[i]++
			}
		}
	case *ast.SetLit:
		p.elems(e.Elems)
	case *ast.Concat:
		for _, x := range e.Parts {
			p.expr(x)
		}
	}
}
