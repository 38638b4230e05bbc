package ext

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// A match of nft fails where the packet has no such thing as it looks at, what-
// ever its operator is. Many matches of xtables, when they are negated, hold
// there: ! --uid-owner 0 holds for a packet without a socket. So the negation of
// such a condition is the negation of the whole match, not that of its operator.

// MatchOrAbsent adds a match of which the negation also holds where the packet
// has nothing of that kind.
func (l *Lowering) MatchOrAbsent(s ast.Span, left ast.Expr, op ast.Op, not bool, right ast.Expr) {
	if not {
		l.AnyOf(s, true, []ast.Stmt{l.NewMatch(s, left, op, right)})
		return
	}
	l.Match(s, left, op, false, right)
}

// AnyOf adds alternatives: the rule goes on where one of them holds, or with
// not, where none does.
func (l *Lowering) AnyOf(s ast.Span, not bool, alts ...[]ast.Stmt) {
	l.Add(&ast.AnyOf{Span: s, Alts: alts, Not: not, Use: l.use})
}

// Collect returns the statements that add adds to the rule, and takes them out
// of it again.
func (l *Lowering) Collect(add func()) []ast.Stmt {
	n := len(l.stmts)
	add()
	list := slices.Clone(l.stmts[n:])
	l.stmts = l.stmts[:n]
	return list
}

// ExtensionOf adds an extension with only those options of a use that keep
// holds for: the conditions that have no shape of nft's, where the others do.
func (l *Lowering) ExtensionOf(u *Use, keep func(g *Given) bool) {
	part := *u
	part.Given = nil
	for i := range u.Given {
		if keep(&u.Given[i]) {
			part.Given = append(part.Given, u.Given[i])
		}
	}
	if part.Given != nil {
		l.Extension(&part)
	}
}
