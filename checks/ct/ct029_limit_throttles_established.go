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

// LimitThrottlesEstablished finds rates that were meant for new connections, and slow
// down those that are open.
var LimitThrottlesEstablished = check.New(check.Check{
	Code: "CT029", Slug: "limit-throttles-established", Severity: check.Warning, Packets: true,
	Title: "rate limit on packets of open connections",
	Text: `A rate that is to keep down how many connections begin counts every packet of open
ones, too, as the rule does not ask for NEW and no rule above has accepted ESTABLISHED packets. A single download exceeds a
rate of some packets a second, and its packets are dropped: it crawls, while nobody attacks. Ask for NEW in the rule,
or put it below the one that accepts ESTABLISHED packets.

It is computed over all packets: there are ESTABLISHED ones, of TCP or UDP, that come to the rule and meet its
other conditions, that are accepted if the rate allows it, and dropped for certain if it does not, whatever else is unknown.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp -m tcp --dport 80 -m hashlimit --hashlimit-above 20/sec --hashlimit-mode srcip --hashlimit-name web -j DROP
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		tcp dport 22 limit rate over 10/minute drop
		ct state established,related accept
		tcp dport 22 accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp -m tcp --dport 80 -m conntrack --ctstate NEW -m hashlimit --hashlimit-above 20/sec --hashlimit-mode srcip --hashlimit-name web -j DROP
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		tcp dport 22 limit rate over 10/minute drop
		tcp dport 22 accept
	}
}
`}},
	Fix: check.Unsafe,
	FixText: `The rule asks for NEW, too, so that its rate is one of new connections. Packets of open
connections go on to the rules below.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, reach.Analyzer},
		Run:      limitThrottlesEstablished,
	},
})

func limitThrottlesEstablished(pass *analysis.Pass) (any, error) {
	seen := map[*ast.Rule]bool{}
	for _, w := range waysOf(reach.Of(pass), graph.Of(pass), ast.HookInput, ast.HookForward, ast.HookOutput) {
		open := w.where(semantics.Fields{State: ast.StateEstablished, Protos: []uint8{protoTCP, protoUDP}, Whole: true, Unmarked: true}).
			Minus(w.where(semantics.Fields{Proto: protoTCP, TCPFlags: ast.TCPSyn, TCPMask: ast.TCPSyn | ast.TCPAck}))
		for _, r := range w.filtering() {
			rate, above := rateOf(r)
			if rate == nil || seen[r] || !(accepts(r) && !above || drops(r) && above) {
				continue
			}
			sets := w.Rule(r)
			met := open.And(w.Holds(w.table(r).Table, without(r, rate)...)).And(sets.Reach)
			// Accepted if the rate allows it, dropped if not.
			alive := met.And(w.Accepts()).May()
			dies := met.And(w.Drops()).And(alive)
			if accepts(r) {
				dies = dies.Minus(sets.Match)
			} else {
				dies = dies.And(sets.Match)
			}
			p, ok := dies.Witness()
			if !ok || !onlyAssumes(p, rate) {
				continue
			}
			seen[r] = true
			options := []check.Option{check.Witness(p.String())}
			t := w.table(r)
			if e, ok := addCondition(ruleset.Of(pass), linesAreRules(t), t.Xtables, r, "-m conntrack --ctstate NEW", "ct state new"); ok && !asksForState(r) {
				options = append(options, check.UnsafeFix("ask for NEW", e))
			}
			check.Report(pass, r, "packets of open connections count for this rate, too, and are dropped above it, as no rule above accepts ESTABLISHED packets; ask for NEW, or put the rule below one that does", options...)
		}
	}
	return nil, nil
}

// onlyAssumes reports whether a witness rests on nothing unknown but a condition.
func onlyAssumes(p semantics.Witness, s ast.Stmt) bool {
	for _, a := range p.Assumed {
		if a.Stmt != s {
			return false
		}
	}
	return true
}
