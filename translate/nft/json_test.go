package nft

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	syntax "github.com/ctlint/ctlint/grammar/nft"
	"github.com/ctlint/ctlint/internal/nfttest"
	"github.com/ctlint/ctlint/internal/sample"
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

var allLoaded []jsonRule

// loadedRules are the rules of the corpus that nft takes, as it lists them.
func loadedRules(t testing.TB) (loaded []jsonRule) {
	t.Helper()
	if allLoaded != nil {
		return allLoaded
	}
	defer func() { allLoaded = loaded }()
	var scripts []string
	rules := loadable(t)
	for i, c := range rules {
		scripts = append(scripts, strings.Replace(c.script, fmt.Sprintf("table %s t {", c.family), fmt.Sprintf("table %s t%d {", c.family, i), 1))
	}
	lists, errs := nfttest.ListEach(t, scripts, "--stateless")
	for i, c := range rules {
		if errs[i] == nil {
			c.script = scripts[i]
			loaded = append(loaded, jsonRule{c, parse(t, c.rule, scripts[i]), lists[i]})
		}
	}
	return loaded
}

// TestJSONRules prints each rule of the corpus as JSON. Read again it must be the
// same model, and nft must load it and list it as the rule itself.
func TestJSONRules(t *testing.T) {
	var asked []jsonRule
	for _, c := range loadedRules(t) {
		text, err := printJSON(t, c.model, Options{Stateless: true})
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
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
				if got[i] != c.text && listedOtherwise[c.rule] == "" {
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
		n := min(len(asked), nfttest.AtOnce)
		compare(asked[:n])
		asked = asked[n:]
	}
}

// jsonTables reads JSON into the objects of its list, by the table that they are
// in, without what differs from one listing to the next.
func jsonTables(t testing.TB, text string) map[string][]map[string]any {
	t.Helper()
	var doc struct{ Nftables []map[string]any }
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	tables := map[string][]map[string]any{}
	for _, e := range doc.Nftables {
		for what, v := range e {
			v := v.(map[string]any)
			delete(v, "handle")
			name, _ := v["table"].(string)
			if what == "table" {
				name, _ = v["name"].(string)
			}
			if what != "metainfo" {
				tables[name] = append(tables[name], map[string]any{what: v})
			}
		}
	}
	// Some releases of nft list chains before sets, others behind them.
	for _, list := range tables {
		slices.SortStableFunc(list, func(a, b map[string]any) int { return cmp.Compare(only(a), only(b)) })
	}
	return tables
}

func only(m map[string]any) string {
	for k := range m {
		return k
	}
	return ""
}

// notListed takes out of an object what the JSON of nft 1.0.6 does not say: the
// devices of chains and that a set is dynamic, which later versions say.
func notListed(e map[string]any) {
	for what, v := range e {
		v := v.(map[string]any)
		switch what {
		case "chain":
			delete(v, "dev")
		case "set", "map":
			flags, _ := v["flags"].([]any)
			if flags = slices.DeleteFunc(flags, func(f any) bool { return f == "dynamic" }); len(flags) == 0 {
				delete(v, "flags")
			} else {
				v["flags"] = flags
			}
		}
	}
}

// TestJSONIsThatOfNft compares the JSON of the model of nft's text with nft's own
// JSON of the same ruleset.
func TestJSONIsThatOfNft(t *testing.T) {
	for rules := range slices.Chunk(loadedRules(t), nfttest.AtOnce) {
		var script strings.Builder
		model := &ast.Ruleset{}
		for _, c := range rules {
			script.WriteString(c.script)
			model.Tables = append(model.Tables, parse(t, c.rule, c.text).Tables...)
		}
		want, err := nfttest.List(t, script.String(), "--json", "--stateless")
		if err != nil {
			t.Fatal(err)
		}
		got, err := printJSON(t, model, Options{Stateless: true})
		if err != nil {
			t.Fatal(err)
		}
		wants, gots := jsonTables(t, want), jsonTables(t, got)
		for i, c := range rules {
			name := model.Tables[i].Name
			want, got := wants[name], gots[name]
			for _, e := range got {
				notListed(e)
			}
			if !reflect.DeepEqual(got, want) && listedOtherwise[c.rule] == "" {
				w, _ := json.Marshal(want)
				g, _ := json.Marshal(got)
				t.Errorf("%s\ngot  %s\nwant %s", c.rule, g, w)
			}
		}
	}
}

// rulesets are the files of the corpora, and of the project, that hold rulesets of
// nft, by their names.
func rulesets(t testing.TB) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, root := range []string{corpus + "/shell", "../../../shared/defects", "../../fixtures"} {
		filepath.WalkDir(root, func(path string, _ os.DirEntry, _ error) error {
			if strings.HasSuffix(path, ".nft") {
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				files[path] = string(data)
			}
			return nil
		})
	}
	return files
}

