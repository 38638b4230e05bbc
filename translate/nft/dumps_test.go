package nft

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/internal/nfttest"
)

// TestDumps reads whole rulesets as nft lists them, and prints them. The text must
// be the same, and so must be the model that it is read to.
func TestDumps(t *testing.T) {
	var files []string
	filepath.WalkDir(corpus+"/shell", func(path string, _ os.DirEntry, _ error) error {
		if strings.HasSuffix(path, ".nft") {
			files = append(files, path)
		}
		return nil
	})
	if len(files) == 0 {
		t.Skip("SKIPPED: the corpus of nft rulesets is not at " + corpus)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(name)
		if why := brokenDumps[base]; why != "" {
			t.Logf("%s is left out: %s", base, why)
			continue
		}
		rs := parse(t, base, string(data))
		text, err := print(t, rs, Options{})
		if err != nil {
			t.Errorf("%s: %v", base, err)
			continue
		}
		if got := parse(t, base+" printed", text); !ast.Equal(got, rs) {
			t.Errorf("%s: printed %s\nbecomes %s\nnot     %s", base, text, ast.Dump(got), ast.Dump(rs))
		}
		if want := string(data); text != want {
			t.Errorf("%s: got\n%s\nexpected\n%s", base, text, want)
		}
	}
	if len(files) < 70 {
		t.Errorf("only %d rulesets were read", len(files))
	}
}

// brokenDumps are files that hold no ruleset.
var brokenDumps = map[string]string{
	"0043chain_ingress.nft": "it has backslashes before its quotes",
}

// TestScripts reads scripts that people write, with commands, prints them, and
// reads that again. The kernel must list both alike.
func TestScripts(t *testing.T) {
	files, _ := filepath.Glob("../../fixtures/checks/*/*.nft")
	if len(files) < 10 {
		t.Errorf("only %d fixtures are scripts of nft", len(files))
	}
	corpus, _ := filepath.Glob("../../../shared/defects/*/*.nft")
	if len(corpus) == 0 {
		t.Log("SKIPPED: the corpus of rulesets with defects is not at ../../../shared/defects")
	}
	files = append(files, corpus...)
	loaded := 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "wrong-table-target/rules.nft") {
			continue // one of its lines is an error, on purpose
		}
		rs := parse(t, name, string(data))
		text, err := print(t, rs, Options{})
		why := refusedScripts[filepath.Base(filepath.Dir(name))]
		if why == "" {
			why = refusedScripts[filepath.Base(name)]
		}
		if why != "" {
			if err == nil || !strings.Contains(err.Error(), why) {
				t.Errorf("%s: got %v; expected %q", name, err, why)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := parse(t, name+" printed", text); !ast.Equal(got, rs) {
			t.Errorf("%s: printed %s\nbecomes %s\nnot     %s", name, text, ast.Dump(got), ast.Dump(rs))
		}
		want, errWant := nfttest.List(t, string(data), "--stateless")
		got, errGot := nfttest.List(t, text, "--stateless")
		if (errWant == nil) != (errGot == nil) || got != want {
			t.Errorf("%s: nft lists\n%s%v\nand what is printed as\n%s%v", name, want, errWant, got, errGot)
		}
		if errGot == nil {
			loaded++
		}
	}
	if loaded < len(files)*8/10 {
		t.Errorf("only %d of %d scripts were loaded", loaded, len(files))
	}
}

// refusedScripts are those that nft list ruleset has no layout for.
var refusedScripts = map[string]string{
	"090-undefined-chain": "the chain is declared elsewhere",
	"flush-chains.nft":    "the chain is declared above the command",
	"one-chain.nft":       "the chain is declared above the command",
	"others-chain.nft":    "the chain is declared elsewhere",
	"names.nft":           "has a name that is a word of nft's language",
}
