package ct

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/flows"
)

// MissingEstablished finds default-deny chains that drop the replies of
// connections which the ruleset lets begin.
var MissingEstablished = check.New(check.Check{
	Code: "CT001", Slug: "missing-established", Severity: check.Error, Packets: true,
	Title: "replies to accepted connections are dropped",
	Text: `A chain that denies by default drops the replies of connections that the ruleset
lets begin: out (the replies come in at INPUT), in (they leave at OUTPUT) or
through (they cross FORWARD the other way). Such a connection never comes about:
names are not resolved, downloads hang.

Accept what conntrack calls ESTABLISHED, before anything is dropped
(iptables-extensions(8), conntrack; nft(8), CONNTRACK EXPRESSIONS). A ruleset
without state that lets the replies in by their ports is left alone: the check
sends the first packet, then the reply, and reports a reply that dies.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}},
	Fix:     check.Unsafe,
	FixText: "Inserts a rule that accepts RELATED,ESTABLISHED as the first of the chain.",
	Since:   "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{flows.Analyzer},
		Run:      missingEstablished,
	},
})

func missingEstablished(pass *analysis.Pass) (any, error) {
	for _, f := range flows.Of(pass).Families {
		for _, hook := range []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput} {
			var found []flows.Dead
			for _, d := range f.Dead {
				if d.Reply.Hook == hook && (d.State == nil || d.Rule == nil) {
					found = append(found, d)
				}
			}
			if len(found) > 0 {
				reportMissing(pass, f, found)
			}
		}
	}
	return nil, nil
}

// reportMissing reports the replies that die at one hook, at the place where the
// first of them does.
func reportMissing(pass *analysis.Pass, f *flows.Family, dead []flows.Dead) {
	d := dead[0]
	base := baseChain(f.Ruleset, d.Reply.Hook)
	at := analysis.Range(d.Chain.NameSpan)
	switch {
	case d.Rule != nil:
		at = d.Rule
	case d.Chain.PolicySpan.Valid():
		at = d.Chain.PolicySpan
	}
	options := []check.Option{check.Witness(d.Reply.String()), check.Related(d.Chain.NameSpan, "the connection begins "+d.First.String())}
	if base != nil {
		if edit, ok := insertState(base); ok {
			options = append(options, check.UnsafeFix("accept established packets first", edit))
		}
	}
	check.Report(pass, at, fmt.Sprintf("replies to connections that the ruleset lets %s are dropped (%s): nothing in chain %s accepts them as ESTABLISHED; put a rule that does first",
		direction[d.First.Hook], protocols(dead), chainName(base, d.Chain)), options...)
}

var direction = map[ast.Hook]string{ast.HookOutput: "out", ast.HookInput: "in", ast.HookForward: "through"}

func chainName(base, otherwise *ast.Chain) string {
	if base != nil {
		return base.Name
	}
	return otherwise.Name
}

// protocols names the protocols of the dead replies.
func protocols(dead []flows.Dead) string {
	var names []string
	for _, p := range []struct {
		n    uint8
		name string
	}{{6, "tcp"}, {17, "udp"}} {
		for _, d := range dead {
			if d.Reply.Proto == p.n {
				names = append(names, p.name)
				break
			}
		}
	}
	return strings.Join(names, ", ")
}

// baseChain returns the filter chain of a hook that has rules or a policy of its
// own; nil if there is none.
func baseChain(rs *ast.Ruleset, h ast.Hook) *ast.Chain {
	for _, t := range rs.Tables {
		for _, c := range t.Chains {
			if c.Hook == h && c.Type == ast.ChainFilter && c.Priority >= 0 {
				return c
			}
		}
	}
	return nil
}

// insertState returns the edit that puts a stateful accept above the first rule
// of a chain.
func insertState(c *ast.Chain) (analysis.TextEdit, bool) {
	if len(c.Rules) == 0 || c.Rules[0].Parts > 0 || !c.Rules[0].Valid() {
		return analysis.TextEdit{}, false
	}
	first := c.Rules[0]
	text := "-A " + c.Name + " -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
	return analysis.TextEdit{Pos: first.Pos(), End: first.Pos(), NewText: []byte(text)}, true
}
