package graph

import (
	"go/token"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/load"
)

// New computes the graph of a host.
func New(h *ruleset.Host) *Graph {
	g := &Graph{chains: map[*ast.Chain]*Chain{}}
	for s, t := range h.Tables() {
		table := newTable(h.Fset, s, t)
		g.Tables = append(g.Tables, table)
		for _, c := range table.Chains {
			g.chains[c.Chain] = c
		}
	}
	return g
}

func newTable(fset *token.FileSet, s *load.Source, at *ast.Table) *Table {
	t := &Table{
		Table: at, Source: s, fset: fset,
		Chains: make([]*Chain, 0, len(at.Chains)),
		chains: make(map[string]*Chain, len(at.Chains)),
		maps:   map[string]*Map{},
	}
	slab := make([]Chain, len(at.Chains))
	for i, c := range at.Chains {
		slab[i] = Chain{Chain: c, Table: t, Index: i}
		t.Chains = append(t.Chains, &slab[i])
		if t.chains[c.Name] == nil {
			t.chains[c.Name] = &slab[i]
		}
	}
	for _, set := range at.Sets {
		if len(set.Data) == 1 && set.Data[0] == ast.TypeVerdict {
			m := &Map{Set: set}
			t.Maps = append(t.Maps, m)
			t.maps[set.Name] = m
		}
	}
	for _, c := range t.Chains {
		for i, r := range c.Rules {
			t.calls(c, i, r, r.Stmts)
		}
	}
	for _, m := range t.Maps {
		for _, e := range m.Elems {
			if call, ok := t.verdict(Call{}, e.Data); ok {
				m.Calls = append(m.Calls, call)
				if call.To != nil {
					call.To.inMaps = append(call.To.inMaps, m)
				}
			}
		}
	}
	t.connect()
	return t
}

// calls adds the calls that the statements make.
func (t *Table) calls(c *Chain, index int, r *ast.Rule, stmts []ast.Stmt) {
	at := Call{From: c, Rule: r, Index: index}
	for _, s := range stmts {
		switch s := s.(type) {
		case *ast.Verdict:
			if call, ok := t.verdict(at, s); ok {
				c.add(call)
			}
		case *ast.VMap:
			t.lookup(at, s)
		case *ast.AnyOf:
			for _, alt := range s.Alts {
				t.calls(c, index, r, alt)
			}
		case *ast.Opaque:
			if s.Action {
				t.opaque(at, s)
			}
		case *ast.SetOp:
			t.calls(c, index, r, s.Stmts)
		case *ast.Meter:
			t.calls(c, index, r, s.Stmts)
		}
	}
}

// opaque adds the chains that a rule may call which could not be understood:
// those whose names stand in it. Its own chain's does in any case, so that one
// is left out.
func (t *Table) opaque(at Call, s *ast.Opaque) {
	if !at.Rule.Bad {
		t.Unclear = true
		return
	}
	at.Maybe, at.Node = true, s
	for _, name := range strings.FieldsFunc(t.text(at.Rule), func(r rune) bool { return strings.ContainsRune(" \t\"';{},", r) }) {
		if to := t.chains[name]; to != nil && to != at.From {
			at.To, at.Name = to, name
			at.From.add(at)
		}
	}
}

// text returns the source of a node.
func (t *Table) text(n ast.Node) string {
	f := t.fset.File(n.Pos())
	if f == nil || f.Name() != t.Source.Name {
		return ""
	}
	return t.Source.Text[f.Offset(n.Pos()):f.Offset(n.End())]
}

func (t *Table) lookup(at Call, s *ast.VMap) {
	switch m := s.Map.(type) {
	case *ast.SetLit:
		for _, e := range m.Elems {
			if call, ok := t.verdict(at, e.Data); ok {
				at.From.add(call)
			}
		}
	case *ast.SetRef:
		at.Map, at.Name, at.Node = t.maps[m.Name], m.Name, s
		if at.Map != nil {
			at.Map.Uses = append(at.Map.Uses, at)
			at.From.Calls = append(at.From.Calls, at)
		}
	}
}

// verdict returns the call that a verdict makes, and whether it makes one.
func (t *Table) verdict(at Call, s ast.Stmt) (Call, bool) {
	v, ok := s.(*ast.Verdict)
	if !ok || v.Kind != ast.VerdictJump && v.Kind != ast.VerdictGoto {
		return at, false
	}
	at.To, at.Name, at.Goto, at.Node = t.chains[v.Chain], v.Chain, v.Kind == ast.VerdictGoto, v
	if at.To == nil {
		t.Undefined = append(t.Undefined, at)
	}
	return at, true
}

func (c *Chain) add(call Call) {
	c.Calls = append(c.Calls, call)
	if call.To != nil {
		call.To.callers = append(call.To.callers, call)
	}
}

// connect finds the circles and the hooks of each chain, and which chains
// decide.
func (t *Table) connect() {
	n := newNodes(t)
	groups := n.components() // callees before callers
	for _, group := range groups {
		if !n.circular(group) {
			if c := n.chain(group[0]); c != nil {
				c.Decides = decides(c)
			}
			continue
		}
		slices.Sort(group)
		var cycle []*Chain
		for _, id := range group {
			if c := n.chain(id); c != nil {
				cycle = append(cycle, c)
			}
		}
		t.Cycles = append(t.Cycles, cycle)
	}
	slices.SortFunc(t.Cycles, func(a, b []*Chain) int { return a[0].Index - b[0].Index })
	for i, cycle := range t.Cycles {
		for _, c := range cycle {
			c.cycle = i + 1
		}
	}
	if n.unsure {
		n.maybe = true
		groups = n.components()
	}
	n.spreadHooks(groups)
}
