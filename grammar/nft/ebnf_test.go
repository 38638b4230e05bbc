package nft

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestEBNF keeps grammar.ebnf, which people read, equal to the grammars that the
// parser is built from.
func TestEBNF(t *testing.T) {
	var b strings.Builder
	for _, g := range []struct{ what, text string }{
		{"A script. Its rules and elements are tokens: <rules>, <adds>, <elems>, <stmt>, <expr>.", scriptGrammar.String()},
		{"What a file holds that is included in a table,", tableGrammar.String()},
		{"in a chain,", chainGrammar.String()},
		{"in a set or a map,", setGrammar.String()},
		{"in a flowtable,", flowtableGrammar.String()},
		{"and in an object.", objectGrammar.String()},
	} {
		// Each grammar says all that it rests on; once is enough.
		b.WriteString("(* " + g.what + " *)\n")
		for line := range strings.Lines(g.text + "\n") {
			if !strings.Contains(b.String(), "\n"+line) {
				b.WriteString(line)
			}
		}
		b.WriteString("\n")
	}
	const name = "grammar.ebnf"
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("%s is not up to date: go test ./grammar/nft -run EBNF -update\ngot\n%s", name, b.String())
	}
}
