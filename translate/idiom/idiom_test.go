package idiom_test

import (
	"go/token"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/internal/nfttest"
	"github.com/ctlint/ctlint/translate/idiom"
	"github.com/ctlint/ctlint/translate/nft"
)

func parse(t testing.TB, rules string) *ast.Ruleset {
	t.Helper()
	text := "table ip t {\n\tset s { type ipv4_addr; flags dynamic; }\n\tchain x { }\n\tchain c {\n"
	for r := range strings.SplitSeq(rules, "\n") {
		text += "\t\t" + strings.TrimSpace(r) + "\n"
	}
	s := load.Parse(token.NewFileSet(), "rules.nft", []byte(text+"\t}\n}\n"), load.Options{Dialect: load.NFT})
	if len(s.Errors) > 0 {
		t.Fatalf("%v\n%s", s.Errors, text)
	}
	return s.Ruleset
}

func rules(t testing.TB, rs *ast.Ruleset) string {
	t.Helper()
	var out []string
	for _, r := range rs.Tables[0].Chain("c").Rules {
		b, err := nft.Rule(nil, r, rs.Tables[0])
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(b))
	}
	return strings.Join(out, "\n")
}

var cases = []struct {
	name, in, want string // want is in, where it is empty
}{
	{"ports", "tcp dport 22 accept\ntcp dport 80-90 accept\ntcp dport { 443, 8443 } accept", "tcp dport { 22, 80-90, 443, 8443 } accept"},
	{"counters", "tcp dport 22 counter packets 1 bytes 2 accept\ntcp dport 23 counter packets 3 bytes 4 accept", "tcp dport { 22, 23 } counter packets 4 bytes 6 accept"},
	{"names", `iifname "eth0" jump x` + "\n" + `iifname "eth1" jump x`, `iifname { "eth0", "eth1" } jump x`},
	{"the rest stays", "ip saddr 10.0.0.1 tcp dport 22 drop\nip saddr 10.0.0.2 tcp dport 22 drop", "ip saddr { 10.0.0.1, 10.0.0.2 } tcp dport 22 drop"},
	{"tuples", "ip saddr 10.0.0.1 tcp dport 22 drop\nip saddr 10.0.0.2 tcp dport 23 drop\nip saddr 10.0.0.2 tcp dport 24 drop",
		"ip saddr 10.0.0.1 tcp dport 22 drop\nip saddr 10.0.0.2 tcp dport { 23, 24 } drop"},
	{"three tuples", "ip saddr 10.0.0.1 tcp dport 22 drop\nip saddr 10.0.0.2 tcp dport 23 drop\nip saddr 10.0.0.1 tcp dport 24 drop",
		"ip saddr . tcp dport { 10.0.0.1 . 22, 10.0.0.2 . 23, 10.0.0.1 . 24 } drop"},
	{"verdicts", "tcp dport 22 accept\ntcp dport 23 drop\ntcp dport 24 jump x", "tcp dport vmap { 22 : accept, 23 : drop, 24 : jump x }"},
	{"sets and verdicts", "tcp dport 22 accept\ntcp dport 23 accept\ntcp dport 24 drop", "tcp dport vmap { 22 : accept, 23 : accept, 24 : drop }"},
	{"states", "ct state established,related accept\nct state invalid drop", "ct state vmap { established : accept, related : accept, invalid : drop }"},

	{"overlap", "ip saddr 10.0.0.0/8 drop\nip saddr 10.1.0.0/16 drop", ""},
	{"overlapping verdicts", "ip saddr 10.1.0.0/16 accept\nip saddr 10.0.0.0/8 drop", ""},
	{"the same", "tcp dport 22 accept\ntcp dport 22 accept", ""},
	{"verdicts with counters", "tcp dport 22 counter accept\ntcp dport 23 counter drop", ""},
	{"limits", "tcp dport 22 limit rate 1/second accept\ntcp dport 23 limit rate 1/second accept", ""},
	{"dynamic sets", "tcp dport 22 add @s { ip saddr } accept\ntcp dport 23 add @s { ip saddr } accept", ""},
	{"numbers that are made", "numgen inc mod 3 0 accept\nnumgen inc mod 3 1 accept", ""},
	{"a field that an action changes", "ip dscp 1 meta mark set 1\nip dscp 2 meta mark set 1", ""},
	{"a mark that a chain may change", "meta mark 1 jump x\nmeta mark 2 jump x", ""},
	{"marks", "meta mark 1 drop\nmeta mark 2 drop", "meta mark { 0x00000001, 0x00000002 } drop"},
	{"a jump and a verdict on a mark", "meta mark 1 jump x\nmeta mark 2 drop", ""},
	{"beginnings of names", `iifname "eth*" drop` + "\n" + `iifname "ppp0" drop`, ""},
	{"negations", "tcp dport != 22 drop\ntcp dport != 23 drop", ""},
	{"bits", "tcp flags syn drop\ntcp flags ack drop", ""},
	{"comments", "tcp dport 22 accept comment \"a\"\ntcp dport 23 accept comment \"b\"", ""},
	{"other fields", "tcp dport 22 accept\nudp dport 22 accept", ""},
	{"not neighbours", "tcp dport 22 accept\ndrop\ntcp dport 23 accept", ""},
}

func TestRewrite(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rs := parse(t, c.in)
			in := rules(t, rs)
			blocks := idiom.Rewrite(rs)
			want := c.want
			if want == "" {
				want = in
			}
			if got := rules(t, rs); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if (len(blocks) > 0) != (c.want != "") {
				t.Errorf("%d blocks are told of", len(blocks))
			}
			for _, b := range blocks {
				if err := b.Verify(); err != nil {
					t.Error(err)
				}
			}
			var b strings.Builder
			if err := nft.Print(&b, rs, nft.Options{}); err != nil {
				t.Fatal(err)
			}
			if _, err := nfttest.List(t, b.String()); err != nil {
				t.Errorf("%v\n%s", err, &b)
			}
		})
	}
}

// TestVerify breaks blocks, each of which must be told of.
func TestVerify(t *testing.T) {
	const in = "tcp dport 22 accept\ntcp dport 23 accept\nct state new drop\nct state invalid accept"
	breaks := map[string]func(b *idiom.Block){
		"an old rule more":  func(b *idiom.Block) { b.Old = append(b.Old, b.Old[0]) },
		"an old rule fewer": func(b *idiom.Block) { b.Old = b.Old[1:] },
		"another action":    func(b *idiom.Block) { b.New.Stmts = append(b.New.Stmts, &ast.Notrack{}) },
		"a condition fewer": func(b *idiom.Block) { b.New.Stmts = b.New.Stmts[:len(b.New.Stmts)-1] },
		"another comment":   func(b *idiom.Block) { b.New.Comment = "x" },
	}
	for name, f := range breaks {
		blocks := idiom.Rewrite(parse(t, in))
		if len(blocks) != 2 {
			t.Fatalf("%d blocks", len(blocks))
		}
		for i := range blocks {
			if err := blocks[i].Verify(); err != nil {
				t.Fatal(err)
			}
			if f(&blocks[i]); blocks[i].Verify() == nil {
				t.Errorf("%s: nothing is told", name)
			}
		}
	}
}
