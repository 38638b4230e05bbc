package ct

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// NewAcceptedWithEstablished finds general state rules that let in new connections.
var NewAcceptedWithEstablished = check.New(check.Check{
	Code: "CT013", Slug: "new-accepted-with-established", Severity: check.Error, Packets: true,
	Title: "the rule for established packets lets in new connections, too",
	Text: `The rule is the general one by state, without any other condition, and NEW, or UNTRACKED, is
among its states: whatever comes in is accepted, and the rules below, and the policy that
drops, decide nothing. The host, or the network behind it, is open. RELATED,ESTABLISHED is
meant (iptables-extensions(8), conntrack). UNTRACKED only counts where the ruleset keeps
all services of a protocol from conntrack.
A rule at OUTPUT may well let new connections out.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate NEW,RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}, {File: "fw.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state new,established,related accept
		tcp dport 22 accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT DROP [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A OUTPUT -m conntrack --ctstate NEW,RELATED,ESTABLISHED -j ACCEPT
COMMIT
`}, {File: "fw.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iifname "br0" ct state new,established accept
		tcp dport 22 accept
	}
}
`}},
	Fix:     check.Unsafe,
	FixText: "Takes NEW and UNTRACKED out of the list. What nothing else lets in is refused then.",
	Since:   "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, reach.Analyzer},
		Run:      newAcceptedWithEstablished,
	},
})

func newAcceptedWithEstablished(pass *analysis.Pass) (any, error) {
	seen := map[*ast.Rule]bool{}
	for _, w := range waysOf(reach.Of(pass), graph.Of(pass), ast.HookInput, ast.HookForward) {
		for _, r := range w.filtering() {
			states, asks := statesAsked(r)
			if seen[r] || !asks || states&ast.StateEstablished == 0 || states == ast.StateAll || !deniesByDefault(w.chain(r), r) {
				continue
			}
			for _, state := range []uint64{ast.StateNew, ast.StateUntracked} {
				if states&state == 0 || !w.opens(r, state) {
					continue
				}
				p, ok := witness(w.Rule(r).Accepts.Must().And(w.where(semantics.Fields{State: uint32(state), Protos: []uint8{protoTCP, protoUDP}})))
				if !ok {
					continue
				}
				seen[r] = true
				options := []check.Option{check.Witness(p)}
				if e, ok := withoutStates(ruleset.Of(pass), r, states&(ast.StateNew|ast.StateUntracked)); ok {
					options = append(options, check.UnsafeFix("accept what is established alone", e))
				}
				name := map[uint64]string{ast.StateNew: "NEW", ast.StateUntracked: "UNTRACKED"}[state]
				check.Report(pass, r, fmt.Sprintf("this rule accepts %s packets beside established ones, from anywhere to any port, so nothing below it is asked; take %s out of its states", name, name), options...)
				break
			}
		}
	}
	return nil, nil
}

// opens reports whether a rule that asks for nothing but states accepts those packets
// of one state that come from the Internet on any interface, for most ports of a
// protocol; rules above may have decided some.
func (w *hostWay) opens(r *ast.Rule, state uint64) bool {
	accepted := w.Rule(r).Accepts.Must().And(w.Accepts().Must())
	for _, proto := range []uint8{protoTCP, protoUDP} {
		f := semantics.Fields{State: uint32(state), Proto: proto, Whole: true, Src: public[w.Way.Family][0], Iif: unnamed}
		if proto == protoTCP {
			f.TCPFlags, f.TCPMask = ast.TCPSyn, ast.TCPSyn|ast.TCPAck|ast.TCPRst|ast.TCPFin
		}
		all := w.where(f)
		if !all.Some() || !w.holds(r).Covers(all) {
			continue
		}
		ports := w.Where(semantics.Fields{Proto: proto, Whole: true}).Project(semantics.FieldDport)
		if accepted.And(all).Project(semantics.FieldDport).Share() >= ports.Share()/2 {
			return true
		}
	}
	return false
}

// unnamed is an interface that no rule names.
const unnamed = "unnamed0"

// deniesByDefault reports whether what a rule does not accept is denied in the end, by
// a rule below it or by the policy.
func deniesByDefault(c *graph.Chain, r *ast.Rule) bool {
	below := false
	for _, x := range c.Rules {
		if below && denies(c.Table, x) && graph.Unconditional(x, c.Table.Xtables) {
			return true
		}
		below = below || x == r
	}
	for _, base := range c.Bases() {
		if base.Policy == ast.PolicyDrop {
			return true
		}
		for _, x := range base.Rules {
			if denies(c.Table, x) && graph.Unconditional(x, c.Table.Xtables) {
				return true
			}
		}
	}
	return false
}
