package ct

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// RejectInvalid finds rules that answer INVALID packets with an error.
var RejectInvalid = check.New(check.Check{
	Code: "CT009", Slug: "reject-invalid", Severity: check.Warning, Packets: true,
	Title: "INVALID packets are rejected, not dropped",
	Text: `A packet of a healthy connection can be INVALID: one that was delayed on the way and comes
twice, or out of the window. A host that rejects it sends a reset or an ICMP error to
the peer, who takes that for the end of the connection (iptables-extensions(8), REJECT:
"this can terminate an otherwise healthy connection"). Drop INVALID packets.
Found are rules that ask for INVALID and reject. A reject at the end of a chain meets
such packets, too, where nothing drops them above; that is usual, and left alone here.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack --ctstate INVALID -j REJECT --reject-with icmp-host-prohibited
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}, {File: "fw.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state invalid reject
		ct state { established, related } accept
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -j REJECT --reject-with icmp-port-unreachable
COMMIT
`}, {File: "fw.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state invalid drop
		ct state { established, related } accept
		reject
	}
}
`}},
	Fix:     check.Safe,
	FixText: "The rule drops what it has rejected, if it asks for INVALID alone.",
	Since:   "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, reach.Analyzer},
		Run:      rejectInvalid,
	},
})

func rejectInvalid(pass *analysis.Pass) (any, error) {
	seen := map[*ast.Rule]bool{}
	for _, w := range waysOf(reach.Of(pass), graph.Of(pass), ast.HookInput, ast.HookForward, ast.HookOutput) {
		var rejected semantics.Set
		for _, r := range w.filtering() {
			states, asks := statesAsked(r)
			reject := rejects(r)
			if reject == nil || seen[r] || !asks || states&ast.StateInvalid == 0 || states&ast.StateEstablished != 0 || !w.tracked(r) {
				continue
			}
			if !rejected.Known() {
				rejected = w.where(semantics.Fields{State: ast.StateInvalid}).And(w.Rejects().Must())
			}
			p, ok := witness(w.Rule(r).Rejects.And(rejected), w.segments(ast.StateInvalid, ast.TCPAck))
			if !ok {
				continue
			}
			seen[r] = true
			options := []check.Option{check.Witness(p)}
			if states == ast.StateInvalid && reject.Valid() && r.Parts <= 1 {
				options = append(options, check.Fix("drop the packets", dropInstead(r, reject)))
			}
			check.Report(pass, r, "this rule rejects INVALID packets, so a stray duplicate resets a healthy connection; drop them", options...)
		}
	}
	return nil, nil
}

// rejects returns the statement by which a rule rejects packets; nil if it does not.
func rejects(r *ast.Rule) *ast.Reject {
	for _, s := range r.Stmts {
		if j, ok := s.(*ast.Reject); ok {
			return j
		}
	}
	return nil
}

// dropInstead returns the edit that makes a rule drop what it rejects. In iptables the
// statement may be the target's options alone.
func dropInstead(r *ast.Rule, reject *ast.Reject) analysis.TextEdit {
	if reject.Use == 0 {
		return edit.Replace(reject, "drop")
	}
	target := r.Uses[reject.Use-1].Span
	return edit.Replace(ast.Span{From: target.From, To: max(target.To, reject.To)}, "DROP")
}
