package nft

import (
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	syntax "github.com/ctlint/ctlint/grammar/nft"
	"github.com/ctlint/ctlint/internal/nfttest"
)

// noJSONCases are cases that text has words for, and JSON has not, by what the
// refusal says.
var noJSONCases = map[string]string{
	"written chain": "no chain that is written where a rule goes to it",
	"set never":     "no elements that never time out",
	"element never": "no elements that never time out",
	"map interval":  "what a map gives may be ranges",
}

// TestJSONKinds prints the cases of text as JSON: each statement and expression of
// the model that has text is in one. Read again it is the same model, and nft loads
// it and lists it as it lists the text.
func TestJSONKinds(t *testing.T) {
	seen := map[string]bool{}
	all := &ast.Ruleset{}
	var text strings.Builder
	fset := token.NewFileSet()
	read := func(t testing.TB, f *syntax.File) *ast.Ruleset {
		t.Helper()
		for _, e := range f.Errors {
			if e.Kind != grammar.RunTime { // the names of a system's users
				t.Error(e.Format(fset))
			}
		}
		return f.Ruleset
	}
	for _, c := range printCases() {
		c.table.Name = "t_" + strings.NewReplacer(" ", "_", ",", "", "(", "", ")", "").Replace(c.name)
		rs := &ast.Ruleset{Tables: []*ast.Table{c.table}}
		got, err := printJSON(t, rs, Options{Stateless: true})
		if why := noJSONCases[c.name]; why != "" {
			if err == nil || !strings.Contains(err.Error(), why) {
				t.Errorf("%s: got %v; expected %q", c.name, err, why)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for n := range ast.Preorder(c.table) {
			seen[kindOf(n)] = true
		}
		// What nft's own text says is what a reader has.
		words, err := print(t, rs, Options{Stateless: true})
		if err != nil {
			t.Fatal(err)
		}
		want, back := read(t, syntax.Parse(fset, "t.nft", []byte(words), syntax.Options{})), read(t, syntax.ParseJSON(fset, "t.json", []byte(got)))
		if !ast.Equal(back, want) {
			t.Errorf("%s: printed %s\nbecomes %s\nnot     %s", c.name, got, ast.Dump(back), ast.Dump(want))
		}
		if c.lacks == "" && notReadCases[c.name] == "" {
			all.Tables = append(all.Tables, c.table)
			text.WriteString(words)
		}
	}
	for name := range kinds {
		if without := slices.Contains(unwritten, name); seen[name] == without {
			t.Errorf("%s is in a case with JSON: %t; expected %t", name, seen[name], !without)
		}
	}
	want, err := nfttest.List(t, text.String(), "--stateless")
	if err != nil {
		t.Fatal(err)
	}
	list := func(tables ...*ast.Table) ([]string, string, error) {
		script, err := printJSON(t, &ast.Ruleset{Tables: tables}, Options{Stateless: true})
		if err != nil {
			t.Fatal(err)
		}
		got, err := nfttest.ListJSON(t, script, "--stateless")
		return nfttest.Blocks(got), script, err
	}
	got, _, err := list(all.Tables...)
	if err != nil || len(got) != len(all.Tables) {
		for _, table := range all.Tables { // which one is it?
			if _, script, err := list(table); err != nil {
				t.Errorf("%s: nft refuses the JSON: %v\n%s", table.Name, err, script)
			}
		}
		t.Fatalf("nft refuses the JSON: %v", err)
	}
	for i, want := range nfttest.Blocks(want) {
		if got[i] != want {
			t.Errorf("nft lists the text as %s\nand the JSON as %s", want, got[i])
		}
	}
}

// notReadCases says why nft 1.0.6 cannot load the JSON of a case.
var notReadCases = map[string]string{
	"set add":            noDynamic,
	"map add":            noDynamic,
	"set dynamic":        noDynamic,
	"set ct count":       noDynamic,
	"synproxy objects":   noProxy,
	"expectation object": "it takes no ct expectation of its own JSON",
	"table flags":        noFlags,
	"chain":              noComments,
	"base chains":        noComments,
	"set all":            noMerge,
	"timeout object":     noPolicy,
	"set typeof":         noTypeof,
	"set presence":       noTypeof,
	"map typeof":         noTypeof,
	"map typeof verdict": noTypeof,
	"lines of integers":  noTypeof,
}

// TestJSONZeroKinds prints the zero value of each kind, and each in the place of a
// value: there must be a refusal or JSON that can be read, and no panic.
func TestJSONZeroKinds(t *testing.T) {
	for name, n := range kinds {
		for i, r := range zeroRules(n) {
			rs := &ast.Ruleset{Tables: []*ast.Table{{Family: ip, Name: "t", Chains: []*ast.Chain{chain("c", r)}}}}
			text, err := printJSON(t, rs, Options{})
			_, errText := print(t, rs, Options{})
			switch {
			case err == nil && errText != nil:
				t.Errorf("%s, rule %d: %q, though text refuses it: %v", name, i, text, errText)
			case err == nil && text == "", err != nil && text != "":
				t.Errorf("%s, rule %d: %q and %v", name, i, text, err)
			}
		}
	}
}
