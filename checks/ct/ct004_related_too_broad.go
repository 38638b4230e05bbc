package ct

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/checks/ruleset"
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
		Requires: []*analysis.Analyzer{ruleset.Analyzer},
		Run:      relatedTooBroad,
	},
})

func relatedTooBroad(pass *analysis.Pass) (any, error) {
	h := ruleset.Of(pass)
	helper := assignedHelper(h)
	for p := range h.Rules() {
		if !flows.AcceptsState(p.Rule, ast.StateRelated) || narrow(p.Rule) {
			continue
		}
		if helper == nil {
			check.Report(pass, p.Rule, "RELATED is accepted for every protocol and port; no rule assigns a helper, so since Linux 6.0 that is ICMP errors alone, but older kernels may assign helpers by themselves",
				check.At(check.Info))
			continue
		}
		check.Report(pass, p.Rule, fmt.Sprintf("RELATED is accepted for every protocol and port, so helper %s opens any; accept it for ICMP, and by helper and port", helperName(helper)),
			check.Related(helper, "a helper is assigned here"))
	}
	return nil, nil
}

// assignedHelper returns a rule that assigns a conntrack helper, or nil.
func assignedHelper(h *ruleset.Host) *ast.Rule {
	for p := range h.Rules() {
		if helperName(p.Rule) != "" {
			return p.Rule
		}
	}
	return nil
}

// helperName returns the name of the helper that a rule assigns, or "".
func helperName(r *ast.Rule) string {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Assign:
			if c, ok := s.Left.(*ast.CT); ok && c.Key == ast.CTHelper {
				if name, ok := s.Right.(*ast.String); ok {
					return name.Val
				}
				return "(by a map)"
			}
		case *ast.ObjRef:
			if s.Kind == ast.ObjectCTHelper {
				if name, ok := s.Name.(*ast.String); ok {
					return name.Val
				}
				return "(by a map)"
			}
		}
	}
	return ""
}

// narrow reports whether a rule accepts only part of what RELATED may be: a
// protocol, a helper, an address, a mark, something that ctlint does not know.
// Interfaces and the family leave every protocol and port.
func narrow(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			switch left := s.Left.(type) {
			case *ast.CT:
				if left.Key != ast.CTState {
					return true
				}
			case *ast.Meta:
				switch left.Key {
				case ast.MetaIif, ast.MetaIifname, ast.MetaOif, ast.MetaOifname, ast.MetaNfproto:
				default:
					return true
				}
			default:
				return true
			}
		case *ast.AnyOf, *ast.Opaque, *ast.Extension, *ast.Limit, *ast.Quota, *ast.ConnLimit:
			return true
		}
	}
	return false
}
