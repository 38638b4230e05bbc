package ct

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/checks/graph"
)

// CTBeforeTracking finds what asks for the connection before conntrack has seen
// the packet, and what would keep conntrack from it when it is too late.
var CTBeforeTracking = check.New(check.Check{
	Code: "CT019", Slug: "ct-before-tracking", Severity: check.Error,
	Title: "connection state is used where conntrack has not seen the packet yet",
	Text: `conntrack looks at packets at the hooks prerouting and output with priority -200
(NF_IP_PRI_CONNTRACK). The raw table, and nft chains with a lower priority, come before
it. There a packet belongs to no connection: it is INVALID, never NEW or ESTABLISHED,
and matches on helpers, marks, zones or addresses of the connection fail. A drop of NEW
packets that was moved into raw for speed drops nothing, and a drop of INVALID ones
drops everything.

A match on UNTRACKED alone is left alone where the ruleset keeps packets from tracking
with notrack before, and so is what asks for packets from lo: they were seen when they
were sent.

nft refuses neither this nor its opposite: notrack and ct zone set do nothing to a
packet that conntrack has seen (nft(8), NOTRACK STATEMENT, CONNTRACK STATEMENT).
Helpers, timeouts and expectations are assigned to a connection; in nft that is after
conntrack, in iptables -j CT prepares it in the raw table.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -s 198.51.100.0/24 -m conntrack --ctstate NEW -j DROP
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -s 198.51.100.0/24 -j DROP
COMMIT
`}, {File: "rules.v4", Text: `*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -s 198.51.100.0/24 -m conntrack --ctstate NEW -j DROP
COMMIT
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer},
		Run:      ctBeforeTracking,
	},
})

func ctBeforeTracking(pass *analysis.Pass) (any, error) {
	x := early{pass: pass, graph: graph.Of(pass), exempt: map[ast.Family]bool{}}
	for _, t := range x.graph.Tables {
		if !mayMisplaceCT(t) {
			continue
		}
		all := sidesOf(t)
		for _, c := range t.Chains {
			side := all[c.Index]
			if side == 0 {
				continue // no packet comes here
			}
			if side&afterTracking == 0 {
				x.chain, x.side = c, side
				for _, r := range c.Rules {
					x.rule(r)
				}
			}
			if side&beforeTracking == 0 && !t.Xtables { // -j CT has its place by itself
				for _, r := range c.Rules {
					tooLate(pass, r, side)
				}
			}
		}
	}
	return nil, nil
}

// mayMisplaceCT leaves out the tables of iptables other than raw: where their
// chains are, conntrack has been.
func mayMisplaceCT(t *graph.Table) bool {
	return !t.Xtables || t.Name == "raw"
}

// early looks at the rules of a chain that stands before conntrack.
type early struct {
	pass  *analysis.Pass
	graph *graph.Graph
	chain *graph.Chain
	side  sides
	// exempt says of a family whether some of its packets are kept from
	// conntrack; it is found out when a rule asks for them.
	exempt map[ast.Family]bool
}

func (x *early) rule(r *ast.Rule) {
	if r.Part > 1 {
		return
	}
	for _, s := range r.Stmts {
		at, what := x.misplaced(s)
		if at == nil {
			continue
		}
		if m, ok := s.(*ast.Match); ok && onlyUntracked(m) && x.exempts(x.chain.Table.Family) {
			continue
		}
		if !asksForLoopback(r, ast.MetaIifname, ast.MetaIif) { // such packets belong to the connection they were sent with (nf_conntrack_in)
			check.Report(x.pass, at, what+x.place())
		}
		return
	}
}

// misplaced returns what of a statement needs the connection, and what becomes of
// it.
func (x *early) misplaced(s ast.Stmt) (ast.Node, string) {
	switch s := s.(type) {
	case *ast.Match:
		if c := ctIn(s.Left); c != nil {
			return s, matchBefore(s, c)
		}
		if c := ctIn(s.Right); c != nil {
			return s, "the match never holds"
		}
	case *ast.AnyOf:
		for _, alt := range s.Alts {
			for _, a := range alt {
				if at, what := x.misplaced(a); at != nil {
					if s.Not || len(s.Alts) > 1 {
						what = "the match knows nothing of the connection"
					}
					return at, what
				}
			}
		}
	case *ast.VMap:
		if c := ctIn(s.Key); c != nil {
			return s, "the map is asked for a packet without a connection"
		}
	case *ast.Assign:
		if c, ok := s.Left.(*ast.CT); ok {
			// -j CT prepares a zone, a helper, a timeout and events for the
			// connection to come; nft so does a zone.
			if c.Key == ast.CTMark || c.Key == ast.CTLabel || !x.chain.Table.Xtables && c.Key != ast.CTZone {
				return s, fmt.Sprintf("there is no connection to set the %s of, so this does nothing", c.Key)
			}
			return nil, ""
		}
		if c := ctIn(s.Right); c != nil {
			return s, fmt.Sprintf("there is no connection to take the %s of", c.Key)
		}
	case *ast.Extension:
		if s.Name == "cluster" && !s.Target { // xt_cluster_mt: no connection, no match
			return s, "the cluster match never holds"
		}
	case *ast.ObjRef:
		switch s.Kind {
		case ast.ObjectCTHelper, ast.ObjectCTTimeout, ast.ObjectCTExpectation:
			return s, fmt.Sprintf("there is no connection to give the %s to, so this does nothing", s.Kind)
		default:
		}
	}
	return nil, ""
}

// matchBefore says what a match on the connection does where there is none.
func matchBefore(m *ast.Match, c *ast.CT) string {
	if c.Key != ast.CTState {
		return fmt.Sprintf("the match on the connection's %s never holds", c.Key)
	}
	switch bits, known := flows.StateBits(m); {
	case known && bits&ast.StateInvalid != 0:
		return "the state match holds for every packet"
	case known:
		return "the state match never holds"
	}
	return "every packet has the state INVALID"
}

// place says where the packet is.
func (x *early) place() string {
	switch {
	case x.chain.Table.Xtables:
		return ", as the raw table comes before conntrack: all packets are INVALID in it; use it in mangle or filter"
	case x.side&atTracking != 0:
		return ": the chain has priority -200, as conntrack itself, and may come before it, where all packets are INVALID; take a greater priority, such as mangle"
	}
	return ", as packets come here before conntrack has seen them (priority -200), and all are INVALID; take a greater priority, such as mangle"
}

// ctIn returns what an expression takes from the connection, or nil.
func ctIn(e ast.Expr) *ast.CT {
	switch e := e.(type) {
	case *ast.CT:
		return e
	case *ast.Binary:
		if c := ctIn(e.Left); c != nil {
			return c
		}
		return ctIn(e.Right)
	case *ast.Concat:
		for _, p := range e.Parts {
			if c := ctIn(p); c != nil {
				return c
			}
		}
	case *ast.Map:
		return ctIn(e.Key)
	case *ast.Hash:
		return ctIn(e.Key)
	}
	return nil
}

// onlyUntracked reports whether a match asks for UNTRACKED, or for all but that.
func onlyUntracked(m *ast.Match) bool {
	c, ok := m.Left.(*ast.CT)
	if !ok || c.Key != ast.CTState {
		return false
	}
	bits, known := flows.StateBits(m)
	return known && (bits == ast.StateUntracked || bits == ast.StateAll&^ast.StateUntracked)
}

// exempts reports whether a rule keeps packets of a family from conntrack, and in
// time.
func (x *early) exempts(f ast.Family) bool {
	known, ok := x.exempt[f]
	if !ok {
		known = x.findNotrack(f)
		x.exempt[f] = known
	}
	return known
}

func (x *early) findNotrack(f ast.Family) bool {
	for _, t := range x.graph.Tables {
		if t.Family != f && t.Family != ast.FamilyInet && f != ast.FamilyInet || !mayMisplaceCT(t) {
			continue
		}
		all := sidesOf(t)
		for _, c := range t.Chains {
			if all[c.Index]&(beforeTracking|atTracking) == 0 {
				continue
			}
			for _, r := range c.Rules {
				for _, s := range r.Stmts {
					if _, ok := s.(*ast.Notrack); ok {
						return true
					}
				}
			}
		}
	}
	return false
}

// tooLate reports what must come before conntrack and comes after it.
func tooLate(pass *analysis.Pass, r *ast.Rule, side sides) {
	for _, s := range r.Stmts {
		var what string
		switch s := s.(type) {
		case *ast.Notrack:
			what = "notrack"
		case *ast.Assign:
			if k, ok := s.Left.(*ast.CT); ok && k.Key == ast.CTZone {
				what = "ct zone set"
			}
		}
		if what == "" {
			continue
		}
		where := "conntrack has seen the packet by then"
		if side&atTracking != 0 {
			where = "at priority -200 conntrack may have seen the packet by then"
		}
		check.Report(pass, s, fmt.Sprintf("%s does nothing here: %s; put it into a chain at prerouting or output with priority raw (-300)", what, where))
		return
	}
}
