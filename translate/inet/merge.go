package inet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/translate/nft"
)

// Merged is a table that has come to be of two.
type Merged struct {
	Table *ast.Table
	// V4 and V6 are those that it was made of.
	V4, V6 *ast.Table
	// Once is how many rules of both stand once now.
	Once int

	names [2]map[string]string // of the sets of both, and what they are called now
}

// Kept is a pair of tables that stay two.
type Kept struct {
	V4, V6 *ast.Table
	Why    string
}

// Merge makes one table of each pair of tables of IPv4 and IPv6 that have the same
// name, at the place of the first. The tables it is given stay as they are.
func Merge(rs *ast.Ruleset) (merged []Merged, kept []Kept) {
	var out []*ast.Table
	gone := map[*ast.Table]bool{}
	for _, t := range rs.Tables {
		if gone[t] {
			continue
		}
		a, b := rs.Table(ast.FamilyIP, t.Name), rs.Table(ast.FamilyIP6, t.Name)
		if t != a && t != b || a == nil || b == nil {
			out = append(out, t)
			continue
		}
		m, why := merge(rs, a, b)
		if why != "" {
			if t == a || !slices.Contains(out, a) {
				kept = append(kept, Kept{a, b, why})
			}
			gone[a], gone[b] = true, true
			out = append(out, a, b)
			continue
		}
		merged = append(merged, *m)
		gone[a], gone[b] = true, true
		out = append(out, m.Table)
	}
	rs.Tables = out
	return merged, kept
}

// side is one of the two tables.
type side struct {
	table  *ast.Table
	family ast.Family
	number uint64 // of the family (NFPROTO_IPV4, NFPROTO_IPV6)
	sets   map[string]string
}

type merger struct {
	*Merged
	sides [2]*side
}

