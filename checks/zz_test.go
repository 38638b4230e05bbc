package checks_test

import (
	"fmt"
	"go/token"
	"os"
	"testing"
	"time"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/checks/config"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/ast"
)

func TestZZ(t *testing.T) {
	text := large(100_000)
	if n := os.Getenv("ZZ"); n != "" { text, _ = os.ReadFile(n) }
	fset := token.NewFileSet()
	src := load.Parse(fset, "rules.v4", text, load.Options{Family: ast.FamilyIP})
	host := &ruleset.Host{Fset: fset, Sources: []*load.Source{src}}
	results := map[*analysis.Analyzer]any{config.Analyzer: config.Default(), ruleset.Analyzer: host}
	var run func(a *analysis.Analyzer)
	run = func(a *analysis.Analyzer) {
		if _, ok := results[a]; ok { return }
		for _, r := range a.Requires { run(r) }
		n := 0
		pass := &analysis.Pass{Analyzer: a, Fset: fset, ResultOf: results, Report: func(analysis.Diagnostic) { n++ }}
		at := time.Now()
		out, err := a.Run(pass)
		if err != nil { t.Fatal(err) }
		fmt.Printf("%-30s %8.1f ms %d\n", a.Name, float64(time.Since(at).Microseconds())/1000, n)
		results[a] = out
	}
	for _, c := range checks.All() { run(c.Analyzer) }
}
