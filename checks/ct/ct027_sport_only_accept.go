package ct

import (
	"fmt"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/outside"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// SportOnlyAccept finds rules that let in whatever comes from a port.
var SportOnlyAccept = check.New(check.Check{
	Code: "CT027", Slug: "sport-only-accept", Severity: check.Error, Packets: true,
	Title: "rule that lets in whatever comes from a source port",
	Text: `The rule accepts packets from a source port, most likely as replies of a service there.
Whoever sends a packet chooses its source port, so everybody reaches every port by
sending from that one: nmap has an option for it (nmap(1), --source-port). Conntrack knows which
packets answer something (iptables-extensions(8), conntrack, ESTABLISHED).

It is computed over all packets that begin a connection, over TCP or UDP, from anywhere: the
rule accepts some of them only because of their source port, and could be made to accept
most of them by choosing it. Rules for UNTRACKED packets are left alone, as nobody else can
let replies in there; so are those that ask for one destination port, too (DHCP, NTP),
and those whose TCP packets cannot begin a connection (! --syn). Ports that may be
either the source or the destination are wide-open-accept's matter.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p udp -m udp --sport 53 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
		tcp sport { 80, 443 } accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p udp -m udp --sport 53 -m conntrack --ctstate ESTABLISHED -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
		ct state established,related accept
		udp sport 67 udp dport 68 accept
	}
}
`}},
	Fix: check.Unsafe,
	FixText: `The rule asks for ESTABLISHED, too. It then lets in replies alone, if conntrack has seen
what they answer.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, outside.Analyzer},
		Run:      sportOnlyAccept,
	},
})

func sportOnlyAccept(pass *analysis.Pass) (any, error) {
	h := outside.Of(pass)
	seen := map[*ast.Rule]bool{}
	for _, w := range h.Ways() {
		oif := ""
		switch w.Hook {
		case ast.HookInput:
		case ast.HookForward:
			oif = h.Other(w)
		default:
			continue // a program of the host's own has chosen the port
		}
		open := map[uint8]bool{}
		for _, proto := range outside.Protocols {
			open[proto] = h.Open(w, proto, h.Other(w), oif)
		}
		for r := range w.Rules() {
			if seen[r] || !asksForSport(r) {
				continue
			}
			x, ok := h.Wide(w, r, oif)
			if !ok || !x.BySport || open[x.Protos[0]] {
				continue
			}
			if d, ok := outside.Accepter(w, x.Witness); !ok || d.Rule != r {
				continue
			}
			seen[r] = true
			options := []check.Option{check.Witness(x.Witness.String())}
			t := h.Graph.Chain(h.Place(r).Chain).Table
			if e, ok := addCondition(ruleset.Of(pass), t.Xtables && linesAreRules(t), t.Xtables, r, "-m conntrack --ctstate ESTABLISHED", "ct state established"); ok && !asksForState(r) {
				options = append(options, check.UnsafeFix("accept replies alone", e))
			}
			check.Report(pass, r, fmt.Sprintf("everybody who sends from port %d, which anyone can choose, reaches any port here; accept ESTABLISHED packets instead", x.Witness.Sport), options...)
		}
	}
	return nil, nil
}

// asksForSport reports whether a rule asks for a source port, and not for one that may
// be either.
func asksForSport(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		if m, ok := s.(*ast.Match); ok {
			if p, ok := m.Left.(*ast.Payload); ok && p.Field.Info().Name == "sport" {
				return true
			}
		}
	}
	return false
}

// addCondition returns the edit that puts a condition in front of those of a rule: the
// words of iptables in a save file, those of nft in a script.
func addCondition(h *ruleset.Host, save, xtables bool, r *ast.Rule, xt, nft string) (analysis.TextEdit, bool) {
	if !r.Valid() || r.Part > 1 || r.Parts > 1 || xtables && !save {
		return analysis.TextEdit{}, false
	}
	if !xtables {
		return edit.Insert(r.Pos(), nft+" "), true
	}
	// -A and the chain's name are the first two words.
	text := h.Text(r)
	i := afterWords(text, 2)
	if i < 0 || len(text) < 2 || text[:2] != "-A" {
		return analysis.TextEdit{}, false
	}
	return edit.Insert(r.Pos()+token.Pos(i), xt+" "), true
}

// afterWords returns where the word behind the first n words begins, or -1.
func afterWords(text string, n int) int {
	at := 0
	for range n {
		i := strings.IndexAny(text[at:], " \t")
		if i < 0 {
			return -1
		}
		at += i
		at += len(text[at:]) - len(strings.TrimLeft(text[at:], " \t"))
	}
	return at
}
