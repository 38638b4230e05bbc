package nft

import (
	"errors"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// TestCommands prints scripts with commands, and reads them again.
func TestCommands(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		{"above", "flush ruleset\ntable ip t {\n}\n", "flush ruleset\ntable ip t {\n}\n"},
		{"below", "table ip t {\n\tchain c {\n\t\taccept\n\t}\n}\nflush chain ip u c\n", "table ip t {\n\tchain c {\n\t\taccept\n\t}\n}\nflush chain ip u c\n"},
		{"between", "table ip t {\n chain c { accept; }\n}\ndelete table ip u\ntable ip v {\n chain c { drop; }\n}\n",
			"table ip t {\n\tchain c {\n\t\taccept\n\t}\n}\ndelete table ip u\ntable ip v {\n\tchain c {\n\t\tdrop\n\t}\n}\n"},
		{"between empty tables", "table ip t { }\nflush table ip u\ntable ip v { }\n", "table ip t {\n}\nflush table ip u\ntable ip v {\n}\n"},
		{"twice declared", "table ip t\nflush table ip t\ntable ip t { chain c { accept; }; }\n", "add table ip t\nflush table ip t\ntable ip t {\n\tchain c {\n\t\taccept\n\t}\n}\n"},
		{"object", "reset counter inet t x\nlist sets\n", "reset counter inet t x\nlist sets\n"},
	} {
		rs := parse(t, c.name, c.script)
		got, err := print(t, rs, Options{})
		if err != nil || got != c.want {
			t.Errorf("%s: got %q, %v; expected %q", c.name, got, err, c.want)
			continue
		}
		if again := parse(t, c.name+" printed", got); !ast.Equal(again, rs) {
			t.Errorf("%s: printed %s\nbecomes %s\nnot     %s", c.name, got, ast.Dump(again), ast.Dump(rs))
		}
	}
}

// TestCommandBetweenRules refuses what the layout has no place for.
func TestCommandBetweenRules(t *testing.T) {
	_, err := print(t, &ast.Ruleset{
		Tables:   []*ast.Table{{Family: ip, Name: "t", Chains: []*ast.Chain{chain("c", rule(accept), rule(drop))}}},
		Commands: []*ast.Command{{Verb: "flush", Object: "table", Family: ip, Table: "u", Before: 1}},
	}, Options{})
	var r *Refusal
	if !errors.As(err, &r) || r.Rule != nil {
		t.Errorf("got %v; expected a refusal", err)
	}
}

// TestRefusals checks that all that is refused is told, once for each rule.
func TestRefusals(t *testing.T) {
	bad := func() *ast.Rule {
		return rule(&ast.Opaque{Text: "a"}, &ast.Extension{Name: "string", Use: 1}, &ast.AnyOf{})
	}
	first, second := bad(), bad()
	s := &ast.Set{Name: "s", Key: []ast.Type{ast.TypeIPv4Addr}, Elems: []*ast.Elem{{Key: addr("192.0.2.1"), NoMatch: true}, {Key: addr("192.0.2.2"), NoMatch: true}}}
	table := &ast.Table{Family: ip, Name: "t", Sets: []*ast.Set{s}, Chains: []*ast.Chain{chain("c", first, rule(accept), second), chain("log")}}
	_, err := print(t, &ast.Ruleset{Tables: []*ast.Table{table}, IPSets: []*ast.Set{{Name: "x", IPSet: "hash:ip"}}}, Options{})
	var all Refusals
	if !errors.As(err, &all) || len(all) != 5 {
		t.Fatalf("got %v; expected 5 refusals", err)
	}
	if r := all[2]; r.Table != table || r.Chain != table.Chains[0] || r.Rule != first || r.Stmt != first.Stmts[0] {
		t.Errorf("the refusal is of %v %v %v %v; expected the first statement of the first rule", r.Table, r.Chain, r.Rule, r.Stmt)
	}
	if r := all[3]; r.Rule != second {
		t.Errorf("the refusal is of %v; expected the last rule", r.Rule)
	}
	var one *Refusal
	if !errors.As(all, &one) || one != all[0] {
		t.Errorf("unwrapped is %v; expected the first", one)
	}
	if got := all.Error(); got != `"x" is a set of ipset(8), which nft cannot see (and 4 more)` {
		t.Errorf("got %q", got)
	}
}

// TestRule checks that a refused rule leaves the buffer as it was.
func TestRule(t *testing.T) {
	table := &ast.Table{Family: inet, Name: "t"}
	b, err := Rule([]byte("add rule inet t c "), rule(v4(), eq(field("ip", "saddr"), addr("192.0.2.1")), accept), table)
	if err != nil || string(b) != "add rule inet t c ip saddr 192.0.2.1 accept" {
		t.Errorf("got %q, %v", b, err)
	}
	b, err = Rule([]byte("x "), rule(accept, &ast.Opaque{}), table)
	var r *Refusal
	if !errors.As(err, &r) || string(b) != "x " {
		t.Errorf("got %q, %v; expected the text before and a refusal", b, err)
	}
	table.Chains = []*ast.Chain{{Name: "{1}", Anonymous: true, Rules: []*ast.Rule{rule(drop)}}}
	b, err = Rule(nil, rule(jump("{1}")), table)
	if err != nil || string(b) != "jump {\n\t\t\tdrop\n\t\t}" {
		t.Errorf("got %q, %v", b, err)
	}
}

// TestOptions checks what the options change.
func TestOptions(t *testing.T) {
	table := &ast.Table{Family: ip, Name: "t"}
	r := rule(eq(meta("l4proto"), num(6)), eq(meta("time"), num(1e9)), eq(meta("hour"), rng(num(0), num(60))), &ast.Quota{Bytes: 5, Used: 1},
		&ast.Counter{Counters: ast.Counters{Packets: 1, Bytes: 2}}, &ast.Last{Used: 1000, Set: true}, &ast.Last{})
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{}, `meta l4proto tcp meta time "1970-01-01 00:00:01" meta hour "00:00"-"00:01" quota 5 bytes used 1 bytes counter packets 1 bytes 2 last used 1s last used never`},
		{Options{Stateless: true}, `meta l4proto tcp meta time "1970-01-01 00:00:01" meta hour "00:00"-"00:01" quota 5 bytes counter last last`},
		{Options{NumericProtocol: true, NumericTime: true, Stateless: true}, `meta l4proto 6 meta time 1 meta hour 0-60 quota 5 bytes counter last last`},
	} {
		if got, err := c.o.Rule(nil, r, table); err != nil || string(got) != c.want {
			t.Errorf("%+v: got %s, %v; expected %s", c.o, got, err, c.want)
		}
	}
}
