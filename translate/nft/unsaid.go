package nft

import "github.com/ctlint/ctlint/ast"

// unsaid returns which statements of a rule are left out, as nft adds them by
// itself; nil if none is. A rule without a match that nft would add is refused:
// the text would mean less than the rule.
func (p *printer) unsaid(r *ast.Rule) []bool {
	from := len(p.hide)
	for _, s := range r.Stmts {
		m, ok := s.(*ast.Match)
		p.hide = append(p.hide, ok && m.Implied)
	}
	hide := p.hide[from:]
	// What nft does not add after all is said, and then nft may add other
	// matches, or none, for what follows.
	for p.table != nil && p.imply(r, hide) {
	}
	return hide
}

// imply compares the statements that are hidden with what nft adds for the
// others. It reports whether one is not hidden any more.
func (p *printer) imply(r *ast.Rule, hide []bool) (again bool) {
	p.implier.Begin(p.table.Family)
	added := p.added[:0]
	for range r.Stmts {
		added = append(added, false)
	}
	p.added = added
	for i, s := range r.Stmts {
		if hide[i] {
			continue
		}
		first, before, err := p.implier.Next(s)
		if err != nil {
			p.refuse(s, "nft refuses the rule: %v", err)
			return false
		}
		for n := range len(first) + len(before) {
			var m ast.Stmt
			if n < len(first) {
				m = first[n]
			} else {
				m = before[n-len(first)]
			}
			j := hidden(r, hide, added, m)
			if j < 0 {
				p.stmt = s
				p.refuse(s, "nft would add a condition that the rule does not have: %s", ast.Dump(m))
				return false
			}
			at := i
			if n < len(first) {
				at = 0
			}
			if !pureBetween(r, hide, j, at) {
				hide[j] = false // it is said where it stands
				return true
			}
			added[j] = true
		}
	}
	for i := range hide {
		if hide[i] && !added[i] {
			hide[i], again = false, true
		}
	}
	return again
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
