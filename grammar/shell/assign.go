package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/ctlint/ctlint/ast"
)

// Assignment is a value that a script gives a variable, as it stands.
type Assignment struct {
	Name string
	// Value is where it stands, its quotes included.
	Value ast.Span
}

// Assignments returns the assignments of a script whose values are constant, up
// to what cannot be parsed. The text begins at base.
func Assignments(text string, base uint32) []Assignment {
	var out []Assignment
	_ = statements(text, syntax.LangBash, func(s *syntax.Stmt) bool {
		syntax.Walk(s, func(n syntax.Node) bool {
			if a, ok := n.(*syntax.Assign); ok && a.Name != nil && a.Value != nil && !a.Append && a.Index == nil && constant(a.Value.Parts) {
				out = append(out, Assignment{a.Name.Value, ast.Span{
					From: base + uint32(a.Value.Pos().Offset()),
					To:   base + uint32(a.Value.End().Offset()),
				}})
			}
			return true
		})
		return true
	})
	return out
}

// constant reports whether a word is text alone.
func constant(parts []syntax.WordPart) bool {
	for _, p := range parts {
		switch p := p.(type) {
		case *syntax.Lit:
			if strings.Contains(p.Value, `\`) {
				return false
			}
		case *syntax.SglQuoted:
			if p.Dollar {
				return false
			}
		case *syntax.DblQuoted:
			if p.Dollar || !constant(p.Parts) {
				return false
			}
		default:
			return false
		}
	}
	return true
}
