package nft

import (
	"fmt"
	gotoken "go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/internal/nfttest"
	"github.com/ctlint/ctlint/internal/sample"
)

// readText and readJSON read a ruleset that must have no errors.
func readText(t testing.TB, what, text string) *ast.Ruleset {
	t.Helper()
	fset := gotoken.NewFileSet()
	f := Parse(fset, "t.nft", []byte(text), Options{})
	for _, e := range f.Errors {
		t.Errorf("%s: %s", what, e.Format(fset))
	}
	return f.Ruleset
}

func readJSON(t testing.TB, what, text string) *ast.Ruleset {
	t.Helper()
	fset := gotoken.NewFileSet()
	f := ParseJSON(fset, "t.json", []byte(text))
	for _, e := range f.Errors {
		t.Errorf("%s: %s\n%s", what, e.Format(fset), clipAround(text, int(e.From)-int(f.base)))
	}
	return f.Ruleset
}

func clipAround(text string, at int) string {
	return text[max(0, at-200):min(len(text), at+200)]
}

// withoutLost takes out of a model what the JSON of nft 1.0.6 does not say (its
// own listings of the same ruleset differ in this), and what is only said by one
// of the two: handles, and the parts of seconds.
func withoutLost(rs *ast.Ruleset) *ast.Ruleset {
	for n := range ast.Preorder(rs) {
		switch n := n.(type) {
		case *ast.Table:
			n.Handle, n.Comment = 0, ""
		case *ast.Chain:
			n.Handle, n.Comment, n.Devices = 0, "", nil
		case *ast.Rule:
			n.Handle = 0
		case *ast.Object:
			n.Handle = 0
		case *ast.Set:
			n.Handle, n.KeyExpr, n.DataExpr, n.DataInterval, n.AutoMerge = 0, nil, nil, false, false
			n.Flags = slices.DeleteFunc(n.Flags, func(f string) bool { return f == "dynamic" })
			if n.Timeout > 0 { // the flag stands beside others, such as dynamic
				n.Flags = slices.DeleteFunc(n.Flags, func(f string) bool { return f == "timeout" })
			}
			if len(n.Flags) == 0 {
				n.Flags = nil
			}
			n.Timeout, n.GC = n.Timeout/1000*1000, n.GC/1000*1000
			for i, t := range n.Key {
				if u, ok := loosely[t]; ok {
					n.Key[i] = u
				}
			}
		case *ast.Elem:
			if n.More != nil {
				n.More.Expires, n.More.Timeout = 0, n.More.Timeout/1000*1000
			}
		}
	}
	return rs
}

// loosely are the types that nft has for what the model types more narrowly.
var loosely = map[ast.Type]ast.Type{ast.TypeOSName: ast.TypeString, ast.TypeBoolean: ast.TypeInteger}

// compareListings compares the models of two listings of one ruleset.
func compareListings(t *testing.T, what, text, json string) {
	t.Helper()
	want, got := withoutLost(readText(t, what, text)), withoutLost(readJSON(t, what, json))
	if ast.Equal(got, want) {
		return
	}
	if len(got.Tables) != len(want.Tables) {
		t.Errorf("%s: the JSON has %d tables; expected %d", what, len(got.Tables), len(want.Tables))
		return
	}
	for i := range got.Tables {
		if a, b := ast.Dump(got.Tables[i]), ast.Dump(want.Tables[i]); a != b {
			t.Errorf("%s: the JSON becomes\n%s\nexpected\n%s", what, a, b)
		}
	}
}

// TestJSONOfCorpus loads the rules of the corpus that nft takes, and compares the
// models of nft's two listings. It takes one in three, or all with CTLINT_FULL=1.
func TestJSONOfCorpus(t *testing.T) {
	var scripts []string
	for _, c := range readCorpus(t, true) {
		if !c.ok || strings.Contains(c.rule, "@set") || !sample.Take(c.scope.table.Family.String()+" "+c.rule, 3) {
			continue
		}
		scripts = append(scripts, fmt.Sprintf("table %s t%d {\n\tchain c {\n\t\t%s\n\t}\n}\n", c.scope.table.Family, len(scripts), c.rule))
	}
	_, errs := nfttest.ListEach(t, scripts)
	var loads []string
	for i := range scripts {
		if errs[i] == nil {
			loads = append(loads, scripts[i])
		}
	}
	if len(loads) < len(scripts)*9/10 {
		t.Errorf("only %d of %d rules load", len(loads), len(scripts))
	}
	for some := range slices.Chunk(loads, nfttest.AtOnce) {
		text, json, err := nfttest.ListTwice(t, strings.Join(some, ""))
		if err != nil {
			t.Fatal(err)
		}
		compareListings(t, "the corpus", text, json)
	}
}

// TestJSONOfRulesets does the same for whole rulesets: dumps, those with defects,
// and those of the project; every second of them, or all with CTLINT_FULL=1.
func TestJSONOfRulesets(t *testing.T) {
	roots := []string{corpus + "/../shell", "../../../shared/defects", "../../fixtures"}
	loaded := map[string]int{}
	for _, root := range roots {
		var files []string
		filepath.WalkDir(root, func(path string, _ os.DirEntry, _ error) error {
			if strings.HasSuffix(path, ".nft") {
				files = append(files, path)
			}
			return nil
		})
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			base := filepath.Base(name)
			if why := wrongJSON[base]; why != "" {
				t.Logf("%s is left out: %s", base, why)
				continue
			}
			if !sample.Take(name, 2) {
				continue
			}
			text, json, err := nfttest.ListTwice(t, string(data))
			if err != nil {
				continue // refused by this nft or this kernel
			}
			loaded[root]++
			compareListings(t, name, text, json)
		}
	}
	for i, least := range []int{70, 20, 5} {
		n := loaded[roots[i]]
		if n == 0 && i < 2 {
			t.Logf("SKIPPED: there are no rulesets in %s", roots[i])
		} else if n < least/2 {
			t.Errorf("only %d rulesets of %s load", n, roots[i])
		}
		t.Logf("%d rulesets of %s", n, roots[i])
	}
}

// wrongJSON are rulesets of which nft 1.0.6 prints JSON that says something else.
var wrongJSON = map[string]string{
	"0002table_0.nft": "it gives the name of the table in the place of its flag",
	"apart.nft":       "it gives the name of the table in the place of its flag",
}
