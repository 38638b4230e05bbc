package ct

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// CTPortWithoutProtocol finds matches on a connection's ports that do not say of
// which protocol.
var CTPortWithoutProtocol = check.New(check.Check{
	Code: "CT024", Slug: "ct-port-without-protocol", Severity: check.Error,
	Title: "a connection's port is asked for without a protocol",
	Text: `--ctorigsrcport, --ctorigdstport, --ctreplsrcport and --ctrepldstport compare a number
of the connection's tuple. What that number is, the protocol says: a port of TCP and of
UDP, but also the key of GRE (iptables-extensions(8), conntrack), and for ICMP the
identifier, or the type and the code (struct nf_conntrack_tuple). Without a protocol
the rule holds for all of them.

nft refuses ct proto-src and ct proto-dst without one (nft(8), CONNTRACK EXPRESSIONS),
and so it does what iptables-translate makes of such a rule.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -i eth0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.0.2.80:80
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i eth0 -m conntrack --ctstate DNAT --ctorigdstport 8080 -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -i eth0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.0.2.80:80
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i eth0 -p tcp -m conntrack --ctstate DNAT --ctorigdstport 8080 -j ACCEPT
COMMIT
`}},
	Fix: check.Safe,
	FixText: `Where a rule accepts by the port that connections were made to, and rules that rewrite
the destination name that port for one protocol alone, the rule gets that protocol. What
it no longer accepts is what nobody has redirected.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer},
		Run:      ctPortWithoutProtocol,
	},
})

func ctPortWithoutProtocol(pass *analysis.Pass) (any, error) {
	x := portCheck{pass: pass, host: ruleset.Of(pass)}
	for _, t := range graph.Of(pass).Tables {
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				if r.Bad || r.Part > 1 {
					continue
				}
				if p, ok := ctPort(r.Stmts, t.Xtables); ok && !x.said(c) {
					x.report(t, r, p)
				}
			}
		}
	}
	return nil, nil
}

// port is a port of the connection that a rule asks for.
type port struct {
	*ast.CT
	match *ast.Match // nil where it is the key of a map or a concatenation
}

// ctPort returns a port of the connection that statements ask for without the
// protocol. xtables looks at all conditions of a rule together; nft must have
// read the protocol when it comes to the port, and ct protocol is none for it.
func ctPort(stmts []ast.Stmt, xtables bool) (found port, ok bool) {
	for _, s := range stmts {
		switch s := s.(type) {
		case *ast.Match:
			if saysProtocol(s, xtables) {
				return found, ok && !xtables
			}
			if c := portIn(s.Left); c != nil && !ok {
				found, ok = port{CT: c}, true
				if s.Left == ast.Expr(c) {
					found.match = s
				}
			}
		case *ast.AnyOf:
			for _, alt := range s.Alts {
				if p, is := ctPort(alt, xtables); is && !ok {
					found, ok = p, true
				}
			}
		case *ast.VMap:
			if c := portIn(s.Key); c != nil && !ok {
				found, ok = port{CT: c}, true
			}
		}
	}
	return found, ok
}

// portIn returns the port of the connection that an expression is or begins with.
func portIn(e ast.Expr) *ast.CT {
	switch e := e.(type) {
	case *ast.CT:
		if e.Key == ast.CTProtoSrc || e.Key == ast.CTProtoDst {
			return e
		}
	case *ast.Concat:
		for _, p := range e.Parts {
			if c := portIn(p); c != nil {
				return c
			}
		}
	}
	return nil
}

// saysProtocol reports whether a match leaves only packets of protocols that it
// names.
func saysProtocol(m *ast.Match, xtables bool) bool {
	if m.Op != ast.OpEq {
		return false
	}
	switch left := m.Left.(type) {
	case *ast.Meta:
		return left.Key == ast.MetaL4proto
	case *ast.CT:
		return left.Key == ast.CTProtocol && xtables
	case *ast.Payload:
		i := left.Field.Info()
		return left.Field == ast.IPProtocol || left.Field == ast.IP6Nexthdr || i.Base == ast.BaseTransport && i.Proto != "th"
	}
	return false
}

type portCheck struct {
	pass *analysis.Pass
	host *ruleset.Host
	// inside says of a chain whether all that comes to it is of a protocol
	// that a rule on the way has named. A chain in which the search still is
	// counts as one, for the sake of circles.
	inside map[*graph.Chain]bool
	// redirects are made when the first fix asks for them.
	redirects map[redirect]protoSet
}

// said reports whether the rules that lead to a chain say the protocol. nft wants
// it in the rule itself.
func (x *portCheck) said(c *graph.Chain) bool {
	return c.Table.Xtables && x.enclosed(c)
}

func (x *portCheck) enclosed(c *graph.Chain) bool {
	if c.Base() || !c.Called() {
		return false
	}
	if known, ok := x.inside[c]; ok {
		return known
	}
	if x.inside == nil {
		x.inside = map[*graph.Chain]bool{}
	}
	x.inside[c] = true
	for call := range c.Callers() {
		if !ruleSaysProtocol(call.Rule) && !x.enclosed(call.From) {
			x.inside[c] = false
			break
		}
	}
	return x.inside[c]
}

func ruleSaysProtocol(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		if m, ok := s.(*ast.Match); ok && saysProtocol(m, true) {
			return true
		}
	}
	return false
}

func (x *portCheck) report(t *graph.Table, r *ast.Rule, p port) {
	at, message := analysis.Range(p.CT), "nft refuses a port of the connection in a rule that has not said the protocol before; put meta l4proto tcp, or the one that is meant, in front"
	if p.match != nil {
		at = p.match
	}
	if t.Xtables {
		message = fmt.Sprintf("%s without a protocol holds for every protocol with that number in its tuple, ICMP and GRE too; add -p tcp, or the one that is meant", portOption(p.CT))
	}
	var options []check.Option
	if proto, ok := x.evident(t, r, p); ok {
		if e, ok := x.addProtocol(t, r, p.match, proto); ok {
			options = append(options, check.Fix("say that it is "+proto, e))
		}
	}
	check.Report(x.pass, at, message, options...)
}

// portOption returns the option of iptables that asks for a port.
func portOption(c *ast.CT) string {
	name := "--ctorig"
	if c.Dir == ast.DirReply {
		name = "--ctrepl"
	}
	if c.Key == ast.CTProtoSrc {
		return name + "srcport"
	}
	return name + "dstport"
}

// evident returns the name of the protocol that a rule means: it accepts what was
// sent to ports for which the ruleset rewrites the destination, for one protocol
// alone.
func (x *portCheck) evident(t *graph.Table, r *ast.Rule, p port) (string, bool) {
	if p.match == nil || p.Key != ast.CTProtoDst || p.Dir == ast.DirReply || p.match.Op != ast.OpEq || !endsInAccept(r) {
		return "", false
	}
	if x.redirects == nil {
		x.findRedirects()
	}
	var found protoSet
	for _, f := range []ast.Family{ast.FamilyIP, ast.FamilyIP6, ast.FamilyInet} {
		if f == t.Family || f == ast.FamilyInet || t.Family == ast.FamilyInet {
			found |= x.redirects[redirect{f, ast.Dump(p.match.Right)}]
		}
	}
	switch found {
	case forTCP:
		return "tcp", true
	case forUDP:
		return "udp", true
	default:
		return "", false
	}
}

// redirect is a port, or ports, that rules rewrite the destination of.
type redirect struct {
	family ast.Family
	ports  string
}

// protoSet is the set of protocols for which something is done.
type protoSet uint8

const (
	forTCP protoSet = 1 << iota
	forUDP
	forOther
)

// findRedirects notes which ports are redirected, and for which protocols.
func (x *portCheck) findRedirects() {
	x.redirects = map[redirect]protoSet{}
	for p := range x.host.Rules() {
		var ports ast.Expr
		var proto protoSet
		nat := false
		for _, s := range p.Rule.Stmts {
			switch s := s.(type) {
			case *ast.NAT:
				nat = s.Kind == ast.DNAT || s.Kind == ast.Redirect
			case *ast.Match:
				f, ok := s.Left.(*ast.Payload)
				if !ok || s.Op != ast.OpEq {
					continue
				}
				switch f.Field {
				case ast.TCPDport:
					ports, proto = s.Right, forTCP
				case ast.UDPDport:
					ports, proto = s.Right, forUDP
				case ast.THDport, ast.SCTPDport, ast.DCCPDport, ast.UDPLiteDport:
					ports, proto = s.Right, forOther
				default:
				}
			}
		}
		if nat && ports != nil {
			x.redirects[redirect{p.Table.Family, ast.Dump(ports)}] |= proto
		}
	}
}

// endsInAccept reports whether the last thing that a rule does is to accept.
func endsInAccept(r *ast.Rule) bool {
	if len(r.Stmts) == 0 {
		return false
	}
	v, ok := r.Stmts[len(r.Stmts)-1].(*ast.Verdict)
	return ok && v.Kind == ast.VerdictAccept
}

// addProtocol returns the edit that adds the protocol in front of the match.
func (x *portCheck) addProtocol(t *graph.Table, r *ast.Rule, m *ast.Match, proto string) (analysis.TextEdit, bool) {
	if !t.Xtables {
		return edit.Insert(m.Pos(), "meta l4proto "+proto+" "), true
	}
	if !linesAreRules(t) || m.Use == 0 || int(m.Use) > len(r.Uses) || asksForProtocol(r) {
		return analysis.TextEdit{}, false
	}
	// The use begins at the extension's name, behind its -m.
	use := r.Uses[m.Use-1]
	before := strings.TrimRight(x.host.Text(ast.Span{From: r.From, To: use.From}), " \t")
	for _, flag := range []string{" -m", " --match"} {
		if strings.HasSuffix(before, flag) {
			at := r.From + uint32(len(before)-len(flag)+1)
			return edit.Insert(ast.Span{From: at, To: at}.Pos(), "-p "+proto+" "), true
		}
	}
	return analysis.TextEdit{}, false
}

// asksForProtocol reports whether a rule has a -p, if only to leave one out.
func asksForProtocol(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		if m, ok := s.(*ast.Match); ok {
			if k, ok := m.Left.(*ast.Meta); ok && k.Key == ast.MetaL4proto {
				return true
			}
		}
	}
	return false
}
