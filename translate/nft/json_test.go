package nft

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/token"
	"reflect"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	syntax "github.com/ctlint/ctlint/grammar/nft"
	"github.com/ctlint/ctlint/internal/nfttest"
)

func printJSON(t testing.TB, rs *ast.Ruleset, o Options) (string, error) {
	t.Helper()
	var b bytes.Buffer
	err := PrintJSON(&b, rs, o)
	return b.String(), err
}

// parseJSON reads JSON that must have no errors.
func parseJSON(t testing.TB, what, text string) *ast.Ruleset {
	t.Helper()
	fset := token.NewFileSet()
	f := syntax.ParseJSON(fset, "t.json", []byte(text))
	for _, e := range f.Errors {
		t.Errorf("%s: %s\n%s", what, e.Format(fset), text)
	}
	return f.Ruleset
}

// jsonRule is a rule of the corpus and its model, in a table of its own name.
type jsonRule struct {
	corpusRule
	model *ast.Ruleset
	text  string // how nft lists it
}

// loadedRules are the rules of the corpus that nft takes, as it lists them.
func loadedRules(t testing.TB) (loaded []jsonRule) {
	t.Helper()
	var scripts []string
	rules := corpusRules(t)
	for i, c := range rules {
		scripts = append(scripts, strings.Replace(c.script, fmt.Sprintf("table %s t {", c.family), fmt.Sprintf("table %s t%d {", c.family, i), 1))
	}
	lists, errs := nfttest.ListEach(t, scripts, "--stateless")
	for i, c := range rules {
		if errs[i] == nil {
			loaded = append(loaded, jsonRule{c, parse(t, c.rule, scripts[i]), lists[i]})
		}
	}
	return loaded
}

// TestJSONRules prints each rule of the corpus as JSON. Read again it must be the
// same model, and nft must load it and list it as the rule itself.
func TestJSONRules(t *testing.T) {
	var asked []jsonRule
	refused := map[string]int{}
	for _, c := range loadedRules(t) {
		text, err := printJSON(t, c.model, Options{Stateless: true})
		if err != nil {
			refused[err.Error()]++
			t.Logf("%s: %v", c.rule, err)
			continue
		}
		if !json.Valid([]byte(text)) {
			t.Fatalf("%s: this is no JSON: %s", c.rule, text)
		}
		if got := parseJSON(t, c.rule, text); !ast.Equal(got, c.model) {
			t.Errorf("%s\nprinted %s\nbecomes %s\nnot     %s", c.rule, text, ast.Dump(got), ast.Dump(c.model))
		}
		asked = append(asked, c)
	}
	list := func(rules []jsonRule) ([]string, error) {
		all := &ast.Ruleset{}
		for _, c := range rules {
			all.Tables = append(all.Tables, c.model.Tables...)
		}
		text, err := printJSON(t, all, Options{Stateless: true})
		if err != nil {
			t.Fatal(err)
		}
		out, err := nfttest.ListJSON(t, text, "--stateless")
		return nfttest.Blocks(out), err
	}
	var compare func(rules []jsonRule)
	compare = func(rules []jsonRule) {
		got, err := list(rules)
		if err == nil && len(got) == len(rules) {
			for i, c := range rules {
				if got[i] != c.text {
					t.Errorf("%s\nnft lists it as      %s\nand its JSON as      %s", c.rule, c.text, got[i])
				}
			}
			return
		}
		if len(rules) == 1 {
			text, _ := printJSON(t, rules[0].model, Options{Stateless: true})
			t.Errorf("%s: nft refuses the JSON: %v\n%s", rules[0].rule, err, text)
			return
		}
		compare(rules[:len(rules)/2])
		compare(rules[len(rules)/2:])
	}
	for len(asked) > 0 {
		n := min(len(asked), 200)
		compare(asked[:n])
		asked = asked[n:]
	}
}

var _ = reflect.DeepEqual
