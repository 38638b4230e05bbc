package ext

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// multiPorts is the argument of multiport's options. Unlike other matches,
// multiport asks for its protocol as it reads the option, so -p has to stand
// before it (check_proto in libxt_multiport).
var multiPorts = needsPorts(PortList(15))

func needsPorts(a *Arg) *Arg {
	parse := a.Parse
	a.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		if !c.ProtoHidden && !c.hasProto(ProtoTCP, ProtoUDP, ProtoUDPLite, ProtoSCTP, ProtoDCCP) {
			return grammar.Errorf(w[0].Span, "multiport needs a protocol that has ports").
				Expected("-p tcp, -p udp, -p udplite, -p sctp or -p dccp before it")
		}
		return parse(c, w, v)
	}
	return a
}

// The multiport match (iptables-extensions(8), multiport): one of up to 15
// ports. Options are cut short often, --dport for --dports, so what reads them
// must look here before it loads the match of -p.
var _ = match(Ext{
	Name: "multiport",
	Options: []Option{
		{Name: "sports", Aliases: []string{"source-ports"}, Arg: multiPorts, Not: true, Excl: []string{"dports", "ports"}, Lower: lowerMultiport(true, false)},
		{Name: "dports", Aliases: []string{"destination-ports"}, Arg: multiPorts, Not: true, Excl: []string{"sports", "ports"}, Lower: lowerMultiport(false, true)},
		{Name: "ports", Arg: multiPorts, Not: true, Excl: []string{"sports", "dports"}, Lower: lowerMultiport(true, true)},
	},
	OneOf: []string{"sports", "dports", "ports"},
	Listed: []Listed{
		{"multiport sports $1", "-m multiport --sports $1"},
		{"multiport dports $1", "-m multiport --dports $1"},
		{"multiport ports $1", "-m multiport --ports $1"},
		// Up to iptables 1.4.
		{"multiport --sports $1", "-m multiport --sports $1"},
		{"multiport --dports $1", "-m multiport --dports $1"},
		{"multiport --ports $1", "-m multiport --ports $1"},
	},
})

// lowerMultiport lowers an option that looks at the source port, the
// destination port, or either. The kernel (multiport_mt) asks whether one of
// the ports looked at is in the list, and negates the answer: so ! --ports
// holds where neither is.
func lowerMultiport(src, dst bool) func(*Lowering, *Given) {
	return func(l *Lowering, g *Given) {
		sport, dport := portFields(l.Proto)
		side := func(f ast.Field) *ast.Match {
			op := ast.OpEq
			if g.Not {
				op = ast.OpNe
			}
			return l.NewMatch(g.Span, l.Payload(g.Name.Span, f), op, l.intSet(g.ArgSpan(), g.List))
		}
		switch {
		case src && dst && !g.Not:
			l.anyOf(g.Span, side(sport), side(dport))
			return
		case src && dst:
			l.Add(side(sport))
			l.Add(side(dport))
		case src:
			l.Add(side(sport))
		default:
			l.Add(side(dport))
		}
	}
}

// portFields returns the ports of a protocol, or those that all that have them
// have at the same place.
func portFields(proto uint8) (sport, dport ast.Field) {
	switch proto {
	case ProtoTCP:
		return ast.TCPSport, ast.TCPDport
	case ProtoUDP:
		return ast.UDPSport, ast.UDPDport
	case ProtoUDPLite:
		return ast.UDPLiteSport, ast.UDPLiteDport
	case ProtoSCTP:
		return ast.SCTPSport, ast.SCTPDport
	case ProtoDCCP:
		return ast.DCCPSport, ast.DCCPDport
	}
	return ast.THSport, ast.THDport
}

// intSet makes a set of numbers and ranges, or the only one of them by itself.
// The elements of a set never overlap; if the list's do, they are joined.
func (l *Lowering) intSet(s ast.Span, list []Item) ast.Expr {
	if overlap(list) {
		list = joined(list)
	}
	if len(list) == 1 {
		return l.IntRange(list[0].Span, list[0].Lo, list[0].Hi)
	}
	keys := make([]ast.Expr, len(list))
	for i := range list {
		keys[i] = l.IntRange(list[i].Span, list[i].Lo, list[i].Hi)
	}
	return l.Set(s, keys...)
}

func overlap(list []Item) bool {
	for i := range list {
		for j := range i {
			if list[i].Lo <= list[j].Hi && list[j].Lo <= list[i].Hi {
				return true
			}
		}
	}
	return false
}

// joined returns the list in order, with the elements that overlap made one.
func joined(list []Item) []Item {
	out := slices.Clone(list)
	slices.SortFunc(out, func(a, b Item) int { return int(a.Lo) - int(b.Lo) })
	n := 0
	for _, it := range out[1:] {
		if last := &out[n]; it.Lo <= last.Hi {
			last.Hi = max(last.Hi, it.Hi)
			last.Span = last.Span.Join(it.Span)
		} else {
			n++
			out[n] = it
		}
	}
	return out[:n+1]
}
