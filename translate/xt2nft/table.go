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
}

func (w *rewriter) table(src *ast.Table) {
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
	for _, c := range src.Chains {
		if name := t.chains.name(c.Name); name != c.Name {
			w.note(c.NameSpan, "chain %s is called %s, as nft cannot read its name", c.Name, name)
		}
	}
	t.targets()
	t.collect()
	for _, c := range src.Chains {
		t.chain(c)
	}
	t.dst.Chains = append(t.dst.Chains, t.extra...)
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
		t.note(src.Span, "chain %s is not declared here; the rules are added to its end", src.Name)
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