// TestJSONRulesets prints whole rulesets as JSON. Read again they must be the same
// model, and nft must load them and list them as the rulesets themselves: it is asked
// about one in three, or about all with CTLINT_FULL=1.
func TestJSONRulesets(t *testing.T) {
	files := rulesets(t)
	loaded := 0
	asked := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fset := token.NewFileSet()
		f := syntax.Parse(fset, name, []byte(files[name]), syntax.Options{})
		if len(f.Errors) > 0 {
			continue
		}
		base := filepath.Base(name)
		text, err := printJSON(t, f.Ruleset, Options{})
		if why := cmp.Or(noJSON[base], noJSON[filepath.Base(filepath.Dir(name))+"/"+base]); why != "" {
			if err == nil || !strings.Contains(err.Error(), why) {
				t.Errorf("%s: got %v; expected %q", name, err, why)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := parseJSON(t, name, text); !ast.Equal(got, f.Ruleset) {
			t.Errorf("%s: printed %s\nbecomes %s\nnot     %s", name, text, ast.Dump(got), ast.Dump(f.Ruleset))
		}
		if !sample.Take(name, 3) {
			continue
		}
		asked++
		want, err := nfttest.List(t, files[name], "--stateless")
		if err != nil {
			continue // refused by this nft or this kernel
		}
		loaded++
		if why := notRead[base]; why != "" {
			t.Logf("%s: nft 1.0.6 is not asked to load its JSON: %s", base, why)
			continue
		}
		got, err := nfttest.ListJSON(t, text, "--stateless")
		if why := notLoaded(t, f.Ruleset, err); why != "" {
			t.Logf("%s: nft 1.0.6 does not load its JSON: %s", name, why)
			continue
		}
		if err != nil || got != want {
			t.Errorf("%s: nft lists\n%s\nand the JSON as\n%s%v\n%s", name, want, got, err, text)
		}
	}
	if loaded < asked/2 {
		t.Errorf("only %d of %d rulesets load", loaded, asked)
	}
}

// notLoaded says why nft 1.0.6 refuses JSON, if it is none of its faults; or that
// it refuses the ruleset as text, too: the model does not have the command that
// adds a table before it is deleted.
func notLoaded(t *testing.T, rs *ast.Ruleset, err error) string {
	switch {
	case err == nil:
		return ""
	case strings.Contains(err.Error(), "Invalid set flag"):
		return noDynamic
	case strings.Contains(err.Error(), "Missing `device'"):
		return "it reads one device of a chain, no list of them"
	case strings.Contains(err.Error(), "No such file or directory"):
		text, _ := print(t, rs, Options{})
		if _, err := nfttest.List(t, text); err != nil {
			return "it deletes what is not there"
		}
	}
	return ""
}

// noJSON are rulesets that are refused, by what the refusal says.
var noJSON = map[string]string{
	"0041chain_binding_0.nft":       "no chain that is written where a rule goes to it",
	"0047nat_0.nft":                 "what a map gives may be ranges",
	"0067nat_concat_interval_0.nft": "what a map gives may be ranges",
	"f2b.nft":                       "the chain is declared elsewhere",
	"others-chain.nft":              "the chain is declared elsewhere",
	"flush-chains.nft":              "the chain is declared above the command",
	"one-chain.nft":                 "the chain is declared above the command",
	"names.nft":                     "a name that is a word of nft's language",
	"unused-chain/rules.nft":        "no chain that is written where a rule goes to it",
	"unused.nft":                    "written where a rule goes to it",
}

// What nft 1.0.6 does not read in JSON, or leaves out; later releases read it.
const (
	noTypeof   = "it has no typeof, and says so"
	noDynamic  = "it has no flag dynamic, and says so"
	noProxy    = "it has no objects of kind synproxy, and says so"
	noData     = "it crashes where a map gives several values"
	noMerge    = "it leaves out auto-merge, of its own JSON, too"
	noPolicy   = "it leaves out the policy of a ct timeout, of its own JSON, too"
	noComments = "it leaves out the comments of tables, chains and sets"
	noFlags    = "it leaves out the flags of tables"
	noDevices  = "it reads a single device of a chain"
)

// notRead says why nft 1.0.6 cannot load the JSON of a ruleset.
var notRead = map[string]string{
	"0012map_0.nft":                  noTypeof,
	"nat_addr_port.nft":              noTypeof,
	"typeof_raw_0.nft":               noTypeof,
	"typeof_sets_0.nft":              noTypeof,
	"0022variables_0.nft":            noDynamic,
	"merge_vmaps.nft":                noDynamic,
	"0045concat_ipv4_service.nft":    noDynamic,
	"0058_setupdate_timeout_0.nft":   noDynamic,
	"0059set_update_multistmt_0.nft": noDynamic,
	"mail.nft":                       noDynamic,
	"0024named_objects_0.nft":        noProxy,
	"web.nft":                        noProxy,
	"forwards.nft":                   noData,
	"0052overlap_0.nft":              noMerge,
	"0069interval_merge_0.nft":       noMerge,
	"0017ct_timeout_obj_0.nft":       noPolicy,
	"comments_table_0.nft":           noComments,
	"some.nft":                       noComments,
	"0002table_0.nft":                noFlags,
	"apart.nft":                      noFlags,
	"accept-alone.nft":               noDevices,
	"each-packet.nft":                noDynamic,
	"together.nft":                   noDynamic,
	"limits.nft":                     noDynamic,
	"marks.nft":                      noDynamic,
}

// FuzzJSON prints the model of any JSON that has no errors. Read again, the JSON is
// the same model, and is printed so.
func FuzzJSON(f *testing.F) {
	for _, c := range printCases() {
		c.table.Name = "t"
		if text, err := printJSON(f, &ast.Ruleset{Tables: []*ast.Table{c.table}}, Options{}); err == nil {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		first := syntax.ParseJSON(token.NewFileSet(), "t.json", []byte(text))
		if len(first.Errors) > 0 {
			return
		}
		printed, err := printJSON(t, first.Ruleset, Options{})
		if err != nil {
			return // of chains that are not declared, for example
		}
		fset := token.NewFileSet()
		again := syntax.ParseJSON(fset, "t.json", []byte(printed))
		for _, e := range again.Errors {
			t.Errorf("%s\n%s", e.Format(fset), printed)
		}
		if !ast.Equal(again.Ruleset, first.Ruleset) {
			t.Errorf("%s\nbecomes %s\nnot %s", printed, ast.Dump(again.Ruleset), ast.Dump(first.Ruleset))
		}
		if twice, err := printJSON(t, again.Ruleset, Options{}); err != nil || twice != printed {
			t.Errorf("printed %s\nagain   %s%v", printed, twice, err)
		}
	})
}
