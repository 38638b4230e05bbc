package ct

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
)

// ZoneOneWay finds conntrack zones that packets get in one direction alone.
var ZoneOneWay = check.New(check.Check{
	Code: "CT026", Slug: "zone-one-way", Severity: check.Error,
	Title: "a conntrack zone is set for one direction only",
	Text: `A packet's connection is looked up in the packet's zone (iptables-extensions(8), CT;
nft(8), CONNTRACK STATEMENT). What comes in gets its zone at prerouting, what the host
itself sends at output. A zone that is set at one of them alone splits the host's
connections: the first packet opens an entry in the zone, the reply is looked for in
zone 0, where there is none, and so is NEW or INVALID and never ESTABLISHED.

A zone for the original direction alone (--zone-orig, ct original zone) is meant so,
and zones of bridge ports are not about the host's own connections; both are left
alone, and so is a zone for lo, whose packets keep the connection that they were sent
with.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -i eth1 -j CT --zone 7
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -i eth1 -j CT --zone 7
-A OUTPUT -o eth1 -j CT --zone 7
COMMIT
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer},
		Run:      zoneOneWay,
	},
})

func zoneOneWay(pass *analysis.Pass) (any, error) {
	g := graph.Of(pass)
	seen := map[ast.Node]bool{}
	for _, f := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
		z := zonesOf(g, f)
		for _, u := range z.uses {
			other := zoneHooks &^ u.hooks
			if u.exempt || z.mayBeSet(u.zone)&other == other || z.bridged[u.zone] || seen[u.at] {
				continue
			}
			seen[u.at] = true
			if other.Has(ast.HookOutput) {
				check.Report(pass, u.at, fmt.Sprintf("zone %s is set for what comes in, at prerouting, and not for what the host itself sends: replies to or from the host are looked for in another zone and are never ESTABLISHED; set it at output, too", u.name()))
			} else {
				check.Report(pass, u.at, fmt.Sprintf("zone %s is set for what the host itself sends, at output, and not for what comes in: replies to the host are looked for in another zone and are never ESTABLISHED; set it at prerouting, too", u.name()))
			}
		}
	}
	return nil, nil
}

// zoneHooks are the hooks at which packets get their zone.
const zoneHooks graph.Hooks = 1<<ast.HookPrerouting | 1<<ast.HookOutput

// zone is a conntrack zone, or anyZone for one that is no number: it comes from
// the packet's mark or from a map.
type zone int32

const anyZone zone = -1

// zoneUse is a rule that gives packets a zone.
type zoneUse struct {
	at ast.Node
	zone
	hooks graph.Hooks
	// exempt says that the rule alone is no reason to ask for another.
	exempt bool
}

func (u *zoneUse) name() string {
	if u.zone == anyZone {
		return "(by mark or map)"
	}
	return fmt.Sprint(int32(u.zone))
}

// zones are the rules of a family that set zones.
type zones struct {
	uses []zoneUse
	// set says at which hooks a zone is set.
	set map[zone]graph.Hooks
	// bridged are zones of bridge ports.
	bridged map[zone]bool
}

func zonesOf(g *graph.Graph, f ast.Family) *zones {
	z := &zones{set: map[zone]graph.Hooks{}, bridged: map[zone]bool{}}
	for _, t := range g.Tables {
		if t.Family != f && t.Family != ast.FamilyInet || !mayMisplaceCT(t) {
			continue
		}
		var all []sides
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				u, ok := zoneSet(r)
				if !ok {
					continue
				}
				if all == nil {
					all = sidesOf(t)
				}
				if all[c.Index]&(beforeTracking|atTracking) == 0 {
					continue // it does nothing: ct-before-tracking
				}
				u.hooks = c.Hooks & zoneHooks
				z.set[u.zone] |= u.hooks
				if u.hooks != 0 {
					z.uses = append(z.uses, u)
				}
				if onBridgePort(r) {
					z.bridged[u.zone] = true
				}
			}
		}
	}
	return z
}

// mayBeSet returns the hooks at which packets may get a zone; for anyZone, those
// at which they get some.
func (z *zones) mayBeSet(of zone) graph.Hooks {
	if of != anyZone {
		return z.set[of] | z.set[anyZone]
	}
	var all graph.Hooks
	for _, h := range z.set {
		all |= h
	}
	return all
}

// zoneSet returns the zone that a rule gives its packets; zone 0 is what they have
// without.
func zoneSet(r *ast.Rule) (zoneUse, bool) {
	for _, s := range r.Stmts {
		u := zoneUse{at: s, zone: anyZone}
		switch s := s.(type) {
		case *ast.Assign:
			left, ok := s.Left.(*ast.CT)
			if !ok || left.Key != ast.CTZone {
				continue
			}
			if n, ok := s.Right.(*ast.Int); ok {
				if n.Val == 0 {
					continue
				}
				u.zone = zone(n.Val)
			}
			u.exempt = left.Dir != ast.DirNone
		case *ast.Extension: // a zone out of the mark
			if s.Name != "CT" || !s.Target || s.Option("zone") == nil && s.Option("zone-orig") == nil && s.Option("zone-reply") == nil {
				continue
			}
			u.exempt = s.Option("zone") == nil
		default:
			continue
		}
		u.exempt = u.exempt || asksForLoopback(r, ast.MetaIifname, ast.MetaIif, ast.MetaOifname, ast.MetaOif)
		return u, true
	}
	return zoneUse{}, false
}

// onBridgePort reports whether a rule is about packets that cross a bridge.
func onBridgePort(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			if k, ok := s.Left.(*ast.Meta); ok && s.Op == ast.OpEq {
				switch k.Key {
				case ast.MetaPhysIn, ast.MetaPhysOut, ast.MetaIbrname, ast.MetaObrname:
					return true
				default:
				}
			}
		case *ast.Extension:
			if s.Name == "physdev" {
				return true
			}
		}
	}
	return false
}
