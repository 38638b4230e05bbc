package ct

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
)

// RelatedTooBroad finds rules that accept RELATED of every protocol and port.
var RelatedTooBroad = check.New(check.Check{
	Code: "CT004", Slug: "related-too-broad", Severity: check.Error,
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
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer},
		Run:      relatedTooBroad,
	},
})

func relatedTooBroad(pass *analysis.Pass) (any, error) {
	g := graph.Of(pass)
	helpers := map[ast.Family]*ast.Rule{}
	for _, t := range g.Tables {
		if helpers[t.Family] == nil {
			helpers[t.Family] = assignedHelper(t)
		}
	}
	for _, t := range g.Tables {
		helper := helperFor(helpers, t.Family)
		for _, c := range t.Chains {
			if c.Type == ast.ChainNAT {
				continue
			}
			for _, r := range c.Rules {
				a := acceptByState(t, r)
				if r.Part > 1 || !broad(a, helper != nil) {
					continue
				}
				if helper == nil {
					check.Report(pass, r, "RELATED is accepted for every protocol and port; no rule assigns a helper, so since Linux 6.0 that is ICMP errors alone, but older kernels may assign helpers by themselves",
						check.At(check.Info))
					continue
				}
				what := "protocol and port"
				if a.byProtocol {
					what = "port"
				}
				check.Report(pass, r, fmt.Sprintf("RELATED is accepted for every %s, so helper %s opens any; accept it for ICMP, and by helper and port", what, helperName(helper)),
					check.Related(helper, "a helper is assigned here"))
			}
		}
	}
	return nil, nil
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

// helperFor returns a rule that assigns a helper to packets of a family, or nil.
func helperFor(helpers map[ast.Family]*ast.Rule, f ast.Family) *ast.Rule {
	for _, of := range []ast.Family{f, ast.FamilyInet, ast.FamilyIP, ast.FamilyIP6} {
		if (of == f || of == ast.FamilyInet || f == ast.FamilyInet) && helpers[of] != nil {
			return helpers[of]
		}
	}
	return nil
}

// assignedHelper returns a rule of a table that assigns a conntrack helper, or
// nil.
func assignedHelper(t *graph.Table) *ast.Rule {
	for _, c := range t.Chains {
		for _, r := range c.Rules {
			if helperName(r) != "" {
				return r
			}
		}
	}
	return nil
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
