package flows_test

import (
	"go/token"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/load"
)

// family returns what is known of the flows of a save file.
func family(t testing.TB, f ast.Family, text string) *flows.Family {
	t.Helper()
	fset := token.NewFileSet()
	src := load.Parse(fset, "rules", []byte(text), load.Options{Dialect: load.Save, Family: f})
	for _, e := range src.Errors {
		t.Fatal(e)
	}
	h := &ruleset.Host{Fset: fset, Sources: []*load.Source{src}}
	g := graph.New(h)
	out, err := flows.Analyzer.Run(&analysis.Pass{
		Analyzer: flows.Analyzer, Fset: fset,
		ResultOf: map[*analysis.Analyzer]any{ruleset.Analyzer: h, graph.Analyzer: g},
	})
	if err != nil {
		t.Fatal(err)
	}
	fs := out.(*flows.Host).Families
	if len(fs) != 1 || fs[0].Family != f {
		t.Fatalf("families: %+v", fs)
	}
	return fs[0]
}

// TestAddresses wants packets with addresses that no rule names.
func TestAddresses(t *testing.T) {
	f := family(t, ast.FamilyIP, `*filter
-A INPUT -s 192.0.2.0/24 -j DROP
-A INPUT -d 198.51.100.10 -j DROP
-A INPUT -m iprange --src-range 203.0.113.0-203.0.113.255 -j DROP
-A INPUT -s 0.0.0.0/0 -j ACCEPT
COMMIT
`)
	p := f.NewPacket(ast.HookForward)
	for _, a := range []string{p.Saddr.String(), p.Daddr.String()} {
		if !strings.HasPrefix(a, "198.18.") && !strings.HasPrefix(a, "198.19.") {
			t.Errorf("%s is named by a rule", a)
		}
	}
}
