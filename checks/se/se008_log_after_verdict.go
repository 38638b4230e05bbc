package se

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// LogAfterVerdict finds rules that log what has been decided before.
var LogAfterVerdict = check.New(check.Check{
	Code: "SE008", Slug: "log-after-verdict", Severity: check.Info, Packets: true,
	Title: "LOG below the rule that decides what it is to tell of",
	Text: `LOG does not decide anything, so it must stand above the rule whose packets it is to tell
of (iptables-extensions(8), LOG: "a non-terminating target"). Below it, it sees none of them, and the log
stays empty while somebody relies on it. All packets that the rule asks for are decided before; the rules that do it are
named.

A prefix of more than 29 characters is reported, too: iptables cuts it (LOG, --log-prefix), so what
searches the log for it finds nothing.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp -m tcp --dport 23 -j DROP
-A INPUT -p tcp -m tcp --dport 23 -j LOG --log-prefix "telnet: "
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}, {File: "rules.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy accept;
		tcp dport { 22, 443 } accept
		drop
		limit rate 3/minute log prefix "dropped: "
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp -m tcp --dport 23 -j LOG --log-prefix "telnet: "
-A INPUT -p tcp -m tcp --dport 23 -j DROP
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, reach.Analyzer},
		Run:      logAfterVerdict,
	},
})

// maxPrefix is how long a prefix of LOG may be (struct xt_log_info has 30 bytes).
const maxPrefix = 29

func logAfterVerdict(pass *analysis.Pass) (any, error) {
	f := reach.Of(pass)
	seen := map[*ast.Rule]bool{}
	for _, w := range f.Ways() {
		for r := range w.Rules() {
			l := onlyLog(r)
			if l == nil || seen[r] {
				continue
			}
			seen[r] = true
			if f.Place(r).Table.Xtables && cut(ruleset.Of(pass).Text(r), l.Prefix) {
				check.Report(pass, r, fmt.Sprintf("iptables cuts the prefix to %q, as it is longer than %d characters; shorten it", l.Prefix, maxPrefix))
			}
			switch f.Rule(r) {
			case reach.Decided, reach.NotReached:
			default:
				continue
			}
			for _, way := range f.Ways() {
				if !way.Passes(r) {
					continue
				}
				shadows, complete := f.Shadows(way, r)
				if len(shadows) == 0 || !complete {
					continue
				}
				var options []check.Option
				if p, ok := shadows[0].Packets.Witness(); ok {
					options = append(options, check.Witness(p.String()))
				}
				for _, s := range shadows {
					options = append(options, check.Related(s.Rule, "packets are "+s.Ending.String()+" here"))
				}
				check.Report(pass, r, "nothing is ever logged here: all packets that this rule asks for are decided above; put it above the rule whose packets it is to tell of", options...)
				break
			}
		}
	}
	return nil, nil
}

// cut reports whether the text of a rule has more of a prefix than is left of it.
func cut(text, prefix string) bool {
	i := strings.Index(text, prefix)
	if len(prefix) != maxPrefix || i < 1 {
		return false
	}
	rest := text[i+len(prefix):]
	if quote := text[i-1]; quote == '"' || quote == '\'' {
		return rest != "" && rest[0] != quote
	}
	return rest != "" && rest[0] != ' ' && rest[0] != '\t'
}

// onlyLog returns the log statement of a rule that decides nothing; nil if it has none.
func onlyLog(r *ast.Rule) (found *ast.Log) {
	if r.Bad {
		return nil
	}
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Log:
			found = s
		case *ast.Match, *ast.AnyOf, *ast.Limit, *ast.Counter:
		case *ast.Extension:
			if s.Target {
				return nil
			}
		default:
			return nil
		}
	}
	return found
}
