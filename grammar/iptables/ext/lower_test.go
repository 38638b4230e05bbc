package ext_test

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
)

// stmts returns the statements of a rule.
func stmts(t *testing.T, rule string, f ast.Family) []ast.Stmt {
	t.Helper()
	rules, _, errs := iptables.ParseRule("-A INPUT "+rule, "filter", f)
	if len(errs) > 0 || len(rules) != 1 {
		t.Fatalf("%s: %d rules, errors %v", rule, len(rules), errs)
	}
	return rules[0].Stmts
}

// onlyStmt returns the only statement of a rule.
func onlyStmt[T ast.Stmt](t *testing.T, rule string, f ast.Family) T {
	t.Helper()
	list := stmts(t, rule, f)
	if len(list) != 1 {
		t.Fatalf("%s: %d statements, expected 1: %#v", rule, len(list), list)
	}
	s, ok := list[0].(T)
	if !ok {
		t.Fatalf("%s: the statement is a %T", rule, list[0])
	}
	return s
}

// optionsText writes the options of an extension as a command line.
func optionsText(e *ast.Extension) string {
	var words []string
	for _, o := range e.Options {
		if o.Not {
			words = append(words, "!")
		}
		words = append(words, "--"+o.Name)
		for _, a := range o.Args {
			words = append(words, a.(*ast.String).Val)
		}
	}
	return strings.Join(words, " ")
}

// lowersTo checks that a rule's only statement is the extension with these
// options.
func lowersTo(t *testing.T, rule string, f ast.Family, want string) {
	t.Helper()
	e := onlyStmt[*ast.Extension](t, rule, f)
	if got := e.Name + " " + optionsText(e); got != want || e.Use != 1 || !e.Valid() {
		t.Errorf("%s\n got %s (use %d, span %v)\nwant %s", rule, got, e.Use, e.Span, want)
	}
}
