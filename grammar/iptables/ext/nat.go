package ext

import "github.com/ctlint/ctlint/ast"

// The options that NAT targets share (libxt_NAT). Each target has some of them.
var (
	natRandom      = Option{Name: "random"}
	natRandomFully = Option{Name: "random-fully"}
	natPersistent  = Option{Name: "persistent"}
)

// natFlags are nft's names of them, in the order in which nft prints them.
var natFlags = []struct{ option, flag string }{
	{"random", "random"}, {"random-fully", "fully-random"}, {"persistent", "persistent"},
}

// lowerNAT returns the Lower function of a NAT target whose map is the argument
// of option to. Both dialects hand the same range to nf_nat_setup_info.
func lowerNAT(kind ast.NATKind, to string) func(*Lowering, *Use) {
	return func(l *Lowering, u *Use) {
		n := &ast.NAT{Span: u.Span, Kind: kind, Use: l.UseIndex()}
		if g := u.Get(to); g != nil {
			m := g.Any.(natMap)
			if m.from.IsValid() && m.to.Less(m.from) {
				// The kernel counts on past the last address; nft refuses.
				l.Extension(u)
				return
			}
			l.natMap(n, m, g.ArgSpan())
		}
		for _, f := range natFlags {
			if u.Has(f.option) {
				n.Flags = append(n.Flags, f.flag)
			}
		}
		l.Add(n)
	}
}

func (l *Lowering) natMap(n *ast.NAT, m natMap, s ast.Span) {
	switch {
	case !m.from.IsValid():
	case m.from == m.to:
		n.Addr = l.Addr(s, m.from)
	default:
		n.Addr = l.Range(s, l.Addr(s, m.from), l.Addr(s, m.to))
	}
	if m.ports {
		n.Port = l.IntRange(s, uint64(m.lo), uint64(m.hi))
	}
	if m.shifted {
		n.PortBase = l.Int(s, uint64(m.base))
	}
}
