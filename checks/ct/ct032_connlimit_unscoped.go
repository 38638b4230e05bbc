package ct

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// ConnlimitUnscoped finds limits on connections that count those of all senders
// together, or that hit connections which are there already.
var ConnlimitUnscoped = check.New(check.Check{
	Code: "CT032", Slug: "connlimit-unscoped", Severity: check.Warning,
	Title: "limit on connections that counts all senders, or all packets",
	Text: `In nft, ct count over 20 by itself counts the connections of all senders together
(nft_connlimit has one list for the statement): one of them can use the limit up, and all
others are locked out. Count by address, in a dynamic set: add @name { ip saddr ct count
over 20 } (nft(8), CT EXPRESSIONS, SET STATEMENT). -m connlimit of iptables counts by
source address; with --connlimit-mask 0 it counts all together, too.

Without --syn or a match on NEW, the limit is asked for each packet, and not for each new
connection: while too many are open, packets of those that were let in match as well, and
are refused (iptables-extensions(8), connlimit: the examples use --syn). Nothing is said where
a rule above accepts what is ESTABLISHED, and in chains of type nat, which see first
packets alone.

A limit for one address that the rule names is left alone.`,
	Bad: []check.Example{{File: "rules.nft", Text: `#!/usr/sbin/nft -f
flush ruleset
table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		tcp dport 22 ct count over 10 reject
		tcp dport 22 accept
	}
}
`}, {File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp -m tcp --dport 22 -m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-saddr -j REJECT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.nft", Text: `#!/usr/sbin/nft -f
flush ruleset
table ip filter {
	set ssh {
		type ipv4_addr
		size 65535
		flags dynamic
	}
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		tcp dport 22 ct state new add @ssh { ip saddr ct count over 10 } reject
		tcp dport 22 accept
	}
}
`}, {File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp -m tcp --dport 22 --syn -m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-saddr -j REJECT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}},
	Fix: check.Unsafe,
	FixText: `A match on NEW is put before a limit that is asked for each packet. In a table of
family ip or ip6, and in inet where the rule is about one of them, ct count is put into a
new set, by source address. Neither is safe: more packets pass than before.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer},
		Run:      connlimitUnscoped,
	},
})

// connlimit is a limit on connections in a rule.
type connlimit struct {
	at ast.Node
	// stmt is the statement of the rule in which it stands.
	stmt ast.Stmt
	// together says that it counts all addresses together.
	together bool
}

func connlimitUnscoped(pass *analysis.Pass) (any, error) {
	host := ruleset.Of(pass)
	for _, t := range graph.Of(pass).Tables {
		if t.Xtables && t.Name == "nat" {
			continue
		}
		taken := map[string]bool{} // the names of the sets that fixes make
		for _, c := range t.Chains {
			for i, r := range c.Rules {
				l := connlimitOf(r)
				if l == nil || firstPacketsOnly(c) {
					continue
				}
				if l.together && !oneSource(r) {
					reportTogether(pass, host, c, r, l, taken)
				} else if !asksForNew(r) && !establishedAccepted(c, i) {
					reportEachPacket(pass, r, l)
				}
			}
		}
	}
	return nil, nil
}

// connlimitOf returns the limit on connections in a rule, or nil.
func connlimitOf(r *ast.Rule) *connlimit {
	if r.Bad || r.Part > 1 {
		return nil
	}
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.ConnLimit:
			return &connlimit{at: s, stmt: s, together: true}
		case *ast.SetOp:
			if slices.ContainsFunc(s.Stmts, isConnLimit) {
				return &connlimit{at: s, stmt: s}
			}
		case *ast.Meter:
			if slices.ContainsFunc(s.Stmts, isConnLimit) {
				return &connlimit{at: s, stmt: s}
			}
		case *ast.Extension:
			if s.Name != "connlimit" || s.Target {
				continue
			}
			l := &connlimit{at: s, stmt: s}
			if mask := s.Option("connlimit-mask"); mask != nil && len(mask.Args) == 1 {
				bits, ok := mask.Args[0].(*ast.String)
				l.together = ok && (bits.Val == "0" || bits.Val == "0.0.0.0" || bits.Val == "::")
			}
			return l
		}
	}
	return nil
}

func isConnLimit(s ast.Stmt) bool {
	_, ok := s.(*ast.ConnLimit)
	return ok
}

// oneSource reports whether a rule is about the packets of one sender.
func oneSource(r *ast.Rule) bool {
	return slices.ContainsFunc(r.Stmts, func(s ast.Stmt) bool {
		m, ok := s.(*ast.Match)
		if !ok || m.Op != ast.OpEq {
			return false
		}
		p, ok := m.Left.(*ast.Payload)
		if !ok || p.Field != ast.IPSaddr && p.Field != ast.IP6Saddr && p.Field != ast.EtherSaddr {
			return false
		}
		switch m.Right.(type) {
		case *ast.Addr, *ast.Ether:
			return true
		}
		return false
	})
}

