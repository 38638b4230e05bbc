package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestCTTarget(t *testing.T) {
	const table, chain, v4 = "raw", "PREROUTING", ast.FamilyIP
	const noPolicy = "there is no such timeout policy"
	exttest.Run(t, []exttest.Case{
		{Table: table, Chain: chain, Rule: "-j CT --notrack", AST: `(notrack)`},
		{Table: table, Chain: chain, Rule: "-j CT", AST: `(set ct.zone 0)`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CT --zone 0", Save: "-j CT", AST: `(set ct.zone 0)`},
		{Table: table, Chain: chain, Rule: "-j CT --zone 0xffff", Save: "-j CT --zone 65535", AST: `(set ct.zone 65535)`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CT --zone-orig 7", AST: `(set ct.original.zone 7)`},
		{Table: table, Chain: "OUTPUT", Family: v4, Rule: "-j CT --zone-reply 7", AST: `(set ct.reply.zone 7)`},
		// Both directions are one zone, the last that is named.
		{Table: table, Chain: chain, Family: v4, Rule: "-j CT --zone-orig 7 --zone-reply 8", Save: "-j CT --zone 8", AST: `(set ct.zone 8)`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CT --zone 1 --zone-orig 2", Save: "-j CT --zone-orig 2", AST: `(set ct.original.zone 2)`},
		// The kernel looks the mark up when the connection is made, nft when the rule runs.
		{Table: table, Chain: chain, Family: v4, Rule: "-j CT --zone-orig Mark", Save: "-j CT --zone-orig mark", AST: `(target CT zone-orig="mark")`},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j CT --zone 5 --ctevents destroy,new --helper ftp", Save: "-p tcp -j CT --helper ftp --ctevents new,destroy --zone 5",
			AST: `(match meta.l4proto == 6) (set ct.zone 5) (set ct.helper "ftp") (set ct.event 0x5)`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CT --expevents new --ctevents secmark,natseqinfo", Save: "-j CT --ctevents natseqinfo,secmark --expevents new",
			AST: `(target CT ctevents="natseqinfo,secmark" expevents="new")`},
		{Table: table, Chain: chain, Family: v4, Rule: "-p tcp -j CT --timeout slow", AST: `(match meta.l4proto == 6) (set ct.timeout "slow")`, Stock: noPolicy},
		// With --notrack the rest has no effect, nor the protocol that it lacks.
		{Table: table, Chain: chain, Family: v4, Rule: "-j CT --zone 1 --helper ftp --notrack", Save: "-j CT --notrack --helper ftp --zone 1", AST: `(notrack)`},

		{Table: table, Chain: chain, Family: v4, Rule: "-j CT --helper ftp", Err: "--helper needs a protocol"},
		{Table: table, Chain: chain, Family: v4, Rule: "! -p tcp -j CT --helper ftp", Err: "--helper needs a protocol"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CT --timeout slow", Err: "--timeout needs a protocol"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CT --zone 65536", Err: "expected a zone from 0 to 65535, or mark"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CT --ctevents NEW", Err: `"NEW" is none of the events`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CT --ctevents new,", Err: `"" is none of the events`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CT --expevents destroy", Err: `"destroy" is none of the events`},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CT --notrack --notrack", Err: "given twice"},
		{Table: table, Chain: chain, Family: v4, Rule: "-j CT --n", Err: `option "--n" is ambiguous`},
		{Table: "mangle", Chain: chain, Family: v4, Rule: "-j CT --notrack", Err: "cannot stand in table mangle; expected table raw"},
	})
}

func TestNotrackTarget(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Table: "raw", Chain: "PREROUTING", Rule: "-j NOTRACK", AST: `(notrack)`},
		{Table: "raw", Chain: "OUTPUT", Rule: "-j NOTRACK --notrack", Err: "unknown option", Family: ast.FamilyIP},
		{Rule: "-j NOTRACK", Err: "cannot stand in table filter", Family: ast.FamilyIP},
	})
}
