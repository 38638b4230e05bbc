package ct

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// RelatedTooBroad finds rules that accept RELATED of every protocol and port.
var RelatedTooBroad = check.New(check.Check{
	Code: "CT004", Slug: "related-too-broad", Severity: check.Error, Packets: true,
	Title: "RELATED is accepted for every protocol and port",
	Text: `RELATED is ICMP errors about known connections, and whatever a conntrack helper
expects. A helper reads addresses and ports from what users send, and so decides
what RELATED lets in ("Secure use of iptables and connection tracking helpers").
Accept RELATED for ICMP, and for each helper in use with -m helper (nft: ct helper)
and the ports that it may open.

It is an error where the ruleset assigns a helper. Where it assigns none it is for
your information: since Linux 6.0 helpers are only assigned by rules, so RELATED is
ICMP errors alone; older kernels may assign them by themselves
(nf_conntrack_helper in the kernel's nf_conntrack-sysctl document).`,
	Bad: []check.Example{{File: "rules.v4", Text: `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -p tcp -m tcp --dport 21 -j CT --helper ftp
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 21 -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -p tcp -m tcp --dport 21 -j CT --helper ftp
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A INPUT -p icmp -m conntrack --ctstate RELATED -j ACCEPT
-A INPUT -p tcp -m conntrack --ctstate RELATED -m helper --helper ftp -m tcp --dport 1024:65535 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 21 -j ACCEPT
COMMIT
`}},
	Fix: check.Unsafe,
	FixText: `The rule keeps ESTABLISHED, and below it RELATED is accepted for ICMP and for each
helper that is assigned, on the ports from 1024 on where it opens ports. Whoever relies
on another kernel's automatic helpers loses what those open.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, reach.Analyzer},
		Run:      relatedTooBroad,
	},
})

func relatedTooBroad(pass *analysis.Pass) (any, error) {
	g := graph.Of(pass)
	assigned := map[ast.Family][]*ast.Rule{}
	for _, t := range g.Tables {
		assigned[t.Family] = append(assigned[t.Family], assignedHelpers(t)...)
	}
	ways := waysOf(reach.Of(pass), g, ast.HookInput, ast.HookForward, ast.HookOutput)
	for _, t := range g.Tables {
		helpers := helpersFor(assigned, t.Family)
		for _, c := range t.Chains {
			if c.Type == ast.ChainNAT {
				continue
			}
			for _, r := range c.Rules {
				a := acceptByState(t, r)
				if r.Part > 1 || !broad(a, len(helpers) > 0) {
					continue
				}
				packet, ok := acceptedRelated(ways, r)
				if !ok {
					continue
				}
				options := []check.Option{check.Witness(packet)}
				if e, ok := splitRelated(ruleset.Of(pass), c, r, a, helpers); ok {
					options = append(options, check.UnsafeFix("accept RELATED for ICMP and by helper", e))
				}
				if len(helpers) == 0 {
					check.Report(pass, r, "RELATED is accepted for every protocol and port; no rule assigns a helper, so since Linux 6.0 that is ICMP errors alone, but older kernels may assign helpers by themselves",
						append(options, check.At(check.Info))...)
					continue
				}
				what := "protocol and port"
				if a.byProtocol {
					what = "port"
				}
				check.Report(pass, r, fmt.Sprintf("RELATED is accepted for every %s, so helper %s opens any; accept it for ICMP, and by helper and port", what, helperName(helpers[0])),
					append(options, check.Related(helpers[0], "a helper is assigned here"))...)
			}
		}
	}
	return nil, nil
}

// acceptedRelated returns a packet, other than an error, that is RELATED and that a rule,
// or the chain that it goes to, accepts for certain; false if there is none.
func acceptedRelated(ways []*hostWay, r *ast.Rule) (string, bool) {
	for _, w := range ways {
		if !w.Passes(r) {
			continue
		}
		related := w.where(semantics.Fields{State: ast.StateRelated, Protos: []uint8{protoTCP, protoUDP, protoGRE}})
		if p, ok := witness(related.And(w.Rule(r).Match).And(w.Accepts()).Must()); ok {
			return p, true
		}
	}
	return "", false
}

// splitRelated returns the edit that makes of a rule for ESTABLISHED and RELATED
// one for ESTABLISHED, and others for what of RELATED is needed.
func splitRelated(h *ruleset.Host, c *graph.Chain, r *ast.Rule, a stateAccept, helpers []*ast.Rule) (analysis.TextEdit, bool) {
	if !linesAreRules(c.Table) || !a.direct || a.byProtocol || r.Parts > 1 || a.states != ast.StateEstablished|ast.StateRelated {
		return analysis.TextEdit{}, false
	}
	var list ast.Node // of the states
	for _, s := range r.Stmts {
		if m, ok := s.(*ast.Match); ok && m.Op == ast.OpAny {
			if k, ok := m.Left.(*ast.CT); ok && k.Key == ast.CTState {
				if list != nil {
					return analysis.TextEdit{}, false
				}
				list = m.Right
			}
		}
	}
	if list == nil || !strings.Contains(strings.ToLower(h.Text(list)), "related") {
		return analysis.TextEdit{}, false
	}
	before := h.Text(ast.Span{From: r.From, To: list.Source().From})
	after := h.Text(ast.Span{From: list.Source().To, To: r.To})
	lines, ok := relatedLines(c, before, after, helpers)
	if !ok {
		return analysis.TextEdit{}, false
	}
	return edit.ReplaceLines(h, r, lines)
}

// relatedLines returns the lines of the rules that a rule becomes, given what
// stands before its list of states and behind it; false if a helper is not known.
func relatedLines(c *graph.Chain, before, after string, helpers []*ast.Rule) ([]string, bool) {
	established, related := "ESTABLISHED", "RELATED"
	head, rest, ok := "", before, true
	icmp := "meta l4proto { icmp, ipv6-icmp } "
	switch {
	case !c.Table.Xtables:
		established, related = "established", "related"
		if c.Table.Family == ast.FamilyIP {
			icmp = "meta l4proto icmp "
		} else if c.Table.Family == ast.FamilyIP6 {
			icmp = "meta l4proto ipv6-icmp "
		}
	default:
		chain := "-A " + c.Name + " "
		head, rest, ok = strings.Cut(before, chain)
		head += chain
		icmp = "-p icmp "
		if c.Table.Family == ast.FamilyIP6 {
			icmp = "-p ipv6-icmp "
		}
	}
	lines := []string{before + established + after, head + icmp + rest + related + after}
	seen := map[string]bool{}
	for _, r := range helpers {
		name := baseHelper(helperName(r))
		s := serviceOf(name)
		if s == nil || !ok {
			return nil, false
		}
		if !seen[name] {
			seen[name] = true
			lines = append(lines, head+helperMatchText(c.Table, s)+rest+related+after)
		}
	}
	return lines, ok
}

// helperMatchText returns the text of a match on what a helper expects.
func helperMatchText(t *graph.Table, s *service) string {
	proto := map[uint8]string{protoTCP: "tcp", protoUDP: "udp", protoGRE: "gre"}[s.next]
	switch {
	case t.Xtables && s.next == protoGRE:
		return fmt.Sprintf("-p %s -m helper --helper %s ", proto, s.helper)
	case t.Xtables:
		return fmt.Sprintf("-p %s -m helper --helper %s -m %s --dport 1024:65535 ", proto, s.helper, proto)
	case s.next == protoGRE:
		return fmt.Sprintf("meta l4proto gre ct helper %q ", s.helper)
	}
	return fmt.Sprintf("ct helper %q %s dport 1024-65535 ", s.helper, proto)
}

// serviceOf returns the service that a helper is for, or nil.
func serviceOf(helper string) *service {
	for i := range services {
		if services[i].helper == helper {
			return &services[i]
		}
	}
	return nil
}

// broad reports whether a rule accepts all that is RELATED. Where a helper is
// assigned, one that says a protocol with ports is no better. A rule that accepts
// NEW, too, lets in what a helper would open in any case.
func broad(a stateAccept, helper bool) bool {
	if a.narrow || a.states&ast.StateRelated == 0 || a.states&ast.StateNew != 0 {
		return false
	}
	return !a.byProtocol || helper && (a.tcp || a.udp)
}

// helpersFor returns the rules that assign a helper to packets of a family.
func helpersFor(assigned map[ast.Family][]*ast.Rule, f ast.Family) (out []*ast.Rule) {
	for _, of := range []ast.Family{ast.FamilyInet, ast.FamilyIP, ast.FamilyIP6} {
		if of == f || of == ast.FamilyInet || f == ast.FamilyInet {
			out = append(out, assigned[of]...)
		}
	}
	return out
}

// assignedHelpers returns the rules of a table that assign a conntrack helper.
func assignedHelpers(t *graph.Table) (out []*ast.Rule) {
	if !mayMisplaceCT(t) {
		return nil // -j CT is for the raw table
	}
	for _, c := range t.Chains {
		for _, r := range c.Rules {
			if helperName(r) != "" {
				out = append(out, r)
			}
		}
	}
	return out
}

// helperName returns the name of the helper that a rule assigns, or "".
func helperName(r *ast.Rule) string {
	for _, s := range r.Stmts {
		var name ast.Expr
		switch s := s.(type) {
		case *ast.Assign:
			if c, ok := s.Left.(*ast.CT); !ok || c.Key != ast.CTHelper {
				continue
			}
			name = s.Right
		case *ast.ObjRef:
			if s.Kind != ast.ObjectCTHelper {
				continue
			}
			name = s.Name
		case *ast.Extension:
			o := s.Option("helper")
			if !s.Target || s.Name != "CT" || o == nil || len(o.Args) == 0 {
				continue
			}
			name = o.Args[0]
		default:
			continue
		}
		if n, ok := name.(*ast.String); ok {
			return n.Val
		}
		return "(by a map)"
	}
	return ""
}
