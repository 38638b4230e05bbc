package nf

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// OffloadTooEarly finds flows that are offloaded before they are established.
var OffloadTooEarly = check.New(check.Check{
	Code: "NF007", Slug: "offload-too-early", Severity: check.Warning, Packets: true,
	Title: "flow offload that is not limited to established packets",
	Text: `The rule gives packets to a flowtable that begin a connection, or are of none. What is in
a flowtable goes past the forward chain from then on (nft(8), FLOWTABLES; the kernel's
nf_flowtable document), so rules below it never see the rest of the flow: one that the chain
has not yet accepted is decided before its turn. Ask for ct state established, and put
the rule where established packets are accepted.`,
	Bad: []check.Example{{File: "rules.nft", Text: `table inet filter {
	flowtable fast {
		hook ingress priority filter
		devices = { lan0, wan0 }
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		meta l4proto { tcp, udp } flow add @fast
		ct state established,related accept
		iifname "lan0" oifname "wan0" accept
	}
}
`}},
	Good: []check.Example{{File: "rules.nft", Text: `table inet filter {
	flowtable fast {
		hook ingress priority filter
		devices = { lan0, wan0 }
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established meta l4proto { tcp, udp } flow add @fast
		ct state established,related accept
		iifname "lan0" oifname "wan0" accept
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, reach.Analyzer},
		Run:      offloadTooEarly,
	},
})

func offloadTooEarly(pass *analysis.Pass) (any, error) {
	for p := range ruleset.Of(pass).Rules() {
		var flow *ast.FlowAdd
		for _, s := range p.Rule.Stmts {
			if f, ok := s.(*ast.FlowAdd); ok {
				flow = f
			}
		}
		if flow == nil || p.Rule.Bad {
			continue
		}
		for _, w := range reach.Of(pass).Ways() {
			if w.Hook != ast.HookForward {
				continue
			}
			// Whatever cannot be known, such a packet comes to the statement.
			early := w.Where(semantics.Fields{State: ast.StateNew, Protos: []uint8{6, 17}})
			packets := w.Rule(p.Rule).Reach.And(early).And(w.Holds(p.Table, before(p.Rule, flow)...)).Must()
			x, ok := packets.Witness()
			if !ok {
				continue
			}
			check.Report(pass, p.Rule, "flows are offloaded here before they are established, and the rules below never see the rest of them; ask for ct state established", check.Witness(x.String()))
			break
		}
	}
	return nil, nil
}

// before returns the statements of a rule in front of one.
func before(r *ast.Rule, s ast.Stmt) []ast.Stmt {
	for i, x := range r.Stmts {
		if x == s {
			return r.Stmts[:i]
		}
	}
	return nil
}
