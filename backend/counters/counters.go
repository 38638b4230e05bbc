// Package counters finds the counters that tell whether a stateful ruleset works:
// those of the rules that accept what is established, and of those that drop.
package counters

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/live"
	"github.com/ctlint/ctlint/checks/flows"
)

// Kind is what a rule does.
type Kind uint8

// The kinds of rules: those that accept packets as they are established, and
// perhaps related, but not new; and those that drop or reject. Rules that drop
// what is invalid are of the second kind.
const (
	Established Kind = iota
	Dropped
)

// String names the kind.
func (k Kind) String() string { return [...]string{"established", "dropped"}[k] }

// Rule is a rule, or a chain's policy, with what it has counted.
type Rule struct {
	Kind         Kind
	Family       ast.Family
	Table, Chain string
	Place        string // empty for a policy
	Text         string
	// Counts says that it counts at all: rules of nft do only if they say so,
	// and policies of nft never do.
	Counts bool
	ast.Counters
}

// Key identifies the rule from one reading to the next: its place and its text do
// not change while the ruleset stays the same, but for the counters in them.
func (r *Rule) Key() string {
	return strings.Join([]string{r.Family.String(), r.Table, r.Chain, r.Place}, "\x00")
}

// Of returns the rules of both kinds, in their order.
func Of(rs *live.Ruleset) []Rule {
	var out []Rule
	for _, t := range rs.Tables {
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				kind, ok := kindOf(t, r)
				if !ok {
					continue
				}
				x := Rule{Kind: kind, Family: t.Family, Table: t.Name, Chain: c.Name, Place: rs.Place(r), Text: rs.Text(r)}
				if n := counted(t, r); n != nil {
					x.Counts, x.Counters = true, *n
				}
				out = append(out, x)
			}
			if c.Base() && c.Policy == ast.PolicyDrop {
				x := Rule{Kind: Dropped, Family: t.Family, Table: t.Name, Chain: c.Name, Text: "policy drop"}
				if c.Counters != nil {
					x.Counts, x.Counters = true, *c.Counters
				}
				out = append(out, x)
			}
		}
	}
	return out
}

// kindOf returns what a rule does.
func kindOf(t *ast.Table, r *ast.Rule) (k Kind, ok bool) {
	established := false
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			established = established || onlyEstablished(s)
		case *ast.AnyOf:
			// --ctstate ESTABLISHED,DNAT is one state or another status.
			for _, alt := range s.Alts {
				for _, c := range alt {
					if m, ok := c.(*ast.Match); ok && !s.Not && onlyEstablished(m) {
						established = true
					}
				}
			}
		case *ast.VMap:
			return Established, acceptsEstablished(t, s)
		case *ast.Reject:
			return Dropped, true
		case *ast.Verdict:
			if s.Kind == ast.VerdictDrop {
				return Dropped, true
			}
			return Established, s.Kind == ast.VerdictAccept && established
		}
	}
	return 0, false
}

// onlyEstablished reports whether a match holds for established packets, and not
// for new ones.
func onlyEstablished(m *ast.Match) bool {
	if c, ok := m.Left.(*ast.CT); !ok || c.Key != ast.CTState {
		return false
	}
	bits, known := flows.StateBits(m)
	return known && bits&ast.StateEstablished != 0 && bits&ast.StateNew == 0
}

// acceptsEstablished reports whether a verdict map over states accepts what is
// established.
func acceptsEstablished(t *ast.Table, m *ast.VMap) bool {
	if c, ok := m.Key.(*ast.CT); !ok || c.Key != ast.CTState {
		return false
	}
	var elems []*ast.Elem
	switch s := m.Map.(type) {
	case *ast.SetLit:
		elems = s.Elems
	case *ast.SetRef:
		if set := t.Set(s.Name); set != nil {
			elems = set.Elems
		}
	}
	for _, e := range elems {
		state, isState := e.Key.(*ast.Int)
		v, isVerdict := e.Data.(*ast.Verdict)
		if isState && isVerdict && state.Val&ast.StateEstablished != 0 && v.Kind == ast.VerdictAccept {
			return true
		}
	}
	return false
}

// counted returns what a rule has counted; nil if it does not count. A counter of
// nft counts what has come so far: it says what the rule did only if no condition
// follows, and no map of verdicts, which does one thing with some packets and
// another with others.
func counted(t *ast.Table, r *ast.Rule) *ast.Counters {
	if r.Counters != nil {
		return r.Counters
	}
	for i := len(r.Stmts) - 1; i >= 0; i-- {
		switch s := r.Stmts[i].(type) {
		case *ast.Match, *ast.AnyOf, *ast.VMap, *ast.Limit, *ast.Quota, *ast.ConnLimit, *ast.SetOp, *ast.Meter, *ast.Opaque:
			return nil
		case *ast.Counter:
			return &s.Counters
		case *ast.ObjRef:
			if s.Kind != ast.ObjectCounter {
				continue
			}
			name, ok := s.Name.(*ast.String)
			if !ok {
				continue
			}
			for _, o := range t.Objects {
				if c, ok := o.Stmt.(*ast.Counter); ok && o.Name == name.Val {
					return &c.Counters
				}
			}
		}
	}
	return nil
}
