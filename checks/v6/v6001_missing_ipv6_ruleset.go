package v6

import (
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/load"
)

// MissingIPv6Ruleset finds hosts that filter IPv4 and have no rules for IPv6.
var MissingIPv6Ruleset = check.New(check.Check{
	Code: "V6001", Slug: "missing-ipv6-ruleset", Host: true, Severity: check.Error,
	Title: "IPv4 is filtered, IPv6 is not",
	Text: `The ruleset denies IPv4 packets, and the host has none for IPv6. iptables and nft's
tables of family ip see no IPv6 packet (iptables(8); nft(8), ADDRESS FAMILIES), so all
that is closed over IPv4 is open over IPv6: a host has a link-local address as soon as
an interface is up, and global ones as soon as a router announces a prefix (RFC 4862).
Load rules with ip6tables-restore, too, or use a table of family inet.

It is said of a folder that was searched and holds nothing that may be the IPv6 side:
no ruleset for IPv6 beside or below the file, and none in the folder without an IPv4
partner. Of files that were named one by one, and of standard input, nobody knows what
else the host loads. An nft script that begins with flush ruleset does know: it is all
that is left.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`, With: []check.Example{{File: "rules.v6", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p ipv6-icmp -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}}}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{unit.Analyzer, ruleset.Analyzer, graph.Analyzer},
		Run:      missingIPv6Ruleset,
	},
})

func missingIPv6Ruleset(pass *analysis.Pass) (any, error) {
	host := ruleset.Of(pass)
	flushes := false
	for _, s := range host.Sources {
		if unknown(s) {
			return nil, nil
		}
		flushes = flushes || flushesAll(s)
	}
	if !unit.Of(pass).WithoutIPv6 && !flushes {
		return nil, nil
	}
	for _, t := range host.Tables() {
		if t.Family.IPv6() {
			return nil, nil
		}
	}
	var found *closing
	for _, t := range graph.Of(pass).Tables {
		for _, c := range t.Chains {
			if x := closes(c); x != nil && (found == nil || rank[c.Hook] < rank[found.chain.Hook]) {
				found = x
			}
		}
	}
	if found == nil {
		return nil, nil
	}
	message := "IPv4 packets are denied here, and no ruleset for IPv6 stands beside this one, so what IPv4 closes is open over IPv6; add one that denies, too"
	if flushes {
		message = "IPv4 packets are denied here, and this script flushes all rules and makes none for IPv6, so what IPv4 closes is open over IPv6; use a table of family inet"
	}
	check.Report(pass, found.at, message)
	return nil, nil
}

// unknown reports whether a source may have rules for IPv6 that are not seen: it
// cannot be read, or includes what is not there.
func unknown(s *load.Source) bool {
	if s.NFT != nil && s.NFT.Incomplete {
		return true
	}
	for _, e := range s.Errors {
		if e.Kind == grammar.Unread || e.Kind == grammar.RunTime && s.Dialect == load.NFT {
			return true
		}
	}
	return false
}

// flushesAll reports whether a source takes out all rules of all families before
// it makes its own.
func flushesAll(s *load.Source) bool {
	for _, c := range s.Ruleset.Commands {
		if c.Verb == "flush" && c.Object == "ruleset" && c.Family == ast.FamilyUnknown {
			return true
		}
	}
	return false
}

// rank orders the hooks by how much it matters what they let in.
var rank = map[ast.Hook]int{ast.HookInput: 1, ast.HookForward: 2, ast.HookOutput: 3}

// closing is where a base chain denies packets whoever they are from.
type closing struct {
	chain *graph.Chain
	at    analysis.Range
}

// closes returns where a base chain closes something: its policy, or a rule. That
// a host's container engine drops what would be forwarded to other networks than
// its own is not a filter of the host's.
func closes(c *graph.Chain) *closing {
	if rank[c.Hook] == 0 || c.Type != ast.ChainFilter || c.Hook == ast.HookForward && containers(c.Table) {
		return nil
	}
	if c.Policy == ast.PolicyDrop {
		at := analysis.Range(c.NameSpan)
		if c.PolicySpan.Valid() {
			at = c.PolicySpan
		}
		return &closing{c, at}
	}
	w := search{seen: map[*graph.Chain]bool{}}
	if r := w.chain(c); r != nil {
		return &closing{c, r}
	}
	return nil
}

func containers(t *graph.Table) bool {
	for _, c := range t.Chains {
		if strings.HasPrefix(c.Name, "DOCKER") || strings.HasPrefix(c.Name, "CNI-") || strings.HasPrefix(c.Name, "NETAVARK") || strings.HasPrefix(c.Name, "KUBE-") {
			return true
		}
	}
	return false
}

// search looks for a rule that denies new connections, not those of some
// addresses alone.
type search struct{ seen map[*graph.Chain]bool }

func (w *search) chain(c *graph.Chain) *ast.Rule {
	if w.seen[c] {
		return nil
	}
	w.seen[c] = true
	calls := c.Calls
	for i, r := range c.Rules {
		var made []graph.Call
		for len(calls) > 0 && calls[0].Index == i {
			made, calls = append(made, calls[0]), calls[1:]
		}
		if r.Bad || !general(r) {
			continue
		}
		if denies(r) {
			return r
		}
		for _, call := range made {
			for to := range call.Targets() {
				if r := w.chain(to); r != nil {
					return r
				}
			}
		}
	}
	return nil
}

// general reports whether a rule looks only at what IPv6 packets have likewise,
// and would be dropped for: interfaces, protocols, ports, and that a connection is
// new. Rules against addresses, floods or broken packets close nothing.
func general(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			if !generalMatch(s) {
				return false
			}
		case *ast.AnyOf, *ast.Limit, *ast.Quota, *ast.ConnLimit, *ast.Meter, *ast.SetOp, *ast.Opaque:
			return false
		case *ast.Extension:
			if !s.Target {
				return false
			}
		}
	}
	return true
}

func generalMatch(m *ast.Match) bool {
	switch e := m.Left.(type) {
	case *ast.Meta:
		switch e.Key {
		case ast.MetaIif, ast.MetaIifname, ast.MetaOif, ast.MetaOifname, ast.MetaL4proto, ast.MetaNfproto:
			return true
		default:
			return false
		}
	case *ast.CT:
		n, ok := m.Right.(*ast.Int)
		return e.Key == ast.CTState && ok && m.Op == ast.OpAny && n.Val&ast.StateNew != 0
	case *ast.Payload:
		switch e.Field {
		case ast.TCPDport, ast.UDPDport, ast.THDport:
			return true
		default:
			return false
		}
	case *ast.Binary: // --syn
		p, ok := e.Left.(*ast.Payload)
		n, ok2 := m.Right.(*ast.Int)
		return ok && ok2 && p.Field == ast.TCPFlags && m.Op == ast.OpEq && n.Val == ast.TCPSyn
	}
	return false
}

func denies(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Reject:
			return true
		case *ast.Verdict:
			if s.Kind == ast.VerdictDrop {
				return true
			}
		}
	}
	return false
}
