package nf

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/load"
)

// MissingFlush finds scripts that add their rules again each time they are
// loaded.
var MissingFlush = check.New(check.Check{
	Code: "NF003", Slug: "missing-flush", Severity: check.Warning,
	Title: "script that adds its rules again each time it is loaded",
	Text: `nft -f adds to what is loaded: a chain that is there already gets the rules of the
script once more, behind the old ones (nft(8), RULES, add). After a reload, as with
systemctl reload nftables, each rule is there twice, and a rule that was taken out of the
file is still in force. Take the table out first: destroy table (nft 1.0.7), or table and
delete table, or flush table if chains are the same; flush ruleset takes out those of
others, too. The file is loaded as one transaction (nft(8), -f), so nothing is open in
between.

Said of scripts that make the base chains to which they add rules, and neither flush nor
delete the table, or these chains. A script is a file with #! nft, or what a listing does
not have: commands, comments, variables, indentation by blanks. What nft list ruleset
prints is not one, unless its name is that of the file which is loaded at boot,
nftables.conf. A file without #! in a folder such as nftables.d is taken for a part of a
script that flushes; of a script that includes what cannot be read, nothing is said.`,
	Bad: []check.Example{{File: "rules.nft", Text: `#!/usr/sbin/nft -f
table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iifname "lo" accept
		tcp dport 22 accept
	}
}
`}, {File: "nftables.conf", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iifname "lo" accept
	}
}
`}},
	Good: []check.Example{{File: "rules.nft", Text: `#!/usr/sbin/nft -f
table inet filter
delete table inet filter
table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iifname "lo" accept
		tcp dport 22 accept
	}
}
`}, {File: "rules.nft", Text: `#!/usr/sbin/nft -f
flush ruleset
table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iifname "lo" accept
	}
}
`}, {File: "listed.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iifname "lo" accept
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer},
		Run:      missingFlush,
	},
})

func missingFlush(pass *analysis.Pass) (any, error) {
	var sources []*load.Source
	tables := map[*load.Source][]*graph.Table{}
	for _, t := range graph.Of(pass).Tables {
		s := t.Source
		if s.NFT == nil || !appends(t) {
			continue
		}
		if tables[s] == nil {
			sources = append(sources, s)
		}
		tables[s] = append(tables[s], t)
	}
	for _, s := range sources {
		if !isScript(s) || s.NFT.Incomplete {
			continue
		}
		first := tables[s][0]
		name := first.Family.String() + " " + first.Name
		var options []check.Option
		for _, t := range tables[s][1:] {
			options = append(options, check.Related(t.NameSpan, fmt.Sprintf("so do those of table %s %s", t.Family, t.Name)))
		}
		check.Report(pass, first.NameSpan, fmt.Sprintf("each time this is loaded, the rules of table %s are added once more; put table %s and delete table %s before it", name, name, name), options...)
	}
	return nil, nil
}

// appends reports whether a table makes a base chain and has rules that nothing
// takes out before they are added again.
func appends(t *graph.Table) bool {
	if !t.DeclaresBase() {
		return false
	}
	return slices.ContainsFunc(t.Chains, func(c *graph.Chain) bool {
		return len(c.Rules) > 0 && !c.Anonymous && !takenOut(t, c)
	})
}

// takenOut reports whether a command of the script takes the old rules of a chain
// out. Rules that stand above such a command are no longer in the ruleset.
func takenOut(t *graph.Table, c *graph.Chain) bool {
	return slices.ContainsFunc(t.Source.Ruleset.Commands, func(cmd *ast.Command) bool {
		if cmd.Verb != "flush" && cmd.Verb != "delete" && cmd.Verb != "destroy" {
			return false
		}
		switch cmd.Object {
		case "ruleset":
			return cmd.Family == ast.FamilyUnknown || cmd.Family == t.Family
		case "table":
			return cmd.Family == t.Family && (cmd.Table == t.Name || len(cmd.Args) > 0)
		case "chain":
			return cmd.Family == t.Family && cmd.Table == t.Name && (cmd.Name == c.Name || len(cmd.Args) > 0)
		}
		return false
	})
}

// isScript reports whether a file is loaded, and not the copy of what nft has
// listed or a part of a script.
func isScript(s *load.Source) bool {
	switch {
	case strings.HasPrefix(s.Text, "#!"):
		return true
	case strings.HasSuffix(filepath.Base(filepath.Dir(s.Name)), ".d"):
		return false
	case filepath.Base(s.Name) == "nftables.conf":
		return true
	}
	return written(s)
}

// written reports whether a file has what no listing has.
func written(s *load.Source) bool {
	if len(s.NFT.Included) > 0 || len(s.Ruleset.Commands) > 0 {
		return true
	}
	for _, c := range s.NFT.Comments {
		if !listed(c.Text) {
			return true
		}
	}
	for line := range strings.Lines(s.Text) {
		word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case strings.HasPrefix(line, "  "):
			return true
		case word == "add" && line[0] == 'a', word == "define":
			return true
		}
	}
	return false
}

// listed reports whether nft itself prints such a comment.
func listed(text string) bool {
	text = strings.TrimSpace(strings.TrimPrefix(text, "#"))
	return strings.HasPrefix(text, "handle ") || strings.HasPrefix(text, "Warning: ")
}
