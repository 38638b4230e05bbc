package xt2nft_test

import (
	"bytes"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/internal/nfttest"
	"github.com/ctlint/ctlint/internal/sample"
	"github.com/ctlint/ctlint/translate/xt2nft"
)

// TestProveRows proves the translations of all rows, in both styles.
func TestProveRows(t *testing.T) {
	for _, r := range rows {
		s := parse(t, "rules", r.save())
		o := r.options
		if r.ipset != "" {
			o.IPSets = parse(t, "sets", r.ipset).Ruleset.IPSets
		}
		for _, o.Idiomatic = range []bool{false, true} {
			if err := xt2nft.Translate(s.Ruleset, o).Prove(); err != nil {
				t.Errorf("%s: %v", r.name, err)
			}
		}
	}
}

// TestProveCorpus proves the translations of real rulesets, of which few rules may be
// refused. It takes one ruleset in two, or all with CTLINT_FULL=1.
func TestProveCorpus(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "corpora", "rulesets")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("SKIPPED: there is no corpus of rulesets: %v", err)
	}
	rules, refused, blocks, compared := 0, 0, 0, 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !sample.Take(path, 2) {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		b = bytes.ReplaceAll(b, []byte("XX:XX:XX:XX:XX:XX"), []byte("02:00:00:00:00:01")) // made anonymous
		s := load.Parse(token.NewFileSet(), path, b, load.Options{})
		if s.IPTables == nil {
			return nil
		}
		for _, idiomatic := range []bool{false, true} {
			r := xt2nft.Translate(s.Ruleset, xt2nft.Options{Idiomatic: idiomatic})
			if idiomatic || len(r.Rules) < 1000 { // the others are proved in one style, to save time
				if err := r.Prove(); err != nil {
					t.Errorf("%s: %v", path, err)
				}
				compared += r.Compared
			}
			rules += len(r.Rules)
			refused += r.Refused()
			blocks += len(r.Blocks)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d rules, %d of them refused, %d runs of them one, %d ways compared", rules, refused, blocks, compared)
	if rules < 1000 || refused*50 > rules || blocks == 0 || compared < 100 {
		t.Errorf("of %d rules, %d are refused; %d runs are one", rules, refused, blocks)
	}
}

// TestProveTells changes results, and wants to be told.
func TestProveTells(t *testing.T) {
	const save = "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 23 -j ACCEPT\n-A INPUT -s 192.0.2.1 -j ACCEPT\nCOMMIT\n"
	chain := func(r *xt2nft.Result) *ast.Chain { return r.Ruleset.Tables[0].Chains[0] }
	for name, change := range map[string]func(r *xt2nft.Result){
		"a text with another port": func(r *xt2nft.Result) { r.Text = bytes.ReplaceAll(r.Text, []byte("22"), []byte("21")) },
		"a text without a condition": func(r *xt2nft.Result) {
			r.Text = bytes.ReplaceAll(r.Text, []byte("ip saddr 192.0.2.1 "), nil)
		},
		"a text with another policy": func(r *xt2nft.Result) {
			r.Text = bytes.ReplaceAll(r.Text, []byte("policy drop"), []byte("policy accept"))
		},
		"a text that is none":        func(r *xt2nft.Result) { r.Text = append(r.Text, '}') },
		"a rule fewer":               func(r *xt2nft.Result) { chain(r).Rules = chain(r).Rules[1:] },
		"a rule more":                func(r *xt2nft.Result) { chain(r).Rules = append(chain(r).Rules, chain(r).Rules[0]) },
		"a block with a value fewer": func(r *xt2nft.Result) { r.Blocks[0].Old = r.Blocks[0].Old[1:] },
	} {
		r := xt2nft.Translate(parse(t, "rules", save).Ruleset, xt2nft.Options{Idiomatic: true})
		if err := r.Prove(); err != nil {
			t.Fatal(err)
		}
		if change(r); r.Prove() == nil {
			t.Errorf("%s: nothing is told", name)
		}
	}
}

// TestProveInet proves and loads rules whose tables become one: numbers that are drawn
// are no packet's own, so that no packet tells the rules apart by them, and ports of
// connections are read by nft behind a family alone.
func TestProveInet(t *testing.T) {
	for name, rule := range map[string]string{
		"a number that is drawn":                       "-m statistic --mode nth --every 2 --packet 0 -j DROP",
		"a random number":                              "-m statistic --mode random --probability 0.5 -j DROP",
		"a port of a connection without a protocol":    "-m conntrack --ctorigsrcport 0:50000 -j DROP",
		"no such port of a connection":                 "-m conntrack ! --ctreplsrcport 22 -j DROP",
		"a port of a connection, and the protocol":     "-p tcp -m conntrack --ctorigdstport 80 -j DROP",
		"a port of a connection, and of the transport": "-p tcp -m tcp --sport 99 -m conntrack --ctorigdstport 80 -j DROP",
	} {
		t.Run(name, func(t *testing.T) {
			save := func(from string) string {
				return "*filter\n:INPUT ACCEPT [0:0]\n:a - [0:0]\n-A INPUT -s " + from + " -j a\n-A INPUT " + rule + "\n-A a " + rule + "\nCOMMIT\n"
			}
			both := parse(t, "v4", save("192.0.2.12")).Ruleset
			both.Tables = append(both.Tables, parse(t, "v6", "# Generated by ip6tables-save\n"+save("2001:db8::12")).Ruleset.Tables...)
			for _, idiomatic := range []bool{false, true} {
				r := xt2nft.Translate(both, xt2nft.Options{Inet: true, Idiomatic: idiomatic})
				if len(r.Merged) != 1 || r.Refused() > 0 {
					t.Fatalf("%d tables are one, %d rules refused", len(r.Merged), r.Refused())
				}
				if err := r.Prove(); err != nil {
					t.Errorf("%v\n%s", err, r.Text)
				}
				if _, err := nfttest.List(t, string(r.Text)); err != nil {
					t.Errorf("%v\n%s", err, r.Text)
				}
			}
		})
	}
}
