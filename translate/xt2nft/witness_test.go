package xt2nft

import (
	"go/token"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/load"
)

// TestWitness gives a result another meaning than its source, for which there has to
// be a packet.
func TestWitness(t *testing.T) {
	const save = "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -s 192.0.2.1 -m conntrack ! --ctstate DNAT -j ACCEPT\nCOMMIT\n"
	s := load.Parse(token.NewFileSet(), "rules", []byte(save), load.Options{})
	for n := range 2 {
		r := Translate(s.Ruleset, Options{})
		if err := r.witness(); err != nil {
			t.Fatal(err)
		}
		for _, x := range r.Rules[n].Out {
			x.Stmts = []ast.Stmt{&ast.Verdict{Kind: ast.VerdictContinue}}
		}
		if err := r.witness(); err == nil || !strings.Contains(err.Error(), "192.0.2.1") {
			t.Errorf("rule %d: %v", n+1, err)
		}
	}
}
