package v6

import (
	"net/netip"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/semantics"
)

// Numbers of protocols (IANA).
const (
	protoTCP    = 6
	protoUDP    = 17
	protoICMPv6 = 58
)

// side is what a host does with the packets of one family at a hook.
type side struct {
	*semantics.Way
	// chains are the base chains that filter there.
	chains []*graph.Chain
	// accepts and mayAccept are the packets that come neither from the loopback nor go
	// to it: those that are accepted in any case, and in some case.
	accepts, mayAccept semantics.Set
	real               semantics.Set
}

// sideOf returns what a host does; false if no chain filters there, or it could not be
// computed.
func sideOf(pass *analysis.Pass, family ast.Family, hook ast.Hook) (s side, ok bool) {
	facts, g := reach.Of(pass), graph.Of(pass)
	if !slices.Contains(facts.Families(), family) {
		return s, false
	}
	w := facts.Way(family, hook)
	if !w.Known() {
		return s, false
	}
	s = side{Way: w}
	for _, b := range w.BaseChains() {
		c := g.Chain(b)
		if c != nil && b.Hook == hook && b.Type == ast.ChainFilter && (!c.Table.Xtables || c.Table.Name == "filter") {
			s.chains = append(s.chains, c)
		}
	}
	lo := w.Where(semantics.Fields{Iif: "lo"}).Or(w.Where(semantics.Fields{Oif: "lo"}))
	s.real = w.Universe().Minus(lo)
	accepts := w.Accepts().And(s.real)
	s.accepts, s.mayAccept = accepts.Must(), accepts.May()
	return s, len(s.chains) > 0 && s.accepts.Known() && s.mayAccept.Known()
}

// both returns what a host does with both families at a hook, if it filters both.
func both(pass *analysis.Pass, hook ast.Hook) (v4, v6 side, ok bool) {
	v4, ok4 := sideOf(pass, ast.FamilyIP, hook)
	v6, ok6 := sideOf(pass, ast.FamilyIP6, hook)
	return v4, v6, ok4 && ok6
}

// first returns the packets of TCP and UDP that begin a connection.
func (s side) first() semantics.Set {
	return s.Where(semantics.Fields{State: ast.StateNew, Protos: []uint8{protoTCP, protoUDP}, Whole: true}).And(s.real)
}

// services leaves of packets what means the same in both families: the protocol, the
// port that they go to, and the interfaces.
func services(s semantics.Set) semantics.Set {
	return s.Project(semantics.FieldProto, semantics.FieldDport, semantics.FieldIif, semantics.FieldOif)
}

// ports leaves of packets the protocol and the port that they go to.
func ports(s semantics.Set) semantics.Set {
	return s.Project(semantics.FieldProto, semantics.FieldDport)
}

// mostOf reports whether a set is more than half of another one that it lies in.
func mostOf(part, all semantics.Set) bool { return part.Share()*2 > all.Share() }

// unnamed is an interface that no rule names.
const unnamed = "unnamed0"

// byDefault returns the first packets on interfaces that no rule names: what becomes of
// them says what a side does by default.
func (s side) byDefault() semantics.Set {
	f := semantics.Fields{}
	if s.Hook != ast.HookOutput {
		f.Iif = unnamed
	}
	if s.Hook != ast.HookInput {
		f.Oif = unnamed
	}
	return s.first().And(s.Where(f))
}

// deniesByDefault reports whether most services are closed to everybody.
func (s side) deniesByDefault() bool {
	first := s.byDefault()
	return !mostOf(ports(s.mayAccept.And(first)), ports(first))
}

// opensByDefault reports whether most services are open to everybody, on all interfaces.
func (s side) opensByDefault() bool {
	first, unnamed := s.first(), s.byDefault()
	return !mostOf(services(first.Minus(s.accepts)), services(first)) && !mostOf(ports(unnamed.Minus(s.accepts)), ports(unnamed))
}

// policyOf returns the place that says what becomes of the rest in a chain: the policy,
// or what declares the chain.
func policyOf(c *graph.Chain) analysis.Range {
	switch {
	case c.PolicySpan.Valid():
		return c.PolicySpan
	case c.HookSpan.Valid():
		return c.HookSpan
	case c.NameSpan.Valid():
		return c.NameSpan
	}
	return c
}

// denying returns the chain of a side that has no place for the packets: the one that
// drops some of them last, by its policy or its rules.
func (s side) denying() *graph.Chain {
	for _, c := range s.chains {
		if c.Policy == ast.PolicyDrop {
			return c
		}
	}
	return s.chains[len(s.chains)-1]
}

// witness shows a packet of a set.
func witness(s semantics.Set, prefer ...semantics.Set) []check.Option {
	if w, ok := s.Witness(prefer...); ok {
		return []check.Option{check.Witness(w.String())}
	}
	return nil
}

// local are the addresses of IPv6 that are no way in from elsewhere: multicast and
// link-local ones (RFC 4291 section 2.4).
var local = []netip.Prefix{netip.MustParsePrefix("ff00::/8"), netip.MustParsePrefix("fe80::/10")}

