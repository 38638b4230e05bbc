package xt2nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// Kind says how a rule has been translated.
type Kind uint8

// The kinds of translations.
const (
	// Exact: one rule, with the same conditions and actions.
	Exact Kind = iota
	// Equivalent: other means to the same end, which the notes name.
	Equivalent
	// Refused: nft cannot say it.
	Refused
)

func (k Kind) String() string { return [...]string{"exact", "equivalent", "refused"}[k] }

// Rule tells what has become of a rule.
type Rule struct {
	Kind   Kind
	Table  *ast.Table // of the source
	Chain  *ast.Chain // of the source
	Source *ast.Rule
	// Number is the rule's place in its chain, from 1.
	Number int
	// At is what of the rule is refused; else it is the rule.
	At ast.Span
	// Notes say how the rule is said in nft, or why it cannot be.
	Notes []string
	// Out are the rules of the result that stand for it; of a refused one, an
	// empty rule that keeps its place.
	Out []*ast.Rule
}

// Effect says what becomes of packets if a refused rule is left out.
func (r *Rule) Effect() string {
	verdict := ""
	for _, s := range r.Source.Stmts {
		switch s := s.(type) {
		case *ast.Verdict:
			verdict = s.Kind.String()
			if s.Chain != "" {
				verdict += " " + s.Chain
			}
		case *ast.Reject:
			verdict = "reject"
		case *ast.NAT:
			verdict = s.Kind.String()
		case *ast.Queue:
			verdict = "queue"
		case *ast.TProxy:
			verdict = "tproxy"
		case *ast.Extension:
			if s.Target {
				verdict = "-j " + s.Name
			}
		case *ast.Opaque:
			if s.Action {
				verdict = "do what is not known"
			}
		}
	}
	switch first, _, _ := strings.Cut(verdict, " "); first {
	case "":
		return "no verdict depends on the rule itself; what it changes or logs is not changed or logged"
	case "accept":
		return "packets that the rule accepts go on to the next rules, which may drop them"
	case "drop", "reject":
		return "packets that the rule stops go on to the next rules, which may let them through"
	}
	return "packets that the rule would " + verdict + " go on to the next rules instead"
}

// Note is something about the ruleset that whoever loads it should know.
type Note struct {
	ast.Span
	Text string
}

// Refusal is something outside of rules that nft cannot say.
type Refusal struct {
	ast.Span
	Reason string
}
