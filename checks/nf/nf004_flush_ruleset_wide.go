package nf

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// FlushRulesetWide finds scripts that take out the tables of others, too.
var FlushRulesetWide = check.New(check.Check{
	Code: "NF004", Slug: "flush-ruleset-wide", Severity: check.Info,
	Title: "flush ruleset takes out the tables of others, too",
	Text: `flush ruleset removes all tables of all families, whoever made them (nft(8), RULESET):
those of container engines, of virtual machines, of fail2ban, and all that iptables-nft
keeps. Published ports and bans are gone after a reload, until these programs start
again. On a host where nobody else has rules it is right. Elsewhere take out your own
table alone: destroy table (nft 1.0.7), or table and then delete table, which does not
fail where there is none.`,
	Bad: []check.Example{{File: "rules.nft", Text: `#!/usr/sbin/nft -f
flush ruleset
table inet site {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
	}
}
`}},
	Good: []check.Example{{File: "rules.nft", Text: `#!/usr/sbin/nft -f
table inet site
delete table inet site
table inet site {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer},
		Run:      flushRulesetWide,
	},
})

func flushRulesetWide(pass *analysis.Pass) (any, error) {
	for _, s := range ruleset.Of(pass).Sources {
		for _, c := range s.Ruleset.Commands {
			if c.Verb != "flush" || c.Object != "ruleset" {
				continue
			}
			whose := "all tables"
			if c.Family != ast.FamilyUnknown {
				whose = fmt.Sprintf("all tables of the family %s", c.Family)
			}
			check.Report(pass, c, "this removes "+whose+", also those that containers, fail2ban and others have made; delete your own table instead")
		}
	}
	return nil, nil
}
