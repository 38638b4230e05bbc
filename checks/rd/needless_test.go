package rd

import (
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/semantics"
)

// TestNeedlessRulesAreNeedless takes the rules that are found out of each ruleset at hand,
// all at once: then the same must become of every packet. Each is taken out alone, too,
// where that does not take long.
func TestNeedlessRulesAreNeedless(t *testing.T) {
	t.Parallel()
	found := 0
	for _, file := range rulesets(t) {
		t.Run(filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			fset := token.NewFileSet()
			s := load.Parse(fset, file, text, load.Options{})
			rules := 0
			for _, table := range s.Ruleset.Tables {
				for _, c := range table.Chains {
					rules += len(c.Rules)
				}
			}
			if rules > maxRules && os.Getenv("CTLINT_LONG") == "" {
				t.Skip("SKIPPED: it has ", rules, " rules, which takes minutes; CTLINT_LONG=1 takes the time")
			}
			h := &ruleset.Host{Fset: fset, Sources: []*load.Source{s}}
			g := graph.New(h)
			facts := reach.New(h, g, semantics.Options{})
			var list []needless
			for _, n := range findNeedless(g, facts) {
				if n.cause != impossible && n.cause != foreign && n.cause != notEntered {
					list = append(list, n)
				}
			}
			found += len(list)
			if len(list) == 0 {
				return
			}
			sameFate(t, fset, facts, s.Ruleset, list)
			if rules*len(list) < 2000 {
				for _, n := range list {
					sameFate(t, fset, facts, s.Ruleset, []needless{n})
				}
			}
		})
	}
	if found < 30 {
		t.Errorf("only %d rules were found: this shows little", found)
	}
}

// rulesets returns the files of fixtures and, where they are, of the real rulesets.
func rulesets(t *testing.T) (files []string) {
	t.Helper()
	folders := []string{filepath.Join("..", "..", "fixtures", "checks")}
	if real := filepath.Join("..", "..", "..", "shared", "corpora", "rulesets"); exists(real) {
		folders = append(folders, real)
	} else {
		t.Log("SKIPPED the real rulesets: there are none beside the module")
	}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && !strings.HasSuffix(path, ".golden") {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// maxRules keeps the test short: what is larger takes half a minute each.
const maxRules = 1200

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// sameFate wants the same of every packet without some of the rules. Rules that do nothing
// stand in their places, so that what cannot be known stays what it is.
func sameFate(t *testing.T, fset *token.FileSet, facts *reach.Facts, rs *ast.Ruleset, without []needless) {
	t.Helper()
	gone := map[*ast.Rule]bool{}
	for _, n := range without {
		gone[n.rule] = true
	}
	other := *rs
	other.Tables = nil
	for _, table := range rs.Tables {
		tt := *table
		tt.Chains = nil
		for _, c := range table.Chains {
			cc := *c
			cc.Rules = nil
			for _, r := range c.Rules {
				if gone[r] {
					r = &ast.Rule{Span: r.Span}
				}
				cc.Rules = append(cc.Rules, r)
			}
			tt.Chains = append(tt.Chains, &cc)
		}
		other.Tables = append(other.Tables, &tt)
	}
	v := facts.Variant([]*ast.Ruleset{&other})
	for _, w := range facts.Ways() {
		x := v.Way(w.Family, w.Hook)
		for what, pair := range map[string][2]semantics.Set{
			"accepted": {w.Accepts(), x.Accepts()}, "rejected": {w.Rejects(), x.Rejects()}, "dropped": {w.Drops(), x.Drops()},
		} {
			if !pair[0].Equal(pair[1]) {
				a, _ := pair[0].Minus(pair[1]).Witness()
				b, _ := pair[1].Minus(pair[0]).Witness()
				t.Errorf("without the rules other packets are %s at %v, %v: no longer %v; now %v", what, w.Family, w.Hook, a, b)
				for _, n := range without {
					t.Logf("%v: cause %d", fset.Position(n.rule.Pos()), n.cause)
				}
				return
			}
		}
	}
}