// fromAfar returns the packets of the side that may have been routed, and are not those
// by which hosts get their addresses (RFC 8415 section 7.2; RFC 2131 section 4.1).
func (s side) fromAfar() semantics.Set {
	out := s.first()
	for _, p := range local {
		if s.Family == ast.FamilyIP6 {
			out = out.Minus(s.Where(semantics.Fields{Src: p})).Minus(s.Where(semantics.Fields{Dst: p}))
		}
	}
	if s.Family == ast.FamilyIP {
		for _, p := range []string{"224.0.0.0/4", "255.255.255.255/32", "169.254.0.0/16"} {
			out = out.Minus(s.Where(semantics.Fields{Dst: netip.MustParsePrefix(p)}))
		}
	}
	dhcp := semantics.Fields{Proto: protoUDP, Dport: semantics.Ports{Lo: 67, Hi: 68}}
	if s.Family == ast.FamilyIP6 {
		dhcp.Dport = semantics.Ports{Lo: 546, Hi: 547}
	}
	return out.Minus(s.Where(dhcp))
}

// opening is a rule that lets in packets which the other family does not.
type opening struct {
	chain   *graph.Chain
	rule    *ast.Rule
	packets semantics.Set
}

// openings returns the rules of a side that let in first packets of services which the
// other side lets in from nowhere.
func (s side) openings(other side) []opening {
	closed := services(other.mayAccept.And(other.first()))
	anywhere := ports(other.mayAccept.And(other.first()))
	afar := s.fromAfar().And(s.accepts)
	var out []opening
	seen := map[*ast.Rule]bool{}
	add := func(c *graph.Chain, r *ast.Rule, packets semantics.Set) {
		may, _ := s.Asks(r)
		open := packets.Minus(closed)
		if may.Depends(semantics.FieldIif) || may.Depends(semantics.FieldOif) {
			// The interface may be one that only this family has.
			on := packets.Project(semantics.FieldIif, semantics.FieldOif)
			if others := other.mayAccept.And(other.first()).Project(semantics.FieldIif, semantics.FieldOif); others.Disjoint(on) {
				open = packets.Minus(anywhere)
			}
		}
		if open.Some() && !seen[r] {
			seen[r] = true
			out = append(out, opening{c, r, open})
		}
	}
	var follow func(c *graph.Chain, packets semantics.Set, depth int)
	follow = func(c *graph.Chain, packets semantics.Set, depth int) {
		for call := range c.Callers() {
			match := s.Rule(call.Rule).Match.And(packets)
			switch {
			case !match.Some():
			case graph.Unconditional(call.Rule, c.Table.Xtables) && !call.From.Base() && depth > 0:
				follow(call.From, match, depth-1)
			default:
				add(call.From, call.Rule, match)
			}
		}
	}
	const maxDepth = 4
	for _, base := range s.chains {
		for _, c := range base.Table.Chains {
			if !c.Hooks.Has(s.Hook) {
				continue
			}
			for _, r := range c.Rules {
				packets := s.Rule(r).Accepts.And(afar).Must()
				switch {
				case !packets.Some():
				case graph.Unconditional(r, c.Table.Xtables) && !c.Base():
					follow(c, packets, maxDepth) // such as a chain that logs and accepts
				default:
					add(c, r, packets)
				}
			}
		}
	}
	return out
}

// speaks reports whether a side lets anything pass that begins or answers a connection.
func (s side) speaks() bool {
	return s.mayAccept.And(s.Where(semantics.Fields{State: ast.StateNew | ast.StateEstablished})).Some()
}

// hops returns the packets with a hop limit.
func (s side) hops(n uint64) semantics.Set {
	return s.Holds(nil, &ast.Match{Left: &ast.Payload{Field: ast.IP6Hoplimit}, Op: ast.OpEq, Right: &ast.Int{Val: n}}).And(s.real)
}

// placeFor returns the place to point at where packets of ICMPv6 are dropped: a rule that
// drops this protocol, else one that asks for them, else one that accepts some of the
// protocol, else the policy.
func (s side) placeFor(packets semantics.Set) analysis.Range {
	icmp := s.Where(semantics.Fields{Proto: protoICMPv6})
	var drops, names, other *ast.Rule
	for _, base := range s.chains {
		for _, c := range base.Table.Chains {
			if !c.Hooks.Has(s.Hook) {
				continue
			}
			for _, r := range c.Rules {
				may, _ := s.Asks(r)
				if may.Disjoint(icmp) || !icmp.Covers(may.And(s.Universe())) {
					// Conditions that exclude each other ask for nothing that there is.
					if may.Empty() || !may.Depends(semantics.FieldICMPType) {
						continue
					}
				}
				d := s.Rule(r)
				switch {
				case d.Drops.And(packets).Some() || d.Rejects.And(packets).Some():
					drops = r
				case names == nil && !may.Disjoint(packets.Without(semantics.FieldState)):
					names = r
				case s.Rule(r).Accepts.And(icmp).Some():
					other = r
				}
			}
		}
	}
	for _, r := range []*ast.Rule{drops, names, other} {
		if r != nil {
			return r
		}
	}
	return policyOf(s.denying())
}

// limited reports whether an opening is for packets from some addresses alone.
func limited(o opening) bool {
	return o.packets.Depends(semantics.FieldSaddr)
}
