package se

import (
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
)

// LogWithoutLimit finds rules that log all packets that fit them, however many
// there are.
var LogWithoutLimit = check.New(check.Check{
	Code: "SE007", Slug: "log-without-limit", Severity: check.Warning,
	Title: "packets are logged without a limit",
	Text: `The rule writes a line to the kernel log for each packet that fits it. Whoever sends
many packets fills the disk with them, hides other lines among them, and slows the
host down. Put a limit in front: -m limit or -m hashlimit (iptables-extensions(8)),
limit rate (nft(8), LIMIT STATEMENT); it loses no packet, only lines.

A limit on the jump to a logging chain is as good as one in the chain: nothing is said
where any way to the rule has one. A limit that stands behind log, in nft, comes too
late. Packets that are handed to a program (NFLOG, log group) or to the audit system
are left to the limits that these have themselves.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -j LOG --log-prefix "dropped: "
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m limit --limit 5/min -j LOG --log-prefix "dropped: "
COMMIT
`}, {File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:log-drop - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m limit --limit 5/min -j log-drop
-A log-drop -j LOG --log-prefix "dropped: "
-A log-drop -j DROP
COMMIT
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer},
		Run:      logWithoutLimit,
	},
})

func logWithoutLimit(pass *analysis.Pass) (any, error) {
	for _, t := range graph.Of(pass).Tables {
		w := limitedWays{known: make([]wayState, len(t.Chains)), fragment: !t.DeclaresBase()}
		for _, c := range t.Chains {
			var above bounds
			for _, r := range c.Rules {
				above.add(r, t.Xtables)
				if at, behind := logs(t, r); at != nil && !above.hold(r) && !w.limited(c) {
					report(pass, t, at, behind)
				}
			}
		}
	}
	return nil, nil
}

func report(pass *analysis.Pass, t *graph.Table, at *ast.Log, behind bool) {
	message := "each packet is logged, so whoever sends many fills the disk; "
	switch {
	case behind:
		message += "put the limit before log"
	case t.Xtables:
		message += "limit the rate, as with -m limit --limit 5/min"
	default:
		message += "limit the rate before log, as with limit rate 5/minute"
	}
	check.Report(pass, at, message)
}

// logs returns the statement of a rule that logs to the kernel log without a limit
// before it, and whether there is one behind it.
func logs(t *graph.Table, r *ast.Rule) (at *ast.Log, behind bool) {
	if r.Bad {
		return nil, false
	}
	for _, s := range r.Stmts {
		l, ok := s.(*ast.Log)
		switch {
		case ok && !l.HasGroup && l.Level != "audit" && at == nil:
			at = l
		case !limits(t, s):
		case at == nil:
			return nil, false
		default:
			behind = true
		}
	}
	return at, behind
}

// limits reports whether a statement lets through only so many packets, or may:
// what was not understood may be a limit.
func limits(t *graph.Table, s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.Limit:
		return !s.Over
	case *ast.Quota:
		return !s.Over
	case *ast.ObjRef:
		return limitObject(t, s)
	case *ast.SetOp:
		return anyLimits(t, s.Stmts)
	case *ast.Meter:
		return anyLimits(t, s.Stmts)
	case *ast.Match:
		// One of so many packets: statistic, numgen.
		return random(s.Left)
	case *ast.Extension:
		return extensionLimits(s)
	case *ast.Opaque:
		return !s.Action
	}
	return false
}

func anyLimits(t *graph.Table, stmts []ast.Stmt) bool {
	for _, s := range stmts {
		if limits(t, s) {
			return true
		}
	}
	return false
}

// limitObject looks a named limit or quota up; one that is not there may be one.
func limitObject(t *graph.Table, s *ast.ObjRef) bool {
	if s.Kind != ast.ObjectLimit && s.Kind != ast.ObjectQuota {
		return false
	}
	name, ok := s.Name.(*ast.String)
	if !ok {
		return true
	}
	for _, o := range t.Objects {
		if o.Kind == s.Kind && o.Name == name.Val {
			return limits(t, o.Stmt)
		}
	}
	return true
}

func random(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Numgen:
		return true
	case *ast.Meta:
		return e.Key == ast.MetaRandom
	}
	return false
}

// extensionLimits reports whether an xtables match without an nft shape lets
// through only so many packets. recent does where it is negated: who has been
// seen is not let through again.
func extensionLimits(s *ast.Extension) bool {
	if s.Target {
		return false
	}
	switch s.Name {
	case "hashlimit":
		return s.Option("hashlimit-above") == nil
	case "limit", "statistic":
		return true
	case "quota":
		q := s.Option("quota")
		return q == nil || !q.Not
	case "recent":
		for _, name := range []string{"rcheck", "update"} {
			if o := s.Option(name); o != nil && o.Not {
				return true
			}
		}
	}
	return false
}

// over reports whether a statement holds for the packets above a rate.
func over(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.Limit:
		return s.Over
	case *ast.Quota:
		return s.Over
	case *ast.Extension:
		return s.Name == "hashlimit" && s.Option("hashlimit-above") != nil
	}
	return false
}

// bounds are rules of a chain that take away the packets above a rate: of each its
// other conditions.
type bounds [][]ast.Stmt

// maxBounds is how many such rules are kept of a chain.
const maxBounds = 16

func (b *bounds) add(r *ast.Rule, xtables bool) {
	if r.Bad || len(*b) == maxBounds || !slices.ContainsFunc(r.Stmts, over) {
		return
	}
	var others []ast.Stmt
	ends := false
	for _, s := range r.Stmts {
		switch graph.EffectOf(s, xtables) {
		case graph.Asks:
			if !over(s) {
				others = append(others, s)
			}
		case graph.Final, graph.Returns:
			ends = true
		default:
		}
	}
	if ends {
		*b = append(*b, others)
	}
}

// hold reports whether one of the bounds holds for all packets that fit a rule.
func (b bounds) hold(r *ast.Rule) bool {
	return slices.ContainsFunc(b, func(others []ast.Stmt) bool {
		return !slices.ContainsFunc(others, func(s ast.Stmt) bool { return !asks(r, s) })
	})
}

// asks reports whether a rule has that condition.
func asks(r *ast.Rule, cond ast.Stmt) bool {
	for _, s := range r.Stmts {
		if ast.Equal(s, cond) {
			return true
		}
	}
	return false
}

// limitedWays knows on which ways to a chain there is a limit.
type limitedWays struct {
	known []wayState // by Chain.Index
	// fragment says that other files may call the chains.
	fragment bool
}

type wayState uint8

const (
	unknown wayState = iota
	asked
	unlimited
	limited
)

// limited reports whether any way to the chain has a limit, or none leads there.
func (w *limitedWays) limited(c *graph.Chain) bool {
	switch w.known[c.Index] {
	case limited:
		return true
	case unlimited, asked:
		return false
	default:
	}
	w.known[c.Index] = asked
	state := unlimited
	called := false
	for call := range c.Callers() {
		called = true
		if call.Maybe || limitsBefore(c.Table, call) || w.limited(call.From) {
			state = limited
			break
		}
	}
	if !called && !c.Base() && !w.fragment {
		state = limited
	}
	w.known[c.Index] = state
	return state == limited
}

// limitsBefore reports whether a rule has a limit before its jump.
func limitsBefore(t *graph.Table, call graph.Call) bool {
	for _, s := range call.Rule.Stmts {
		if s.Source() == call.Node.Source() && s.Source().Valid() {
			return false
		}
		if limits(t, s) {
			return true
		}
	}
	return false
}
