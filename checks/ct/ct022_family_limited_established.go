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

// FamilyLimitedEstablished finds rules of inet tables that accept established packets
// of IPv4 alone, where those of IPv6 die.
var FamilyLimitedEstablished = check.New(check.Check{
	Code: "CT022", Slug: "family-limited-established", Severity: check.Error, Packets: true,
	Title: "the state rule of an inet table is for IPv4 alone",
	Text: `A table of family inet sees IPv4 and IPv6, but a match such as ip protocol tcp or ip saddr
only ever holds for IPv4: nft puts "meta nfproto ipv4" in front of it (nft(8), IPV4 HEADER
EXPRESSION). A rule that accepts established packets and has such a match does nothing for
IPv6, whose replies fall through to the policy: the host can open no connection over IPv6, and
nothing says why. Leave the match out, or write meta l4proto, which is for both families.`,
	Bad: []check.Example{{File: "fw.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ip protocol tcp ct state established,related accept
		ip protocol udp ct state established,related accept
		tcp dport 22 accept
	}
}
`}},
	Good: []check.Example{{File: "fw.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		tcp dport 22 accept
	}
}
`}, {File: "fw.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		meta l4proto { tcp, udp } ct state established,related accept
		tcp dport 22 accept
	}
}
`}},
	Fix: check.Unsafe,
	FixText: `Writes meta l4proto for ip protocol, with the name of ICMPv6 beside that of ICMP. It lets in
established packets of IPv6, and changes nothing else.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, reach.Analyzer, replyPaths},
		Run:      familyLimitedEstablished,
	},
})

func familyLimitedEstablished(pass *analysis.Pass) (any, error) {
	seen := map[*ast.Rule]bool{}
	for _, p := range replyPathsOf(pass) {
		if p.Way.Family != ast.FamilyIP6 || p.closed() {
			continue
		}
		rules := p.limited(pass)
		if len(rules) == 0 {
			continue
		}
		reply, ok := witness(p.dead)
		if !ok {
			continue
		}
		for _, r := range rules {
			if seen[r] {
				continue
			}
			seen[r] = true
			options := []check.Option{check.Witness(reply)}
			if e, ok := forBothFamilies(ruleset.Of(pass), r); ok {
				options = append(options, check.UnsafeFix("match the protocol in both families", e))
			}
			check.Report(pass, r, fmt.Sprintf("this rule accepts established packets of IPv4 alone, in a table for both families, and IPv6 replies to connections that the ruleset lets %s die; leave the match on IPv4 out", direction[p.first.Hook]), options...)
		}
	}
	return nil, nil
}

// limited returns the rules of inet tables that accept established packets of IPv4 at
// the hook of the way, which is one of IPv6, and never hold for IPv6.
func (p *replyPath) limited(pass *analysis.Pass) (out []*ast.Rule) {
	v4 := reach.Of(pass).Way(ast.FamilyIP, p.Hook)
	if !v4.Known() {
		return nil
	}
	w := newWay(p.facts, p.graph, v4)
	established := w.where(semantics.Fields{State: ast.StateEstablished})
	for _, r := range w.established() {
		if w.table(r).Family == ast.FamilyInet && p.holds(r).Empty() && w.Rule(r).Match.Must().Meets(established) {
			out = append(out, r)
		}
	}
	return out
}

// forBothFamilies returns the edit that makes a match on the protocol in the IPv4
// header one on that of both families.
func forBothFamilies(h *ruleset.Host, r *ast.Rule) (analysis.TextEdit, bool) {
	for _, s := range r.Stmts {
		m, ok := s.(*ast.Match)
		if !ok || m.Implied {
			continue
		}
		f, ok := m.Left.(*ast.Payload)
		if !ok || f.Field != ast.IPProtocol || m.Op != ast.OpEq {
			continue
		}
		value, ok := m.Right.(*ast.Int)
		if !ok || !strings.HasPrefix(h.Text(m), "ip protocol ") {
			return analysis.TextEdit{}, false
		}
		text := h.Text(m.Right)
		if value.Val == protoICMP {
			text = "{ icmp, ipv6-icmp }"
		}
		return edit.Replace(m, "meta l4proto "+text), true
	}
	return analysis.TextEdit{}, false
}
