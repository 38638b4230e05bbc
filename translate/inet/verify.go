package inet

import (
	"fmt"

	"github.com/ctlint/ctlint/ast"
)

// Verify proves a table: what of it packets of a family meet must be the chains of the
// table that it was made of.
func (m *Merged) Verify() error {
	for _, s := range []struct {
		table  *ast.Table
		number uint64
		names  map[string]string
	}{{m.V4, 2, m.names[0]}, {m.V6, 10, m.names[1]}} {
		for _, c := range s.table.Chains {
			if err := m.verify(c, &side{family: s.table.Family, number: s.number, sets: s.names}); err != nil {
				return fmt.Errorf("table inet %s, chain %s, for %s: %w", m.Table.Name, c.Name, s.table.Family, err)
			}
		}
	}
	for _, c := range m.Table.Chains {
		if c.Base() && c.Policy == ast.PolicyDrop && (m.V4.Chain(c.Name) == nil || m.V6.Chain(c.Name) == nil) {
			return fmt.Errorf("table inet %s, chain %s drops packets of a family that has no such chain", m.Table.Name, c.Name)
		}
	}
	return nil
}

func (m *Merged) verify(c *ast.Chain, s *side) error {
	n := m.Table.Chain(c.Name)
	if n == nil || n.Hook != c.Hook || n.Type != c.Type || n.Priority != c.Priority {
		return fmt.Errorf("it is not there, or elsewhere")
	}
	i, old := 0, met(c)
	policy := n.Policy
	for _, r := range n.Rules {
		stmts, ok := without(r, s.number)
		switch {
		case !ok || len(r.Stmts) == 0:
			continue
		case n.Policy != c.Policy && i == len(old):
			if v, ok := stmts[0].(*ast.Verdict); !ok || len(stmts) != 1 || v.Kind != ast.VerdictDrop {
				return fmt.Errorf("a rule stands behind the last")
			}
			policy = ast.PolicyDrop
			continue
		case i == len(old):
			return fmt.Errorf("there are more rules than %d", i)
		}
		if a, b := text(stmts), text(s.rule(old[i]).Stmts); a != b {
			return fmt.Errorf("rule %d was %s, and is %s", i+1, b, a)
		}
		i++
	}
	if i < len(old) {
		return fmt.Errorf("of %d rules, %d are left", len(old), i)
	}
	if c.Base() && policy != c.Policy {
		return fmt.Errorf("the policy was %s, and is %s", c.Policy, policy)
	}
	return nil
}

// met are the rules of a chain without those that only keep a place.
func met(c *ast.Chain) (out []*ast.Rule) {
	for _, r := range c.Rules {
		if len(r.Stmts) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// without returns the statements of a rule without the guard of a family; false if it
// is guarded for the other.
func without(r *ast.Rule, number uint64) ([]ast.Stmt, bool) {
	if len(r.Stmts) == 0 {
		return nil, true
	}
	m, ok := r.Stmts[0].(*ast.Match)
	if !ok {
		return r.Stmts, true
	}
	k, ok := m.Left.(*ast.Meta)
	n, num := m.Right.(*ast.Int)
	if !ok || !num || k.Key != ast.MetaNfproto {
		return r.Stmts, true
	}
	return r.Stmts[1:], n.Val == number
}

func text(stmts []ast.Stmt) string {
	var b []byte
	for _, s := range stmts {
		b = append(ast.AppendMeaning(b, s), ' ')
	}
	return string(b)
}