// asksForNew reports whether no ESTABLISHED packet fits a rule: by its state, or
// as TCP flags are asked for, which are those of a SYN or else the author's
// business.
func asksForNew(r *ast.Rule) bool {
	return slices.ContainsFunc(r.Stmts, func(s ast.Stmt) bool {
		m, ok := s.(*ast.Match)
		if !ok {
			return false
		}
		left := m.Left
		if b, ok := left.(*ast.Binary); ok {
			left = b.Left
		}
		switch e := left.(type) {
		case *ast.CT:
			if e.Key != ast.CTState {
				return e.Key == ast.CTStatus // nothing is known of it
			}
			bits, known := flows.StateBits(m)
			return !known || bits&ast.StateEstablished == 0
		case *ast.Payload:
			return e.Field == ast.TCPFlags
		}
		return false
	})
}

// firstPacketsOnly reports whether only first packets of connections come into a
// chain.
func firstPacketsOnly(c *graph.Chain) bool {
	if c.Table.Xtables {
		return false
	}
	bases := c.Bases()
	return len(bases) > 0 && !slices.ContainsFunc(bases, func(b *graph.Chain) bool { return b.Type != ast.ChainNAT })
}

// establishedAccepted reports whether a rule above the one with that index accepts
// ESTABLISHED packets, or one on each way to the chain may.
func establishedAccepted(c *graph.Chain, index int) bool {
	accepts := func(r *ast.Rule) bool { return acceptByState(c.Table, r).states&ast.StateEstablished != 0 }
	if slices.ContainsFunc(c.Rules[:index], accepts) {
		return true
	}
	if c.Base() {
		return false
	}
	bases := c.Bases()
	return !slices.ContainsFunc(bases, func(b *graph.Chain) bool { return !slices.ContainsFunc(b.Rules, accepts) })
}

func reportTogether(pass *analysis.Pass, h *ruleset.Host, c *graph.Chain, r *ast.Rule, l *connlimit, taken map[string]bool) {
	what := "the connections of all senders are counted together, so one of them can use up the limit of all; "
	if c.Table.Xtables {
		check.Report(pass, l.at, what+"leave --connlimit-mask 0 out")
		return
	}
	key := map[ast.Family]string{ast.FamilyIP: "ip", ast.FamilyIP6: "ip6"}[familyOf(c, r)]
	if key == "" {
		check.Report(pass, l.at, what+"count by address in a dynamic set, add @name { ip saddr ct count ... }")
		return
	}
	check.Report(pass, l.at, fmt.Sprintf("%scount by address in a dynamic set, add @name { %s saddr %s }", what, key, h.Text(l.at)), countBySource(h, c, l, key, taken)...)
}

// familyOf returns the family of the packets that fit a rule, where the table or
// the rule says it.
func familyOf(c *graph.Chain, r *ast.Rule) ast.Family {
	family := c.Table.Family
	for _, s := range r.Stmts {
		if m, ok := s.(*ast.Match); ok && family == ast.FamilyInet {
			if p, ok := m.Left.(*ast.Payload); ok {
				switch p.Field.Info().Proto {
				case "ip":
					family = ast.FamilyIP
				case "ip6":
					family = ast.FamilyIP6
				}
			}
		}
	}
	return family
}

// countBySource returns the fix that puts a limit into a new set, whose name is then
// taken.
func countBySource(h *ruleset.Host, c *graph.Chain, l *connlimit, key string, taken map[string]bool) []check.Option {
	if c.Anonymous || !c.Span.Valid() || h.Source(c.Pos()) != h.Source(l.at.Pos()) {
		return nil
	}
	// Each limit has a set of its own: an element keeps the limit that it was
	// made with.
	name := "connections"
	for n := 2; taken[name] || c.Table.Set(name) != nil; n++ {
		name = fmt.Sprintf("connections%d", n)
	}
	typ := map[string]string{"ip": "ipv4_addr", "ip6": "ipv6_addr"}[key]
	declare, ok := edit.LineBefore(h, c.Span, fmt.Sprintf("set %s { type %s; size 65535; flags dynamic; }", name, typ))
	if !ok || !strings.HasPrefix(h.Text(c.Span), "chain") {
		return nil
	}
	taken[name] = true
	return []check.Option{check.UnsafeFix("count by source address", declare, edit.Replace(l.at, fmt.Sprintf("add @%s { %s saddr %s }", name, key, h.Text(l.at))))}
}

func reportEachPacket(pass *analysis.Pass, r *ast.Rule, l *connlimit) {
	var options []check.Option
	ask := "ct state new"
	if e, ok := l.stmt.(*ast.Extension); ok {
		ask = "--syn, or -m conntrack --ctstate NEW"
		if i := int(e.Use); i > 0 && i <= len(r.Uses) {
			options = append(options, check.UnsafeFix("ask for NEW", edit.Insert(r.Uses[i-1].Pos(), "conntrack --ctstate NEW -m ")))
		}
	} else {
		options = append(options, check.UnsafeFix("ask for NEW", edit.Insert(l.stmt.Pos(), "ct state new ")))
	}
	check.Report(pass, l.at, "the limit is asked for each packet, so while too many connections are open, packets of those that were let in match, too; add "+ask, options...)
}
