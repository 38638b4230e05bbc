package ct

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/semantics"
)

// ContradictoryState finds rules that ask for a state which their other packets never
// have.
var ContradictoryState = check.New(check.Check{
	Code: "CT015", Slug: "contradictory-state", Severity: check.Error, Packets: true,
	Title: "state conditions that never hold together",
	Text: `No packet meets the rule, because of what it asks of the connection. A packet has one
state: two state matches that have none in common never hold together, though each does.
And conntrack gives some packets certain states only: a SYN,ACK is never NEW, TCP flags that make
no sense are INVALID (nf_conntrack_proto_tcp.c), an ICMP error is RELATED or
INVALID, and neighbour and router discovery of IPv6 is UNTRACKED, so it is never NEW
(nf_conntrack_proto_icmpv6.c). Only a connection has a direction or a status.

A SYN that opens a connection is NEW. One that is ESTABLISHED is sent again in a
connection that has been answered already (TCP_CONNTRACK_IGNORE there), so a rule that accepts
ESTABLISHED SYNs alone lets no connection begin; it is reported as well.

It is computed over all packets of all ways that come to the rule's chain: some meet its other conditions, and
none meets these and what it asks of the connection. What is asked where conntrack has not
looked yet is ct-before-tracking's matter, other conditions are empty-match's.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack --ctstate NEW -m conntrack --ctstate INVALID -j DROP
-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m conntrack --ctstate ESTABLISHED -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		icmpv6 type { nd-neighbor-solicit, nd-router-advert } ct state new accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack --ctstate NEW,INVALID -j DROP
-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m conntrack --ctstate NEW -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		icmpv6 type { nd-neighbor-solicit, nd-router-advert } accept
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{reach.Analyzer},
		Run:      contradictoryState,
	},
})

func contradictoryState(pass *analysis.Pass) (any, error) {
	f := reach.Of(pass)
	if len(f.CutShort()) > 0 {
		return nil, nil
	}
	seen := map[*ast.Rule]bool{}
	for _, w := range f.Ways() {
		for r := range w.Rules() {
			if seen[r] || r.Bad || f.Place(r).Chain.Type == ast.ChainNAT {
				continue
			}
			seen[r] = true
			if conn, rest := splitConditions(r); len(conn) > 0 && !harmless(conn, rest) {
				contradiction(pass, f, r, conn, rest)
			}
		}
	}
	return nil, nil
}

// splitConditions returns the conditions of a rule on the connection: its state,
// status and direction, and the others.
func splitConditions(r *ast.Rule) (conn, rest []ast.Stmt) {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			if onConnection(s.Left) {
				conn = append(conn, s)
				continue
			}
		case *ast.AnyOf:
			all := len(s.Alts) > 0
			for _, alt := range s.Alts {
				for _, x := range alt {
					m, ok := x.(*ast.Match)
					all = all && ok && onConnection(m.Left)
				}
			}
			if all {
				conn = append(conn, s)
				continue
			}
		case *ast.Assign, *ast.Reset, *ast.Notrack, *ast.SetOp, *ast.Meter:
			return nil, nil // what it changes may be asked for behind it
		}
		rest = append(rest, s)
	}
	return conn, rest
}

// harmless reports whether the conditions of a rule can be told to hold together without
// looking at packets: one list of states, and nothing else but addresses, ports,
// interfaces and marks, which packets of all these states may have.
func harmless(conn, rest []ast.Stmt) bool {
	m, ok := conn[0].(*ast.Match)
	if !ok || len(conn) > 1 || !isState(m.Left) {
		return false
	}
	if bits, known := flows.StateBits(m); !known || bits&(ast.StateNew|ast.StateEstablished|ast.StateInvalid) == 0 {
		return false
	}
	for _, s := range rest {
		m, ok := s.(*ast.Match)
		if !ok {
			continue
		}
		switch left := m.Left.(type) {
		case *ast.Meta:
		case *ast.Payload:
			switch f := left.Field.Info(); {
			case f.Name == "sport", f.Name == "dport", f.Name == "saddr", f.Name == "daddr", f.Name == "protocol", f.Name == "nexthdr":
			default:
				return false
			}
		default:
			return false
		}
	}
	return true
}

func onConnection(e ast.Expr) bool {
	if b, ok := e.(*ast.Binary); ok {
		e = b.Left
	}
	c, ok := e.(*ast.CT)
	return ok && (c.Key == ast.CTState || c.Key == ast.CTStatus || c.Key == ast.CTDirection)
}

// contradiction reports a rule if no packet of any way to it meets its conditions,
// while some meet those that are not on the connection.
func contradiction(pass *analysis.Pass, f *reach.Facts, r *ast.Rule, conn, rest []ast.Stmt) {
	t := f.Place(r).Table
	var alone, others semantics.Set
	possible, again := false, false
	for _, w := range f.Ways() {
		if !w.Passes(r) {
			continue
		}
		if all := w.Holds(t, r.Stmts...); !all.Empty() {
			syn := w.Where(semantics.Fields{State: ast.StateEstablished, Proto: protoTCP, TCPFlags: ast.TCPSyn, TCPMask: ast.TCPSyn | ast.TCPAck})
			if !accepts(r) || !syn.Covers(all) {
				return
			}
			again = true
		}
		o := w.Holds(t, rest...)
		if !o.Known() {
			return
		}
		if o.Some() && !possible {
			others, alone, possible = o, w.Holds(t, conn...), true
		}
	}
	if !possible {
		return
	}
	what := "what it asks of the connection never holds at once"
	if alone.Some() {
		what = fmt.Sprintf("packets that it is about are only ever %s", strings.Join(statesOf(others), " or "))
		if alone.Meets(others.Way().Where(semantics.Fields{State: stateMask(others)})) {
			what = "such packets never have the state, the direction and the status that it asks for"
		}
	}
	if again {
		check.Report(pass, r, "a SYN that opens a connection is never ESTABLISHED, so this rule accepts none; ask for NEW, or leave out the flags", witnessOption(others)...)
		return
	}
	check.Report(pass, r, "no packet meets this rule, as "+what+"; leave out the condition that is too much", witnessOption(others)...)
}

// accepts reports whether a rule accepts.
func accepts(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		if v, ok := s.(*ast.Verdict); ok && v.Kind == ast.VerdictAccept {
			return true
		}
	}
	return false
}

// witnessOption returns a packet of a set as the option of a finding.
func witnessOption(s semantics.Set) []check.Option {
	if p, ok := s.Witness(); ok {
		return []check.Option{check.Witness(p.String())}
	}
	return nil
}

// stateMask returns the states that packets of a set may have.
func stateMask(s semantics.Set) (mask uint32) {
	for _, x := range namedStates {
		if s.Meets(s.Way().Where(semantics.Fields{State: x.bit})) {
			mask |= x.bit
		}
	}
	return mask
}

var namedStates = []struct {
	bit  uint32
	name string
}{
	{ast.StateNew, "NEW"}, {ast.StateEstablished, "ESTABLISHED"}, {ast.StateRelated, "RELATED"}, {ast.StateInvalid, "INVALID"}, {ast.StateUntracked, "UNTRACKED"},
}

// statesOf returns the names of the states that packets of a set may have.
func statesOf(s semantics.Set) (out []string) {
	mask := stateMask(s)
	for _, x := range namedStates {
		if mask&x.bit != 0 {
			out = append(out, x.name)
		}
	}
	return out
}
