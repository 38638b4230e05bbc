package ct

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// RecentWithoutSet finds uses of recent lists that no rule fills.
var RecentWithoutSet = check.New(check.Check{
	Code: "CT030", Slug: "recent-without-set", Severity: check.Error,
	Title: "a recent list is looked up that no rule fills",
	Text: `--rcheck, --update and --remove of the recent match look an address up in a list, and
only --set puts one there (iptables-extensions(8), recent; recent_mt in the kernel makes
an entry for --set alone). A list that no rule fills stays empty: a rule that looks an
address up in it never matches, and one with ! always does. Mostly a name is misspelt,
or the --name was left out, which means the list DEFAULT.

IPv4 and IPv6 addresses are looked up apart, also in lists of one name.

A program may fill a list through /proc/net/xt_recent. Where one does, silence the
finding on that rule.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m recent --update --seconds 60 --hitcount 4 --name ssh --rsource -j DROP
-A INPUT -p tcp -m tcp --dport 22 -m recent --set --rsource -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m recent --update --seconds 60 --hitcount 4 --name ssh --rsource -j DROP
-A INPUT -p tcp -m tcp --dport 22 -m recent --set --name ssh --rsource -j ACCEPT
COMMIT
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer},
		Run:      recentWithoutSet,
	},
})

// recentLists is what the rules of a family do with recent lists.
type recentLists struct {
	filled map[string]bool
	lookup []*ast.Extension
	// based says that there are chains of the kernel's: the file is no
	// fragment of what is loaded already.
	based bool
	// unclear says that a rule which could not be understood may fill a list.
	unclear bool
}

func recentWithoutSet(pass *analysis.Pass) (any, error) {
	host := ruleset.Of(pass)
	families := map[ast.Family]*recentLists{}
	for _, t := range graph.Of(pass).Tables {
		l := families[t.Family]
		if l == nil {
			l = &recentLists{filled: map[string]bool{}}
			families[t.Family] = l
		}
		for _, c := range t.Chains {
			l.based = l.based || c.Base()
			for _, r := range c.Rules {
				l.rule(r)
				l.unclear = l.unclear || r.Bad && strings.Contains(host.Text(r), "recent")
			}
		}
	}
	for _, l := range families {
		if !l.based || l.unclear {
			continue
		}
		for _, e := range l.lookup {
			if name := recentName(e); !l.filled[name] {
				l.report(pass, e, name)
			}
		}
	}
	return nil, nil
}

func (l *recentLists) rule(r *ast.Rule) {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Extension:
			switch {
			case s.Name != "recent" || s.Target:
			case s.Option("set") != nil:
				l.filled[recentName(s)] = true
			case r.Part <= 1:
				l.lookup = append(l.lookup, s)
			}
		case *ast.Opaque:
			l.unclear = l.unclear || strings.Contains(s.Text, "recent")
		}
	}
}

// recentName returns the name of the list that a recent match is about.
func recentName(e *ast.Extension) string {
	if o := e.Option("name"); o != nil && len(o.Args) == 1 {
		if s, ok := o.Args[0].(*ast.String); ok {
			return s.Val
		}
	}
	return "DEFAULT"
}

func (l *recentLists) report(pass *analysis.Pass, e *ast.Extension, name string) {
	verb, never := "look-up", "never matches"
	for _, v := range []string{"rcheck", "update", "remove"} {
		if o := e.Option(v); o != nil {
			verb = "--" + v
			if o.Not {
				verb, never = "! "+verb, "always matches"
			}
		}
	}
	message := fmt.Sprintf("no rule puts addresses into the recent list %s with --set, so %s %s, unless a program fills /proc/net/xt_recent/%s", name, verb, never, name)
	if other := l.other(); other != "" {
		message += fmt.Sprintf("; --set fills list %s", other)
	}
	check.Report(pass, e, message)
}

// other returns the name of the only list that rules fill, if nothing looks it
// up: then it is most likely the one that was meant.
func (l *recentLists) other() string {
	if len(l.filled) != 1 {
		return ""
	}
	for filled := range l.filled {
		for _, e := range l.lookup {
			if recentName(e) == filled {
				return ""
			}
		}
		return filled
	}
	return ""
}
