package outside

import (
	"net/netip"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics"
)

// Width is how much a rule accepts of strangers' first packets.
type Width struct {
	Protos []uint8
	// Iif is the interface of the packets: empty where the rule accepts them from all.
	Iif string
	// BySport says that it is so for packets from some source ports alone, which
	// whoever sends them chooses.
	BySport bool
	// WellKnown says that most of the ports below 1024 are among those that are
	// reached.
	WellKnown bool
	Witness   semantics.Witness
}

// local are networks whose addresses nobody on the Internet can reach, or which are
// no host's own.
var local = map[ast.Family][]netip.Prefix{
	ast.FamilyIP:  prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8", "224.0.0.0/3"),
	ast.FamilyIP6: prefixes("::1/128", "fc00::/7", "fe80::/10", "ff00::/8"),
}

func prefixes(texts ...string) (out []netip.Prefix) {
	for _, t := range texts {
		out = append(out, netip.MustParsePrefix(t))
	}
	return out
}

// freely are the fields that whoever sends a packet to the host chooses.
var freely = []semantics.Field{semantics.FieldSport, semantics.FieldDaddr}

// reachable returns the first packets to addresses that strangers can reach, as
// they could be sent to the same port with another source port, or to another
// address of the host.
func reachable(w *semantics.Way, s semantics.Set) semantics.Set {
	for _, p := range local[w.Family] {
		s = s.Minus(w.Where(semantics.Fields{Dst: p}))
	}
	return s.Without(freely...)
}

// width says how much of the first packets on interfaces is in a set of accepted ones.
// The witness is one of own.
func (h *Host) width(w *semantics.Way, accepted semantics.Set, proto uint8, iif, oif string, own semantics.Set) (x Width, ok bool) {
	first := First(w, proto, iif, oif)
	accepted = accepted.And(first).Must()
	if !accepted.Some() {
		return x, false
	}
	wide := reachable(w, accepted).And(first)
	if Part(wide, first) <= Most {
		return x, false
	}
	x.BySport = Part(accepted.Without(semantics.FieldDaddr), first) <= Most
	port := func(p uint16) semantics.Set {
		return w.Where(semantics.Fields{Proto: proto, Dport: semantics.Port(p)})
	}
	known := First(w, proto, iif, oif).And(w.Where(semantics.Fields{Proto: proto, Dport: semantics.Ports{Lo: 1, Hi: 1023}}))
	x.WellKnown = Part(wide.And(known), known) > Most
	x.Witness, ok = accepted.And(own).Witness(port(11211), port(111), port(997))
	return x, ok
}

// Wide reports whether a rule accepts first packets from anywhere to most ports:
// from any interface, or from one that strangers are behind. What rules above accept
// on other interfaces does not make it narrower, what is dropped there does.
func (h *Host) Wide(w *semantics.Way, r *ast.Rule, oif string) (Width, bool) {
	if narrow(r) || !w.Passes(r) {
		return Width{}, false
	}
	own := w.Rule(r).Accepts
	if !own.Some() {
		return Width{}, false
	}
	// What rules above accept already makes it no narrower. What else it asks for (a
	// route, a set, the type of an address) must not matter.
	wanted := h.Wanted(w, r)
	var out Width
	for _, proto := range Protocols {
		x, ok := h.widthOf(w, own, w.Accepts().And(Surely(wanted, First(w, proto, "", oif))), proto, oif)
		if !ok {
			continue
		}
		x.Protos = append(out.Protos, proto)
		if len(out.Protos) > 0 {
			x.Witness = out.Witness
		}
		out = x
	}
	return out, len(out.Protos) > 0
}

func (h *Host) widthOf(w *semantics.Way, own, accepts semantics.Set, proto uint8, oif string) (Width, bool) {
	other := h.Other(w)
	if x, ok := h.width(w, accepts, proto, other, oif, own); ok && !h.Inside(other) {
		all := true
		for _, n := range h.names[w.Family] {
			if y, ok := h.width(w, w.Accepts(), proto, n, oif, w.Accepts()); !ok || y.BySport && !x.BySport || x.WellKnown && !y.WellKnown {
				all = false
				break
			}
		}
		if all {
			return x, true
		}
	}
	for _, n := range h.names[w.Family] {
		if n == oif || h.Inside(n) {
			continue
		}
		if x, ok := h.width(w, accepts, proto, n, oif, own); ok && h.Outside(w, n) {
			x.Iif = n
			return x, true
		}
	}
	return Width{}, false
}

// narrow reports whether a rule asks for one port or for few source addresses, so
// that its sets need not be computed.
func narrow(r *ast.Rule) bool {
	accepts := false
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			p, ok := s.Left.(*ast.Payload)
			if !ok || s.Op != ast.OpEq {
				continue
			}
			switch right := s.Right.(type) {
			case *ast.Int:
				if p.Field.Info().Name == "dport" {
					return true
				}
			case *ast.Addr:
				if p.Field == ast.IPSaddr || p.Field == ast.IP6Saddr {
					return true
				}
			case *ast.Prefix:
				if (p.Field == ast.IPSaddr || p.Field == ast.IP6Saddr) && right.Prefix.Bits() > 1 {
					return true
				}
			}
		case *ast.Verdict:
			accepts = accepts || s.Kind == ast.VerdictAccept
		case *ast.VMap:
			accepts = true
		}
	}
	return !accepts || r.Bad
}
