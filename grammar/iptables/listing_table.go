package iptables

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// tableNames are the tables, the most likely first.
var tableNames = []string{"filter", "nat", "mangle", "raw", "security"}

// listOrder is the order in which iptables -L prints built-in chains. Kernels
// before 3.2 printed OUTPUT of nat last.
var listOrder = []string{"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"}

// takes reports whether a chain may be of the table of those before it. Tables
// list their built-in chains first, in the order of the hooks, and each chain
// once.
func (g *listGroup) takes(c *listedChain) bool {
	if slices.ContainsFunc(g.chains, func(o *listedChain) bool { return o.name.Text == c.name.Text }) {
		return false
	}
	if !c.builtin || len(g.chains) == 0 {
		return true
	}
	last := g.chains[len(g.chains)-1]
	if !last.builtin {
		return false
	}
	at, before := slices.Index(listOrder, c.name.Text), slices.Index(listOrder, last.name.Text)
	oldNAT := len(g.chains) == 2 && last.name.Text == "POSTROUTING" && c.name.Text == "OUTPUT"
	return at < 0 || at > before || oldNAT
}

// builtins returns the names of a group's built-in chains.
func (g *listGroup) builtins() []string {
	var out []string
	for _, c := range g.chains {
		if c.builtin {
			out = append(out, c.name.Text)
		}
	}
	return out
}

// wholeTables returns the tables whose built-in chains are exactly those; nat
// had no INPUT before Linux 2.6.36.
func wholeTables(names []string) []string {
	var out []string
	for _, t := range tableNames {
		if hasAll(t, names) && (len(names) == len(builtinTables[t]) || t == "nat" && len(names) == 3 && !slices.Contains(names, "INPUT")) {
			out = append(out, t)
		}
	}
	return out
}

// hasAll reports whether a table has all those built-in chains.
func hasAll(table string, names []string) bool {
	for _, n := range names {
		if !slices.ContainsFunc(builtinTables[table], func(b builtin) bool { return b.name == n }) {
			return false
		}
	}
	return true
}

// split parts groups whose built-in chains are those of several tables: a whole
// table, and what follows it.
func (l *listing) split() {
	var out []*listGroup
	for _, g := range l.groups {
		for g.table == "" {
			names := g.builtins()
			n := len(names)
			for n > 0 && wholeTables(names[:n]) == nil {
				n--
			}
			if n == 0 || n == len(names) {
				break
			}
			// Built-in chains stand first, so the first n chains are they.
			out = append(out, &listGroup{family: g.family, name: g.name, chains: g.chains[:n]})
			g = &listGroup{family: g.family, chains: g.chains[n:]}
		}
		out = append(out, g)
	}
	l.groups = out
}

// place finds the family and the table of each group that does not say them, and
// the chains that are listed again further down: the last listing holds.
func (l *listing) place() {
	type chainKey struct {
		tableKey
		chain string
	}
	seen := map[chainKey]*listedChain{}
	taken := map[tableKey]bool{}
	for _, g := range l.groups {
		if g.family == ast.FamilyUnknown {
			g.family = l.familyOf(g)
		}
		if !g.name.Valid() {
			g.name = g.chains[0].name.Span
		}
		if g.table == "" {
			l.guess(g, taken)
		}
		k := tableKey{g.family, g.table}
		taken[k] = true
		told := false
		for _, c := range g.chains {
			ck := chainKey{k, c.name.Text}
			if old := seen[ck]; old != nil {
				old.replace = true
				if !told {
					l.fail(grammar.Errorf(c.Span, "table %s is listed again", g.table).
						Expected("one listing of each table; this one is taken instead of the one above"))
				}
				told = true
			}
			seen[ck] = c
		}
	}
}

// familyOf finds the family of a group by the addresses in it.
func (l *listing) familyOf(g *listGroup) ast.Family {
	for _, c := range g.chains {
		for i := range c.rows {
			r := &c.rows[i]
			text := l.f.Text[r.from:r.to]
			for _, v := range []listedValue{r.src, r.dst} {
				host, _, _ := strings.Cut(text[v.from:v.to], "/")
				if a, err := netip.ParseAddr(host); err == nil && a.Is4() {
					return ast.FamilyIP
				} else if err == nil {
					return ast.FamilyIP6
				}
			}
		}
	}
	if l.f.Family == ast.FamilyUnknown {
		return ast.FamilyIP
	}
	return l.f.Family
}

// guess finds the table of a group by its built-in chains, and where these leave
// a choice by the tables that its targets can stand in.
func (l *listing) guess(g *listGroup, taken map[tableKey]bool) {
	names := g.builtins()
	whole := wholeTables(names)
	can := whole
	if can == nil {
		for _, t := range tableNames {
			if hasAll(t, names) {
				can = append(can, t)
			}
		}
	}
	for _, c := range g.chains {
		for i := range c.rows {
			r := &c.rows[i]
			e := ext.Find(l.f.Text[r.from:r.to][r.target.from:r.target.to], true, g.family)
			if e == nil || e.Tables == nil {
				continue
			}
			if both := intersect(can, e.Tables); len(both) > 0 {
				can = both
			}
		}
	}
	if len(can) == 0 {
		can = tableNames[:1]
		l.fail(grammar.Errorf(g.chains[0].Span, "no table has the chains %s", strings.Join(names, ", ")).Expected("those of one table"))
	}
	g.table = can[0]
	if len(can) > 1 && len(whole) > 1 && taken[tableKey{g.family, can[0]}] && g.idle() {
		g.table = can[1] // security, whose chains are those of filter
	}
	if len(can) > 1 && whole == nil {
		l.fail(&grammar.Error{
			Span: g.chains[0].Span, Kind: grammar.RunTime,
			Msg:  "the listing does not say its table, which may be " + strings.Join(can, " or ") + "; it is read as " + g.table,
			Want: "the command, such as iptables -t " + g.table + " -L, in the line above",
		})
	}
}

