package se

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
)

// MasqueradeWithoutInterface finds source NAT that rewrites what leaves by any
// interface.
var MasqueradeWithoutInterface = check.New(check.Check{
	Code: "SE010", Slug: "masquerade-without-interface", Severity: check.Warning,
	Title: "source NAT on every interface",
	Text: `MASQUERADE or SNAT is meant for the way out, and the rule names none: it also rewrites
what goes from the outside to an inner network, between inner networks, into tunnels
and over lo. The receiving end then sees the gateway as the source of
everything, so its logs, its access rules and its replies are about the wrong host.
Name the interface with -o (iptables-extensions(8), MASQUERADE), or oifname in nft.

Enough is said by an interface to leave out, other than lo, by a destination, a mark,
a set, or a source together with destinations that are left out; in the rule, on all
ways to its chain, or by a rule above that lets the others return. A rule that only
names the source is an info: it rewrites what goes between inner networks.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -j MASQUERADE
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -o eth0 -j MASQUERADE
COMMIT
`}, {File: "rules.v4", Text: `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -s 198.51.100.0/24 ! -o docker0 -j MASQUERADE
-A POSTROUTING -s 192.0.2.0/24 ! -d 192.0.2.0/24 -j MASQUERADE
COMMIT
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer},
		Run:      masqueradeWithoutInterface,
	},
})

func masqueradeWithoutInterface(pass *analysis.Pass) (any, error) {
	for _, t := range graph.Of(pass).Tables {
		if !translates(t) {
			continue
		}
		w := newNarrowed(t)
		for _, c := range t.Chains {
			if w.ways[c.Index] == 0 {
				continue
			}
			var above narrow
			notLo := false
			for _, r := range c.Rules {
				if n := sourceNAT(r); n != nil {
					reportNAT(pass, t, n, w.ways[c.Index].and(above|conditions(r)|byMap(n)), notLo || leavesOutLoopback(r, false))
				}
				above |= passedBy(r, t.Xtables)
				notLo = notLo || decides(r, t.Xtables) && leavesOutLoopback(r, true)
			}
		}
	}
	return nil, nil
}

func reportNAT(pass *analysis.Pass, t *graph.Table, n *ast.NAT, w ways, notLo bool) {
	name, out := n.Kind.String(), "oifname"
	if t.Xtables {
		name, out = strings.ToUpper(name), "-o"
	}
	lo := "over lo, "
	if notLo {
		lo = ""
	}
	switch {
	case w.has(0) || w.has(notDest):
		check.Report(pass, n, fmt.Sprintf("%s without an interface also rewrites what goes %sto inner networks and into tunnels; name the way out with %s", name, lo, out))
	case w.has(source):
		check.Report(pass, n, fmt.Sprintf("%s without an interface also rewrites what goes from there to other inner networks and into tunnels; name the way out with %s", name, out), check.At(check.Info))
	}
}

// sourceNAT returns the statement of a rule that rewrites sources. Addresses that
// are mapped one to one are not about the way out.
func sourceNAT(r *ast.Rule) *ast.NAT {
	if r.Bad {
		return nil
	}
	for _, s := range r.Stmts {
		n, ok := s.(*ast.NAT)
		if ok && (n.Kind == ast.SNAT || n.Kind == ast.Masquerade) && !hasFlag(n, "prefix") && !hasFlag(n, "interval") {
			return n
		}
	}
	return nil
}

// byMap returns what the map says of the packets from which nft takes the address:
// those that are not in it are not rewritten.
func byMap(n *ast.NAT) narrow {
	if m, ok := n.Addr.(*ast.Map); ok {
		return about(m.Key, nil, true)
	}
	return nothing
}

// leavesOutLoopback reports whether a rule is about packets with another way out
// than lo or, with only, about those over lo alone.
func leavesOutLoopback(r *ast.Rule, only bool) bool {
	for _, s := range r.Stmts {
		m, ok := s.(*ast.Match)
		if !ok || !loopback(m.Right) {
			continue
		}
		if k, ok := m.Left.(*ast.Meta); ok && (k.Key == ast.MetaOif || k.Key == ast.MetaOifname) {
			return m.Op == ast.OpEq && only || m.Op == ast.OpNe && !only
		}
	}
	return false
}

// decides reports whether a rule with a single condition lets the packets that fit
// it go no further.
func decides(r *ast.Rule, xtables bool) bool {
	asks := 0
	for _, s := range r.Stmts {
		switch graph.EffectOf(s, xtables) {
		case graph.Asks:
			asks++
		case graph.Final, graph.Returns:
			return asks == 1 && !r.Bad
		default:
		}
	}
	return false
}

func hasFlag(n *ast.NAT, flag string) bool {
	for _, f := range n.Flags {
		if f == flag {
			return true
		}
	}
	return false
}

func translates(t *graph.Table) bool {
	for _, c := range t.Chains {
		for _, r := range c.Rules {
			if sourceNAT(r) != nil {
				return true
			}
		}
	}
	return false
}

// narrow is what conditions say of the packets that are rewritten.
type narrow uint8

const (
	// source says where they come from.
	source narrow = 1 << iota
	// notDest leaves destinations out.
	notDest
	// enough says where they go, by an interface, an address or a mark.
	enough

	nothing narrow = 0
)

// settle returns one of nothing, source, notDest and enough.
func (n narrow) settle() narrow {
	if n&enough != 0 || n == source|notDest {
		return enough
	}
	return n
}

// ways is a set of settled narrows: those with which packets may come to a chain,
// as they come by several ways.
type ways uint8

func (w ways) has(n narrow) bool { return w>>n&1 != 0 }

// and adds what the same conditions say on each of the ways.
func (w ways) and(n narrow) ways {
	var out ways
	for _, old := range []narrow{nothing, source, notDest, enough} {
		if w.has(old) {
			out |= 1 << (old | n).settle()
		}
	}
	return out
}

// narrowed knows the ways to each chain of a table from the packets' way out.
type narrowed struct {
	ways []ways // by Chain.Index
}

func newNarrowed(t *graph.Table) narrowed {
	w := narrowed{ways: make([]ways, len(t.Chains))}
	var todo []*graph.Chain
	for _, c := range t.Chains {
		if c.Hook == ast.HookPostrouting {
			w.ways[c.Index] = 1 << nothing
			todo = append(todo, c)
		}
	}
	// Each chain is gone through again only when a way is added: four times
	// at most.
	for len(todo) > 0 {
		c := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		var above narrow
		calls := c.Calls
		for i, r := range c.Rules {
			for ; len(calls) > 0 && calls[0].Index == i; calls = calls[1:] {
				through := w.ways[c.Index].and(above | conditions(r))
				for to := range calls[0].Targets() {
					if w.ways[to.Index]|through != w.ways[to.Index] {
						w.ways[to.Index] |= through
						todo = append(todo, to)
					}
				}
			}
			above |= passedBy(r, t.Xtables)
		}
	}
	return w
}

// conditions returns what a rule's conditions say of the packets that fit it.
func conditions(r *ast.Rule) narrow {
	var n narrow
	for _, s := range r.Stmts {
		n |= condition(s, false)
	}
	return n
}

// passedBy returns what a rule says of the packets that get past it: what it lets
// return or accepts has been left out.
func passedBy(r *ast.Rule, xtables bool) narrow {
	var cond ast.Stmt
	for _, s := range r.Stmts {
		switch graph.EffectOf(s, xtables) {
		case graph.Asks:
			if cond != nil {
				return nothing // of both conditions only one need not hold
			}
			cond = s
		case graph.Final, graph.Returns:
			if _, nat := s.(*ast.NAT); nat || cond == nil || r.Bad {
				return nothing
			}
			return condition(cond, true)
		case graph.Passes, graph.Calls, graph.MayDecide:
		}
	}
	return nothing
}

// condition returns what a statement says of the packets that fit it or, with
// not, of those that do not. What is not understood may say enough.
func condition(s ast.Stmt, not bool) narrow {
	switch s := s.(type) {
	case *ast.Match:
		is := s.Op != ast.OpNe && s.Op != ast.OpNone
		return about(s.Left, s.Right, is != not)
	case *ast.AnyOf:
		var n narrow
		for _, alt := range s.Alts {
			for _, a := range alt {
				n |= condition(a, s.Not != not)
			}
		}
		return n
	case *ast.Extension:
		if s.Target {
			return nothing
		}
		switch s.Name {
		case "set", "physdev", "policy", "realm", "ipvs":
			return enough
		case "owner":
			return source
		}
	case *ast.Opaque:
		return enough
	case *ast.VMap:
		return about(s.Key, nil, true)
	}
	return nothing
}

// about returns what it says that left is, or is not, right.
func about(left, right ast.Expr, is bool) narrow {
	switch e := left.(type) {
	case *ast.Meta:
		switch e.Key {
		case ast.MetaOif, ast.MetaOifname, ast.MetaOifgroup, ast.MetaOiftype, ast.MetaOifkind, ast.MetaObrname:
			if !is && loopback(right) {
				return nothing
			}
			return enough
		case ast.MetaMark, ast.MetaIpsec, ast.MetaRtclassid:
			return enough
		case ast.MetaIif, ast.MetaIifname, ast.MetaIifgroup, ast.MetaIiftype, ast.MetaIifkind, ast.MetaIbrname, ast.MetaSkuid, ast.MetaSkgid, ast.MetaCgroup:
			return given(is, source)
		default:
			return nothing
		}
	case *ast.CT:
		switch e.Key {
		case ast.CTMark, ast.CTLabel, ast.CTStatus, ast.CTDaddr, ast.CTZone:
			return enough
		case ast.CTSaddr:
			return given(is, source)
		default:
			return nothing
		}
	case *ast.Payload:
		switch e.Field {
		case ast.IPDaddr, ast.IP6Daddr:
			if is {
				return enough
			}
			return notDest
		case ast.IPSaddr, ast.IP6Saddr, ast.EtherSaddr:
			return given(is, source)
		default:
			return nothing
		}
	case *ast.IPSetKey:
		for _, dst := range e.Dst {
			if dst && is {
				return enough
			} else if dst {
				return notDest
			}
		}
		return given(is, source)
	case *ast.Concat, *ast.Fib, *ast.Rt, *ast.Ipsec, *ast.TunnelInfo:
		return enough
	case *ast.Binary:
		return about(e.Left, right, is)
	}
	return nothing
}

// given returns n for what a condition asks for. What it leaves out, such as the
// sources in ! -s, says little of what is left.
func given(is bool, n narrow) narrow {
	if is {
		return n
	}
	return nothing
}

func loopback(e ast.Expr) bool {
	s, ok := e.(*ast.String)
	return ok && s.Val == "lo" && !s.Wildcard
}
