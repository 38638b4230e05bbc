package xt2nft

import (
	"bytes"
	"fmt"
	"go/token"
	"math/bits"
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	syntax "github.com/ctlint/ctlint/grammar/nft"
)

// Prove holds the result to what it was made of. The script is read again, and each
// of its rules must mean what the rule in the ruleset does that it was printed from;
// runs of rules that have become one must come to the same, value by value; and a
// packet that a rule of the source is for must fare alike. An error is a mistake in
// this program.
func (r *Result) Prove() error {
	if r.Text == nil {
		return nil
	}
	if len(r.Blocks) == 0 { // else the chains have other rules by now
		for i := range r.Merged {
			if err := r.Merged[i].Verify(); err != nil {
				return err
			}
		}
	}
	for i := range r.Blocks {
		if err := r.Blocks[i].Verify(); err != nil {
			return err
		}
	}
	f := syntax.ParseAt(token.NewFileSet(), "translation", string(r.Text), 1, syntax.Options{Alone: true})
	for _, e := range f.Errors {
		if e.Kind != grammar.RunTime {
			return fmt.Errorf("the script cannot be read again: %w", e)
		}
	}
	if err := same(r.Ruleset, f.Ruleset); err != nil {
		return err
	}
	if r.Refused() > 0 {
		return nil // what is left out is told of
	}
	return r.witness()
}

// same compares what was printed with what was read.
func same(printed, read *ast.Ruleset) error {
	for _, u := range read.Tables {
		if printed.Table(u.Family, u.Name) == nil && len(u.Chains)+len(u.Sets)+len(u.Objects) > 0 {
			return fmt.Errorf("table %s %s is read, and none is printed", u.Family, u.Name)
		}
	}
	for _, t := range printed.Tables {
		u := read.Table(t.Family, t.Name)
		if u == nil || len(t.Chains) != len(u.Chains) || len(t.Sets) != len(u.Sets) || len(t.Objects) != len(u.Objects) {
			return fmt.Errorf("table %s %s is not read as it is printed", t.Family, t.Name)
		}
		for i, c := range t.Chains {
			if err := sameChain(c, u.Chains[i]); err != nil {
				return fmt.Errorf("table %s %s, chain %s: %w", t.Family, t.Name, c.Name, err)
			}
		}
		for i, s := range t.Sets {
			v := u.Sets[i]
			if s.Name != v.Name || len(s.Elems) != len(v.Elems) || s.Timeout != v.Timeout || !slices.Equal(s.Flags, v.Flags) {
				return fmt.Errorf("table %s %s, set %s is not read as it is printed", t.Family, t.Name, s.Name)
			}
		}
	}
	return nil
}

func sameChain(c, d *ast.Chain) error {
	if c.Name != d.Name || c.Hook != d.Hook || c.Type != d.Type || c.Priority != d.Priority || c.Policy != d.Policy {
		return fmt.Errorf("it is read as chain %s, hook %s, type %s, priority %d, policy %s", d.Name, d.Hook, d.Type, d.Priority, d.Policy)
	}
	var a, b []byte
	n := 0
	for _, r := range c.Rules {
		if len(r.Stmts) == 0 {
			continue // the place of a refused one
		}
		if n == len(d.Rules) {
			return fmt.Errorf("%d rules are printed, and %d read", len(c.Rules), n)
		}
		if a, b = meaning(a[:0], r), meaning(b[:0], d.Rules[n]); !bytes.Equal(a, b) {
			return fmt.Errorf("a rule is printed as %s and read as %s", a, b)
		}
		n++
	}
	if n < len(d.Rules) {
		return fmt.Errorf("%d rules are printed, and %d read", n, len(d.Rules))
	}
	return nil
}

// meaning appends what a rule means, whichever way it was written: matches that stand
// together are in no order, and what nft supplies or says otherwise is said alike.
func meaning(b []byte, r *ast.Rule) []byte {
	var run []string
	flush := func() {
		slices.Sort(run)
		for _, s := range run {
			b = append(append(b, s...), ' ')
		}
		run = run[:0]
	}
	for _, s := range r.Stmts {
		s = alike(s)
		if _, ok := s.(*ast.Match); ok {
			run = append(run, string(ast.AppendMeaning(nil, s)))
			continue
		}
		flush()
		b = append(ast.AppendMeaning(b, s), ' ')
	}
	flush()
	return b
}

// defaultBurst is the burst of a limit in packets that says none
// (NFT_LIMIT_PKT_BURST_DEFAULT).
const defaultBurst = 5

// alike returns one form of a statement that may be written in several.
func alike(s ast.Stmt) ast.Stmt {
	switch s := s.(type) {
	case *ast.Reject:
		if s.Kind == "icmp" && s.Code == 3 || s.Kind == "icmpv6" && s.Code == 4 {
			return &ast.Reject{} // port-unreachable, the default
		}
	case *ast.Limit:
		if s.Burst == defaultBurst && !s.Bytes {
			l := *s
			l.Burst = 0
			return &l
		}
	case *ast.SetOp:
		o := *s
		o.Stmts = nil
		for _, x := range s.Stmts {
			o.Stmts = append(o.Stmts, alike(x))
		}
		return &o
	case *ast.Match:
		return bitsAlike(s)
	}
	return s
}

// bitsAlike returns a match on bits as one of a list of bits, where it is that.
func bitsAlike(m *ast.Match) ast.Stmt {
	b, ok := m.Left.(*ast.Binary)
	if !ok || b.Op != ast.OpAnd || !ast.TypeOf(b.Left).Bitmask() {
		return m
	}
	mask, ok1 := b.Right.(*ast.Int)
	want, ok2 := m.Right.(*ast.Int)
	if !ok1 || !ok2 || m.Op != ast.OpEq && m.Op != ast.OpNe {
		return m
	}
	none := m.Op == ast.OpEq
	switch {
	case want.Val == 0:
	case want.Val == mask.Val && bits.OnesCount64(mask.Val) == 1:
		none = !none
	default:
		return m
	}
	out := &ast.Match{Left: b.Left, Op: ast.OpAny, Right: mask}
	if none {
		out.Op = ast.OpNone
	}
	return out
}
