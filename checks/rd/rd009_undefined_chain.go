package rd

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
	"github.com/ctlint/ctlint/grammar/load"
)

// UndefinedChain finds jumps to chains that are not there.
var UndefinedChain = check.New(check.Check{
	Code: "RD009", Slug: "undefined-chain", Severity: check.Error,
	Title: "jump to a chain, or use of a set or object, that does not exist",
	Text: `A rule jumps to a chain that its table does not have, or is appended to one.
The table is refused when it is loaded, with all of its rules; on a boot that leaves
the host without a firewall. The iptables-restore of today, which works on nft, does
not tell with --test: only the kernel looks for the chain. A target whose name is
misspelt is taken for a chain, too. So is a jump to a chain of the kernel's own, such as
INPUT: no rule may call it.

In nft the same goes for sets, maps, flowtables and stateful objects; nft -c tells of
these.

A script that only adds to chains which others have made, and declares none of a
table itself, is left alone; in nft one that declares no base chain of the table.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:services - [0:0]
-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m state --state NEW -j service
-A services -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}, {File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -j services
-A services -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}, {File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -i eth0 -j INPUT
COMMIT
`}, {File: "rules.nft", Text: `#!/usr/sbin/nft -f
flush ruleset
table inet filter {
	set banned {
		type ipv4_addr
	}
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		ip saddr @baned drop
		tcp dport vmap { 22 : jump ssh, 80 : accept }
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:services - [0:0]
-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m state --state NEW -j services
-A services -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}},
	Fix: check.Unsafe,
	FixText: `A jump to a chain or target whose name is nearly that of another becomes a jump to
that one. In a save file a chain that only has rules is declared. Neither is safe: the
table did not load before, and what it should do is a guess.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer},
		Run:      undefinedChain,
	},
})

func undefinedChain(pass *analysis.Pass) (any, error) {
	host := ruleset.Of(pass)
	for _, t := range graph.Of(pass).Tables {
		if !complete(t) {
			continue
		}
		for _, c := range t.Chains {
			if c.Implicit && !c.Base() {
				undeclared(pass, host, c)
			}
			for _, call := range c.Calls {
				if call.To != nil && call.To.Base() && !call.Maybe {
					kernelsChain(pass, call)
				}
			}
		}
		for _, call := range t.Undefined {
			if t.Xtables && builtin[call.Name] {
				kernelsChain(pass, call)
			} else {
				undefinedJump(pass, call, t)
			}
		}
		if !t.Xtables {
			undefinedThings(pass, host, t)
		}
	}
	return nil, nil
}

// builtin are the names of the chains that the kernel makes in its tables for
// iptables; a table need not declare those that it has.
var builtin = map[string]bool{"PREROUTING": true, "INPUT": true, "FORWARD": true, "OUTPUT": true, "POSTROUTING": true}

// kernelsChain reports a jump to a base chain, which x_tables and nf_tables refuse
// alike (mark_source_chains, nft_verdict_init).
func kernelsChain(pass *analysis.Pass, call graph.Call) {
	check.Report(pass, call.Node, fmt.Sprintf("jump to chain %s, to which only the kernel gives packets; the kernel refuses it", call.Name))
}

// complete reports whether the source is all that the table will be: a save
// file always is, as iptables-restore flushes the table first; commands are if
// they make any of the table's chains.
func complete(t *graph.Table) bool {
	switch t.Source.Dialect {
	case load.Save:
		return true
	case load.NFT:
		return t.DeclaresBase() && !unread(t.Source)
	}
	return t.Declared()
}

// undefinedThings reports the uses of sets, maps, flowtables and objects that are
// not there.
func undefinedThings(pass *analysis.Pass, h *ruleset.Host, t *graph.Table) {
	refs := referencesOf(h, t)
	if len(refs.uses) == 0 {
		return
	}
	declared := map[thing]bool{}
	names := map[thingKind][]string{}
	for _, d := range declarations(t) {
		declared[d.thing] = true
		names[d.kind] = append(names[d.kind], d.name)
	}
	for _, u := range refs.uses {
		if !declared[u.thing] {
			check.Report(pass, u.at, fmt.Sprintf("use of %s %s, which table %s does not have; nft refuses the script%s", u.kind, u.name, t.Name, hint(near(u.name, names[u.kind]))))
		}
	}
}

// undeclared reports rules for a chain that nothing declares.
func undeclared(pass *analysis.Pass, h *ruleset.Host, c *graph.Chain) {
	t := c.Table
	var names []string
	for _, o := range t.Chains {
		if !o.Anonymous && (!o.Implicit || o.Base()) {
			names = append(names, o.Name)
		}
	}
	near := near(c.Name, names)
	var options []check.Option
	if near == "" && t.Source.Dialect == load.Save {
		if e, ok := edit.LineAfter(h, lastDeclaration(t), ":"+c.Name+" - [0:0]"); ok {
			options = append(options, check.UnsafeFix("declare chain "+c.Name, e))
		}
	}
	check.Report(pass, c.NameSpan, fmt.Sprintf("a rule for chain %s, which nothing in table %s declares%s", c.Name, t.Name, hint(near)), options...)
}

// lastDeclaration returns the line of a save file below which one more chain may
// be declared: that of the last chain, or of the table.
func lastDeclaration(t *graph.Table) ast.Span {
	last := t.NameSpan
	for _, c := range t.Chains {
		if !c.Implicit {
			last = c.Span
		}
	}
	return last
}

// undefinedJump reports a jump to a chain that is not there.
func undefinedJump(pass *analysis.Pass, call graph.Call, t *graph.Table) {
	var names []string
	for _, c := range t.Chains {
		if !c.Base() && !c.Anonymous && c != call.From {
			names = append(names, c.Name)
		}
	}
	if t.Xtables && !call.Goto {
		names = append(names, ext.Names(true, t.Family)...)
	}
	near := near(call.Name, names)
	var options []check.Option
	if v, ok := call.Node.(*ast.Verdict); ok && near != "" && t.Xtables {
		options = append(options, check.UnsafeFix("jump to "+near, edit.Replace(v, near)))
	}
	check.Report(pass, call.Node, fmt.Sprintf("jump to chain %s, which table %s does not have%s", call.Name, t.Name, hint(near)), options...)
}

// near returns what a name was meant to be. Of names of one or two letters one
// is as near as the other.
func near(name string, names []string) string {
	if len(name) < 3 {
		return ""
	}
	return grammar.Near(name, names)
}

func hint(near string) string {
	if near == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", near)
}
