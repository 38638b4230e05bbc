package nft

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// Unsaid tells which statements of a rule of a family are left out of a text,
// since nft adds them by itself when it reads the others: hide has an entry for
// each statement, appended to hide. An Implied match that nft would not add is not
// among them, so it is said. The error is that nft would refuse the rule, or add a
// condition to it that it does not have.
func (im *Implier) Unsaid(hide []bool, f ast.Family, r *ast.Rule) ([]bool, *grammar.Error) {
	from := len(hide)
	for _, s := range r.Stmts {
		m, ok := s.(*ast.Match)
		hide = append(hide, ok && m.Implied)
	}
	// What nft does not add after all is said, and then nft may add other
	// matches, or none, for what follows.
	for {
		again, err := im.imply(f, r, hide[from:])
		if !again || err != nil {
			return hide, err
		}
	}
}

// imply compares the statements that are hidden with what nft adds for the
// others. It reports whether one is not hidden any more.
func (im *Implier) imply(f ast.Family, r *ast.Rule, hide []bool) (again bool, err *grammar.Error) {
	im.Begin(f)
	added := im.added[:0]
	for range r.Stmts {
		added = append(added, false)
	}
	im.added = added
	for i, s := range r.Stmts {
		if hide[i] {
			continue
		}
		first, before, err := im.Next(s)
		if err != nil {
			return false, grammar.Errorf(s.Source(), "nft refuses the rule: %v", err)
		}
		for n := range len(first) + len(before) {
			var m ast.Stmt
			at := i
			if n < len(first) {
				m, at = first[n], 0
			} else {
				m = before[n-len(first)]
			}
			j := hidden(r, hide, added, m)
			if j < 0 {
				return false, grammar.Errorf(s.Source(), "nft would add a condition that the rule does not have: %s", ast.Dump(m))
			}
			if !pureBetween(r, hide, j, at) {
				hide[j] = false // it is said where it stands
				return true, nil
			}
			added[j] = true
		}
	}
	for i := range hide {
		if hide[i] && !added[i] {
			hide[i], again = false, true
		}
	}
	return again, nil
}

// hidden returns the index of a hidden statement that nft adds, or -1.
func hidden(r *ast.Rule, hide, added []bool, m ast.Stmt) int {
	for i, s := range r.Stmts {
		if hide[i] && !added[i] && ast.Equal(s, m) {
			return i
		}
	}
	return -1
}

// pureBetween reports whether it makes no difference if a match stands at one
// place of a rule or at another: nothing that is said between them does more than
// look at the packet.
func pureBetween(r *ast.Rule, hide []bool, i, j int) bool {
	for k := min(i, j); k < max(i, j); k++ {
		if hide[k] {
			continue
		}
		m, ok := r.Stmts[k].(*ast.Match)
		if !ok {
			return false
		}
		for n := range ast.Preorder(m) {
			if _, counts := n.(*ast.Numgen); counts {
				return false
			}
		}
	}
	return true
}
