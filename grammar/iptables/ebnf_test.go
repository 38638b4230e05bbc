package iptables

import (
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestEBNF keeps grammar.ebnf, which people read, equal to the grammars that the
// parser is built from.
func TestEBNF(t *testing.T) {
	got := "(* A save file: its lines are tokens. *)\n" + saveGrammar.String() +
		"\n\n(* A rule's line, the reference for the fast path. *)\n" + reference.String() +
		"\n\n(* A listing: its lines are tokens. *)\n" + listGrammar.String() + "\n"
	const name = "grammar.ebnf"
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not up to date: go test ./grammar/iptables -update\ngot\n%s", name, got)
	}
}