// idle reports whether a table does nothing.
func (g *listGroup) idle() bool {
	return !slices.ContainsFunc(g.chains, func(c *listedChain) bool { return len(c.rows) > 0 || c.policy == ast.PolicyDrop })
}

func intersect(a, b []string) []string {
	var out []string
	for _, s := range a {
		if slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	return out
}

// build makes a table of a group.
func (l *listing) build(g *listGroup) {
	tb := l.b.table(g.family, g.table, g.name)
	tb.NameSpan = g.name
	for _, c := range g.chains {
		if c.replace {
			continue
		}
		a := tb.declare(c.name, c.Span)
		a.Policy, a.PolicySpan, a.Counters = c.policy, c.policySpan, c.counters
		if c.builtin != a.Base() {
			want := "(policy ACCEPT), as the chain is built into the table"
			if c.builtin {
				want = "(1 references), as table " + g.table + " has no such built-in chain"
			}
			l.fail(grammar.Errorf(c.Span, "chain %s in table %s", c.name.Text, g.table).Expected("%s", want))
			a.Policy = ast.PolicyNone
		}
		if len(c.name.Text) > maxChainName {
			l.fail(grammar.Errorf(c.name.Span, "the chain name %q is %d bytes long", c.name.Text, len(c.name.Text)).Expected("at most %d", maxChainName))
		}
		tb.Span = tb.Span.Join(c.Span)
	}
	r := &listReader{l: l, tb: tb, p: parser{
		family: g.family, table: g.table, restore: true, listing: true,
		isChain: func(_, name string) bool { return tb.chains[name] != nil },
	}}
	for _, c := range g.chains {
		if c.replace {
			continue
		}
		r.chain = tb.chains[c.name.Text]
		for i := 0; i < len(c.rows); i++ {
			row := &c.rows[i]
			tb.Span = tb.Span.Join(l.f.span(row.from, row.to))
			if row.err != nil {
				i = r.broken(c.rows, i)
				continue
			}
			r.row(c, row)
		}
	}
}

// listReader makes rules of the rows of a table.
type listReader struct {
	l     *listing
	p     parser
	low   ext.Lowering
	words []ext.Word
	tb    *tableBuilder
	chain *ast.Chain
}

// row makes a rule of a row.
func (r *listReader) row(c *listedChain, row *row) {
	f := r.l.f
	text, at := f.Text[row.from:row.to], f.span(row.from, row.to)
	ctx := ext.Context{Family: r.p.family, Table: r.p.table, Chain: c.name.Text, Listing: true}
	words, unknown, jump := row.line(r.words[:0], text, at.From, &ctx, c.name)
	r.words = words
	r.p.errs, r.p.partial = nil, len(unknown) > 0
	line := r.p.parse(words)
	line.Span, line.Counters = at, row.counters
	noTarget := jump.Valid() && line.Target.Ext == nil && r.tb.chains[jump.Text] == nil
	if noTarget {
		e := grammar.Errorf(jump.Span, "%s is neither a target nor a chain of the listing", jump.Text).Expected("a target of iptables-extensions(8), or the listing of the whole table")
		e.Hint = grammar.Near(jump.Text, ext.Names(true, r.p.family))
		r.p.fail(e)
	}
	for _, w := range unknown {
		if noTarget && w.To == at.To {
			continue // it is the text of the target
		}
		r.p.fail(grammar.Errorf(w.Span, "the listing does not say what %q means", w.Text).
			Expected("the text of a match or target that is known here; or what iptables-save prints"))
	}
	for _, e := range r.p.errs {
		r.l.fail(e)
	}
	if !(c.columns.in && c.columns.out) {
		line.Opaque = append(line.Opaque, ext.Word{Span: at, Text: "interfaces are not listed", Opaque: true})
	}
	if r.l.each != nil {
		r.l.each(r.tb, line)
	}
	lowerLine(&r.low, r.p.ctx, line, func(rule *ast.Rule) { r.chain.Rules = append(r.chain.Rules, rule) })
}

// broken takes rows that are none: each is a rule that is not understood. Rows
// that have not even the shape of one are taken as a whole, up to the next blank
// line; if they stand right below a rule's row they may be the end of it, so that
// this is not understood either. It returns the index of the last row taken.
func (r *listReader) broken(rows []row, i int) int {
	first, last := &rows[i], i
	if !first.rowlike {
		for last+1 < len(rows) && rows[last+1].after && rows[last+1].err != nil && !rows[last+1].rowlike {
			last++
		}
		if first.after && i > 0 && len(r.chain.Rules) > 0 {
			prev := r.chain.Rules[len(r.chain.Rules)-1]
			if !prev.Bad {
				prev.Bad = true
				prev.Stmts = append(prev.Stmts, &ast.Opaque{Span: prev.Span, Action: true})
			}
		}
	}
	r.l.fail(first.err)
	at := r.l.f.span(first.from, rows[last].to)
	r.low.NewRule(ext.Context{Family: r.p.family, Table: r.p.table, Chain: r.chain.Name}, at)
	r.low.Add(&ast.Opaque{Span: at, Text: r.l.f.Text[first.from:rows[last].to], Action: true})
	rule := r.low.EndRule()
	rule.Bad = true
	r.chain.Rules = append(r.chain.Rules, rule)
	return last
}
