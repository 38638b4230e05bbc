package xt2nft

import (
	"github.com/ctlint/ctlint/ast"
)

// table is a table that is being rewritten.
type table struct {
	*rewriter
	src, dst *ast.Table
	chains   names // of chains
	sets     names // of sets and objects
	lists    map[string]*recentList
	limits   map[string]*hashTable
	ipsets   map[string]*ipset
	// counts is how many sets of connections there are.
	counts int
	extra  []*ast.Chain // chains that no rule of the source stands for
	late   *late
}

func (w *rewriter) table(src *ast.Table) {
	t := w.begin(src)
	w.tables[src] = t
	for _, c := range src.Chains {
		name := t.chains.name(c.Name)
		switch {
		case name == c.Name:
		case t.with[src] != nil:
			t.note(c.NameSpan, "chain %s of table %s is called %s, as chains of another table are in the same now", c.Name, src.Name, name)
		default:
			t.note(c.NameSpan, "chain %s is called %s, as nft cannot read its name", c.Name, name)
		}
	}
	t.targets()
	t.findLate()
	for _, c := range src.Chains {
		t.chain(c)
	}
	t.addLate()
	t.dst.Chains = append(t.dst.Chains, t.extra...)
}

// begin makes the table of the result: a new one, or where tables are made one, the
// first of them.
func (w *rewriter) begin(src *ast.Table) *table {
	if first := w.with[src]; first != nil {
		t := *w.tables[first]
		t.src, t.extra = src, nil
		t.chains.given, t.chains.prefix = map[string]string{}, src.Name+"_"
		w.note(src.NameSpan, "table %s is in table %s, as rules of both use the same lists, and a set of nft belongs to one table", src.Name, t.dst.Name)
		return &t
	}
	t := &table{
		rewriter: w, src: src,
		dst:    &ast.Table{Span: src.Span, NameSpan: src.NameSpan, Name: src.Name, Family: src.Family, Comment: src.Comment},
		chains: newNames(false), sets: newNames(true),
		lists: map[string]*recentList{}, limits: map[string]*hashTable{}, ipsets: map[string]*ipset{},
	}
	tables := newNames(false)
	if name := tables.name(src.Name); name != src.Name {
		w.note(src.NameSpan, "table %s is called %s, as nft cannot read its name", src.Name, name)
		t.dst.Name = name
	}
	w.Ruleset.Tables = append(w.Ruleset.Tables, t.dst)
	t.collect(src)
	for other, first := range w.with {
		if first == src {
			t.collect(other)
		}
	}
	return t
}

// targets declares the chains that rules go to and that no line declares: in
// command lines they are from elsewhere.
func (t *table) targets() {
	for _, c := range t.src.Chains {
		for _, r := range c.Rules {
			for _, s := range r.Stmts {
				if v, ok := s.(*ast.Verdict); ok && v.Chain != "" && !t.chains.has(v.Chain) {
					t.chains.name(v.Chain)
					t.dst.Chains = append(t.dst.Chains, &ast.Chain{Span: v.Span, NameSpan: v.Span, Name: t.chains.name(v.Chain)})
					t.note(v.Span, "chain %s is declared, and empty: nothing here says what is in it", v.Chain)
				}
			}
		}
	}
}

// chain rewrites a chain.
func (t *table) chain(src *ast.Chain) {
	c := &ast.Chain{
		Span: src.Span, Name: t.chains.name(src.Name), NameSpan: src.NameSpan,
		Hook: src.Hook, Type: src.Type, Priority: src.Priority, Policy: src.Policy, PolicySpan: src.PolicySpan, Comment: src.Comment,
	}
	if c.Base() && c.Policy == ast.PolicyNone {
		c.Policy = ast.PolicyAccept // nobody has set another
	}
	if src.Implicit && !src.Base() {
		at := src.Span
		if !at.Valid() && len(src.Rules) > 0 {
			at = src.Rules[0].Span
		}
		t.note(at, "chain %s is not declared here; the rules are added to its end", src.Name)
	}
	if n := src.Counters; t.Counters == KeepCounters && n != nil && n.Packets != 0 {
		t.note(src.Span, "the policy of chain %s has counted %d packets, and nft counts none for a policy", src.Name, n.Packets)
	}
	t.dst.Chains = append(t.dst.Chains, c)
	if len(src.Rules) > 0 {
		c.Rules = make([]*ast.Rule, 0, len(src.Rules))
	}
	w := rule{table: t, chain: src, cur: c}
	for i, r := range src.Rules {
		w.rewrite(r, i+1)
	}
}
