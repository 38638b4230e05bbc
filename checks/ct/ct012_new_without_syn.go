package ct

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// NewWithoutSyn finds rules that accept TCP connections which begin in the middle.
var NewWithoutSyn = check.New(check.Check{
	Code: "CT012", Slug: "new-without-syn", Severity: check.Info, Packets: true,
	Title: "NEW accepts TCP segments that are no SYN",
	Text: `A TCP segment with ACK that belongs to no known connection is NEW, not INVALID, as
net.netfilter.nf_conntrack_tcp_loose is 1 unless somebody sets it to 0: conntrack picks
up connections in the middle, so that they live on over a restart or a change of the way (nf_conntrack-sysctl).
A rule for NEW accepts such segments, too: scans with ACK tell filtered ports from open
ones, and each segment makes an entry. Drop what is NEW and not a SYN before, or set the sysctl to
0. It is an info: the host itself answers such a segment with a reset, and nobody gets in.

It is computed over all packets: the first rule of each way is named that asks for the state and accepts such
segments for certain.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		ct state new tcp dport { 22, 443 } accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp ! --syn -m conntrack --ctstate NEW -j DROP
-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		ct state new tcp flags & (fin | syn | rst | ack) == syn tcp dport { 22, 443 } accept
	}
}
`}},
	Fix: check.Unsafe,
	FixText: `A rule that drops what is NEW and not a SYN is put above. Connections that conntrack has
forgotten, or has never seen, break.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, reach.Analyzer},
		Run:      newWithoutSyn,
	},
})

func newWithoutSyn(pass *analysis.Pass) (any, error) {
	seen := map[*ast.Rule]bool{}
	for _, w := range waysOf(reach.Of(pass), graph.Of(pass), ast.HookInput, ast.HookForward) {
		middle := w.where(semantics.Fields{State: ast.StateNew, Proto: protoTCP, TCPFlags: ast.TCPAck, TCPMask: ast.TCPSyn | ast.TCPAck | ast.TCPRst | ast.TCPFin, Whole: true, Unmarked: true})
		for _, r := range w.filtering() {
			states, asks := statesAsked(r)
			if !asks || states&ast.StateNew == 0 || states&ast.StateEstablished != 0 {
				continue
			}
			p, ok := middle.And(w.Rule(r).Accepts).And(w.Accepts()).Must().Witness()
			if !ok {
				continue
			}
			if !seen[r] {
				seen[r] = true
				options := []check.Option{check.Witness(p.String())}
				t := w.table(r)
				line := "tcp flags & (fin | syn | rst | ack) != syn ct state new drop"
				if t.Xtables {
					line = "-A " + w.chain(r).Name + " -p tcp -m tcp ! --syn -m conntrack --ctstate NEW -j DROP"
				}
				if e, ok := insertBefore(ruleset.Of(pass), t, r, line); ok && !w.chain(r).Anonymous {
					options = append(options, check.UnsafeFix("drop what is NEW and not a SYN", e))
				}
				check.Report(pass, r, "NEW holds for TCP segments without SYN, too, so this rule lets connections begin in the middle; drop NEW segments that are no SYN before, or set net.netfilter.nf_conntrack_tcp_loose to 0", options...)
			}
			break
		}
	}
	return nil, nil
}