func merge(rs *ast.Ruleset, a, b *ast.Table) (*Merged, string) {
	for _, c := range rs.Commands {
		if c.Table == a.Name {
			return nil, "the script acts on them before it fills them"
		}
	}
	t := &ast.Table{Span: a.Span, NameSpan: a.NameSpan, Name: a.Name, Family: ast.FamilyInet, Comment: a.Comment}
	if rs.Table(ast.FamilyInet, a.Name) != nil {
		return nil, "there is a table of the family inet of their name"
	}
	m := &merger{Merged: &Merged{Table: t, V4: a, V6: b}}
	m.sides = [2]*side{{table: a, family: ast.FamilyIP, number: 2, sets: map[string]string{}}, {table: b, family: ast.FamilyIP6, number: 10, sets: map[string]string{}}}
	for i, s := range m.sides {
		m.names[i] = s.sets
		if why := s.separate(); why != "" {
			return nil, why
		}
		m.declare(s)
	}
	for _, c := range a.Chains {
		if why := m.chain(c, b.Chain(c.Name)); why != "" {
			return nil, why
		}
	}
	for _, c := range b.Chains {
		if a.Chain(c.Name) == nil {
			if why := m.chain(nil, c); why != "" {
				return nil, why
			}
		}
	}
	o := nft.Options{Before: func(r *ast.Rule) ([]string, bool) { return nil, len(r.Stmts) == 0 }}
	if err := nft.Print(discard{}, &ast.Ruleset{Tables: []*ast.Table{t}}, o); err != nil {
		return nil, fmt.Sprintf("nft cannot say it for both: %v", err)
	}
	return m.Merged, ""
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// separate says why a table has to stay for its family.
func (s *side) separate() (why string) {
	for _, c := range s.table.Chains {
		if c.Type == ast.ChainNAT {
			return "NAT rewrites addresses of one family"
		}
		for _, r := range c.Rules {
			for _, x := range r.Stmts {
				switch x.(type) {
				case *ast.Dup:
					return "nft copies packets (dup) in tables of one family alone"
				case *ast.NAT:
					return "NAT rewrites addresses of one family"
				}
			}
		}
	}
	return ""
}

// declare takes the sets and objects of a table over; those of a name that the other
// has get another.
func (m *merger) declare(s *side) {
	taken := func(name string) bool {
		return m.Table.Set(name) != nil || slices.ContainsFunc(m.Table.Objects, func(o *ast.Object) bool { return o.Name == name })
	}
	name := func(old string) string {
		n := old
		for taken(n) {
			n += "6"
		}
		s.sets[old] = n
		return n
	}
	for _, x := range s.table.Sets {
		c := *x
		c.Name = name(x.Name)
		m.Table.Sets = append(m.Table.Sets, &c)
	}
	for _, x := range s.table.Objects {
		c := *x
		c.Name = name(x.Name)
		m.Table.Objects = append(m.Table.Objects, &c)
	}
}

// chain merges two chains of one name, of which one may be missing.
func (m *merger) chain(a, b *ast.Chain) string {
	src := a
	if a == nil {
		src = b
	}
	c := *src
	c.Rules = nil
	if a != nil && b != nil && (a.Hook != b.Hook || a.Type != b.Type || a.Priority != b.Priority) {
		return fmt.Sprintf("chain %s is at another place for IPv6", a.Name)
	}
	m.Table.Chains = append(m.Table.Chains, &c)
	lists := [2][]*rule{m.rules(0, a), m.rules(1, b)}
	if !c.Base() && (a == nil || b == nil) {
		for _, list := range lists { // packets of the other family do not come here
			for _, r := range list {
				n := r.Rule
				if _, err := nft.Rule(nil, n, m.Table); err != nil || portOfUnknown(n) {
					n = r.guarded() // nft adds the guard by itself, or needs it
				}
				c.Rules = append(c.Rules, n)
			}
		}
		return ""
	}
	m.align(&c, lists)
	if !c.Base() {
		return ""
	}
	drops := [2]bool{a != nil && a.Policy == ast.PolicyDrop, b != nil && b.Policy == ast.PolicyDrop}
	if drops[0] == drops[1] {
		return ""
	}
	c.Policy = ast.PolicyAccept
	for i, chain := range []*ast.Chain{a, b} {
		if !drops[i] {
			continue
		}
		if leaves(chain) {
			return fmt.Sprintf("the policies of chain %s differ, and a rule of it returns to the policy", chain.Name)
		}
		end := &rule{side: m.sides[i], Rule: &ast.Rule{Span: chain.PolicySpan, Stmts: []ast.Stmt{&ast.Verdict{Span: chain.PolicySpan, Kind: ast.VerdictDrop}}}}
		c.Rules = append(c.Rules, end.guarded())
	}
	return ""
}

// leaves reports whether a packet may come to the policy of a chain by other ways than
// past its last rule.
func leaves(c *ast.Chain) bool {
	for _, r := range c.Rules {
		for _, s := range r.Stmts {
			switch s := s.(type) {
			case *ast.Verdict:
				if s.Kind == ast.VerdictReturn || s.Kind == ast.VerdictGoto {
					return true
				}
			case *ast.VMap:
				return true
			}
		}
	}
	return false
}

// rules returns the rules of a chain of one side in the words of the family inet.
func (m *merger) rules(i int, c *ast.Chain) (out []*rule) {
	if c == nil {
		return nil
	}
	for _, r := range c.Rules {
		out = append(out, m.sides[i].rule(r))
	}
	return out
}

// align puts the rules of both sides into a chain: those that are the same in both
// stand once, as far as the order of each allows.
func (m *merger) align(c *ast.Chain, lists [2][]*rule) {
	var text [2]strings.Builder
	for i, list := range lists {
		for _, r := range list {
			text[i].WriteString(r.key() + "\n")
		}
	}
	d := diffmatchpatch.New()
	d.DiffTimeout = 0
	x, y, lines := d.DiffLinesToRunes(text[0].String(), text[1].String())
	at := [2]int{}
	for _, part := range d.DiffCharsToLines(d.DiffMainRunes(x, y, false), lines) {
		n := strings.Count(part.Text, "\n")
		switch part.Type {
		case diffmatchpatch.DiffEqual:
			for k := range n {
				c.Rules = append(c.Rules, lists[0][at[0]+k].both(lists[1][at[1]+k]))
			}
			m.Once += n
			at[0], at[1] = at[0]+n, at[1]+n
		case diffmatchpatch.DiffDelete:
			for k := range n {
				c.Rules = append(c.Rules, lists[0][at[0]+k].guarded())
			}
			at[0] += n
		case diffmatchpatch.DiffInsert:
			for k := range n {
				c.Rules = append(c.Rules, lists[1][at[1]+k].guarded())
			}
			at[1] += n
		}
	}
}
