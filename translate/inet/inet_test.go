package inet_test

import (
	"go/token"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/internal/nfttest"
	"github.com/ctlint/ctlint/translate/inet"
	"github.com/ctlint/ctlint/translate/nft"
)

func parse(t testing.TB, text string) *ast.Ruleset {
	t.Helper()
	s := load.Parse(token.NewFileSet(), "rules.nft", []byte(text), load.Options{Dialect: load.NFT})
	if len(s.Errors) > 0 {
		t.Fatalf("%v\n%s", s.Errors, text)
	}
	return s.Ruleset
}

// chainOf makes a table with one chain.
func chainOf(family, policy, rules string) string {
	return "table " + family + " filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy " + policy + ";\n\t\t" + strings.ReplaceAll(rules, "\n", "\n\t\t") + "\n\t}\n}\n"
}

var cases = []struct {
	name, v4, v6, want string // of chain input; want is empty where the tables stay two
	policy4, policy6   string // drop if empty
}{
	{name: "the same", v4: "iifname lo accept\nip protocol tcp drop", v6: "iifname lo accept\nmeta l4proto tcp drop", want: "iifname \"lo\" accept\nmeta l4proto tcp drop"},
	{name: "others", v4: "ip saddr 192.0.2.1 accept\ndrop", v6: "ip6 saddr 2001:db8::1 accept\ndrop", want: "ip saddr 192.0.2.1 accept\nip6 saddr 2001:db8::1 accept\ndrop"},
	{name: "guards", v4: "tcp dport 22 accept", v6: "tcp dport 23 accept", want: "meta nfproto ipv4 tcp dport 22 accept\nmeta nfproto ipv6 tcp dport 23 accept"},
	{name: "the order stays", v4: "tcp dport 1 accept\ntcp dport 2 drop", v6: "tcp dport 2 drop\ntcp dport 1 accept",
		want: "meta nfproto ipv4 tcp dport 1 accept\ntcp dport 2 drop\nmeta nfproto ipv6 tcp dport 1 accept"},
	{name: "what remembers", v4: "limit rate 1/second accept", v6: "limit rate 1/second accept", want: "meta nfproto ipv4 limit rate 1/second accept\nmeta nfproto ipv6 limit rate 1/second accept"},
	{name: "answers", v4: "reject with icmp port-unreachable\nreject with icmp admin-prohibited", v6: "reject\nreject with icmpv6 admin-prohibited", want: "reject\nreject with icmpx admin-prohibited"},
	{name: "answers of one family", v4: "reject with icmp host-prohibited", v6: "drop", want: "reject with icmp host-prohibited\nmeta nfproto ipv6 drop"},
	{name: "policies", v4: "accept", v6: "accept", policy4: "accept", want: "accept\nmeta nfproto ipv6 drop"},
	{name: "policies that are returned to", v4: "accept", v6: "tcp dport 1 return\naccept", policy4: "accept"},
	{name: "counters", v4: "tcp dport 1 counter packets 1 bytes 2 accept", v6: "tcp dport 1 counter packets 3 bytes 4 accept", want: "tcp dport 1 counter packets 4 bytes 6 accept"},
	{name: "comments", v4: `drop comment "a"`, v6: `drop comment "b"`, want: "meta nfproto ipv4 drop comment \"a\"\nmeta nfproto ipv6 drop comment \"b\""},
	{name: "copies", v4: "dup to 192.0.2.1", v6: "drop"},
	{name: "states", v4: "ct state invalid drop\nct original ip saddr 192.0.2.1 drop", v6: "ct state invalid drop", want: "ct state invalid drop\nmeta nfproto ipv4 ct original ip saddr 192.0.2.1 drop"},
}

func TestMerge(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			policy := func(s string) string {
				if s == "" {
					return "drop"
				}
				return s
			}
			rs := parse(t, chainOf("ip", policy(c.policy4), c.v4)+chainOf("ip6", policy(c.policy6), c.v6))
			merged, kept := inet.Merge(rs)
			if (len(merged) == 1) != (c.want != "") || len(merged)+len(kept) != 1 {
				t.Fatalf("%d tables are one, %d pairs are kept: %+v", len(merged), len(kept), kept)
			}
			var b strings.Builder
			if err := nft.Print(&b, rs, nft.Options{}); err != nil {
				t.Fatal(err)
			}
			if _, err := nfttest.List(t, b.String()); err != nil {
				t.Errorf("%v\n%s", err, &b)
			}
			if c.want == "" {
				if len(rs.Tables) != 2 {
					t.Errorf("%d tables are left", len(rs.Tables))
				}
				return
			}
			if err := merged[0].Verify(); err != nil {
				t.Error(err)
			}
			var got []string
			for _, r := range rs.Tables[0].Chain("input").Rules {
				line, err := nft.Rule(nil, r, rs.Tables[0])
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, string(line))
			}
			if s := strings.Join(got, "\n"); s != c.want {
				t.Errorf("got\n%s\nwant\n%s", s, c.want)
			}
		})
	}
}

// TestMergeSets merges tables with sets and chains of one name.
func TestMergeSets(t *testing.T) {
	table := func(family, typ, field string) string {
		return "table " + family + " filter {\n\tset bad { type " + typ + "; flags dynamic; }\n\tchain input {\n\t\ttype filter hook input priority filter\n\t\tjump x\n\t}\n\tchain x {\n\t\t" +
			field + " saddr @bad drop\n\t\tadd @bad { " + field + " saddr } accept\n\t}\n}\n"
	}
	rs := parse(t, table("ip", "ipv4_addr", "ip")+table("ip6", "ipv6_addr", "ip6"))
	merged, kept := inet.Merge(rs)
	if len(merged) != 1 {
		t.Fatalf("kept: %+v", kept)
	}
	if err := merged[0].Verify(); err != nil {
		t.Error(err)
	}
	var b strings.Builder
	if err := nft.Print(&b, rs, nft.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"set bad6 {", "ip6 saddr @bad6 drop", "add @bad6 { ip6 saddr } accept", "ip saddr @bad drop"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("there is no %q:\n%s", want, &b)
		}
	}
}

// TestVerify breaks tables, each of which must be told of.
func TestVerify(t *testing.T) {
	for name, change := range map[string]func(c *ast.Chain){
		"a rule fewer":   func(c *ast.Chain) { c.Rules = c.Rules[1:] },
		"a rule more":    func(c *ast.Chain) { c.Rules = append(c.Rules, c.Rules[0]) },
		"no guard":       func(c *ast.Chain) { c.Rules[0].Stmts = c.Rules[0].Stmts[1:] },
		"another policy": func(c *ast.Chain) { c.Policy = ast.PolicyAccept },
		"another order":  func(c *ast.Chain) { c.Rules[0], c.Rules[1] = c.Rules[1], c.Rules[0] },
	} {
		rs := parse(t, chainOf("ip", "drop", "tcp dport 1 accept\ndrop")+chainOf("ip6", "drop", "drop"))
		merged, _ := inet.Merge(rs)
		if err := merged[0].Verify(); err != nil {
			t.Fatal(err)
		}
		if change(rs.Tables[0].Chain("input")); merged[0].Verify() == nil {
			t.Errorf("%s: nothing is told", name)
		}
	}
}
