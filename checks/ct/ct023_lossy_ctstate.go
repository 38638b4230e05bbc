package ct

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/semantics"
)

// LossyCtstate finds state matches that the stock tools translate into others.
var LossyCtstate = check.New(check.Check{
	Code: "CT023", Slug: "lossy-ctstate", Severity: check.Error, Packets: true,
	Title: "SNAT or DNAT in a list of states, or negated",
	Text: `SNAT and DNAT in --ctstate are no states: they ask whether the connection is translated, whatever its
state is (iptables-extensions(8), conntrack). In a list they are alternatives:
--ctstate ESTABLISHED,DNAT holds for what is established or translated. nft has no
match for that, and iptables-translate, iptables-restore-translate and nft list ruleset print
"ct status dnat" for it: the other states are lost. The negation is lost, too, and of SNAT,DNAT only
"ct status snat" is left (seen with iptables 1.8.9, _ct_xlate). Whoever
loads what they print has another ruleset.

It is computed over all packets: there is one for which the rule's match holds and the
printed one does not, or the other way round.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED,DNAT -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m conntrack --ctstate DNAT -j ACCEPT
COMMIT
`}},
	Fix: check.Safe,
	FixText: `A rule that accepts, drops or rejects becomes one rule for the states and one for each of SNAT and DNAT,
which decide the same packets. A negated one is left.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, reach.Analyzer},
		Run:      lossyCtstate,
	},
})

func lossyCtstate(pass *analysis.Pass) (any, error) {
	f, h := reach.Of(pass), ruleset.Of(pass)
	for p := range h.Rules() {
		if !p.Table.Xtables || p.Rule.Bad {
			continue
		}
		for _, s := range p.Rule.Stmts {
			printed := printedState(s)
			if printed == nil {
				continue
			}
			w, ok := lossyPacket(f, p.Table, s, printed)
			if !ok {
				continue
			}
			options := []check.Option{check.Witness(w)}
			if lines, ok := splitVirtual(h, p, s); ok {
				if e, ok := edit.ReplaceLines(h, p.Rule, lines); ok {
					options = append(options, check.Fix("ask for the states, and for the translation, in rules of their own", e))
				}
			}
			check.Report(pass, p.Rule, "iptables-translate and nft list print this match as \""+ctStatus(printed)+"\", which holds for other packets; ask for SNAT and DNAT alone, each in a rule of its own, and not negated", options...)
			break
		}
	}
	return nil, nil
}

// printedState returns the match that stock tools print for one of virtual states that
// they cannot say; nil for any other statement.
func printedState(s ast.Stmt) *ast.Match {
	switch s := s.(type) {
	case *ast.AnyOf:
		// As alternatives: states, or a translation.
		var bits uint64
		virtual := false
		for _, alt := range s.Alts {
			if len(alt) != 1 {
				return nil
			}
			m, ok := alt[0].(*ast.Match)
			if !ok || !onConnection(m.Left) {
				return nil
			}
			if b, ok := virtualBits(m); ok {
				bits, virtual = bits|b, true
			}
		}
		if virtual {
			return statusMatch(bits)
		}
	case *ast.Match:
		if b, ok := virtualBits(s); ok && s.Use != 0 && (s.Op == ast.OpNone || b == ast.StatusSNAT|ast.StatusDNAT) {
			return statusMatch(b)
		}
	}
	return nil
}

// virtualBits returns what of SNAT and DNAT a match asks for, if it asks for nothing
// else.
func virtualBits(m *ast.Match) (uint64, bool) {
	c, ok := m.Left.(*ast.CT)
	n, is := m.Right.(*ast.Int)
	if !ok || !is || c.Key != ast.CTStatus || n.Val == 0 || n.Val&^(ast.StatusSNAT|ast.StatusDNAT) != 0 {
		return 0, false
	}
	return n.Val, true
}

// statusMatch returns what is printed: of both, SNAT alone.
func statusMatch(bits uint64) *ast.Match {
	if bits&ast.StatusSNAT != 0 {
		bits = ast.StatusSNAT
	}
	return &ast.Match{Left: &ast.CT{Key: ast.CTStatus}, Op: ast.OpAny, Right: &ast.Int{Val: bits}}
}

func ctStatus(m *ast.Match) string {
	if m.Right.(*ast.Int).Val == ast.StatusSNAT {
		return "ct status snat"
	}
	return "ct status dnat"
}

// lossyPacket returns a packet that tells a match and the printed one apart, where
// translation is done.
func lossyPacket(f *reach.Facts, t *ast.Table, s ast.Stmt, printed *ast.Match) (string, bool) {
	for _, hook := range []ast.Hook{ast.HookForward, ast.HookInput, ast.HookOutput} {
		w := f.Way(t.Family, hook)
		is, prints := w.Holds(t, s), w.Holds(t, printed)
		for _, d := range []semantics.Set{is.Minus(prints), prints.Minus(is)} {
			if p, ok := d.Witness(); ok {
				return p.String(), true
			}
		}
	}
	return "", false
}

// splitVirtual returns the lines of the rules that a rule with a verdict becomes.
func splitVirtual(h *ruleset.Host, p ruleset.Place, s ast.Stmt) ([]string, bool) {
	switch s := s.(type) {
	case *ast.AnyOf:
		if s.Not {
			return nil, false
		}
	case *ast.Match:
		if s.Op != ast.OpAny {
			return nil, false
		}
	default:
		return nil, false
	}
	if p.Rule.Parts > 1 || p.Source.Dialect != load.Save || !final(p.Rule) {
		return nil, false
	}
	text := h.Text(p.Rule)
	words := strings.Fields(text)
	at := slices.IndexFunc(words, func(w string) bool { return w == "--ctstate" || w == "--state" })
	if at < 1 || at+1 >= len(words) || words[at-1] == "!" || strings.Count(text, words[at+1]) != 1 || strings.Count(text, "state ") > 1 {
		return nil, false
	}
	list := words[at+1]
	var states, lines []string
	for _, x := range strings.Split(list, ",") {
		if u := strings.ToUpper(x); u != "SNAT" && u != "DNAT" {
			states = append(states, x)
		}
	}
	if len(states) > 0 {
		lines = append(lines, strings.Replace(text, list, strings.Join(states, ","), 1))
	}
	for _, x := range strings.Split(list, ",") {
		if u := strings.ToUpper(x); u == "SNAT" || u == "DNAT" {
			lines = append(lines, strings.Replace(text, list, x, 1))
		}
	}
	return lines, len(lines) > 1
}

// final reports whether all that a rule does is to decide packets.
func final(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match, *ast.AnyOf, *ast.Counter, *ast.Reject:
		case *ast.Verdict:
			if s.Kind != ast.VerdictAccept && s.Kind != ast.VerdictDrop {
				return false
			}
		default:
			return false
		}
	}
	return true
}
